/**
 * Cron schedules as Temporal reads them: five fields, the descriptors (`@daily`, `@every 90s` …), and a time zone in front (`CRON_TZ=…`).
 * Pure: the same schedule and moment give the same answer.
 *
 * @see Temporal, "Cron Job": https://docs.temporal.io/cron-job
 */
import type { Millis } from './brand.ts';
import { utcOf, type WallTime, wallTimeOf } from './time-zone.ts';

export interface CronSchedule {
  /** The first moment strictly after `time` that is on the schedule; undefined when there is none within five years. */
  next(time: Millis): Millis | undefined;
}

/** A schedule that does not parse. The message says where, what was found and what was expected. */
export class CronError extends Error {
  override readonly name = 'CronError';
  /** Where in the text the trouble begins, from 0. */
  readonly position: number;

  constructor(text: string, position: number, problem: string) {
    super(`cron schedule "${text}", at ${position + 1}: ${problem}`);
    this.position = position;
  }
}

interface FieldRule {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const RULES: readonly FieldRule[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'day of week', least: 0, most: 6, names: DAYS },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const UNITS: Readonly<Record<string, Millis>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @throws {CronError} when the text is not a schedule */
export function parseCron(text: string): CronSchedule {
  const zone = /^(?:CRON_)?TZ=(\S*)\s+/.exec(text);
  const from = zone?.[0].length ?? 0;
  const body = text.slice(from).trimEnd();
  const timeZone = zone?.[1] ?? 'UTC';
  if (zone && wallTimeOf(0, timeZone) === undefined)
    throw new CronError(text, text.indexOf('=') + 1, `"${timeZone}" is not a time zone that is known here; give one such as Europe/Berlin`);
  if (!body.startsWith('@')) return fieldSchedule(text, body, from, timeZone);
  const every = /^@every\s+(.*)$/.exec(body);
  if (every) return intervalSchedule(text, every[1] ?? '', from + body.length - (every[1] ?? '').length);
  const fields = DESCRIPTORS[body];
  if (fields === undefined)
    throw new CronError(text, from, `"${body}" is not known; known are ${Object.keys(DESCRIPTORS).join(', ')} and @every with a duration`);
  return fieldSchedule(text, fields, from, timeZone);
}

/**
 * How long to wait for the next tick after a run: the ticks that passed while it ran are skipped.
 *
 * @param startTime when the run was to start, in ms; the schedule counts from there
 * @returns milliseconds in whole seconds, as Temporal rounds them; undefined when there is no tick any more
 */
export function cronBackoff(text: string, startTime: Millis, now: Millis): Millis | undefined {
  const schedule = parseCron(text);
  const tick = schedule.next(startTime);
  const next = tick === undefined || tick >= now ? tick : nextFrom(schedule, startTime, now);
  return next === undefined ? undefined : Math.ceil((next - now) / 1_000) * 1_000;
}

/** The first tick at or after `now`, counted from `startTime`. */
function nextFrom(schedule: CronSchedule, startTime: Millis, now: Millis): Millis | undefined {
  if (schedule instanceof Interval) return schedule.nextFrom(startTime, now);
  return schedule.next(now - 1);
}

class Interval implements CronSchedule {
  readonly #interval: Millis;

  constructor(interval: Millis) {
    this.#interval = interval;
  }

  next(time: Millis): Millis {
    return Math.floor(time / 1_000) * 1_000 + this.#interval;
  }

  nextFrom(startTime: Millis, now: Millis): Millis {
    const first = this.next(startTime);
    return first + Math.ceil((now - first) / this.#interval) * this.#interval;
  }
}

/** A duration in Go's form, in whole seconds and at least one. */
function intervalSchedule(text: string, duration: string, at: number): CronSchedule {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(duration))
    throw new CronError(text, at, `"${duration}" is not a duration; give one such as 90s, 10m or 1h30m`);
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) total += Number(amount) * (UNITS[unit as string] as number);
  return new Interval(Math.max(1_000, Math.floor(total / 1_000) * 1_000));
}

