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
  readonly onToggle: (start: number) => void;
}

/** A tick this near to a fold's label is not labelled. */
const CLEAR_PX = 42;

export function Ruler({ map, view, width, opened, onToggle }: RulerProps): ReactElement {
  const folds = map.folds.map((fold) => ({ fold, x: middle(map, view, fold) })).filter(({ x }) => x > -20 && x < width + 20);
  const again = opened.map((fold) => ({ fold, x: middle(map, view, fold) })).filter(({ x }) => x > 0 && x < width);
  const taken = [...folds, ...again].map(({ x }) => x);
  const ticks = ticksOf(map, view, width).filter(({ x }) => taken.every((each) => Math.abs(each - x) > CLEAR_PX));
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
        {folds.map(({ fold, x }) => (
          <button
            key={fold.start}
            type="button"
            className="pd-tl-fold"
            style={{ transform: `translateX(${Math.min(Math.max(x, 30), width - 30)}px)` }}
            aria-label={`${formatDuration(fold.end - fold.start)} without events are folded; open them`}
            onClick={() => onToggle(fold.start)}
          >
            <span>{formatDuration(fold.end - fold.start)}</span>
          </button>
        ))}
        {again.map(({ fold, x }) => (
          <button
            key={fold.start}
            type="button"
            className="pd-tl-fold"
            data-opened=""
            style={{ transform: `translateX(${x}px)` }}
            aria-label={`Fold ${formatDuration(fold.end - fold.start)} without events`}
            onClick={() => onToggle(fold.start)}
          >
            <span>fold {formatDuration(fold.end - fold.start)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

const middle = (map: TimeMap, view: Viewport, { start, end }: Fold): number => (xOf(map, view, start) + xOf(map, view, end)) / 2;
