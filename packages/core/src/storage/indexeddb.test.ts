import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isServiceError, type ServiceError } from '../common/service-error.ts';
import { storeConformance } from './conformance.ts';
import { deletes, puts } from './conformance-kit.ts';
import { type IndexedDbStoreOptions, openIndexedDbStore } from './indexeddb.ts';
import { createManualClock } from './manual-clock.ts';
import type { Page } from './page.ts';
import type { Key, Store } from './store.ts';

const SMALL = { pageBytes: 100, sliceBytes: 300, logBytes: 200, idleBytes: 0, reserveBytes: 0 };

describe('B26: IndexedDB keeps the contract of all drivers', () => {
  storeConformance({ describe, test }, { label: 'indexeddb', open: (name) => openIndexedDbStore({ name, clock: createManualClock() }) });

  storeConformance(
    { describe, test },
    {
      label: 'indexeddb that moves rows to small pages all the time',
      open: (name) => openIndexedDbStore({ name: `small-${name}`, limits: SMALL, clock: createManualClock() }),
    },
  );
});

let databases = 0;
const freshName = (): string => `database-${databases++}`;

async function acquired(options: Partial<IndexedDbStoreOptions> = {}): Promise<{ store: Store; epoch: number; name: string }> {
  const name = options.name ?? freshName();
  const store = await openIndexedDbStore({ clock: createManualClock(), ...options, name, limits: { reserveBytes: 0, ...options.limits } });
  return { store, epoch: await store.acquire(), name };
}

/** Lets transactions go on that nobody waits for. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What is on disk. */
async function contents(name: string, store: string): Promise<unknown[]> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
  });
  const found = await new Promise<unknown[]>((resolve) => {
    const reading = database.transaction(store).objectStore(store).getAll();
    reading.onsuccess = () => resolve(reading.result);
  });
  database.close();
  return found;
}

/** The pages of a table, but for the last one while it is empty. */
const pagesWithRows = async (name: string, table: string): Promise<unknown[]> => (await contents(name, table)).filter((page) => (page as Page).keys.length > 0);

const refusal = async (answer: Promise<unknown>): Promise<ServiceError> => {
  const error = await answer.then(
    () => new Error('it resolved'),
    (reason: unknown) => reason,
  );
  if (!isServiceError(error)) throw error;
  return error;
};

const rows = (from: number, count: number): [Key, unknown][] => Array.from({ length: count }, (_, n) => [['run', from + n], 'x'.repeat(40)]);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the log', () => {
  test('B1: a commit is one transaction over the log and the epoch, with the durability that was asked for', async () => {
    for (const durability of ['strict', 'relaxed'] as const) {
      const { store, epoch } = await acquired({ durability });
      const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
      const add = vi.spyOn(IDBObjectStore.prototype, 'add');
      await store.commit(puts('history', rows(0, 100)), epoch);
      expect(transaction.mock.calls).toEqual([[['control', 'log'], 'readwrite', { durability }]]);
      expect(add.mock.calls.length).toBe(1);
      vi.restoreAllMocks();
      expect(store.status().durability).toBe(durability);
    }
  });

  test('B1: strict is the default, and the status says so', async () => {
    expect((await acquired()).store.status().durability).toBe('strict');
  });

  test('B3, B32: a commit makes all its requests in the turn that opens its transaction, and so does a move to the tables: nothing is awaited within', async () => {
    const { store, epoch } = await acquired({ limits: SMALL });
    const { transaction } = IDBDatabase.prototype;
    let turn = 0;
    const openedIn = new WeakMap<IDBTransaction, number>();
    const late: string[] = [];
    const made = new Map<string, number>();
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      const opened = transaction.apply(this, args);
      if (opened.mode === 'readwrite') openedIn.set(opened, ++turn);
      queueMicrotask(() => turn++);
      return opened;
    });
    for (const name of ['get', 'getAll', 'add', 'put', 'delete'] as const) {
      const request = IDBObjectStore.prototype[name] as (...args: unknown[]) => IDBRequest;
      vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(function (this: IDBObjectStore, ...args: unknown[]) {
        const opened = openedIn.get(this.transaction);
        if (opened !== undefined) made.set(`${name} ${this.name}`, (made.get(`${name} ${this.name}`) ?? 0) + 1);
        if (opened !== undefined && opened !== turn) late.push(`${name} ${this.name}`);
        return request.apply(this, args) as never;
      });
    }
    for (let n = 0; n < 6; n++) await store.commit(puts('history', rows(10 * n, 10)), epoch);
    await settle();
    expect(late).toEqual([]);
    expect([...made.keys()]).toEqual(expect.arrayContaining(['get control', 'add log', 'get fence', 'put history', 'delete log']));
  });

  test('acquiring reads the log, and no table', async () => {
    const { store, epoch, name } = await acquired();
    await store.commit(puts('history', rows(0, 10)), epoch);
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await acquired({ name });
    expect(transaction.mock.calls).toEqual([
      [['control'], 'readonly'],
      [['control', 'fence', 'log'], 'readwrite', { durability: 'strict' }],
    ]);
  });

  test('a store that never acquired the database may not write', async () => {
    const { epoch, name } = await acquired();
    const other = await openIndexedDbStore({ name });
    expect((await refusal(other.commit(puts('busy', [[['a'], 1]]), epoch))).code).toBe('Fenced');
  });
});

