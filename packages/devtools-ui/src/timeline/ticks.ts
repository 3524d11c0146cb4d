/** The ruler's marks: steps that people count in, in the reader's time zone, each labelled with what changed since the one before. */
import type { TimeMap } from './time-map.ts';
import { timeOfX, type Viewport, xOf } from './viewport.ts';

export interface Tick {
  readonly at: number;
  readonly x: number;
  readonly label: string;
}

type Unit = 'ms' | 'day' | 'month' | 'year';
interface Step {
  readonly unit: Unit;
  /** In units. */
  readonly count: number;
  /** About how long, in ms. */
  readonly ms: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const step = (unit: Unit, unitMs: number, ...counts: readonly number[]): Step[] => counts.map((count) => ({ unit, count, ms: count * unitMs }));
const STEPS: readonly Step[] = [
  ...step('ms', 1, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500),
  ...step('ms', 1, ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND)),
  ...step('ms', 1, ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE)),
  ...step('ms', 1, ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR)),
  ...step('day', DAY, 1, 2, 7, 14),
  ...step('month', 30.44 * DAY, 1, 3, 6),
  ...step('year', 365.25 * DAY, 1, 2, 5, 10),
];

/** The least distance between two marks, in pixels. */
const LEAST_PX = 80;
/** A label is so wide at most: marks nearer than this to a fold or an edge have none. */
const LABEL_PX = 56;

export const stepFor = (msPerPx: number): Step => STEPS.find(({ ms }) => ms / msPerPx >= LEAST_PX) ?? (STEPS.at(-1) as Step);

export function ticksOf(map: TimeMap, view: Viewport, width: number): Tick[] {
  const chosen = stepFor(view.msPerPx);
  const ticks: Tick[] = [];
  let before: number | undefined;
  for (const { start, end } of linearParts(map, view, width)) {
    let at = firstMark(chosen, start);
    for (let count = 0; at <= end && count < 1000; count += 1) {
      const x = xOf(map, view, at);
      const isCrowded = ticks.length > 0 && x - (ticks.at(-1) as Tick).x < LABEL_PX;
      if (!isCrowded && x >= 0 && x <= width) {
        ticks.push({ at, x, label: labelOf(at, before, chosen) });
        before = at;
      }
      at = nextMark(chosen, at);
    }
  }
  return ticks;
}

/** What is in sight, without what is folded. */
function linearParts(map: TimeMap, view: Viewport, width: number): { readonly start: number; readonly end: number }[] {
  const [start, end] = [timeOfX(map, view, 0), timeOfX(map, view, width)];
  const inside = map.folds.filter((fold) => fold.end > start && fold.start < end);
  const starts = [start, ...inside.map((fold) => fold.end)];
  const ends = [...inside.map((fold) => fold.start), end];
  return starts.map((from, index) => ({ start: from, end: ends[index] as number })).filter((part) => part.end > part.start);
}

function firstMark({ unit, count }: Step, from: number): number {
  const date = new Date(from);
  if (unit === 'ms') {
    // Hours stand on the reader's hours: zones differ from UTC by whole quarters of them.
    const offset = count >= HOUR ? date.getTimezoneOffset() * MINUTE : 0;
    return Math.ceil((from - offset) / count) * count + offset;
  }
  const floor = startOf(unit, count, date);
  return floor >= from ? floor : nextMark({ unit, count, ms: 0 }, floor);
}

function startOf(unit: Unit, count: number, date: Date): number {
  const [year, month] = [date.getFullYear(), date.getMonth()];
  if (unit === 'year') return new Date(Math.floor(year / count) * count, 0, 1).getTime();
  if (unit === 'month') return new Date(year, Math.floor(month / count) * count, 1).getTime();
  return new Date(year, month, date.getDate()).getTime();
}

function nextMark({ unit, count }: Step, at: number): number {
  if (unit === 'ms') return at + count;
  const date = new Date(at);
  const [year, month] = [date.getFullYear(), date.getMonth()];
  if (unit === 'year') return new Date(year + count, 0, 1).getTime();
  if (unit === 'month') return new Date(year, month + count, 1).getTime();
  return new Date(year, month, date.getDate() + count).getTime();
}

const two = (value: number): string => String(value).padStart(2, '0');
const MONTH = new Intl.DateTimeFormat('en', { month: 'short' });

/** "12:45:33" where there is none before, then only what changed: "35 s", "12:46". */
export function labelOf(at: number, before: number | undefined, { unit, count }: Pick<Step, 'unit' | 'count'>): string {
  const date = new Date(at);
  const last = before === undefined ? undefined : new Date(before);
  const isSameDay = last?.toDateString() === date.toDateString();
  if (unit === 'year') return `${date.getFullYear()}`;
  if (unit === 'month') return last?.getFullYear() === date.getFullYear() ? MONTH.format(date) : `${MONTH.format(date)} ${date.getFullYear()}`;
  if (unit === 'day') return `${date.getDate()} ${MONTH.format(date)}`;
  if (last && !isSameDay)
    return `${date.getDate()} ${MONTH.format(date)}${date.getHours() + date.getMinutes() === 0 ? '' : ` ${two(date.getHours())}:${two(date.getMinutes())}`}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (count >= MINUTE) return clock;
  const isSameMinute = last && Math.floor(last.getTime() / MINUTE) === Math.floor(at / MINUTE);
  const seconds = date.getSeconds();
  if (count >= SECOND) return isSameMinute ? `${seconds} s` : seconds === 0 && last ? clock : `${clock}:${two(seconds)}`;
  const isSameSecond = isSameMinute && last && Math.floor(last.getTime() / SECOND) === Math.floor(at / SECOND);
  const part = `${Number((at - Math.floor(at / SECOND) * SECOND).toFixed(count < 1 ? 2 : 0))} ms`;
  return isSameSecond
    ? part
    : `${last ? `${two(date.getMinutes())}:${two(seconds)}` : `${clock}:${two(seconds)}`}${part === '0 ms' ? '' : `.${String(date.getMilliseconds()).padStart(3, '0')}`}`;
}

/** The whole date and time, for the left edge and for titles. */
const FULL = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
export const dateText = (at: number): string => FULL.format(new Date(at));
