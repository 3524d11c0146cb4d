/** The strip below: how much happened when in the whole run, and what part of it is in sight, to be moved and stretched. */
import { type KeyboardEvent, type PointerEvent, type ReactElement, useMemo, useRef } from 'react';
import { formatClock } from '../models/duration.ts';
import type { TimeMap } from './time-map.ts';
import { type Domain, fitted, type TimelineStore } from './timeline-store.ts';
import { type Range, rightEdge, timeOfX, type Viewport, xOf } from './viewport.ts';

export { overviewStyles } from './parts.styles.ts';

export interface OverviewProps {
  readonly store: TimelineStore;
  readonly map: TimeMap;
  readonly view: Viewport;
  readonly width: number;
  readonly domain: Domain;
  /** When things happened, in order. */
  readonly instants: readonly number[];
  readonly version: number;
}

const BIN_PX = 6;
const HEIGHT = 28;
/** A window is never drawn thinner, so that its handles can be got hold of. */
const LEAST_WINDOW_PX = 10;
const STEP_PX = 24;
/** The middle of a handle is so far from the strip's edge at least. */
const HANDLE_PX = 3;

export function Overview({ store, map, view, width, domain, instants, version }: OverviewProps): ReactElement {
  const whole = fitted(map, domain, width);
  const drag = useRef<{ readonly part: Part; readonly x: number; readonly range: Range } | undefined>(undefined);
  // The strip is drawn anew when its time has moved by a bin, not for every tick of the clock.
  const bin = Math.round((domain.end - domain.start) / Math.max(whole.msPerPx * BIN_PX, 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `instants` grows in place, and `version` says when; time moves by bins
  const path = useMemo(() => histogram(instants, map, whole, width), [version, width, bin, map.folds.length, instants]);
  const shown = { start: view.start, end: rightEdge(map, view, width) };
  const left = Math.min(Math.max(xOf(map, whole, shown.start), 0), width - LEAST_WINDOW_PX);
  const right = Math.max(Math.min(xOf(map, whole, shown.end), width), left + LEAST_WINDOW_PX);

  const apply = (part: Part, range: Range, px: number): void => {
    if (part === 'window') {
      store.moveTo(timeOfX(map, whole, xOf(map, whole, range.start) + px));
      return;
    }
    const start = part === 'start' ? timeOfX(map, whole, xOf(map, whole, range.start) + px) : range.start;
    const end = part === 'end' ? timeOfX(map, whole, xOf(map, whole, range.end) + px) : range.end;
    if (end > start) store.stretch({ start, end });
  };
  const onDown = (event: PointerEvent<HTMLElement>): void => {
    const part = (event.target as HTMLElement).closest<HTMLElement>('[data-part]')?.dataset['part'] as Part | undefined;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const middle = (left + right) / 2;
    // A press beside the window brings it there.
    if (!part) apply('window', shown, x - middle);
    drag.current = {
      part: part ?? 'window',
      x,
      range: part ? shown : { start: timeOfX(map, whole, left + x - middle), end: timeOfX(map, whole, right + x - middle) },
    };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent<HTMLElement>): void => {
    if (!drag.current) return;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    apply(drag.current.part, drag.current.range, x - drag.current.x);
  };
  const onUp = (): void => {
    drag.current = undefined;
  };
  const onKey = (part: Part) => (event: KeyboardEvent) => {
    const sign = event.key === 'ArrowLeft' || event.key === 'ArrowDown' ? -1 : event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : 0;
    if (sign === 0) return;
    event.preventDefault();
    event.stopPropagation();
    apply(part, shown, sign * STEP_PX);
  };
  const slider = (part: Part, at: number, name: string): object => ({
    role: 'slider',
    tabIndex: 0,
    'data-part': part,
    'aria-label': name,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    'aria-valuenow': Math.round((100 * at) / width),
    'aria-valuetext': formatClock(part === 'end' ? shown.end : shown.start),
    onKeyDown: onKey(part),
  });

  return (
    <div
      className="pd-tl-overview"
      data-own-drag=""
      style={{ inlineSize: width }}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <path d={path} />
      </svg>
      <span className="pd-tl-shade" style={{ inlineSize: left }} />
      <span className="pd-tl-shade" style={{ insetInlineStart: right, insetInlineEnd: 0 }} />
      <span className="pd-tl-window" {...slider('window', left, 'What is in sight')} style={{ transform: `translateX(${left}px)`, inlineSize: right - left }} />
      <span
        className="pd-tl-handle"
        {...slider('start', left, 'Beginning of what is in sight')}
        style={{ transform: `translateX(${Math.max(left, HANDLE_PX)}px)` }}
      />
      <span
        className="pd-tl-handle"
        {...slider('end', right, 'End of what is in sight')}
        style={{ transform: `translateX(${Math.min(right, width - HANDLE_PX - 2)}px)` }}
      />
    </div>
  );
}

type Part = 'window' | 'start' | 'end';

/** A bar for each bin, as one path; heights by the root of the count, so that a burst does not flatten the rest. */
function histogram(instants: readonly number[], map: TimeMap, whole: Viewport, width: number): string {
  const counts = new Uint32Array(Math.max(1, Math.ceil(width / BIN_PX)));
  const edges = Array.from(counts, (_, index) => timeOfX(map, whole, (index + 1) * BIN_PX));
  let bin = 0;
  for (const at of instants) {
    while (bin > 0 && at < (edges[bin - 1] as number)) bin -= 1;
    while (bin < counts.length - 1 && at >= (edges[bin] as number)) bin += 1;
    counts[bin] = (counts[bin] as number) + 1;
  }
  const most = Math.sqrt(counts.reduce((max, each) => Math.max(max, each), 1));
  return [...counts]
    .map((count, index) => {
      if (count === 0) return '';
      const height = Math.max(2, ((HEIGHT - 6) * Math.sqrt(count)) / most);
      return `M${index * BIN_PX + 1} ${HEIGHT - 2}v${-height.toFixed(1)}h${BIN_PX - 1}v${height.toFixed(1)}z`;
    })
    .join('');
}
