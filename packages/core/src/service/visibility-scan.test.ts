/** What lists and counts read of a store with thousands of runs. */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../common/clock.ts';
import { DEFAULT_SEARCH_ATTRIBUTES } from '../common/search-attribute-types.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import { openIndexedDbStore } from '../storage/indexeddb.ts';
import { createMemoryStore } from '../storage/memory.ts';
import type { Batch, Key, Store } from '../storage/store.ts';
import { countExecutions, listExecutions } from './visibility.ts';

const RUNS = 4_000;
const START = Date.UTC(2026, 0, 1);
const NAMESPACE = 'default';

function summaryOf(index: number): WorkflowExecutionSummary {
  const startTime = START + index * 1_000;
  const isOpen = index % 10 === 0;
  return {
    namespace: NAMESPACE,
    workflowId: `wf-${index}`,
    runId: `run-${index}`,
    workflowType: index % 1_000 === 7 ? 'rare' : `type-${index % 5}`,
    taskQueue: 'queue',
    status: isOpen ? 'RUNNING' : index % 500 === 3 ? 'FAILED' : 'COMPLETED',
    startTime,
    executionTime: startTime,
    ...(isOpen ? { historyLength: 0, historySizeBytes: 0 } : { closeTime: startTime + 500, historyLength: 11, historySizeBytes: 2_000 }),
    firstExecutionRunId: `run-${index}`,
    searchAttributes: {
      CustomKeywordField: { encoding: 'json/plain', data: JSON.stringify(`customer-${index % 1_300}`) },
      CustomIntField: { encoding: 'json/plain', data: String((index * 7_919) % 100_003) },
    },
  };
}

const keyOf = ({ closeTime, startTime, runId }: WorkflowExecutionSummary): Key =>
  closeTime === undefined ? [NAMESPACE, 0, -startTime, runId] : [NAMESPACE, 1, -closeTime, runId];

const ALL = Array.from({ length: RUNS }, (_, index) => summaryOf(index));
/** In the order of lists. */
const ORDERED = [...ALL].sort((a, b) => Number(a.closeTime !== undefined) - Number(b.closeTime !== undefined) || b.startTime - a.startTime);

interface Watched {
  readonly store: Store;
  /** Rows that were read since the last call, and calls of `range`. */
  taken(): { readonly rows: number; readonly calls: number };
}

function watched(store: Store): Watched {
  let [rows, calls] = [0, 0];
  const range: Store['range'] = async (table, bounds) => {
    if (table !== 'visibility') throw new Error(`a list reads ${table}`);
    const found = await store.range(table, bounds);
    rows += found.length;
    calls++;
    return found;
  };
  const get = (): never => {
    throw new Error('a list reads single rows');
  };
  return {
    store: { ...bound(store), range, get, getMany: get },
    taken() {
      const taken = { rows, calls };
      [rows, calls] = [0, 0];
      return taken;
    },
  };
}

/** Without what a driver may leave out. */
const bound = (store: Store): Store => ({
  acquire: () => store.acquire(),
  get: (...call) => store.get(...call),
  getMany: (...call) => store.getMany(...call),
  range: (...call) => store.range(...call),
  outline: (...call) => store.outline(...call),
  commit: (...call) => store.commit(...call),
  status: () => store.status(),
  close: () => store.close(),
});

async function filled(store: Store): Promise<Store> {
  const epoch = await store.acquire();
  for (let from = 0; from < RUNS; from += 500) {
    const batch: Batch = { puts: ALL.slice(from, from + 500).map((run) => ['visibility', keyOf(run), run]), deletes: [] };
    await store.commit(batch, epoch);
  }
  return store;
}

