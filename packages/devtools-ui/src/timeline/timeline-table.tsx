// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go as one scrolls cannot be rows of a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row by aria-activedescendant
/** The same as text: everything of the run that has a bar, in the order of its beginning. */
import { type KeyboardEvent, type ReactElement, useId, useMemo, useState } from 'react';
import { formatClock, formatDuration } from '../models/duration.ts';
import type { Group } from '../models/group.ts';
import { statusWords, titleText } from '../models/group-words.ts';
import { TONES } from '../models/status.ts';
import { wordsText } from '../models/words.ts';
import { type PlotProps, ROW_PX } from './plot.tsx';
import { scrollTopFor, windowOf } from './row-window.ts';
import { useSize } from './use-size.ts';

export { tableStyles } from './parts.styles.ts';

const COLUMNS = ['What', 'Status', 'Began', 'Took', 'In words'] as const;

export function TimelineTable({ timeline, label, density = 'compact', onSelect, selectedEventId }: PlotProps): ReactElement {
  const { lanes, version, now, selected } = timeline;
  const rowPx = ROW_PX[density];
  const id = useId();
  const [attach, size] = useSize<HTMLDivElement>();
  const [scrollTop, setScrollTop] = useState(0);
  const [active, setActive] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, and `version` says when
  const groups = useMemo(() => lanes.groups.groups.filter(({ kind, status }) => kind !== 'workflow task' || status !== 'completed'), [lanes, version]);
  const { first, last } = windowOf(groups.length, rowPx, scrollTop, size.height - rowPx);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const page = Math.max(1, Math.floor(size.height / rowPx) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: groups.length - 1,
    };
    const wanted = moves[event.key];
    const group = groups[active];
    if (event.key === 'Enter' && group) onSelect({ eventId: eventIdOf(group), opens: true });
    else if (event.key === 'Escape' && selectedEventId !== undefined) onSelect(undefined);
    else if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (wanted === undefined) return;
    const next = Math.min(groups.length - 1, Math.max(0, wanted));
    setActive(next);
    event.currentTarget.scrollTop = scrollTopFor(next, rowPx, event.currentTarget.scrollTop, size.height - rowPx);
  };

  return (
    <div
      ref={attach}
      className="pd-tl-table"
      role="grid"
      tabIndex={0}
      aria-label={`${label}, as a table`}
      aria-rowcount={groups.length + 1}
      aria-activedescendant={active >= first && active < last ? `${id}${active}` : undefined}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div className="pd-tl-table-head pd-tl-table-row" role="row" aria-rowindex={1} style={{ blockSize: rowPx }}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ blockSize: groups.length * rowPx, position: 'relative' }}>
        {groups.slice(first, last).map((group, offset) => {
          const index = first + offset;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its rows
            <div
              key={group.id}
              id={`${id}${index}`}
              className="pd-tl-table-row"
              role="row"
              aria-rowindex={index + 2}
              aria-selected={group.id === selected?.id}
              data-active={index === active ? '' : undefined}
              data-category={group.category}
              style={{ blockSize: rowPx, transform: `translateY(${index * rowPx}px)`, position: 'absolute', insetInline: 0 }}
              onClick={() => {
                setActive(index);
                onSelect({ eventId: eventIdOf(group), opens: true });
              }}
            >
              <span role="gridcell">{titleText(group)}</span>
              <span role="gridcell" data-status={group.status}>
                {group.status === 'unknown' ? '' : TONES[group.status].label}
              </span>
              <span role="gridcell">{formatClock(group.start)}</span>
              <span role="gridcell">
                {group.end === undefined
                  ? `${formatDuration(now - group.start)} so far`
                  : group.end === group.start
                    ? ''
                    : formatDuration(group.end - group.start)}
              </span>
              <span role="gridcell">{wordsText(statusWords(group), now)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const eventIdOf = ({ events, id }: Group): number => events[0]?.eventId ?? id;