describe('checkpoints', () => {
  test('a long log moves to the tables at once, and its records go', async () => {
    const { store, epoch, name } = await acquired({ limits: { ...SMALL, logBytes: 1000 } });
    for (let n = 0; n < 100; n++) await store.commit(puts('history', rows(n, 1)), epoch);
    await settle();
    expect((await contents(name, 'log')).length).toBeLessThan(30);
    expect((await contents(name, 'history')).length).toBeGreaterThan(20);
    expect(await store.range('history', {})).toEqual(rows(0, 100));
  });

  test('a short log moves when nothing has been committed for a while, a very short one stays', async () => {
    const clock = createManualClock();
    const { store, epoch, name } = await acquired({ clock, limits: { idleBytes: 500 } });
    await store.commit(puts('history', rows(0, 5)), epoch);
    expect(clock.pending).toEqual([]);
    await store.commit(puts('history', rows(5, 10)), epoch);
    expect(clock.pending).toEqual([200]);
    clock.fire();
    await settle();
    expect([(await contents(name, 'log')).length, (await contents(name, 'history')).length]).toEqual([0, 1]);
  });

  test('a row that was put and deleted in the meantime leaves nothing', async () => {
    const clock = createManualClock();
    const { store, epoch, name } = await acquired({ clock, limits: { idleBytes: 0 } });
    await store.commit(puts('busy', [[['a'], 1]]), epoch);
    await store.commit(deletes('busy', [['a']]), epoch);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    clock.fire();
    await settle();
    expect(put.mock.calls).toEqual([[2, 'through']]);
    expect([await contents(name, 'log'), await pagesWithRows(name, 'busy')]).toEqual([[], []]);
  });

  test('commits do not wait for the tables, as long as there is room', async () => {
    const clock = createManualClock();
    const { store, epoch } = await acquired({ clock, limits: { idleBytes: 0 } });
    await store.commit(puts('history', rows(0, 10)), epoch);
    const scopes: string[] = [];
    const { transaction } = IDBDatabase.prototype;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      const made = transaction.apply(this, args);
      if (args[1] === 'readwrite') scopes.push((args[0] as string[]).join());
      return made;
    });
    clock.fire();
    await store.commit(puts('history', rows(10, 1)), epoch);
    await settle();
    expect(scopes).toEqual(['control,log', 'fence,history', 'control,log']);
  });

  test('memory is bounded: commits wait for the tables when the log is twice too long, and keep their order', async () => {
    const { store, epoch, name } = await acquired({ limits: { ...SMALL, logBytes: 500 } });
    let longest = 0;
    const commits = Array.from({ length: 60 }, (_, n) =>
      store.commit({ puts: [...puts('history', rows(n, 1)).puts, ['executions', ['last'], n]], deletes: [] }, epoch).then(async () => {
        longest = Math.max(longest, (await contents(name, 'log')).length);
      }),
    );
    await Promise.all(commits);
    expect(await store.get('executions', ['last'])).toBe(59);
    const late = Array.from({ length: 60 }, (_, n) => store.commit(puts('history', rows(100 + n, 1)), epoch));
    await Promise.all(late);
    expect(longest).toBeLessThan(60);
    expect((await store.range('history', {})).length).toBe(120);
  });

  test('one that fails keeps every row in the log, and is tried again', async () => {
    const clock = createManualClock();
    const { store, epoch, name } = await acquired({ clock, limits: { idleBytes: 0 } });
    await store.commit(puts('history', rows(0, 10)), epoch);
    const fault = failWrites('put');
    clock.fire();
    await settle();
    expect([(await contents(name, 'log')).length, await pagesWithRows(name, 'history'), clock.pending]).toEqual([1, [], [5_000, 1_000]]);
    expect(await store.range('history', {})).toEqual(rows(0, 10));
    fault.mockRestore();
    clock.fire();
    await settle();
    expect([await contents(name, 'log'), (await contents(name, 'history')).length]).toEqual([[], 1]);
    expect(await store.range('history', {})).toEqual(rows(0, 10));
  });

  test('commits that wait for room are refused with the error of the checkpoint, instead of waiting for ever', async () => {
    const { store, epoch } = await acquired({ limits: { ...SMALL, logBytes: 500 } });
    failWrites('put');
    const answers = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => store.commit(puts('history', rows(n, 1)), epoch).then(settle)));
    const late = await refusal(store.commit(puts('history', rows(99, 1)), epoch));
    expect([late.code, late.details.reason]).toEqual(['ResourceExhausted', 'QuotaExceededError']);
    const stored = answers.filter(({ status }) => status === 'fulfilled').length;
    expect((await store.range('history', {})).length).toBe(stored);
  });

  test('one of an older writer changes nothing', async () => {
    const clock = createManualClock();
    const { store, epoch, name } = await acquired({ clock, limits: { idleBytes: 0 } });
    await store.commit(puts('history', rows(0, 10)), epoch);
    const next = await acquired({ name });
    await next.store.commit(
      deletes(
        'history',
        rows(0, 10).map(([key]) => key),
      ),
      next.epoch,
    );
    clock.fire();
    await settle();
    expect([await pagesWithRows(name, 'history'), (await contents(name, 'log')).length]).toEqual([[], 2]);
    expect([await next.store.range('history', {}), await store.range('history', {})]).toEqual([[], []]);
  });
});

/** Writes of one kind succeed as requests, and their transactions then abort: so a browser acts at the limit of its quota. */
function failWrites(kind: 'add' | 'put'): { mockRestore(): void } {
  return vi.spyOn(IDBObjectStore.prototype, kind).mockImplementation(function (this: IDBObjectStore) {
    (this.transaction as unknown as { _abort(name: string): void })._abort('QuotaExceededError');
    return this.get(0);
  });
}
