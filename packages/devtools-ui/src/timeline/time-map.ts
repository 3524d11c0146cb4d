/**
 * Wall time to pixels and back, the one way for bars, ruler, lines, overview and pointer, so that they cannot disagree:
 *
 *     wall time ──(folds)──▶ compressed time ──(scale)──▶ pixels from the beginning ──(viewport)──▶ pixels in sight
 *
 * A fold is a stretch in which nothing happened, drawn at a fixed width however long it was.
 */

/** A stretch of silence that is folded. In ms since the epoch. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  /** When something last happened before it: what it is known by, however its edges are drawn. */
  readonly after: number;
}

export interface TimeMap {
  /** In their order, without overlap. */
  readonly folds: readonly Fold[];
  /** How wide each fold is drawn. */
  readonly foldPx: number;
}

export const LINEAR: TimeMap = { folds: [], foldPx: 0 };

/** Compressed time: what is linear in it in ms, and how many folds lie before it, with the part of the one that it is in. */
export interface Compressed {
  readonly linear: number;
  readonly folds: number;
}

export function compress({ folds }: TimeMap, at: number): Compressed {
  let linear = at;
  for (const [index, { start, end }] of folds.entries()) {
    if (at <= start) return { linear, folds: index };
    if (at < end) return { linear: linear - (at - start), folds: index + (at - start) / (end - start) };
    linear -= end - start;
  }
  return { linear, folds: folds.length };
}

/** The inverse of `compress`, for what it gave. */
export function expand({ folds }: TimeMap, { linear, folds: before }: Compressed): number {
  const whole = Math.floor(before);
  let at = linear;
  for (const { start, end } of folds.slice(0, whole)) at += end - start;
  const inside = folds[whole];
  return inside && before > whole ? at + (before - whole) * (inside.end - inside.start) : at;
}

/** Pixels from a zero that is the same for all times. Grows with time. */
export function project(map: TimeMap, msPerPx: number, at: number): number {
  const { linear, folds } = compress(map, at);
  return linear / msPerPx + folds * map.foldPx;
}

/** How many pixels lie between two times. What `project` gives is large, so its differences are taken here, where they stay exact. */
export function distance(map: TimeMap, msPerPx: number, from: number, to: number): number {
  const a = compress(map, from);
  const b = compress(map, to);
  return (b.linear - a.linear) / msPerPx + (b.folds - a.folds) * map.foldPx;
}

/** The time that lies so many pixels after another; the inverse of `distance`. */
export function timeAt(map: TimeMap, msPerPx: number, from: number, px: number): number {
  const { folds, foldPx } = map;
  if (px < 0) return timeBefore(map, msPerPx, from, -px);
  let at = from;
  let left = px;
  for (const { start, end } of folds) {
    if (end <= at) continue;
    const until = Math.max(0, start - at) / msPerPx;
    if (left <= until) return at + left * msPerPx;
    left -= until;
    at = Math.max(at, start);
    const width = (foldPx * (end - at)) / (end - start);
    if (left < width) return at + (left / width) * (end - at);
    left -= width;
    at = end;
  }
  return at + left * msPerPx;
}

function timeBefore({ folds, foldPx }: TimeMap, msPerPx: number, from: number, px: number): number {
  let at = from;
  let left = px;
  for (let index = folds.length - 1; index >= 0; index -= 1) {
    const { start, end } = folds[index] as Fold;
    if (start >= at) continue;
    const until = Math.max(0, at - end) / msPerPx;
    if (left <= until) return at - left * msPerPx;
    left -= until;
    at = Math.min(at, end);
    const width = (foldPx * (at - start)) / (end - start);
    if (left < width) return at - (left / width) * (at - start);
    left -= width;
    at = start;
  }
  return at - left * msPerPx;
}

/** The fold that a time is in. */
export const foldAt = ({ folds }: TimeMap, at: number): Fold | undefined => folds.find(({ start, end }) => at > start && at < end);
