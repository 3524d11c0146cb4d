/** Durations as users write them: a number of milliseconds or a string such as "5 minutes", with the grammar of the `ms` package. */
import type { Millis } from './brand.ts';

export type Duration = string | number;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^(milliseconds?|msecs?|ms|)$/, 1],
  [/^(seconds?|secs?|s)$/, SECOND],
  [/^(minutes?|mins?|m)$/, MINUTE],
  [/^(hours?|hrs?|h)$/, HOUR],
  [/^(days?|d)$/, DAY],
  [/^(weeks?|w)$/, 7 * DAY],
  [/^(years?|yrs?|y)$/, 365.25 * DAY],
];

const GRAMMAR = /^(-?\d*\.?\d+) *([a-z]*)$/i;

/** Longer strings are no durations; the limit keeps the pattern from being fed with novels. */
const LONGEST = 100;

/**
 * @param what names the field in the error, for example "startToCloseTimeout"
 * @throws {TypeError} if it is neither a finite number nor a duration string
 */
export function toMillis(duration: Duration, what?: string): Millis {
  const millis = typeof duration === 'number' ? duration : parse(duration);
  if (Number.isFinite(millis)) return millis;
  throw new TypeError(`Invalid duration ${shown(duration)}${what === undefined ? '' : ` for ${what}`}; give milliseconds or a string like '30 seconds'`);
}

/** An object may have no text, or one that throws. */
function shown(given: unknown): string {
  if (typeof given === 'string') return `string: '${given.slice(0, LONGEST)}'`;
  return typeof given === 'object' && given !== null ? 'object' : `${typeof given}: ${String(given)}`;
}

/** As `toMillis`; absent stays absent. */
export function optionalMillis(duration: Duration | null | undefined, what?: string): Millis | undefined {
  return duration === undefined || duration === null ? undefined : toMillis(duration, what);
}

function parse(text: unknown): number {
  const match = typeof text === 'string' && text.length <= LONGEST ? GRAMMAR.exec(text) : null;
  if (!match) return Number.NaN;
  const name = (match[2] as string).toLowerCase();
  const unit = UNITS.find(([pattern]) => pattern.test(name));
  return unit ? Number(match[1]) * unit[1] : Number.NaN;
}
