// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go as one scrolls cannot be rows of a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row by aria-activedescendant
/** A run's events, live: one line each, whatever their number, with the full attributes of the one that is selected. */
import type { HistoryEvent } from '@perdure/core/history';
import { type KeyboardEvent, type ReactElement, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatClock, formatDuration } from '../models/duration.ts';
import { summarize } from '../models/event-summary.ts';
import { scrollTopFor, windowOf } from '../ui/window.ts';

export interface EventListProps {
  /** In the order of their ids. */
  readonly events: readonly HistoryEvent[];
  /** Names the list for those who do not see it: "Events of report.pdf". */
  readonly label: string;
}

/** Narrower panels give each event two lines. */
const NARROW_PX = 520;
const ROW_PX = 24;
const NARROW_ROW_PX = 44;
type TimeFormat = 'since start' | 'since previous' | 'clock';
const TIME_FORMATS: readonly TimeFormat[] = ['since start', 'since previous', 'clock'];

export function EventList({ events, label }: EventListProps): ReactElement {
  const [showsTasks, setShowsTasks] = useState(false);
  const [timeFormat, setTimeFormat] = useState<TimeFormat>('since start');
  const [selectedId, setSelectedId] = useState<number>();
  const shown = useMemo(
    () => (showsTasks ? events : events.filter((event) => !event.type.startsWith('WorkflowTask') || event.type === 'WorkflowTaskFailed')),
    [events, showsTasks],
  );
  const byId = useMemo(() => new Map(events.map((event) => [event.eventId as number, event])), [events]);
  const selected = selectedId === undefined ? undefined : byId.get(selectedId);
  const nextFormat = TIME_FORMATS[(TIME_FORMATS.indexOf(timeFormat) + 1) % TIME_FORMATS.length] ?? 'since start';
  const hidden = events.length - shown.length;
  const [view, setView] = useState<View>({ scrollTop: 0, height: 0, width: NARROW_PX });
  const isNarrow = view.width < NARROW_PX;

  return (
    <section className="pd pd-events" data-narrow={isNarrow ? '' : undefined} aria-label={label}>
      <div className="pd-events-bar">
        <span className="pd-events-count">
          {events.length} {events.length === 1 ? 'event' : 'events'}
          {hidden > 0 && <span className="pd-run-facts"> · {hidden} of workflow tasks hidden</span>}
        </span>
        <button type="button" className="pd-button" onClick={() => setTimeFormat(nextFormat)} aria-label={`Times are shown ${timeFormat}; show ${nextFormat}`}>
          Time: {timeFormat}
        </button>
        <button type="button" className="pd-button" aria-pressed={showsTasks} onClick={() => setShowsTasks(!showsTasks)}>
          Workflow tasks
        </button>
      </div>
      {shown.length === 0 ? (
        <p className="pd-events-empty">No events yet.</p>
      ) : (
        <Rows
          rows={shown}
          byId={byId}
          view={view}
          onView={setView}
          rowHeight={isNarrow ? NARROW_ROW_PX : ROW_PX}
          timeFormat={timeFormat}
          selectedId={selectedId}
          onSelect={setSelectedId}
          label={label}
        />
      )}
      {selected && <EventDetails event={selected} onClose={() => setSelectedId(undefined)} />}
    </section>
  );
}

interface View {
  readonly scrollTop: number;
  readonly height: number;
  readonly width: number;
}

interface RowsProps {
  readonly rows: readonly HistoryEvent[];
  readonly byId: ReadonlyMap<number, HistoryEvent>;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly rowHeight: number;
  readonly timeFormat: TimeFormat;
  readonly selectedId: number | undefined;
  readonly onSelect: (eventId: number | undefined) => void;
  readonly label: string;
}

