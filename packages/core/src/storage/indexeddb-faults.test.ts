import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../common/clock.ts';
import type { ServiceError } from '../common/service-error.ts';
import { deletes, puts } from './conformance-kit.ts';
import { type IndexedDbStoreOptions, openIndexedDbStore } from './indexeddb.ts';
import { DRIVER_FAULTS, type DriverFault, type DriverPlan, faultyIndexedDb } from './indexeddb-faults.test-kit.ts';
import type { Store } from './store.ts';

let databases = 0;
const freshName = (): string => `faults-${databases++}`;
/** Lets time pass thirty times faster: a healthy request on a busy machine is not taken for one that hangs. */
const hastyClock: Clock = { now: () => Date.now(), setTimer: (delayMs, fn) => systemClock.setTimer(delayMs / 30, fn) };

interface Faulty {
  readonly store: Store;
  readonly epoch: number;
  readonly name: string;
  /** What happens from the next call on: the first fault to the first call, and so on. */
  readonly strike: (...faults: (DriverFault | undefined)[]) => void;
  /** What happens to every call from the next on. */
  readonly plan: (plan: DriverPlan) => void;
  readonly onFailed: ReturnType<typeof vi.fn<(failure: ServiceError) => void>>;
  readonly count: () => number;
}

async function faulty(options: Partial<IndexedDbStoreOptions> = {}): Promise<Faulty> {
  const name = options.name ?? freshName();
  let plan: DriverPlan = () => undefined;
  const driver = faultyIndexedDb(indexedDB, (call) => plan(call));
  const onFailed = vi.fn();
  const store = await openIndexedDbStore({ name, indexedDB: driver.factory, clock: hastyClock, onFailed, limits: { reserveBytes: 0 }, ...options });
  const epoch = await store.acquire();
  const strike = (...faults: (DriverFault | undefined)[]): void => {
    const rest = [...faults];
    plan = () => rest.shift();
  };
  return { store, epoch, name, strike, plan: (next) => (plan = next), onFailed, count: () => driver.count };
}

const row = (n: number) => puts('wake', [[[n], n]]);
const numbers = async (store: Store): Promise<unknown[]> => (await store.range('wake', {})).map(([, value]) => value);

const refusal = (answer: Promise<unknown>): Promise<ServiceError> =>
  answer.then(
    () => {
      throw new Error('it resolved');
    },
    (reason: ServiceError) => reason,
  );

/** As another engine finds it. */
async function onDisk(name: string): Promise<unknown[]> {
  const store = await openIndexedDbStore({ name, clock: hastyClock, limits: { reserveBytes: 0 } });
  await store.acquire();
  const found = await numbers(store);
  await store.close();
  return found;
}

for (const fault of DRIVER_FAULTS.filter((each) => each !== 'quota')) {
  test(`B4: a commit that meets "${fault}" is carried out exactly once`, async () => {
    const { store, epoch, name, strike, onFailed } = await faulty();
    await store.commit(row(1), epoch);
    strike(fault);
    await store.commit(row(2), epoch);
    await Promise.all([3, 4].map((n) => store.commit(row(n), epoch)));
    await store.commit({ puts: row(5).puts, deletes: deletes('wake', [[3]]).deletes }, epoch);
    expect([await numbers(store), await onDisk(name), onFailed.mock.calls.length]).toEqual([[1, 2, 4, 5], [1, 2, 4, 5], 0]);
    expect(store.status()).toMatchObject({ state: 'open', commits: 5, faults: { transient: 1, reopened: 1 } });
  });

  test(`B4: a read that meets "${fault}" is done again, where its answer is missing`, async () => {
    const { store, epoch, strike } = await faulty();
    await store.commit(row(1), epoch);
    strike(fault);
    expect([await numbers(store), await store.get('wake', [1])]).toEqual([[1], 1]);
    expect(store.status()).toMatchObject({ state: 'open', ...(['closed', 'hangs'].includes(fault) && { faults: { transient: 1, reopened: 1, repeated: 1 } }) });
  });
}

for (const fault of ['lost', 'hangs', 'answer lost'] as const)
  test(`B4: commits that come while one meets "${fault}" keep their order`, async () => {
    const { store, epoch, name, strike, onFailed } = await faulty();
    strike(fault);
    const move = (n: number) => store.commit({ puts: row(n).puts, deletes: deletes('wake', [[n - 1]]).deletes }, epoch);
    await Promise.all([1, 2, 3, 4].map(move));
    expect([await numbers(store), await onDisk(name), onFailed.mock.calls.length, store.status().state]).toEqual([[4], [4], 0, 'open']);
  });

