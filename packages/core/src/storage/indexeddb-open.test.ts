import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../common/clock.ts';
import { digestOf } from '../common/run-digest.ts';
import { isServiceError, type ServiceError } from '../common/service-error.ts';
import { puts } from './conformance-kit.ts';
import { openIndexedDbStore } from './indexeddb.ts';
import { dumpDatabase } from './indexeddb-dump.ts';
import { FORMAT_VERSION, LOG_TABLES } from './indexeddb-format.ts';
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

const rawOpen = (name: string, version: number, onOpen?: (database: IDBDatabase) => void, onUpgrade?: (database: IDBDatabase) => void): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => onUpgrade?.(opening.result);
    opening.onsuccess = () => {
      onOpen?.(opening.result);
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
  });

/** Pauses are short. */
const hastyClock: Clock = { now: () => Date.now(), setTimer: (delayMs, fn) => systemClock.setTimer(delayMs < 3_000 ? 1 : delayMs, fn) };

function failing(error: DOMException): IDBOpenDBRequest {
  const opening = { error } as { error: DOMException; onerror?: () => void };
  setTimeout(() => opening.onerror?.());
  return opening as unknown as IDBOpenDBRequest;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const told = ({ code, details }: ServiceError): unknown => ({ code, reason: details.reason });

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('opening is refused, and never made do with memory', () => {
  test('B10: when IndexedDB is missing, as in a sandboxed frame', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const error = await refusal(openIndexedDbStore({ name: 'none' }));
    expect([told(error), error.details.retryable]).toEqual([{ code: 'StorageUnavailable', reason: 'missing' }, false]);
    expect(error.message).toContain('ask for the memory store');
  });

  test('B10: when the browser forbids it, as in a private window, and it is not asked again', async () => {
    for (const [name, attempts] of [
      ['SecurityError', 1],
      ['InvalidStateError', 3],
    ] as const) {
      const open = vi.fn(() => raise(new DOMException('denied', name)));
      const error = await refusal(openIndexedDbStore({ name: 'a', clock: hastyClock, indexedDB: { open } as unknown as IDBFactory }));
      expect([told(error), open.mock.calls.length]).toEqual([{ code: 'StorageUnavailable', reason: name }, attempts]);
    }
  });

  test('B7: when the files of the database cannot be opened: three attempts, one report, and it is not worth asking again', async () => {
    const cause = new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError');
    const open = vi.fn(() => failing(cause));
    const error = await refusal(openIndexedDbStore({ name: 'a', clock: hastyClock, indexedDB: { open } as unknown as IDBFactory }));
    expect([error.code, error.details.fault, error.details.retryable, error.details.attempts, open.mock.calls.length]).toEqual([
      'StorageUnavailable',
      'backing store',
      false,
      3,
      3,
    ]);
  });

  test('B7: a failure that goes away costs an attempt', async () => {
    const outcomes = [new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError'), undefined];
    const open = vi.fn((name: string, version: number) => {
      const cause = outcomes.shift();
      return cause ? failing(cause) : indexedDB.open(name, version);
    });
    const store = await openIndexedDbStore({ name: freshName(), clock: hastyClock, indexedDB: { open } as unknown as IDBFactory });
    expect([await store.acquire(), open.mock.calls.length]).toEqual([1, 2]);
  });

  test('B5: when the browser never answers: three seconds, a warm-up, and again; what it opens too late is closed', async () => {
    const clock = createManualClock();
    const close = vi.fn();
    const opening = { result: { close } } as { result: unknown; onsuccess?: () => void };
    const databases = vi.fn(async () => []);
    const answer = refusal(openIndexedDbStore({ name: 'a', clock, indexedDB: { open: () => opening, databases } as unknown as IDBFactory }));
    for (const expected of [[3_000], [50], [3_000], [250], [3_000]]) {
      await settled();
      expect(clock.pending).toEqual(expected);
      clock.fire(3_000);
    }
    const error = await answer;
    expect([told(error), databases.mock.calls.length]).toEqual([{ code: 'StorageUnavailable', reason: 'timeout' }, 2]);
    opening.onsuccess?.();
    expect(close).toHaveBeenCalledOnce();
  });

  test('B5: the warm-up is enough where it is', async () => {
    const clock = createManualClock();
    let isWarm = false;
    const factory = {
      open: (name: string, version: number) => (isWarm ? indexedDB.open(name, version) : {}),
      databases: async () => {
        isWarm = true;
        return [];
      },
    } as unknown as IDBFactory;
    const opened = openIndexedDbStore({ name: freshName(), clock, indexedDB: factory });
    for (const longest of [3_000, 50]) {
      await settled();
      clock.fire(longest);
    }
    expect((await opened).status().state).toBe('open');
  });

  test('B11: when another tab holds an older version open: five seconds, and both versions are named', async () => {
    const clock = createManualClock();
    const opening = {} as { onblocked?: (event: { oldVersion: number }) => void };
    const answer = refusal(openIndexedDbStore({ name: 'a', clock, indexedDB: { open: () => opening } as unknown as IDBFactory }));
    opening.onblocked?.({ oldVersion: 1 });
    expect(clock.pending).toEqual([5_000]);
    clock.fire(5_000);
    const error = await answer;
    expect([told(error), error.details.found, error.details.wanted]).toEqual([{ code: 'StorageUnavailable', reason: 'blocked' }, 1, FORMAT_VERSION]);
    expect(error.message).toContain(`in version 1, and this code brings it to version ${FORMAT_VERSION}`);
  });

  test('B12: when the database is of a newer version: both are named, nothing is written, and it can be read as it is', async () => {
    const name = freshName();
    const newer = await rawOpen(name, FORMAT_VERSION + 6);
    newer.close();
    const error = await refusal(openIndexedDbStore({ name }));
    expect([told(error), error.details.found, error.details.known, error.details.retryable]).toEqual([
      { code: 'StorageUnavailable', reason: 'newer version' },
      FORMAT_VERSION + 6,
      FORMAT_VERSION,
      false,
    ]);
    expect(error.message).toContain(`version ${FORMAT_VERSION + 6}, and this code knows versions up to ${FORMAT_VERSION}`);
    expect(await dumpDatabase(name)).toEqual({ name, version: FORMAT_VERSION + 6, stores: [] });
  });

  test('B12: a dump of a database that is not there makes none', async () => {
    const name = freshName();
    expect((await refusal(dumpDatabase(name))).code).toBe('NotFound');
    expect((await indexedDB.databases()).some((database) => database.name === name)).toBe(false);
  });
});

describe('a store that is open', () => {
  test('B11: gives way to a newer version at once, and says so once', async () => {
    const name = freshName();
    const onFailed = vi.fn();
    const store = await openIndexedDbStore({ name, onFailed });
    const epoch = await store.acquire();
    const underWay = store.commit(puts('busy', [[['kept'], 1]]), epoch);
    const newer = await rawOpen(name, FORMAT_VERSION + 1, undefined, (upgraded) => upgraded.objectStoreNames.contains('log'));
    await underWay; // what was under way when the other came has ended
    newer.close();
    const { state, reason, fault } = store.status();
    expect([state, fault, reason]).toEqual([
      'failed',
      'superseded',
      `holding open the database "${name}" failed: another tab opens it in its newer version ${FORMAT_VERSION + 1}; reload this page`,
    ]);
    const answers = [store.commit(puts('busy', [[['a'], 1]]), epoch), store.get('busy', ['a']), store.acquire()];
    for (const answer of answers)
      expect(await refusal(answer)).toMatchObject({ code: 'StorageUnavailable', details: { fault: 'superseded', retryable: false } });
    await store.close();
    expect(store.status().state).toBe('failed');
    expect(onFailed).toHaveBeenCalledOnce();
  });

  test('B6: gives way to its deletion', async () => {
    const name = freshName();
    const onFailed = vi.fn();
    const store = await openIndexedDbStore({ name, onFailed });
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(name).onsuccess = resolve;
    });
    expect(store.status()).toMatchObject({ state: 'failed', fault: 'deleted', reason: expect.stringContaining('its storage was deleted') });
    expect(onFailed).toHaveBeenCalledOnce();
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
