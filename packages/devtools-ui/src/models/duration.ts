/** Durations, moments and sizes as people read them. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Two units at most: "3 h 12 m", "4 s", "840 ms"; tenths of a second below ten. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  if (size < 1000) return `${sign}${Math.round(size)} ms`;
  if (size < 9950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const whole = Math.round(size / 1000) * 1000;
  const first = UNITS.findIndex(([, length]) => whole >= length);
  const [name, length] = UNITS[first] as (typeof UNITS)[number];
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((whole % length) / next[1]) : 0;
  return `${sign}${Math.floor(whole / length)} ${name}${next && rest > 0 ? ` ${rest} ${next[0]}` : ''}`;
}

/** Whole seconds, rounded up, for count-downs: a wait of 0.2 s still reads "1 s". */
export const formatCountdown = (ms: number): string => (ms <= 0 ? 'now' : formatDuration(Math.ceil(ms / 1000) * 1000).replace('.0', ''));

/** "14:02:11.042", in the reader's time zone. */
export function formatClock(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** "0 bytes", "1 byte", "12 KiB", "1.5 MiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const names = ['KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes / 1024;
  let name = 0;
  while (size >= 1023.95 && name < names.length - 1) {
    size /= 1024;
    name += 1;
  }
  return `${size >= 100 ? Math.round(size) : Number(size.toFixed(1))} ${names[name]}`;
}
