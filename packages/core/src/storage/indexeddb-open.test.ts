import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { digestOf } from '../common/run-digest.ts';
import { isServiceError, type ServiceError } from '../common/service-error.ts';
import { puts } from './conformance-kit.ts';
import { openIndexedDbStore } from './indexeddb.ts';
import { FORMAT_VERSION, LOG_TABLES } from './indexeddb-open.ts';
import { createManualClock } from './manual-clock.ts';
import { type Key, TABLES } from './store.ts';

let databases = 0;
const freshName = (): string => `opening-${databases++}`;

const refusal = async (answer: Promise<unknown>): Promise<ServiceError> => {
  const error = await answer.then(
    () => new Error('it resolved'),
    (reason: unknown) => reason,
  );
  if (!isServiceError(error)) throw error;
  return error;
};

const rawOpen = (name: string, version: number, onOpen?: (database: IDBDatabase) => void): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onsuccess = () => {
      onOpen?.(opening.result);
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
  });

const told = ({ code, details }: ServiceError): unknown => ({ code, reason: details.reason });

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('opening is refused, and never made do with memory', () => {
  test('when IndexedDB is missing', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const error = await refusal(openIndexedDbStore({ name: 'none' }));
    expect(told(error)).toEqual({ code: 'StorageUnavailable', reason: 'missing' });
  });

  test('when the browser forbids it, at once or later', async () => {
    const forbids = { open: () => raise(new DOMException('denied', 'SecurityError')) } as unknown as IDBFactory;
    expect(told(await refusal(openIndexedDbStore({ name: 'a', indexedDB: forbids })))).toEqual({ code: 'StorageUnavailable', reason: 'SecurityError' });
    const opening = { error: new DOMException('no', 'UnknownError') } as { error: DOMException; onerror?: () => void };
    const fails = { open: () => opening } as unknown as IDBFactory;
    const answer = refusal(openIndexedDbStore({ name: 'a', indexedDB: fails }));
    opening.onerror?.();
    expect(told(await answer)).toEqual({ code: 'StorageUnavailable', reason: 'UnknownError' });
  });

  test('when the browser does not answer, and what it opens too late is closed', async () => {
    const clock = createManualClock();
    const close = vi.fn();
    const opening = { result: { close } } as { result: unknown; onsuccess?: () => void };
    const answer = refusal(openIndexedDbStore({ name: 'a', clock, indexedDB: { open: () => opening } as unknown as IDBFactory }));
    expect(clock.pending).toEqual([5000]);
    clock.fire();
    expect(told(await answer)).toEqual({ code: 'StorageUnavailable', reason: 'timeout' });
    opening.onsuccess?.();
    expect(close).toHaveBeenCalledOnce();
  });

  test('when another tab holds an older version open', async () => {
    const clock = createManualClock();
    const opening = {} as { onblocked?: () => void };
    const answer = refusal(openIndexedDbStore({ name: 'a', clock, indexedDB: { open: () => opening } as unknown as IDBFactory }));
    opening.onblocked?.();
    clock.fire();
    expect(told(await answer)).toEqual({ code: 'StorageUnavailable', reason: 'blocked' });
  });

  test('when the database is of a newer version, and both versions are named', async () => {
    const name = freshName();
    (await rawOpen(name, FORMAT_VERSION + 6)).close();
    const error = await refusal(openIndexedDbStore({ name }));
    expect([told(error), error.details.found, error.details.known]).toEqual([
      { code: 'StorageUnavailable', reason: 'newer version' },
      FORMAT_VERSION + 6,
      FORMAT_VERSION,
    ]);
    expect(error.message).toContain(`version ${FORMAT_VERSION + 6}, and this code knows versions up to ${FORMAT_VERSION}`);
  });
});

