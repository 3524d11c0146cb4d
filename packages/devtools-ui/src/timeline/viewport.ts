/** What part of time is in sight, and the moves over it: pure, each gives another viewport. */
import { distance, type TimeMap, timeAt } from './time-map.ts';

export interface Viewport {
  /** The time at the left edge, in ms since the epoch. */
  readonly start: number;
  readonly msPerPx: number;
}

/** The stretch that is worth looking at, in ms since the epoch. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The least and the most time that the whole width may show. */
export const SHORTEST_MS = 1;
export const LONGEST_MS: number = 10 * 365.25 * 86_400_000;
/** Free room right of now while the view follows it, and right of what is fitted. */
export const HEADROOM = 0.08;

export const xOf = (map: TimeMap, { start, msPerPx }: Viewport, at: number): number => distance(map, msPerPx, start, at);

export const timeOfX = (map: TimeMap, { start, msPerPx }: Viewport, x: number): number => timeAt(map, msPerPx, start, x);

export const rightEdge = (map: TimeMap, view: Viewport, width: number): number => timeOfX(map, view, width);

export const clampScale = (msPerPx: number, width: number): number => Math.min(LONGEST_MS / width, Math.max(SHORTEST_MS / width, msPerPx));

/** A viewport of a range, with folds at their width and the rest at what is left. */
export function fit(map: TimeMap, { start, end }: Range, width: number, room = 0): Viewport {
  const inside = map.folds.filter((fold) => fold.end > start && fold.start < end);
  const foldedMs = inside.reduce((sum, fold) => sum + Math.min(fold.end, end) - Math.max(fold.start, start), 0);
  const foldedPx = inside.reduce((sum, fold) => sum + (map.foldPx * (Math.min(fold.end, end) - Math.max(fold.start, start))) / (fold.end - fold.start), 0);
  const px = Math.max(1, width * (1 - 2 * room) - foldedPx);
  const msPerPx = clampScale((end - start - foldedMs) / px, width);
  return { start: timeAt(map, msPerPx, start, -width * room), msPerPx };
}

/** Zooms in (`factor` above 1) or out; what is at `x` stays there. */
export function zoomAt(map: TimeMap, view: Viewport, x: number, factor: number, width: number): Viewport {
  const msPerPx = clampScale(view.msPerPx / factor, width);
  return { start: timeAt(map, msPerPx, timeOfX(map, view, x), -x), msPerPx };
}

/** Moves what is in sight by pixels: later times come in for positive ones. */
export const pan = (map: TimeMap, view: Viewport, px: number): Viewport => ({ ...view, start: timeOfX(map, view, px) });

/** Keeps a quarter of the width on the domain at least: nobody is lost in empty time. */
export function keepIn(map: TimeMap, view: Viewport, domain: Range, width: number): Viewport {
  const most = timeAt(map, view.msPerPx, domain.end, -width / 4);
  const least = timeAt(map, view.msPerPx, domain.start, (-width * 3) / 4);
  return { ...view, start: Math.min(Math.max(view.start, least), Math.max(least, most)) };
}

/** Follows `now` at the right edge with some head-room, at the same scale. */
export const follow = (map: TimeMap, view: Viewport, now: number, width: number): Viewport => ({
  ...view,
  start: timeAt(map, view.msPerPx, now, -width * (1 - HEADROOM)),
});