for (const fault of ['closed', 'aborted'] as const)
  test(`B4: a commit that meets "${fault}" while a later one is carried out is refused, and never carried out behind it`, async () => {
    const { store, epoch, name, strike } = await faulty();
    strike(fault);
    const answers = await Promise.allSettled([1, 2].map((n) => store.commit(row(n), epoch)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((answers[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'Unavailable', details: { retryable: true } });
    await store.commit(row(3), epoch);
    expect([await numbers(store), await onDisk(name)]).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

test('B2: a commit whose requests succeed and that is undone afterwards is not taken for one that was carried out', async () => {
  const { store, epoch, name, strike } = await faulty();
  strike('quota', 'quota');
  expect(await refusal(store.commit(row(1), epoch))).toMatchObject({ code: 'ResourceExhausted', details: { fault: 'quota', retryable: true } });
  strike();
  await store.commit(row(2), epoch);
  expect([await numbers(store), await onDisk(name)]).toEqual([[2], [2]]);
});

test('B4: whatever is repeated is repeated at most three times; then the store has failed, is told of once, and does nothing any more', async () => {
  for (const fault of ['closed', 'aborted', 'lost'] as const) {
    const { store, epoch, name, plan, onFailed, count } = await faulty();
    await store.commit(row(1), epoch);
    plan(({ kind }) => (kind === 'readwrite' ? fault : undefined));
    const before = count();
    const error = await refusal(store.commit(row(2), epoch));
    expect(error).toMatchObject({ code: 'StorageUnavailable', details: { retryable: true } });
    expect([store.status().state, onFailed.mock.calls.length]).toEqual(['failed', 1]);
    await new Promise((resolve) => setTimeout(resolve, 20)); // a database that was being opened again is closed
    const after = count();
    expect(after - before).toBeLessThan(20);
    for (const answer of [store.commit(row(3), epoch), store.get('wake', [1]), store.acquire()])
      expect(await refusal(answer)).toBe(onFailed.mock.calls[0]?.[0]);
    await new Promise((resolve) => setTimeout(resolve, 100)); // ten seconds of its time
    expect([count() - after, onFailed.mock.calls.length]).toEqual([0, 1]);
    await store.close();
    expect(await onDisk(name)).toEqual([1]);
  }
});

test('B4: a database that cannot be opened again ends the store after three attempts', async () => {
  const { store, epoch, plan, onFailed } = await faulty();
  let opens = 0;
  plan(({ kind }) => {
    if (kind === 'open') opens++;
    return 'lost';
  });
  await refusal(store.commit(row(1), epoch));
  expect([opens, store.status().state, onFailed.mock.calls.length]).toEqual([3, 'failed', 1]);
});

test('B4: while the connection is made again the status says so', async () => {
  const states: string[] = [];
  const onChange = () => states.push(store.status().state);
  const { store, epoch, strike } = await faulty({ onChange });
  strike('lost');
  await store.commit(row(1), epoch);
  expect(states).toEqual(['recovering', 'open']);
});

test('B6: a database that was deleted and is not there any more is not made again by an engine that is running', async () => {
  const { store, epoch, name, plan, onFailed } = await faulty();
  await store.commit(row(1), epoch);
  await eraseBehindItsBack(name);
  plan(() => undefined);
  const error = await refusal(store.commit(row(2), epoch));
  expect(error).toMatchObject({ code: 'StorageUnavailable', details: { fault: 'deleted', retryable: false } });
  expect(error.message).toContain('its storage was deleted');
  expect([store.status().state, onFailed.mock.calls.length]).toEqual(['failed', 1]);
  expect((await indexedDB.databases()).filter((database) => database.name === name)).toEqual([]);
});

test('B6: another database in the place of the own one is not taken for it, though its epoch is the same', async () => {
  const { store, epoch, name, onFailed } = await faulty();
  await store.commit(row(1), epoch);
  await eraseBehindItsBack(name);
  const other = await openIndexedDbStore({ name, clock: hastyClock, limits: { reserveBytes: 0 } });
  expect(await other.acquire()).toBe(epoch);
  for (const answer of [store.commit(row(2), epoch), store.range('wake', {})]) expect((await refusal(answer)).details.fault).toBe('deleted');
  expect([await numbers(other), onFailed.mock.calls.length]).toEqual([[], 1]);
});

test('B6: a database whose stores were emptied is not continued half-empty', async () => {
  const { store, epoch, name } = await faulty();
  await store.commit(row(1), epoch);
  await rawWrite(name, ['control', 'fence', 'log'], (object) => object.clear());
  expect((await refusal(store.get('wake', [1]))).details.fault).toBe('deleted');
  expect((await refusal(openIndexedDbStore({ name }))).details.fault).toBe('damaged');
});

/** As when site data are cleared: connections are closed by force, and nobody is asked before. */
async function eraseBehindItsBack(name: string): Promise<void> {
  const { forceCloseDatabase } = await import('fake-indexeddb');
  const opening = indexedDB.open(name);
  const database = await new Promise<IDBDatabase>((resolve) => {
    opening.onsuccess = () => resolve(opening.result);
  });
  const raw = (database as unknown as { _rawDatabase: { connections: IDBDatabase[] } })._rawDatabase;
  for (const connection of [...raw.connections]) {
    connection.onversionchange = (event) => event.stopImmediatePropagation();
    forceCloseDatabase(connection as never);
  }
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = resolve;
  });
}

async function rawWrite(name: string, stores: string[], change: (object: IDBObjectStore) => void): Promise<void> {
  const opening = indexedDB.open(name);
  const database = await new Promise<IDBDatabase>((resolve) => {
    opening.onsuccess = () => resolve(opening.result);
  });
  const transaction = database.transaction(stores, 'readwrite');
  for (const store of stores) change(transaction.objectStore(store));
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
}
