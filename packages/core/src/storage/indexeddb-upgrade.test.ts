import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../common/clock.ts';
import type { ServiceError } from '../common/service-error.ts';
import { readFixture, restoreDump } from './fixtures.test-kit.ts';
import { openIndexedDbStore } from './indexeddb.ts';
import { type DatabaseDump, dumpDatabase } from './indexeddb-dump.ts';
import { FORMAT_VERSION, LOG_TABLES } from './indexeddb-format.ts';
import { createManualClock } from './manual-clock.ts';
import { isSealed } from './seal.ts';
import type { Entry, Store, Table } from './store.ts';

let databases = 0;
async function restored(dump: DatabaseDump): Promise<string> {
  const name = `upgrade-${databases++}`;
  await restoreDump(dump, name);
  return name;
}

const contentsOf = async (store: Store): Promise<Record<string, Entry[]>> =>
  Object.fromEntries(await Promise.all(LOG_TABLES.map(async (table: Table) => [table, await store.range(table, {})])));

/** What format 1 holds, read by other means than the code under test: the log over the pages. */
function expected({ stores }: DatabaseDump): Record<string, Entry[]> {
  const rows = new Map<string, string>();
  const recordsOf = (name: string): unknown[] => stores.find((store) => store.name === name)?.records.map(([, value]) => value) ?? [];
  for (const table of LOG_TABLES)
    for (const { keys, texts } of recordsOf(table) as { keys: unknown[]; texts: string[] }[])
      for (const [index, key] of keys.entries()) rows.set(JSON.stringify([table, key]), texts[index] as string);
  for (const { rows: flat } of recordsOf('log') as { rows: unknown[] }[])
    for (let index = 0; index < flat.length; index += 3) {
      const name = JSON.stringify([LOG_TABLES[flat[index] as number], flat[index + 1]]);
      if (flat[index + 2] === null) rows.delete(name);
      else rows.set(name, flat[index + 2] as string);
    }
  const found: Record<string, Entry[]> = Object.fromEntries(LOG_TABLES.map((table) => [table, []]));
  for (const [name, text] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [table, key] = JSON.parse(name) as [Table, Entry[0]];
    found[table]?.push([key, JSON.parse(text)]);
  }
  return found;
}

const sorted = (contents: Record<string, Entry[]>): Record<string, Entry[]> =>
  Object.fromEntries(
    Object.entries(contents).map(([table, rows]) => [table, [...rows].sort((a, b) => (JSON.stringify(a[0]) < JSON.stringify(b[0]) ? -1 : 1))]),
  );

test('B11: a database of format 1 is read to the last row, and its epoch goes on', async () => {
  const dump = readFixture(1);
  const name = await restored(dump);
  const store = await openIndexedDbStore({ name, clock: createManualClock() });
  expect([await store.acquire(), store.status().state, store.status().damage]).toEqual([2, 'open', undefined]);
  expect(sorted(await contentsOf(store))).toEqual(sorted(expected(dump)));
  expect((await dumpDatabase(name)).version).toBe(FORMAT_VERSION);
});

test('B11: rows of format 1 get their seals when their page is written again, and stay what they are', async () => {
  const dump = readFixture(1);
  const name = await restored(dump);
  const clock = createManualClock();
  const store = await openIndexedDbStore({ name, clock, limits: { idleBytes: 0, reserveBytes: 0 } });
  const epoch = await store.acquire();
  const before = await contentsOf(store);
  for (const [table, rows] of Object.entries(before))
    await store.commit({ puts: rows.map(([key, value]) => [table as Table, key, value]), deletes: [] }, epoch);
  clock.fire();
  for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(await contentsOf(store)).toEqual(before);
  const { stores } = await dumpDatabase(name);
  const pages = stores.filter((each) => (LOG_TABLES as readonly string[]).includes(each.name)).flatMap(({ records }) => records.map(([, page]) => page)) as {
    texts: string[];
    sum?: number;
  }[];
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.every((page) => typeof page.sum === 'number' && page.texts.every(isSealed))).toBe(true);
});

test('B27: an upgrade that is killed in any of its steps loses nothing', async () => {
  const dump = readFixture(1);
  const steps = await countUpgradeSteps(dump);
  expect(steps).toBeGreaterThan(4);
  for (let step = 1; step <= steps; step++) {
    const name = await restored(dump);
    const end = killUpgradeAt(step);
    const error = (await openIndexedDbStore({ name, clock: hastyClock }).catch((reason: unknown) => reason)) as ServiceError;
    end();
    expect(error.code).toBe('StorageUnavailable');
    expect({ ...(await dumpDatabase(name)), name: dump.name }).toEqual(dump);
    const store = await openIndexedDbStore({ name, clock: createManualClock() });
    await store.acquire();
    expect(sorted(await contentsOf(store))).toEqual(sorted(expected(dump)));
  }
});

const hastyClock: Clock = { now: () => Date.now(), setTimer: (delayMs, fn) => systemClock.setTimer(delayMs < 3_000 ? 1 : delayMs, fn) };

type Upgrading = IDBTransaction & { _abort(name: string): void; _execRequestAsync(request: unknown): unknown };

/** @returns how many requests an upgrade makes, the making of object stores included */
async function countUpgradeSteps(dump: DatabaseDump): Promise<number> {
  const name = await restored(dump);
  let steps = 0;
  const end = eachUpgradeStep(() => void steps++);
  await openIndexedDbStore({ name, clock: createManualClock() });
  end();
  return steps;
}

/** In every attempt. */
function killUpgradeAt(step: number): () => void {
  const steps = new Map<Upgrading, number>();
  return eachUpgradeStep((transaction) => {
    const made = (steps.get(transaction) ?? 0) + 1;
    steps.set(transaction, made);
    if (made === step) setImmediate(() => transaction._abort('UnknownError'));
  });
}

function eachUpgradeStep(act: (transaction: Upgrading) => void): () => void {
  const { createObjectStore: creating } = IDBDatabase.prototype;
  const spies = [
    vi.spyOn(IDBDatabase.prototype, 'createObjectStore').mockImplementation(function (this: IDBDatabase, ...args) {
      const store = creating.apply(this, args);
      act(store.transaction as Upgrading);
      return store;
    }),
    ...(['get', 'put'] as const).map((kind) => {
      const original = IDBObjectStore.prototype[kind] as (...args: unknown[]) => IDBRequest;
      return vi.spyOn(IDBObjectStore.prototype, kind).mockImplementation(function (this: IDBObjectStore, ...args: unknown[]) {
        const request = original.apply(this, args);
        if (this.transaction.mode === 'versionchange') act(this.transaction as Upgrading);
        return request as never;
      });
    }),
  ];
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}