function fieldSchedule(text: string, body: string, from: number, timeZone: string): CronSchedule {
  const found = [...body.matchAll(/\S+/g)];
  if (found.length !== RULES.length)
    throw new CronError(text, from, `${found.length} fields were found and ${RULES.length} are expected: ${RULES.map((rule) => rule.name).join(', ')}`);
  const [minutes, hours, days, months, weekdays] = found.map((match, index) => parseField(text, match[0], from + match.index, RULES[index] as FieldRule)) as [
    Field,
    Field,
    Field,
    Field,
    Field,
  ];
  /** As cron has it: with both days given, either will do. */
  const isDay = (wall: WallTime) => {
    const [inMonth, inWeek] = [days.values.has(wall.day), weekdays.values.has(wall.weekday)];
    return days.isAny || weekdays.isAny ? inMonth && inWeek : inMonth || inWeek;
  };
  return { next: (time) => search(time, timeZone, { minutes, hours, months, isDay }) };
}

interface Field {
  readonly values: ReadonlySet<number>;
  readonly isAny: boolean;
}

function parseField(text: string, field: string, at: number, rule: FieldRule): Field {
  const values = new Set<number>();
  let isAny = false;
  let position = at;
  for (const part of field.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    if (rest.length > 0) throw new CronError(text, position, `"${part}" has more than one "/"`);
    const isStar = range === '*' || range === '?';
    isAny ||= isStar && (step === undefined || step === '1');
    const [low, high] = isStar ? [rule.least, rule.most] : parseRange(text, range, position, rule, step !== undefined);
    const by = step === undefined ? 1 : parseNumber(text, step, position + range.length + 1, { name: `step of ${rule.name}`, least: 1, most: rule.most });
    for (let value = low; value <= high; value += by) values.add(value);
    position += part.length + 1;
  }
  return { values, isAny };
}

function parseRange(text: string, range: string, at: number, rule: FieldRule, hasStep: boolean): [number, number] {
  const [first = '', last, ...rest] = range.split('-');
  if (rest.length > 0) throw new CronError(text, at, `"${range}" has more than one "-"`);
  const low = parseNumber(text, first, at, rule);
  if (last === undefined) return [low, hasStep ? rule.most : low];
  const high = parseNumber(text, last, at + first.length + 1, rule);
  if (high < low) throw new CronError(text, at, `the range "${range}" of ${rule.name} ends before it begins`);
  return [low, high];
}

function parseNumber(text: string, word: string, at: number, { name, least, most, names }: FieldRule): number {
  const named = names?.indexOf(word.toUpperCase()) ?? -1;
  if (named >= 0) return named + least;
  const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new CronError(text, at, `"${word}" is not a ${name}; give a number from ${least} to ${most}${names ? ` or one of ${names.join(', ')}` : ''}`);
  return value;
}

interface Wanted {
  readonly minutes: Field;
  readonly hours: Field;
  readonly months: Field;
  readonly isDay: (wall: WallTime) => boolean;
}

/** Walks forward by the largest unit that does not fit. A wall time that a change of clocks leaves out is not on the schedule. */
function search(after: Millis, timeZone: string, { minutes, hours, months, isDay }: Wanted): Millis | undefined {
  let time = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  const start = wallTimeOf(time, timeZone);
  if (!start) return undefined;
  // Behind the last moment that a date can have there is no wall time.
  for (let wall: WallTime | undefined = start; wall && wall.year <= start.year + 5; wall = wallTimeOf(time, timeZone)) {
    if (!months.values.has(wall.month)) time = later(time, utcOf({ ...wall, month: wall.month + 1, day: 1, hour: 0, minute: 0 }, timeZone));
    else if (!isDay(wall)) time = later(time, utcOf({ ...wall, day: wall.day + 1, hour: 0, minute: 0 }, timeZone));
    else if (!hours.values.has(wall.hour)) time += HOUR - wall.minute * MINUTE;
    else if (!minutes.values.has(wall.minute)) time += MINUTE;
    else return time;
  }
  return undefined;
}

/** Where clocks are set back over midnight, the start of a day comes twice: never step back. */
const later = (time: Millis, next: Millis): Millis => (next > time ? next : time + HOUR);