function Rows({ rows, byId, view, onView, rowHeight, timeFormat, selectedId, onSelect, label }: RowsProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const idPrefix = useId();
  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    follows.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    onView({ scrollTop: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
  }, [onView, rowHeight]);

  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [look]);

  // Whoever looks at the end sees what is new; whoever has scrolled away is left where they are.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && follows.current) element.scrollTop = rows.length * rowHeight;
  }, [rows.length, rowHeight]);

  const { first, last } = windowOf(rows.length, rowHeight, view.scrollTop, view.height);
  const selectedRow = rows.findIndex((event) => event.eventId === selectedId);

  const onKeyDown = (pressed: KeyboardEvent): void => {
    const target = rowFor(pressed.key, selectedRow, rows.length, Math.max(1, Math.floor(view.height / rowHeight) - 1));
    if (pressed.key === 'Escape') onSelect(undefined);
    const event = target === undefined ? undefined : rows[target];
    if (!event || target === undefined || !scroller.current) return;
    pressed.preventDefault();
    scroller.current.scrollTop = scrollTopFor(target, rowHeight, scroller.current.scrollTop, view.height);
    onSelect(event.eventId);
  };

  return (
    <div
      ref={scroller}
      className="pd-events-scroll"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length}
      aria-activedescendant={selectedRow >= first && selectedRow < last ? `${idPrefix}${selectedId}` : undefined}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div className="pd-events-space" role="presentation" style={{ blockSize: rows.length * rowHeight }}>
        {rows.slice(first, last).map((event, offset) => {
          const row = first + offset;
          const { group, tone, title, facts } = summarize(event, scheduledOf(event, byId));
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its rows
            <div
              key={event.eventId}
              id={`${idPrefix}${event.eventId}`}
              className="pd-event"
              role="row"
              tabIndex={-1}
              data-group={group}
              data-tone={tone}
              aria-rowindex={row + 1}
              aria-selected={event.eventId === selectedId}
              style={{ blockSize: rowHeight, transform: `translateY(${row * rowHeight}px)` }}
              onClick={() => onSelect(event.eventId === selectedId ? undefined : event.eventId)}
            >
              <span role="gridcell" className="pd-event-id">
                {event.eventId}
              </span>
              <span role="gridcell" className="pd-event-time">
                {timeOf(event, rows[row - 1], rows[0], timeFormat)}
              </span>
              <span role="gridcell" className="pd-event-title">
                {title}
              </span>
              <span role="gridcell" className="pd-event-facts">
                {facts}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function EventDetails({ event, onClose }: { readonly event: HistoryEvent; readonly onClose: () => void }): ReactElement {
  return (
    <div className="pd-event-details">
      <div className="pd-run-header-line">
        <h3>
          {event.eventId} {event.type}, {formatClock(event.eventTime)}
        </h3>
        <button type="button" className="pd-button" onClick={onClose}>
          Close
        </button>
      </div>
      <pre>{JSON.stringify(event.attributes, null, 2)}</pre>
    </div>
  );
}

function scheduledOf({ attributes }: HistoryEvent, byId: ReadonlyMap<number, HistoryEvent>): HistoryEvent | undefined {
  return 'scheduledEventId' in attributes ? byId.get(attributes.scheduledEventId) : undefined;
}

function timeOf(event: HistoryEvent, previous: HistoryEvent | undefined, first: HistoryEvent | undefined, format: TimeFormat): string {
  if (format === 'clock') return formatClock(event.eventTime);
  const since = format === 'since previous' ? previous : first;
  return `+${formatDuration(event.eventTime - (since ?? event).eventTime)}`;
}

function rowFor(key: string, current: number, count: number, page: number): number | undefined {
  const clamp = (row: number): number => Math.min(count - 1, Math.max(0, row));
  switch (key) {
    case 'ArrowDown':
      return clamp(current + 1);
    case 'ArrowUp':
      return clamp(current < 0 ? count - 1 : current - 1);
    case 'PageDown':
      return clamp(current + page);
    case 'PageUp':
      return clamp(current - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
