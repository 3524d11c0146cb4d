/** Wall time in a time zone, by the platform's own data. */
import type { Millis } from './brand.ts';

export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** No date of the platform is farther from 1970, in milliseconds. */
const FARTHEST: Millis = 8.64e15;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** @returns undefined when the time zone is not known */
export function wallTimeOf(time: Millis, timeZone: string): WallTime | undefined {
  const shifted = new Date(time + (offsetAt(time, timeZone) ?? Number.NaN));
  if (Number.isNaN(shifted.getTime())) return undefined;
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    weekday: shifted.getUTCDay(),
  };
}

/** The moment of a wall time; fields past their range carry over. Of two moments the first, of none the one that the clocks jump to. */
export function utcOf({ year, month, day, hour, minute }: Omit<WallTime, 'weekday'>, timeZone: string): Millis {
  const wall = Date.UTC(year, month - 1, day, hour, minute);
  const before = wall - (offsetAt(wall - 86_400_000, timeZone) ?? 0);
  const after = wall - (offsetAt(wall + 86_400_000, timeZone) ?? 0);
  const candidates = [before, after].filter((time) => time + (offsetAt(time, timeZone) ?? 0) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : Math.max(before, after);
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(time: Millis, timeZone: string): Millis | undefined {
  if (timeZone === 'UTC') return 0;
  if (!(Math.abs(time) <= FARTHEST)) return undefined;
  if (!formats.has(timeZone)) formats.set(timeZone, formatFor(timeZone));
  const format = formats.get(timeZone);
  if (!format) return undefined;
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1_000) * 1_000;
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined; // RangeError: the zone is not known
  }
}
