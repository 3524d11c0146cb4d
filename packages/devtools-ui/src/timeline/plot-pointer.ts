/** What pointer and wheel do on the plot. */
import { type RefObject, useEffect, useRef } from 'react';
import { formatClock, formatDuration } from '../models/duration.ts';
import type { Group } from '../models/group.ts';
import { eventOf } from './bar-words.ts';
import type { Bar } from './bars.ts';
import type { Row } from './lanes.ts';
import type { Active } from './perform.ts';
import { listenToPointer } from './pointer.ts';
import type { TimelineSelection } from './timeline.tsx';
import type { TimelineState } from './timeline-store.ts';
import type { TimelineModel } from './use-timeline.ts';
import { type Range, timeOfX } from './viewport.ts';

export interface DrawnRange extends Range {
  readonly isMeasure: boolean;
}

export interface PlotPointer {
  readonly area: RefObject<HTMLElement | null>;
  readonly hoverLine: RefObject<HTMLElement | null>;
  readonly timeline: TimelineModel;
  readonly barsByRow: ReadonlyMap<number, readonly Bar[]>;
  readonly labelPx: number;
  readonly setActive: (active: Active) => void;
  readonly setDrawn: (drawn: DrawnRange | undefined) => void;
  readonly onSelect: (selection: TimelineSelection | undefined) => void;
}

/** Listens once; what it acts on is that of the last render. */
export function usePlotPointer(pointer: PlotPointer): void {
  const latest = useRef(pointer);
  latest.current = pointer;
  const { area, hoverLine, timeline } = pointer;
  const { store } = timeline;
  useEffect(() => {
    if (!area.current) return undefined;
    return listenToPointer(area.current, () => latest.current.labelPx, {
      zoom: store.zoom,
      pan: store.pan,
      range: ({ start, end }) => {
        const { map, view } = store.getState();
        store.show({ start: timeOfX(map, view, start), end: timeOfX(map, view, end) });
      },
      draw: (drawn) => latest.current.setDrawn(drawn),
      hover: (x) => moveHover(hoverLine.current, x, store.getState(), latest.current.timeline.selected),
      click: (target, x) => click(latest.current, target, x),
      doubleClick: (target) => {
        const { bar } = barUnder(target, latest.current);
        const { now } = latest.current.timeline;
        if (bar) store.show({ start: bar.group.start, end: Math.max(bar.group.end ?? now, bar.group.start + 1) }, 0.1);
      },
    });
  }, [store, area, hoverLine]);
}

/** What is at a point: by the elements there, or by the place where bars are painted. */
export function barUnder(
  target: Element,
  { timeline, barsByRow }: Pick<PlotPointer, 'timeline' | 'barsByRow'>,
  x: number = Number.NaN,
): { readonly bar?: Bar; readonly row?: Row } {
  const index = Number(target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? Number.NaN);
  const row = timeline.rows[index];
  const key = target.closest<HTMLElement>('[data-bar]')?.dataset['bar'];
  const isAt = (bar: Bar): boolean => (key === undefined ? x >= bar.x - 2 && x <= bar.x + bar.width + 2 : bar.key === key);
  const bar = barsByRow.get(index)?.findLast(isAt);
  return { ...(bar ? { bar } : {}), ...(row ? { row } : {}) };
}

function click(pointer: PlotPointer, target: Element, x: number): void {
  const { timeline, setActive, onSelect } = pointer;
  if (target.closest('[data-ruler]')) return;
  const { bar, row } = barUnder(target, pointer, x);
  if (row?.is !== 'lane') {
    onSelect(undefined);
    return;
  }
  setActive({ row: row.key, ...(bar ? { bar: bar.key } : {}) });
  if (target.closest('[data-toggle]') && row.child) {
    timeline.children?.toggle(row.key, row.child);
    return;
  }
  const { run, members } = row.lane;
  // A name stands for what it names; a row of many has no event of its own.
  const named = x < 0 && members.length === 1 ? run.groups.groups[members[0] as number]?.events[0]?.eventId : undefined;
  const eventId = bar ? eventOf(bar) : named;
  if (eventId === undefined) onSelect(undefined);
  // What belongs to a child is marked; opening it leads away from here, which Enter does.
  else if (run.ref && run.ref !== timeline.lanes.ref) onSelect({ eventId, opens: false, run: run.ref });
  else onSelect({ eventId, opens: true });
}

/** Moves the line under the pointer without a render: it follows each move of the mouse. */
function moveHover(line: HTMLElement | null, x: number | undefined, { map, view, width }: TimelineState, selected: Group | undefined): void {
  if (!line) return;
  line.hidden = x === undefined || x > width;
  if (x === undefined) return;
  const at = timeOfX(map, view, x);
  line.style.transform = `translateX(${x}px)`;
  const text = line.firstElementChild as HTMLElement;
  const delta = selected ? ` · ${at >= selected.start ? '+' : ''}${formatDuration(at - selected.start)}` : '';
  text.textContent = `${formatClock(at)}${delta}`;
  text.style.transform = x > width - 150 ? 'translateX(calc(-100% - 6px))' : 'translateX(6px)';
}