let databases = 0;
/** All of the log is in the pages: the next checkpoint comes when nothing is left of the one before. */
async function inIndexedDb(): Promise<Watched> {
  const name = `scan-${databases++}`;
  const store = await filled(await openIndexedDbStore({ name, limits: { idleBytes: 0, logBytes: 64 * 1024 } }));
  for (let isSettled = false; !isSettled; ) {
    await new Promise<void>((resolve) => void systemClock.setTimer(20, resolve));
    isSettled = (await store.outline('visibility', { prefix: [NAMESPACE] })).every(({ digest }) => digest !== undefined);
  }
  return watched(store);
}

/** As after a list: the digests are in memory, and the store says so. */
async function inIndexedDbWithDigests(): Promise<Watched> {
  const { store, taken } = await inIndexedDb();
  await store.outline('visibility', {});
  return { store: { ...store, hasOutline: () => true }, taken };
}

const STORES: readonly [string, () => Promise<Watched>, page: number][] = [
  ['memory', async () => watched(await filled(createMemoryStore())), 512],
  ['IndexedDB', inIndexedDb, 60],
  ['IndexedDB with its digests at hand', inIndexedDbWithDigests, 60],
];

const iso = (index: number): string => new Date(START + index * 1_000).toISOString();
/** With how many pages of the store hold such runs, at most. */
const FILTERS: readonly [query: string, meets: (run: WorkflowExecutionSummary, index: number) => boolean, pages: number][] = [
  ['WorkflowId = "wf-1234"', ({ workflowId }) => workflowId === 'wf-1234', 2],
  ['RunId IN ("run-17", "run-3000")', ({ runId }) => runId === 'run-17' || runId === 'run-3000', 3],
  ['WorkflowType = "rare"', ({ workflowType }) => workflowType === 'rare', 5],
  ['ExecutionStatus = "Failed"', ({ status }) => status === 'FAILED', 9],
  ['CustomKeywordField = "customer-5"', (_, index) => index % 1_300 === 5, 5],
  ['NOT (CustomKeywordField != "customer-5") AND ExecutionStatus = "Completed"', (run, index) => index % 1_300 === 5 && run.status === 'COMPLETED', 5],
  [`StartTime BETWEEN "${iso(2_000)}" AND "${iso(2_009)}"`, (_, index) => index >= 2_000 && index < 2_010, 4],
  [`CloseTime < "${iso(10)}"`, ({ closeTime }) => closeTime !== undefined && closeTime < START + 10_000, 2],
  ['CustomIntField < 20', (_, index) => (index * 7_919) % 100_003 < 20, 3],
  ['WorkflowId = "none" OR WorkflowType = "none"', () => false, 1],
  ['WorkflowType = "rare" AND ExecutionStatus = "Running"', () => false, 1],
];

const wantedBy = (meets: (run: WorkflowExecutionSummary, index: number) => boolean): string[] =>
  ORDERED.filter((run) => meets(run, ALL.indexOf(run))).map(({ workflowId }) => workflowId);

