import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import type { ServiceError } from '../common/service-error.ts';
import { deletes, puts } from './conformance-kit.ts';
import { CALL_DEADLINE } from './deadline.ts';
import { openIndexedDbStore } from './indexeddb.ts';
import { faultyIndexedDb } from './indexeddb-faults.test-kit.ts';
import type { Batch, Store } from './store.ts';

let databases = 0;

/** A disk on which rows of a size fit: fake-indexeddb knows no quota, so the driver aborts what would make the database larger than that. */
async function onSmallDisk({ room, reserveBytes }: { readonly room: number; readonly reserveBytes: number }) {
  const name = `reserve-${databases++}`;
  const disk = { room };
  const timers = new Map<object, { readonly delayMs: number; readonly fn: () => void }>();
  const clock: Clock = {
    now: () => 0,
    setTimer(delayMs, fn) {
      const timer = {};
      timers.set(timer, { delayMs, fn });
      return () => timers.delete(timer);
    },
  };
  let isFull = false;
  const driver = faultyIndexedDb(indexedDB, ({ kind }) => (kind === 'readwrite' && isFull ? 'quota' : undefined));
  const states: string[] = [];
  const store: Store = await openIndexedDbStore({
    name,
    indexedDB: sized(driver.factory, disk),
    clock,
    onChange: () => states.push(store.status().state),
    limits: { reserveBytes },
  });
  const epoch = await store.acquire();
  const fire = async (delayMs: number): Promise<void> => {
    for (const [timer, each] of [...timers]) {
      if (each.delayMs !== delayMs) continue;
      timers.delete(timer);
      each.fn();
    }
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    store,
    epoch,
    states,
    disk,
    fire,
    pending: () => [...timers.values()].map(({ delayMs }) => delayMs).filter((delayMs) => delayMs !== CALL_DEADLINE),
    setFull: (next: boolean) => {
      isFull = next;
    },
  };
}

/** Counts what is put and deleted, and aborts what does not fit: after its requests have succeeded, as Chromium does. */
function sized(factory: IDBFactory, disk: { room: number }): IDBFactory {
  const equip = (database: IDBDatabase): void => {
    const { transaction } = database;
    database.transaction = (names, mode, options) => {
      const made = transaction.call(database, names, mode, options);
      let added = 0;
      const { objectStore } = made;
      made.objectStore = (name) => {
        const store = objectStore.call(made, name);
        for (const kind of ['put', 'add'] as const) {
          const write = store[kind];
          store[kind] = (value, key) => {
            added += sizeOf(value);
            const request = write.call(store, value, key);
            if (added > disk.room && mode === 'readwrite')
              request.addEventListener('success', () => (made as unknown as { _abort(name: string): void })._abort('QuotaExceededError'));
            return request;
          };
        }
        const { delete: remove } = store;
        store.delete = (query) => {
          if (name !== 'reserve') return remove.call(store, query);
          const reading = store.getAll(query as IDBKeyRange);
          reading.onsuccess = () => {
            for (const value of reading.result) added -= sizeOf(value);
          };
          return remove.call(store, query);
        };
        return store;
      };
      made.addEventListener('complete', () => {
        disk.room -= added;
      });
      return made;
    };
  };
  return new Proxy(factory, {
    get(target, key) {
      if (key !== 'open') return target[key as keyof IDBFactory];
      return (name: string, version?: number) => {
        const opening = target.open(name, version);
        opening.addEventListener('success', () => equip(opening.result));
        return opening;
      };
    },
  });
}

const sizeOf = (value: unknown): number => (value instanceof Uint8Array ? value.length : JSON.stringify(value).length);

const opening = (n: number): Batch => puts('visibility', [[['open', n], 'x'.repeat(1_000)]]);
const closing = (n: number): Batch => ({ puts: [['visibility', ['closed', n], 'x'.repeat(1_000)]], deletes: [['visibility', ['open', n]]] });
const refusal = (answer: Promise<unknown>): Promise<ServiceError> =>
  answer.then(
    () => {
      throw new Error('it resolved');
    },
    (reason: ServiceError) => reason,
  );

