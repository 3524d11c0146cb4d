/** The list of runs: pages as they are scrolled to, changes as they are told, counts beside it. */
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, BackendError, ChangesDelta } from '../backend/backend.ts';
import { toBackendError } from '../backend/errors.ts';
import type { RunStatus, RunSummary } from '../backend/shapes.ts';
import { quote, withoutStatuses, withPart } from '../models/filter.ts';
import { compareRuns } from '../models/run-order.ts';
import { QUERY_STATUSES } from '../models/status.ts';
import type { Frame } from './frame.ts';
import { throttle } from './throttle.ts';

export interface RunsState {
  readonly query: string;
  /** In the order of the engine: open ones first, the newest first. */
  readonly runs: readonly RunSummary[];
  /** Whether there are more than those that were read. */
  readonly hasMore: boolean;
  /** `first`: nothing is known yet; `more`: what there is stays while more is read. */
  readonly loading?: 'first' | 'more';
  readonly error?: BackendError;
  /** Runs that meet the query but for what it says of statuses, by status. */
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
}

export interface RunsList {
  readonly store: StoreApi<RunsState>;
  setQuery(query: string): void;
  loadMore(): void;
  /** Reads all anew. */
  refresh(): void;
  close(): void;
}

export interface RunsListOptions {
  readonly backend: Backend;
  readonly namespace: string;
  readonly clock: Clock;
  readonly frame: Frame;
}

const FIRST_PAGE = 200;
const PAGE = 1000;
/** Four times a second is as often as one can read it. */
const GAP_MS = 250;
/** Of more changes at once the whole list is read anew. */
const MOST_CHANGES = 100;
const STATUS_BY_NAME = new Map(Object.entries(QUERY_STATUSES).map(([status, name]) => [name, status as RunStatus]));

/** Begins at once: reads the first page, and listens. */
export function openRunsList({ backend, namespace, clock, frame }: RunsListOptions, query: string): RunsList {
  const store = createStore<RunsState>(() => ({ query, runs: [], hasMore: false, loading: 'first', counts: {} }));
  const canFilter = backend.describe().capabilities.includes('filter');
  /** Grows with each reading of the whole: answers to older ones are dropped. */
  let generation = 0;
  let nextPageToken: string | undefined;
  let isClosed = false;
  let changed = new Set<string>();

  const effective = (): string => (canFilter ? store.getState().query : '');

  async function readFirst(): Promise<void> {
    generation += 1;
    const mine = generation;
    changed = new Set();
    // What is shown stays as long as it may be right, however far one has scrolled.
    const pageSize = Math.min(PAGE, Math.max(FIRST_PAGE, store.getState().runs.length));
    try {
      const page = await backend.fetch('runs', { namespace, query: effective(), pageSize });
      if (mine !== generation || isClosed) return;
      nextPageToken = page.nextPageToken;
      store.setState({ runs: page.runs, hasMore: nextPageToken !== undefined });
      quiet();
    } catch (error) {
      if (mine === generation && !isClosed) fail(error);
    }
  }

  async function readMore(): Promise<void> {
    const mine = generation;
    store.setState({ loading: 'more' });
    try {
      const page = await backend.fetch('runs', {
        namespace,
        query: effective(),
        pageSize: PAGE,
        ...(nextPageToken !== undefined && { pageToken: nextPageToken }),
      });
      if (mine !== generation || isClosed) return;
      nextPageToken = page.nextPageToken;
      const known = new Set(store.getState().runs.map(({ runId }) => runId));
      store.setState(({ runs }) => ({ runs: [...runs, ...page.runs.filter(({ runId }) => !known.has(runId))], hasMore: nextPageToken !== undefined }));
      quiet();
    } catch (error) {
      if (mine === generation && !isClosed) fail(error);
    }
  }

  /** Asks for those that changed: what comes back meets the query, what does not come back no longer does. */
  async function readChanged(): Promise<void> {
    const ids = [...changed];
    if (ids.length === 0) return;
    if (ids.length > MOST_CHANGES || !canFilter || store.getState().error) return readFirst();
    changed = new Set();
    const mine = generation;
    try {
      const query = withPart(effective(), `RunId IN (${ids.map(quote).join(', ')})`);
      const { runs } = await backend.fetch('runs', { namespace, query, pageSize: MOST_CHANGES });
      if (mine === generation && !isClosed) frame.next('runs', () => store.setState((state) => ({ runs: merge(state, new Set(ids), runs) })));
    } catch (error) {
      if (mine === generation && !isClosed) fail(error);
    }
  }

  async function readCounts(): Promise<void> {
    if (!canFilter) return;
    const of = store.getState().query;
    try {
      const { groups } = await backend.fetch('counts', { namespace, query: `${withoutStatuses(of)} GROUP BY ExecutionStatus`.trim() });
      if (isClosed || of !== store.getState().query) return;
      const counts: Partial<Record<RunStatus, number>> = {};
      for (const { values, count } of groups) {
        const status = STATUS_BY_NAME.get(values[0] ?? '');
        if (status) counts[status] = count;
      }
      frame.next('counts', () => store.setState({ counts }));
    } catch {
      // The list asks for the same, and says what is wrong with it.
    }
  }

  const quiet = (): void => {
    const { loading: _, error: __, ...rest } = store.getState();
    store.setState(rest, true);
  };
  const fail = (error: unknown): void => {
    const { loading: _, ...rest } = store.getState();
    store.setState({ ...rest, error: toBackendError(error) }, true);
  };

  const look = throttle(clock, GAP_MS, readChanged);
  const count = throttle(clock, GAP_MS, readCounts);
  const readAll = throttle(clock, GAP_MS, readFirst);
  const onChange = ({ changes, mayBeMissing }: ChangesDelta): void => {
    for (const { runId } of changes) changed.add(runId);
    if (mayBeMissing) readAll();
    else look();
    count();
  };
  const unsubscribe = backend.subscribe('changes', { namespace }, onChange);
  readAll();
  count();

  return {
    store,
    setQuery(next) {
      if (next === store.getState().query) return;
      generation += 1;
      nextPageToken = undefined;
      const { error: _, ...rest } = store.getState();
      store.setState({ ...rest, query: next, loading: 'first' }, true);
      readAll();
      count();
    },
    loadMore() {
      const { hasMore, loading } = store.getState();
      if (hasMore && !loading) void readMore();
    },
    refresh() {
      readAll();
      count();
    },
    close() {
      isClosed = true;
      unsubscribe();
      for (const each of [look, count, readAll]) each.cancel();
    },
  };
}

/** The runs with what was read of some of them, each at its place; beyond the last one that was read nothing is put in. */
function merge({ runs, hasMore }: RunsState, asked: ReadonlySet<string>, found: readonly RunSummary[]): readonly RunSummary[] {
  const last = hasMore ? runs.at(-1) : undefined;
  const fresh = found.filter((run) => !last || compareRuns(run, last) <= 0).sort(compareRuns);
  const kept = runs.filter(({ runId }) => !asked.has(runId));
  const merged: RunSummary[] = [];
  let next = 0;
  for (const run of kept) {
    for (let one = fresh[next]; one && compareRuns(one, run) < 0; one = fresh[next]) {
      merged.push(one);
      next += 1;
    }
    merged.push(run);
  }
  return [...merged, ...fresh.slice(next)];
}
