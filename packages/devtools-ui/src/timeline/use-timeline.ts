/** What the parts of the timeline share: its rows, its view of time, its children, and when things happened; kept up to date with the run. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Group } from '../models/group.ts';
import type { RunGroups } from '../models/groups.ts';
import { useValue } from '../state/use-value.ts';
import { type ChildRuns, createChildRuns } from './child-runs.ts';
import { type Row, RunLanes, rowsOf } from './lanes.ts';
import type { TimelineProps } from './timeline.tsx';
import { createTimelineStore, type Domain, type TimelineState, type TimelineStore } from './timeline-store.ts';

export interface TimelineModel {
  readonly store: TimelineStore;
  readonly state: TimelineState;
  readonly lanes: RunLanes;
  readonly rows: readonly Row[];
  readonly children: ChildRuns | undefined;
  /** When things happened, workflow tasks aside. Grows in place. */
  readonly instants: readonly number[];
  /** Differs when anything of the rows does. */
  readonly version: string;
  readonly now: number;
  readonly selected: Group | undefined;
  /** Events that came since the view left the live edge. */
  readonly missed: number;
}

/** Nothing has come for so long: what is folded may be decided anew. */
const REST_MS = 1500;
const NO_CHILDREN = { subscribe: () => () => undefined, getState: () => ({ children: new Map(), version: 0 }) } as const;
const NONE = NO_CHILDREN.getState();

export function useTimeline(
  { groups, version, run, backend, isLive, isCaughtUp = true, selectedEventId, openedFolds }: TimelineProps,
  time: number,
): TimelineModel {
  const [store] = useState(() => createTimelineStore(openedFolds));
  const state = useValue(store, (each) => each);
  const lanes = useMemo(() => new RunLanes(groups, '', run), [groups, run]);
  const children = useMemo(() => backend && createChildRuns(backend), [backend]);
  const opened = useSyncExternalStore(children?.subscribe ?? NO_CHILDREN.subscribe, children?.getState ?? (() => NONE));
  useEffect(() => () => children?.close(), [children]);

  const isOpen = isLive && groups.runEnd === undefined;
  const instants = useInstants(groups);
  const { last } = instants;
  const now = isOpen ? Math.max(time, last) : (groups.runEnd ?? last);
  const start = groups.groups[0]?.start ?? now;
  const count = groups.eventCount;

  useLayoutEffect(() => {
    if (count === 0) return;
    const domain: Domain = { start, end: Math.max(now, start + 1), isOpen, last };
    store.advance(domain, instants.take());
  }, [store, start, now, isOpen, last, count, instants]);

  const hasFolded = useRef(false);
  const isMeasured = state.width > 0;
  useLayoutEffect(() => {
    if (count === 0 || !isMeasured) return undefined;
    // While the history is read, and once it is, it is folded as a whole; later events wait for a rest.
    if (!hasFolded.current || !isCaughtUp) {
      store.refold(instants.list);
      hasFolded.current = isCaughtUp;
      return undefined;
    }
    const timer = setTimeout(() => {
      if (store.getState().isFit) store.refold(instants.list);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [store, count, isCaughtUp, instants, isMeasured]);

  const key = `${version} ${opened.version}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: lanes and children change in place, and `key` says when
  const rows = useMemo(() => rowsOf(lanes, opened.children), [lanes, key]);
  const leftAt = useRef(count);
  if (state.mode !== 'inspect') leftAt.current = count;

  return {
    store,
    state,
    lanes,
    rows,
    children,
    instants: instants.list,
    version: key,
    now,
    selected: selectedEventId === undefined ? undefined : groups.groupOf(selectedEventId),
    missed: count - leftAt.current,
  };
}

interface Instants {
  readonly list: number[];
  last: number;
  /** Those that have come since it was last asked. */
  take(): number[];
}

/** When things happened, workflow tasks aside: costs what has come since the last time. */
function useInstants(groups: RunGroups): Instants {
  const kept = useRef<{ readonly of: RunGroups; seen: number; readonly instants: Instants }>(undefined);
  if (kept.current?.of !== groups) kept.current = { of: groups, seen: 0, instants: createInstants() };
  const { instants } = kept.current;
  for (; kept.current.seen < groups.eventCount; kept.current.seen += 1) {
    const event = groups.event(kept.current.seen + 1);
    if (!event || event.type.startsWith('WorkflowTask')) continue;
    instants.list.push(event.eventTime);
    instants.last = Math.max(instants.last, event.eventTime);
  }
  return instants;
}

function createInstants(): Instants {
  let taken = 0;
  return {
    list: [],
    last: 0,
    take() {
      const fresh = this.list.slice(taken);
      taken = this.list.length;
      return fresh;
    },
  };
}