test('B8: the reserve is put there behind, and a commit that finds no space is carried out with it; nothing new should be taken on from then', async () => {
  const { store, epoch, states, disk, fire } = await onSmallDisk({ room: 30_000, reserveBytes: 16_000 });
  await fire(1_000);
  expect(disk.room).toBeLessThanOrEqual(14_000);
  let n = 0;
  while (store.status().state === 'open') await store.commit(opening(n++), epoch);
  expect([n > 10, states, store.status()]).toEqual([
    true,
    ['full'],
    expect.objectContaining({
      state: 'full',
      fault: 'quota',
      reason: expect.stringContaining('nothing new is taken on'),
      faults: expect.objectContaining({ full: 1 }),
    }),
  ]);
  expect((await store.range('visibility', {})).length).toBe(n);
});

test('B8: what opens is refused when the first part is used up, what closes or deletes goes on with the last one', async () => {
  const { store, epoch, fire } = await onSmallDisk({ room: 30_000, reserveBytes: 16_000 });
  await fire(1_000);
  let n = 0;
  let error: ServiceError | undefined;
  while (!error)
    error = await store.commit(opening(n), epoch).then(
      () => void n++,
      (reason: ServiceError) => reason,
    );
  expect(error).toMatchObject({ code: 'ResourceExhausted', details: { fault: 'quota', retryable: true } });
  for (let closed = 0; closed < 4; closed++) await store.commit(closing(closed), epoch);
  expect((await refusal(store.commit(opening(n), epoch))).code).toBe('ResourceExhausted');
  expect((await store.range('visibility', { prefix: ['open'] })).length).toBe(n - 4);
});

test('B8: when there is room again it is found out without a reload, ever more rarely, and the reserve is put back', async () => {
  const { store, epoch, states, disk, fire, pending } = await onSmallDisk({ room: 30_000, reserveBytes: 16_000 });
  await fire(1_000);
  let n = 0;
  while (store.status().state === 'open') await store.commit(opening(n++), epoch);
  const pauses: number[] = [];
  for (let round = 0; round < 5; round++) {
    disk.room = 0;
    const [pause] = pending();
    pauses.push(pause as number);
    await fire(pause as number);
    expect(store.status().state).toBe('full');
  }
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000]);
  await store.commit(deletes('visibility', [['open', 0]]), epoch);
  disk.room = 100_000;
  await fire(60_000);
  expect([store.status().state, store.status().reason, states]).toEqual(['open', undefined, ['full', 'open']]);
  const before = disk.room;
  await store.commit(opening(n), epoch);
  expect([disk.room < before, store.status().faults?.full]).toEqual([true, 1]);
});

test('B8: a database that is opened when there is no space for its reserve says so from the start', async () => {
  const { store, states, setFull, fire } = await onSmallDisk({ room: 100_000, reserveBytes: 16_000 });
  setFull(true);
  await fire(1_000);
  expect([store.status().state, states]).toEqual(['full', ['full']]);
  setFull(false);
  await fire(5_000);
  expect([store.status().state, states]).toEqual(['open', ['full', 'open']]);
});

test('B8: a database that is full can be taken over, and says that it is full', async () => {
  const name = `reserve-${databases++}`;
  let isFull = false;
  let reserve = 0;
  const driver = faultyIndexedDb(indexedDB, ({ kind }) => {
    if (kind !== 'readwrite' || !isFull) return undefined;
    // The first write does not find a place; the second gives up padding, and so there is one for the third.
    return ++reserve === 1 || reserve > 3 ? 'quota' : undefined;
  });
  const timers: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    setTimer(delayMs, fn) {
      if (delayMs < CALL_DEADLINE) timers.push(fn);
      return () => {};
    },
  };
  const store = await openIndexedDbStore({ name, indexedDB: driver.factory, clock, limits: { reserveBytes: 16_000 } });
  isFull = true;
  expect(await store.acquire()).toBe(1);
  for (const fn of timers) fn();
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(store.status()).toMatchObject({ state: 'full', fault: 'quota' });
});
