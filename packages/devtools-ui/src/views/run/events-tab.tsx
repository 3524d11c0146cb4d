// biome-ignore-all lint/a11y/useSemanticElements: cells of a virtual grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus
/** Every event of a run, however many: raw or in groups, searched and filtered; what belongs together is a key away. */
import type { HistoryEvent } from '@perdure/core/history';
import { type KeyboardEvent, type ReactElement, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { formatDuration } from '../../models/duration.ts';
import { type EventRow, eventRows, matcherOf, rowKey, searchText } from '../../models/event-rows.ts';
import { summarize } from '../../models/event-summary.ts';
import { isProblem } from '../../models/group.ts';
import { statusWords, titleOf } from '../../models/group-words.ts';
import type { RunGroups } from '../../models/groups.ts';
import { mapPayloads, payloadsIn } from '../../models/payload-value.ts';
import { relatedEvents } from '../../models/related.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { StatusIcon } from '../../ui/status-badge.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { VirtualGrid, type VirtualGridHandle } from '../../ui/virtual-grid.tsx';
import { useDevtools, useRoute, useSession } from '../context.ts';
import { CATEGORY_ICONS, toneOf } from '../tone.ts';
import { Moment, WordsView } from '../words-view.tsx';
import { EventFilterBar, useEventView } from './event-filter-bar.tsx';

export { runStyles } from './run.styles.ts';

/** Below this an event has two lines. */
const LINES_PX = 520;

export function EventsTab({ page }: { readonly page: RunPage }): ReactElement {
  const { navigation } = useDevtools();
  const { events, groups, version, isCaughtUp, described } = useValue(page.store, (state) => state);
  const selectedId = useRoute((route) => route.eventId);
  const { view, toggleGroup } = useEventView();
  const textOf = useSearchText(page, view.filter.text !== '');
  const deferred = useDeferredValue(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, which the version says
  const rows = useMemo(() => eventRows(groups, events, deferred, textOf), [events, groups, version, deferred, textOf]);
  const [cursor, setCursor] = useState<string>();
  const [isFollowing, setIsFollowing] = useState(true);
  const [seen, setSeen] = useState(0);
  const grid = useRef<VirtualGridHandle>(null);
  const element = useRef<HTMLDivElement>(null);
  const isNarrow = useWidth(element, 800) < LINES_PX;
  const rowHeight = useRowHeight(isNarrow);
  const { problem } = matcherOf(view.filter);

  const select = (eventId: number | undefined): void => navigation.adjust({ eventId });
  const onActive = (row: EventRow): void => {
    setCursor(rowKey(row));
    select(row.kind === 'group' ? row.group.id : row.event.eventId);
    if (row.kind === 'group') toggleGroup(row.group.id);
  };
  const activeKey = keyOf(rows, cursor, selectedId);

  // Whoever selected an event elsewhere finds it here.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another one is selected
  useEffect(() => {
    const index = selectedId === undefined ? -1 : rows.findIndex((row) => row.kind !== 'group' && row.event.eventId === selectedId);
    if (index >= 0) grid.current?.scrollTo(index);
  }, [selectedId]);

  const onKey = (event: KeyboardEvent, row: EventRow | undefined): boolean => {
    const to =
      event.key === ']' || event.key === '['
        ? related(groups, row, event.key)
        : event.key === 'n' || event.key === 'N'
          ? problemFrom(rows, row, event.key === 'n' ? 1 : -1)
          : undefined;
    if (event.key === 'Escape' && selectedId !== undefined) {
      select(undefined);
      return true;
    }
    if (row?.kind === 'group' && ((event.key === 'ArrowRight' && !row.isOpen) || (event.key === 'ArrowLeft' && row.isOpen))) {
      toggleGroup(row.group.id);
      return true;
    }
    if (to === undefined) return false;
    setCursor(undefined);
    select(to);
    return true;
  };

  const fresh = isFollowing ? 0 : events.length - seen;
  return (
    <div className="pd-events" ref={element}>
      <EventFilterBar shown={rows.filter(({ kind }) => kind !== 'step').length} total={events.length} isCaughtUp={isCaughtUp} problem={problem} />
      {rows.length === 0 && isCaughtUp ? (
        <p className="pd-empty">{events.length === 0 ? 'No event is recorded yet.' : 'No event matches.'}</p>
      ) : (
        <VirtualGrid
          ref={grid}
          role={view.isGrouped ? 'treegrid' : 'grid'}
          label={`Events of ${described?.summary.workflowId ?? ''}`}
          className="pd-event-rows"
          rows={rows}
          keyOf={rowKey}
          rowHeight={rowHeight}
          activeKey={activeKey}
          onActive={onActive}
          onKey={onKey}
          followsEnd={!view.isGrouped && described?.summary.status === 'RUNNING'}
          onFollowing={(follows) => {
            setIsFollowing(follows);
            setSeen(events.length);
          }}
          attributesOf={(row) => attributesOf(row, rowHeight, isNarrow, view.isGrouped)}
        >
          {(row, index) => <Cells row={row} previous={rows[index - 1]} start={events[0]?.eventTime ?? 0} groups={groups} />}
        </VirtualGrid>
      )}
      {fresh > 0 && (
        <Button className="pd-button pd-pill" look="primary" onClick={() => grid.current?.follow()}>
          {fresh.toLocaleString('en')} new {fresh === 1 ? 'event' : 'events'}: to the end
        </Button>
      )}
    </div>
  );
}

/** Encoded payloads are decoded before they are searched. */
function useSearchText(page: RunPage, isNeeded: boolean): ((event: HistoryEvent) => string) | undefined {
  const { backend, decoder } = useSession();
  const { hasCodecs } = backend.describe();
  const { events, ref } = useValue(page.store, (state) => state);
  const version = useValue(decoder.store, (state) => state.version);
  useEffect(() => {
    if (hasCodecs && isNeeded)
      void decoder.decodeAll(
        events.flatMap((event) => payloadsIn(event.attributes)),
        ref.workflowId,
      );
  }, [hasCodecs, isNeeded, decoder, events, ref]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is decoded grows with the version
  return useMemo(() => {
    if (!hasCodecs) return undefined;
    return (event) => searchText(mapPayloads(event, (payload) => decoder.show(payload, ref.workflowId).payload));
  }, [hasCodecs, decoder, ref, version]);
}

function useRowHeight(isNarrow: boolean): number {
  const isCosy = useValue(useDevtools().preferences, ({ density }) => density === 'cosy');
  return isNarrow ? (isCosy ? 52 : 44) : isCosy ? 32 : 24;
}

/** The row under the cursor, or the first that shows what is selected. */
function keyOf(rows: readonly EventRow[], cursor: string | undefined, selectedId: number | undefined): string | undefined {
  if (selectedId === undefined) return cursor;
  if (cursor === `g${selectedId}` || cursor === `e${selectedId}`) return cursor;
  const row = rows.find((each) =>
    each.kind === 'group' ? each.group.events.some(({ eventId }) => eventId === selectedId) && !each.isOpen : each.event.eventId === selectedId,
  );
  return row && rowKey(row);
}

const eventOf = (row: EventRow): HistoryEvent | undefined => (row.kind === 'group' ? row.group.events[0] : row.event);

function related(groups: RunGroups, row: EventRow | undefined, key: '[' | ']'): number | undefined {
  const event = row && eventOf(row);
  if (!event) return undefined;
  const ids = [...new Set([event.eventId, ...relatedEvents(groups, event.eventId).map(({ eventId }) => eventId)])].sort((a, b) => a - b);
  return ids[ids.indexOf(event.eventId) + (key === ']' ? 1 : -1)];
}

function problemFrom(rows: readonly EventRow[], row: EventRow | undefined, step: 1 | -1): number | undefined {
  const at = row ? rows.indexOf(row) : step === 1 ? -1 : rows.length;
  for (let index = at + step; index >= 0 && index < rows.length; index += step) {
    const each = rows[index];
    if (each?.kind === 'group' && isProblem(each.group.status)) return each.group.id;
    if (each?.kind === 'event' && summarize(each.event).tone === 'failed') return each.event.eventId;
  }
  return undefined;
}

function attributesOf(row: EventRow, rowHeight: number, isNarrow: boolean, isTree: boolean) {
  const height = row.kind === 'step' ? 18 : rowHeight;
  return {
    className: row.kind === 'step' ? 'pd-event-step' : 'pd-event',
    style: { blockSize: `${height}px` },
    'data-category': row.kind === 'step' ? undefined : (row.kind === 'group' ? row.group : row.group)?.category,
    'data-lines': isNarrow && row.kind !== 'step' ? '' : undefined,
    'data-inner': row.kind === 'event' && row.isInGroup ? '' : undefined,
    ...(isTree && { 'aria-level': row.kind === 'event' && row.isInGroup ? 2 : 1, ...(row.kind === 'group' && { 'aria-expanded': row.isOpen }) }),
  };
}

interface CellsProps {
  readonly row: EventRow;
  readonly previous: EventRow | undefined;
  readonly start: number;
  readonly groups: RunGroups;
}

function Cells({ row, previous, start, groups }: CellsProps): ReactElement {
  switch (row.kind) {
    case 'step':
      return <StepCell event={row.event} activation={row.activation} groups={groups} />;
    case 'group':
      return <GroupCells row={row} start={start} />;
    default:
      return <EventCells event={row.event} previous={previous && eventOf(previous)} start={start} groups={groups} />;
  }
}

function StepCell({ event, activation, groups }: { readonly event: HistoryEvent; readonly activation: number; readonly groups: RunGroups }): ReactElement {
  const task = groups.groupOf(event.eventId);
  const started = task?.events.find(({ type }) => type === 'WorkflowTaskStarted');
  return (
    <span role="gridcell" className="pd-step-cell" title="One step of the workflow's code: a workflow task">
      step {activation}
      {started && `, ${formatDuration(event.eventTime - started.eventTime)}`}
    </span>
  );
}

function GroupCells({ row: { group, isOpen }, start }: { readonly row: Extract<EventRow, { kind: 'group' }>; readonly start: number }): ReactElement {
  const { what, name, more } = titleOf(group);
  return (
    <>
      <span role="gridcell" className="pd-cell pd-event-id">
        <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} />
        {group.id}
      </span>
      <span role="gridcell" className="pd-cell pd-event-time">
        <Moment at={group.start} start={start} />
      </span>
      <span role="gridcell" className="pd-cell pd-event-title">
        <StatusIcon tone={toneOf(group.status)} />
        {what && <span>{what} </span>}
        <b>{name}</b> {more && <span className="pd-muted">{more}</span>}
      </span>
      <span role="gridcell" className="pd-cell pd-event-facts">
        <WordsView words={statusWords(group)} />
      </span>
    </>
  );
}

function EventCells({
  event,
  previous,
  start,
  groups,
}: {
  readonly event: HistoryEvent;
  readonly previous: HistoryEvent | undefined;
  readonly start: number;
  readonly groups: RunGroups;
}): ReactElement {
  const { decoder, backend } = useSession();
  useValue(decoder.store, (state) => state.version);
  const workflowId = useRoute((route) => route.workflowId) ?? '';
  const shown = backend.describe().hasCodecs ? mapPayloads(event, (payload) => decoder.show(payload, workflowId).payload) : event;
  const group = groups.groupOf(event.eventId);
  const { tone, title, facts } = summarize(shown, group?.events[0]);
  return (
    <>
      <span role="gridcell" className="pd-cell pd-event-id">
        {event.eventId}
      </span>
      <span role="gridcell" className="pd-cell pd-event-time">
        <Moment at={event.eventTime} start={start} {...(previous && { previous: previous.eventTime })} />
      </span>
      <span role="gridcell" className="pd-cell pd-event-title" data-tone={tone} title={event.type}>
        <span className="pd-category-icon">
          <Icon name={CATEGORY_ICONS[group?.category ?? 'workflow']} />
        </span>
        {title}
      </span>
      <span role="gridcell" className="pd-cell pd-event-facts" title={facts}>
        {facts}
      </span>
    </>
  );
}