describe('a store that is open', () => {
  test('gives way to a newer version, and says so', async () => {
    const name = freshName();
    const store = await openIndexedDbStore({ name });
    const epoch = await store.acquire();
    (await rawOpen(name, FORMAT_VERSION + 1)).close();
    const { state, reason } = store.status();
    expect([state, reason]).toEqual([
      'failed',
      `the store of the database "${name}" has failed: another tab opens the database in its newer version ${FORMAT_VERSION + 1}; reload this page`,
    ]);
    const answers = [store.commit(puts('busy', [[['a'], 1]]), epoch), store.get('busy', ['a']), store.acquire()];
    for (const answer of answers) expect((await refusal(answer)).code).toBe('StorageUnavailable');
    await store.close();
    expect(store.status().state).toBe('failed');
  });

  test('gives way to its deletion', async () => {
    const name = freshName();
    const store = await openIndexedDbStore({ name });
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(name).onsuccess = resolve;
    });
    expect(store.status()).toMatchObject({ state: 'failed', reason: expect.stringContaining('is being deleted') });
  });

  test('fails when the browser closes it, as it does when storage is cleared', async () => {
    const { open } = indexedDB;
    let database: IDBDatabase | undefined;
    vi.spyOn(indexedDB, 'open').mockImplementation((...args) => {
      const opening = open.apply(indexedDB, args);
      opening.addEventListener('success', () => {
        database = opening.result;
      });
      return opening;
    });
    const store = await openIndexedDbStore({ name: freshName() });
    database?.dispatchEvent(new (globalThis as unknown as { IDBVersionChangeEvent: new (type: string) => Event }).IDBVersionChangeEvent('close'));
    expect(store.status()).toMatchObject({ state: 'failed', reason: expect.stringContaining('the browser closed the database') });
  });

  test('refuses a commit when the quota is used up, keeps what it has, and goes on when there is room', async () => {
    const store = await openIndexedDbStore({ name: freshName() });
    const epoch = await store.acquire();
    await store.commit(puts('busy', [[['a'], 1]]), epoch);
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore) {
      const request = this.get(0);
      request.addEventListener('success', () => (this.transaction as unknown as { _abort(name: string): void })._abort('QuotaExceededError'));
      return request;
    });
    const error = await refusal(store.commit(puts('busy', [[['b'], 2]]), epoch));
    expect(told(error)).toEqual({ code: 'ResourceExhausted', reason: 'QuotaExceededError' });
    vi.restoreAllMocks();
    await store.commit(puts('busy', [[['c'], 3]]), epoch);
    expect(await store.range('busy', {})).toEqual([
      [['a'], 1],
      [['c'], 3],
    ]);
    expect(store.status()).toMatchObject({ state: 'open', commits: 2, puts: 2 });
  });

  test('says that the connection is gone when a transaction cannot begin', async () => {
    const store = await openIndexedDbStore({ name: freshName() });
    const epoch = await store.acquire();
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => raise(new DOMException('closing', 'InvalidStateError')));
    for (const answer of [store.commit(puts('busy', [[['a'], 1]]), epoch), store.get('busy', ['a']), store.acquire()])
      expect(told(await refusal(answer))).toEqual({ code: 'StorageUnavailable', reason: 'InvalidStateError' });
  });
});

test('a database of version 1 is given the digests of its pages, once', async () => {
  const name = freshName();
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
  const keys = Array.from({ length: 30 }, (_, index): Key => ['default', 0, index - 30, `run-${30 - index}`]);
  const texts = keys.map((_, index) => JSON.stringify(summary(30 - index)));
  const old = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      for (const store of ['control', 'fence']) opening.result.createObjectStore(store);
      opening.result.createObjectStore('log', { keyPath: 'seq' });
      for (const table of TABLES) opening.result.createObjectStore(table, { keyPath: 'fence' });
      const pages = opening.transaction?.objectStore('visibility');
      pages?.put({ fence: keys[9], keys: keys.slice(0, 10), texts: texts.slice(0, 10) });
      pages?.put({ fence: keys[19], keys: keys.slice(10, 20), texts: texts.slice(10, 20) });
      pages?.put({ fence: [[]], keys: keys.slice(20), texts: texts.slice(20) });
    };
    opening.onsuccess = () => resolve(opening.result);
  });
  old.close();
  const store = await openIndexedDbStore({ name });
  await store.acquire();
  const digestOfRows = (from: number, to: number) => digestOf(texts.slice(from, to).map((text) => JSON.parse(text) as unknown));
  expect(await store.outline('visibility', {})).toEqual([
    { to: keys[9], digest: digestOfRows(0, 10), isExact: true },
    { to: keys[19], digest: digestOfRows(10, 20), isExact: true },
    { to: undefined, digest: digestOfRows(20, 30), isExact: true },
  ]);
  expect((await store.range('visibility', {})).map(([key]) => key)).toEqual(keys);
});

test('the log names every table', () => {
  expect([...LOG_TABLES].sort()).toEqual([...TABLES].sort());
});

function raise(error: Error): never {
  throw error;
}
