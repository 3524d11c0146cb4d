/** The head of the timeline: when the left edge is, marks of time, and what is folded between them. */
import type { ReactElement } from 'react';
import { formatDuration } from '../models/duration.ts';
import { dateText, ticksOf } from './ticks.ts';
import type { Fold, TimeMap } from './time-map.ts';
import { type Viewport, xOf } from './viewport.ts';

export interface RulerProps {
  readonly map: TimeMap;
  readonly view: Viewport;
  readonly width: number;
  /** Folds that were opened, to be closed again. */
  readonly opened: readonly Fold[];
  readonly onToggle: (after: number) => void;
}

/** About half the width of a tick's label, and of the signs of a fold's. */
const CLEAR_PX = 48;
const CHARACTER_PX = 6;

export function Ruler({ map, view, width, opened, onToggle }: RulerProps): ReactElement {
  const folds = map.folds.map((fold) => ({ fold, x: middle(map, view, fold) })).filter(({ x }) => x > -20 && x < width + 20);
  const again = opened.map((fold) => ({ fold, x: middle(map, view, fold) })).filter(({ x }) => x > 0 && x < width);
  const taken = [...folds, ...again].map(({ fold, x }) => ({ x, clear: CLEAR_PX + (formatDuration(fold.end - fold.start).length * CHARACTER_PX) / 2 }));
  // A mark under a fold's label could not be read.
  const ticks = ticksOf(map, view, width).filter(({ x }) => taken.every((each) => Math.abs(each.x - x) > each.clear));
  return (
    <div className="pd-tl-head">
      <span className="pd-tl-date" title="The day at the left edge">
        {dateText(view.start)}
      </span>
      <div className="pd-tl-ruler" data-ruler="" style={{ inlineSize: width }}>
        <span aria-hidden="true">
          {ticks.map(({ at, x, label }, index) => (
            <span key={at} className="pd-tl-tick" data-edge={index === 0 && x < 28 ? '' : undefined} style={{ transform: `translateX(${x}px)` }}>
              <span>{label}</span>
            </span>
          ))}
        </span>
        {spread(folds, width).map(({ fold, x, isShort }) => (
          <button
            key={fold.after}
            type="button"
            className="pd-tl-fold"
            data-short={isShort ? '' : undefined}
            style={{ transform: `translateX(calc(${x}px - 50%))` }}
            aria-label={`${formatDuration(fold.end - fold.start)} without events are folded; open them`}
            onClick={() => onToggle(fold.after)}
          >
            <span>{formatDuration(fold.end - fold.start)}</span>
          </button>
        ))}
        {again.map(({ fold, x }) => (
          <button
            key={fold.after}
            type="button"
            className="pd-tl-fold"
            data-opened=""
            style={{ transform: `translateX(calc(${x}px - 50%))` }}
            aria-label={`Fold ${formatDuration(fold.end - fold.start)} without events`}
            onClick={() => onToggle(fold.after)}
          >
            <span>fold {formatDuration(fold.end - fold.start)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

interface Placed {
  readonly fold: Fold;
  readonly x: number;
}

/** Labels of folds that are close together are shorter, and stand beside each other. */
function spread(folds: readonly Placed[], width: number): (Placed & { readonly isShort: boolean })[] {
  const half = ({ fold }: Placed, isShort: boolean): number => (formatDuration(fold.end - fold.start).length * CHARACTER_PX) / 2 + (isShort ? 8 : 24);
  const isCrowded = folds.some(
    (each, index) => index > 0 && each.x - (folds[index - 1] as Placed).x < half(each, false) + half(folds[index - 1] as Placed, false),
  );
  const placed = folds.map((each) => ({ ...each, isShort: isCrowded, x: Math.min(Math.max(each.x, half(each, isCrowded)), width - half(each, isCrowded)) }));
  for (let index = placed.length - 2; index >= 0; index -= 1) {
    const [here, next] = [placed[index] as Placed, placed[index + 1] as Placed];
    const most = next.x - half(next, isCrowded) - half(here, isCrowded) - 2;
    if (here.x > most) Object.assign(here, { x: Math.max(half(here, isCrowded), most) });
  }
  return placed;
}

const middle = (map: TimeMap, view: Viewport, { start, end }: Fold): number => (xOf(map, view, start) + xOf(map, view, end)) / 2;
