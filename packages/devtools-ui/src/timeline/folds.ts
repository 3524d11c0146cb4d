/** Which stretches of a run are silent enough to be folded. Decided at rest only: what is folded stays so while events stream in. */
import type { Fold } from './time-map.ts';

/** A run with more silences than this shows the longest of them folded. */
const MOST_FOLDS = 12;
/** A silence is folded if it is so many times as long as the longest one that is not. */
const LEAST_RATIO = 6;
/** And all that are folded together make up at least this share of what they stand in. */
const LEAST_SHARE = 0.4;
/** Shorter ones are never folded: in ms. */
const SHORTEST = 20;
/** How much of the time around it stays beside a fold, so that what happened there does not stick to it. */
const MARGIN = 0.04;

/**
 * @param instants when something happened, in any order; the run's beginning and its end or now among them
 * @returns in their order
 */
export function findFolds(instants: Iterable<number>): Fold[] {
  const times = [...instants].sort((a, b) => a - b);
  const silences: Fold[] = [];
  for (let index = 1; index < times.length; index += 1) {
    const [start, end] = [times[index - 1] as number, times[index] as number];
    if (end - start > 0) silences.push({ start, end, after: start });
  }
  silences.sort((a, b) => length(b) - length(a));
  const count = naturalBreak(silences);
  const rest = silences.slice(count).reduce((sum, each) => sum + length(each), 0);
  return silences
    .slice(0, count)
    .map((each) => {
      const margin = Math.min(length(each) * 0.2, (rest * MARGIN) / Math.max(1, count));
      return { start: each.start + margin, end: each.end - margin, after: each.after };
    })
    .sort((a, b) => a.start - b.start);
}

/** How many of the longest stand out. Taken again among those that are left, since waits come in several sizes: days, then minutes, then work. */
function naturalBreak(silences: readonly Fold[]): number {
  let folded = 0;
  for (;;) {
    const next = breakAfter(silences, folded);
    if (next === folded) return folded;
    folded = next;
  }
}

function breakAfter(silences: readonly Fold[], from: number): number {
  const span = silences.slice(from).reduce((sum, each) => sum + length(each), 0);
  let taken = 0;
  let best = from;
  let bestRatio = LEAST_RATIO;
  for (let index = from; index < Math.min(MOST_FOLDS, silences.length - 1); index += 1) {
    const here = length(silences[index] as Fold);
    taken += here;
    const ratio = here / length(silences[index + 1] as Fold);
    if (here < SHORTEST) break;
    if (ratio > bestRatio && taken / span >= LEAST_SHARE) {
      best = index + 1;
      bestRatio = ratio;
    }
  }
  return best;
}

/**
 * The silence that goes on now, folded up to shortly before now: what stands right of it does not move while it grows.
 *
 * @param last when something last happened
 * @param tail how much time before now is not folded, in ms
 */
export function liveFold(last: number, now: number, tail: number): Fold | undefined {
  const fold = { start: last + tail, end: now - tail, after: last };
  return length(fold) > tail * LEAST_RATIO ? fold : undefined;
}

const length = ({ start, end }: Omit<Fold, 'after'>): number => end - start;
