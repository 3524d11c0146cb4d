/** One run, as it is and as it goes on: its description, its events in groups, and what its code has registered. */
import type { Clock } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Backend, BackendError, type EventsDelta, type RunRef } from '../backend/backend.ts';
import { toBackendError } from '../backend/errors.ts';
import type { DescribedRun, RegisteredCode } from '../backend/shapes.ts';
import { RunGroups } from '../models/groups.ts';
import type { Frame } from './frame.ts';
import { createRunQueries, type RunQueries } from './run-queries.ts';
import { throttle } from './throttle.ts';
import { createTimeTravel, type TimeTravel } from './time-travel.ts';

export interface RunPageState {
  readonly ref: RunRef;
  readonly described?: DescribedRun;
  /** In the order of their ids. */
  readonly events: readonly HistoryEvent[];
  readonly groups: RunGroups;
  /** Grows with each change of `groups`, which changes in place. */
  readonly version: number;
  /** Whether these are all events that there are. */
  readonly isCaughtUp: boolean;
  /** In words, when the rest of the history is damaged. */
  readonly damage?: string;
  readonly code?: RegisteredCode;
  readonly error?: BackendError;
}

export interface RunPage {
  readonly store: StoreApi<RunPageState>;
  readonly queries: RunQueries;
  readonly timeTravel: TimeTravel;
  /** Reads the description anew: after an order, for instance. */
  refresh(): void;
  close(): void;
}

export interface RunPageOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly frame: Frame;
}

const DESCRIBE_GAP_MS = 150;
const CODE_GAP_MS = 1000;
/** Attempts and heartbeats are in no history: an open run with activities is asked for this often. */
const AGAIN_MS = 1000;

/** Begins at once. */
export function openRunPage({ backend, clock, frame }: RunPageOptions, ref: RunRef): RunPage {
  const store = createStore<RunPageState>(() => ({ ref, events: [], groups: new RunGroups(), version: 0, isCaughtUp: false }));
  const canQuery = backend.describe().capabilities.includes('query');
  let incoming: EventsDelta[] = [];
  let isClosed = false;
  let cancelAgain: (() => void) | undefined;

  const describe = throttle(clock, DESCRIBE_GAP_MS, async () => {
    try {
      const described = await backend.fetch('run', store.getState().ref);
      if (isClosed) return;
      frame.next('described', () => observe(described));
    } catch (error) {
      if (!isClosed) fail(error);
    }
  });

  function observe(described: DescribedRun): void {
    const { groups, error: _, ...rest } = store.getState();
    groups.observe(described);
    store.setState({ ...rest, groups, described, version: groups.version }, true);
    cancelAgain?.();
    cancelAgain = undefined;
    if (described.summary.status === 'RUNNING' && described.pendingActivities.length > 0) cancelAgain = clock.setTimer(AGAIN_MS, describe);
  }

  const readCode = throttle(clock, CODE_GAP_MS, async () => {
    if (!canQuery || isClosed) return;
    const { ref: run } = store.getState();
    try {
      const code = await backend.fetch('code', { namespace: run.namespace, run });
      if (!isClosed) store.setState({ code });
    } catch {
      // A run whose code is not here, or fails, has nothing registered: its forms take names that are typed.
      if (!isClosed && !store.getState().code) store.setState({ code: { signals: [], queries: [], updates: [] } });
    }
  });

  const queries = createRunQueries({ backend, clock, page: store });
  const timeTravel = createTimeTravel({ backend, frame, page: store });

  function apply(): void {
    const deltas = incoming;
    incoming = [];
    let { events, isCaughtUp, damage, ref: run } = store.getState();
    const { groups } = store.getState();
    const fresh: HistoryEvent[] = [];
    let hasTask = false;
    for (const delta of deltas) {
      if ('failure' in delta) {
        fail(new BackendError(delta.failure.kind, delta.failure.message));
        continue;
      }
      fresh.push(...delta.events);
      isCaughtUp = delta.isCaughtUp;
      damage = delta.damage;
      if (run.runId === undefined) run = { ...run, runId: delta.runId };
    }
    if (fresh.length > 0) {
      groups.append(fresh);
      events = events.length === 0 ? fresh : [...events, ...fresh];
      hasTask = fresh.some(({ type }) => type === 'WorkflowTaskCompleted');
    }
    store.setState({ events, isCaughtUp, ref: run, version: groups.version, ...(damage !== undefined && { damage }) });
    describe();
    if (isCaughtUp && (hasTask || !store.getState().code)) readCode();
  }

  const fail = (error: unknown): void => store.setState({ error: toBackendError(error) });

  let unsubscribe = (): void => undefined;
  try {
    unsubscribe = backend.subscribe('events', { ...ref, afterEventId: 0 }, (delta) => {
      incoming.push(delta);
      frame.next('events', apply);
    });
  } catch (error) {
    fail(error);
  }
  describe();

  return {
    store,
    queries,
    timeTravel,
    refresh: describe,
    close() {
      isClosed = true;
      unsubscribe();
      cancelAgain?.();
      describe.cancel();
      readCode.cancel();
      queries.close();
      timeTravel.close();
    },
  };
}
