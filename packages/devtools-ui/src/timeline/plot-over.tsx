/** What lies over the rows: now, the line under the pointer, a range that is drawn, arrows, and the ways back to what is out of sight. */
import { type ReactElement, type RefObject, useMemo } from 'react';
import { formatDuration } from '../models/duration.ts';
import type { Group } from '../models/group.ts';
import { causesOf } from './causes.ts';
import { Arrows } from './parts.ts';
import type { DrawnRange } from './plot-pointer.ts';
import type { TimelineModel } from './use-timeline.ts';
import { rightEdge, timeOfX, xOf } from './viewport.ts';

export interface PlotOverProps {
  readonly timeline: TimelineModel;
  readonly height: number;
  readonly isVirtualTime: boolean;
  readonly hoverLine: RefObject<HTMLDivElement | null>;
  readonly drawn: DrawnRange | undefined;
  /** Whether any row in sight, but for the run's own, has a bar. */
  readonly hasBars: boolean;
  /** The middle of a group's row, from the top of what is in sight. */
  readonly yOf: (group: Group) => number | undefined;
  readonly onGo: (group: Group) => void;
  readonly onRow: (index: number) => void;
}

export function PlotOver({ timeline, height, isVirtualTime, hoverLine, drawn, hasBars, yOf, onGo, onRow }: PlotOverProps): ReactElement {
  const { store, state, lanes, selected, now, version, missed } = timeline;
  const { map, view, width, domain, mode } = state;
  const nowX = xOf(map, view, domain.end);
  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, and `version` says when
  const causes = useMemo(() => selected && causesOf(lanes.groups, selected), [selected, lanes, version]);
  return (
    <>
      {domain.isOpen && nowX >= 0 && nowX <= width && (
        <div className="pd-tl-now" style={{ transform: `translateX(${nowX}px)` }} aria-hidden="true">
          {isVirtualTime && <span>virtual time</span>}
        </div>
      )}
      <div ref={hoverLine} className="pd-tl-hover" hidden aria-hidden="true">
        <span />
      </div>
      {drawn && (
        <div
          className="pd-tl-drawn"
          data-measure={drawn.isMeasure ? '' : undefined}
          style={{ transform: `translateX(${drawn.start}px)`, inlineSize: drawn.end - drawn.start }}
        >
          <span>{formatDuration(timeOfX(map, view, drawn.end) - timeOfX(map, view, drawn.start))}</span>
        </div>
      )}
      {selected && causes && <Arrows selected={selected} causes={causes} map={map} view={view} width={width} height={height} now={now} yOf={yOf} onGo={onGo} />}
      {!hasBars && width > 0 && <Elsewhere timeline={timeline} onRow={onRow} />}
      {mode === 'inspect' && domain.isOpen && (
        <button type="button" className="pd-tl-pill" onClick={store.goLive}>
          {missed > 0 ? `${missed} new ${missed === 1 ? 'event' : 'events'} — jump to live` : 'Jump to live'}
        </button>
      )}
    </>
  );
}

/** The rows in sight did nothing in the time in sight: says where those are that did. */
function Elsewhere({ timeline, onRow }: { readonly timeline: TimelineModel; readonly onRow: (index: number) => void }): ReactElement | null {
  const { rows, state, now } = timeline;
  const [from, to] = [state.view.start, rightEdge(state.map, state.view, state.width)];
  let first = -1;
  let shared = -1;
  let count = 0;
  for (const [index, row] of rows.entries()) {
    if (row.is !== 'lane' || row.lane.kind === 'workflow') continue;
    const all = row.lane.run.groups.groups;
    const isThere = row.lane.members.some((member) => {
      const group = all[member];
      return group !== undefined && group.start <= to && (group.end ?? now) >= from;
    });
    if (!isThere) continue;
    // A row of many, such as all signals of a name, is there at most times: it is not what is looked for.
    if (row.lane.members.length > 1) shared = index;
    else if (first < 0) first = index;
    count += 1;
  }
  if (count === 0) return null;
  return (
    <button type="button" className="pd-tl-pill" data-elsewhere="" onClick={() => onRow(first < 0 ? shared : first)}>
      Show the {count === 1 ? 'row' : `${count} rows`} of this time
    </button>
  );
}
