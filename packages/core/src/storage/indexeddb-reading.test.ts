/** What reading costs: transactions, and pages. */
import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../common/clock.ts';
import type { ServiceError } from '../common/service-error.ts';
import { openIndexedDbStore } from './indexeddb.ts';
import { createManualClock } from './manual-clock.ts';
import type { Key, Range, Store, Stretch } from './store.ts';

afterEach(() => vi.restoreAllMocks());

const RUNS = 400;
const keyOf = (index: number): Key => ['default', 0, index, `run-${index}`];
const summary = (index: number) => ({
  workflowId: `wf-${index}`,
  runId: `run-${index}`,
  workflowType: 'order',
  taskQueue: 'queue',
  status: 'RUNNING',
  startTime: index,
  executionTime: index,
  historyLength: 0,
  historySizeBytes: 0,
});

let databases = 0;

/** A store whose rows are in small pages, and none in its log. */
async function filled(clock: Clock): Promise<Store> {
  const name = `reading-${databases++}`;
  const writer = await openIndexedDbStore({ name, clock: systemClock, limits: { pageBytes: 1_000, idleBytes: 0, logBytes: 4_000, reserveBytes: 0 } });
  const epoch = await writer.acquire();
  for (let from = 0; from < RUNS; from += 20) {
    const puts = Array.from({ length: 20 }, (_, index) => ['visibility', keyOf(from + index), summary(from + index)] as const);
    await writer.commit({ puts, deletes: [] }, epoch);
  }
  await vi.waitUntil(async () => (await writer.outline('visibility', {})).every(({ digest }) => digest !== undefined), { timeout: 10_000 });
  await writer.close();
  const store = await openIndexedDbStore({ name, clock, limits: { reserveBytes: 0 } });
  await store.acquire();
  return store;
}

const rangesOf = (stretches: readonly Stretch[]): Range[] =>
  stretches.map(({ to }, index) => {
    const after = stretches[index - 1]?.to;
    return { prefix: ['default'], ...(after && { after }), ...(to && { to }) };
  });

/** Pages that were handed out, and transactions. */
function watched() {
  const seen = { pages: 0, transactions: 0 };
  const { get, getAll } = IDBObjectStore.prototype;
  const { transaction } = IDBDatabase.prototype;
  const counted = (store: IDBObjectStore, request: IDBRequest): IDBRequest => {
    request.addEventListener('success', () => {
      if (store.name === 'visibility' && request.result) seen.pages += Array.isArray(request.result) ? request.result.length : 1;
    });
    return request;
  };
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, query) {
    return counted(this, get.call(this, query));
  });
  vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, ...call) {
    return counted(this, getAll.call(this, ...call));
  });
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...call) {
    seen.transactions++;
    return transaction.call(this, ...call);
  });
  return seen;
}

test('pieces of a table that are asked for in one turn are one transaction, in which each of their pages is read once', async () => {
  const store = await filled(createManualClock());
  const ranges = rangesOf(await store.outline('visibility', {})).filter((_, index) => index % 3 === 1);
  const seen = watched();
  const found = await Promise.all(ranges.map((range) => store.range('visibility', range)));
  expect(seen).toEqual({ pages: ranges.length, transactions: 1 });
  expect(found.every((rows) => rows.length > 0)).toBe(true);
  await Promise.all([store.range('visibility', ranges[0] as Range), store.get('busy', ['x'])]);
  expect(seen).toEqual({ pages: ranges.length + 1, transactions: 3 });
});

test('neighbours as one range read their pages once, and one more for what may lie behind', async () => {
  const store = await filled(createManualClock());
  const ranges = rangesOf(await store.outline('visibility', {}));
  const seen = watched();
  const rows = await store.range('visibility', { ...ranges[3], to: ranges[9]?.to as Key });
  expect(seen.pages).toBeLessThanOrEqual(8);
  expect(rows.map(([key]) => key)).toEqual(
    (await Promise.all(ranges.slice(3, 10).map((range) => store.range('visibility', range)))).flat().map(([key]) => key),
  );
});

test('a page of a list that takes a few pages more than were asked for at first reads no more than twice as many', async () => {
  const store = await filled(createManualClock());
  const seen = watched();
  expect(await store.range('visibility', { prefix: ['default'], limit: 30 })).toHaveLength(30); // in pages of about four rows
  expect(seen.pages).toBeLessThanOrEqual(3 + 6 + 1);
});

test('a page that cannot be read takes nothing with it that was asked for in the same turn', async () => {
  const store = await filled({ now: systemClock.now, setTimer: (delayMs, fn) => systemClock.setTimer(delayMs / 100, fn) });
  const ranges = rangesOf(await store.outline('visibility', {})).slice(2, 7);
  const { get } = IDBObjectStore.prototype;
  const lost = JSON.stringify(ranges[2]?.after);
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, query) {
    if (JSON.stringify((query as IDBKeyRange).lower) !== lost) return get.call(this, query);
    this.transaction.abort();
    throw new DOMException('Internal error reading the page.', 'UnknownError');
  });
  const told: ServiceError[] = [];
  const found = await Promise.all(ranges.map((range) => store.range('visibility', { ...range, onDamaged: (damage) => told.push(damage) })));
  expect(found.map((rows) => rows.length > 0)).toEqual([true, true, false, true, true]);
  expect(told.map(({ code }) => code)).toEqual(['DataLoss']);
}, 20_000);

test('an outline gives the same pieces again, as long as its digests are in memory: a minute behind the last question', async () => {
  const clock = createManualClock();
  const store = await filled(clock);
  expect(store.hasOutline?.('visibility')).toBe(false);
  const first = await store.outline('visibility', { prefix: ['default'] });
  expect(store.hasOutline?.('visibility')).toBe(true);
  const second = await store.outline('visibility', { prefix: ['default'], after: keyOf(10) });
  const behind = first.findIndex(({ to }) => to && (to[2] as number) > 10) + 1;
  expect(second.slice(1).map((stretch, index) => stretch === first[behind + index])).toEqual(first.slice(behind).map(({ to }) => to !== undefined));
  clock.fire(60_000);
  expect(store.hasOutline?.('visibility')).toBe(false);
});