describe.each(STORES)('in %s', (_, open, page) => {
  test('a filter that few runs meet reads the pages that hold them, and those of the first look', async () => {
    const { store, taken } = await open();
    for (const [query, meets, pages] of FILTERS) {
      const { executions } = await listExecutions(store, DEFAULT_SEARCH_ATTRIBUTES, { namespace: NAMESPACE, query, pageSize: 20 });
      expect([query, executions.map(({ workflowId }) => workflowId)]).toEqual([query, wantedBy(meets)]);
      const { rows } = taken();
      expect([query, rows <= 21 + pages * page]).toEqual([query, true]);
      expect(await countExecutions(store, DEFAULT_SEARCH_ATTRIBUTES, { namespace: NAMESPACE, query })).toEqual({ count: executions.length, groups: [] });
      expect([query, taken().rows <= (pages + 2) * page]).toEqual([query, true]);
    }
  }, 60_000);

  test('a page reads little more than it gives, and the next one goes on behind it', async () => {
    const { store, taken } = await open();
    for (const [query, meets] of [
      ['', () => true],
      ['ExecutionStatus = "Completed"', ({ status }) => status === 'COMPLETED'],
      ['WorkflowType = "type-3" AND ExecutionStatus != "Running"', ({ workflowType, status }) => workflowType === 'type-3' && status !== 'RUNNING'],
    ] as [string, (run: WorkflowExecutionSummary) => boolean][]) {
      const found: string[] = [];
      for (let nextPageToken: string | undefined, pages = 0; pages < 3; pages++) {
        const request = { namespace: NAMESPACE, query, pageSize: 50, ...(nextPageToken ? { nextPageToken } : {}) };
        const answer = await listExecutions(store, DEFAULT_SEARCH_ATTRIBUTES, request);
        found.push(...answer.executions.map(({ workflowId }) => workflowId));
        nextPageToken = answer.nextPageToken;
        const { rows } = taken();
        expect([query, pages, rows <= (query === '' ? 51 : 51 + 51 * 5 * 2 + 9 * page)]).toEqual([query, pages, true]);
      }
      expect(found).toEqual(wantedBy(meets).slice(0, 150));
    }
  }, 60_000);

  test('a count that types and statuses decide reads the ends alone', async () => {
    const { store, taken } = await open();
    const counts = (status: string): number => ALL.filter((run) => run.status === status).length;
    const count = (query?: string) => countExecutions(store, DEFAULT_SEARCH_ATTRIBUTES, { namespace: NAMESPACE, ...(query === undefined ? {} : { query }) });
    expect((await count()).count).toBe(RUNS);
    expect((await count('GROUP BY ExecutionStatus')).groups).toEqual([
      { groupValues: ['Running'], count: counts('RUNNING') },
      { groupValues: ['Completed'], count: counts('COMPLETED') },
      { groupValues: ['Failed'], count: counts('FAILED') },
    ]);
    expect((await count('WorkflowType = "type-1" AND NOT ExecutionStatus = "Running"')).count).toBe(
      ALL.filter(({ workflowType, status }) => workflowType === 'type-1' && status !== 'RUNNING').length,
    );
    expect(taken().rows).toBeLessThanOrEqual(6 * page);
  }, 60_000);
});

test('what the log holds and the pages do not know yet is in lists and counts', async () => {
  const store = await filled(await openIndexedDbStore({ name: `scan-${databases++}` }));
  const epoch = 1;
  const [first, second] = [ALL[1] as WorkflowExecutionSummary, ALL[2] as WorkflowExecutionSummary];
  await store.commit({ puts: [['visibility', keyOf(first), { ...first, workflowType: 'changed' }]], deletes: [['visibility', keyOf(second)]] }, epoch);
  const list = async (query: string) => (await listExecutions(store, {}, { namespace: NAMESPACE, query, pageSize: 5 })).executions.map(({ runId }) => runId);
  expect([await list('WorkflowType = "changed"'), await list('WorkflowId = "wf-2"')]).toEqual([['run-1'], []]);
  expect((await countExecutions(store, {}, { namespace: NAMESPACE })).count).toBe(RUNS - 1);
});

test('S14: a row that is no summary is left out of lists and counts, filtered or not', async () => {
  const store = createMemoryStore();
  const puts = [null, 7, [], { status: 'RUNNING' }, summaryOf(1)].map((value, index) => ['visibility', [NAMESPACE, 1, -index, `run-${index}`], value] as const);
  await store.commit({ puts, deletes: [] }, await store.acquire());
  for (const query of [undefined, 'ExecutionStatus = "Completed"']) {
    const request = { namespace: NAMESPACE, ...(query === undefined ? {} : { query }) };
    expect((await listExecutions(store, DEFAULT_SEARCH_ATTRIBUTES, request)).executions).toEqual([summaryOf(1)]);
  }
  expect((await countExecutions(store, DEFAULT_SEARCH_ATTRIBUTES, { namespace: NAMESPACE, query: 'CustomIntField > 0' })).count).toBe(1);
});
