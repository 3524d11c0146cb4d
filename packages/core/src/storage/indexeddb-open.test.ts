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

/** Answers requests to open a database when the test says so. */
function slowBrowser() {
  const clock = createManualClock();
  const requests: { readonly name: string; readonly version: number; readonly opening: Partial<IDBOpenDBRequest> & { result?: IDBDatabase } }[] = [];
  const connections: { isClosed: boolean }[] = [];
  const open = (name: string, version: number): unknown => {
    const opening = {};
    requests.push({ name, version, opening });
    return opening;
  };
  const answer = async (index: number): Promise<void> => {
    const { name, version, opening } = requests[index] as (typeof requests)[number];
    const real = indexedDB.open(name, version);
    real.onupgradeneeded = (event) => {
      Object.assign(opening, { result: real.result, transaction: real.transaction });
      opening.onupgradeneeded?.call(real, event);
    };
    const database = await new Promise<IDBDatabase>((resolve) => {
      real.onsuccess = () => resolve(real.result);
    });
    const connection = { isClosed: false };
    connections.push(connection);
    const { close } = database;
    database.close = () => {
      connection.isClosed = true;
      close.call(database);
    };
    Object.assign(opening, { result: database });
    opening.onsuccess?.call(real, new Event('success'));
  };
  const fail = (index: number, error: DOMException): void => {
    const { opening } = requests[index] as (typeof requests)[number];
    Object.assign(opening, { error });
    (opening.onerror as (() => void) | undefined)?.();
  };
  return { clock, factory: { open, databases: async () => [] } as unknown as IDBFactory, answer, fail, connections };
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

  test('B5: when the browser never answers: it is asked ever more rarely for a good minute, which is told; what it opens too late is closed', async () => {
    const clock = createManualClock();
    const close = vi.fn();
    const openings: { result: unknown; onsuccess?: () => void }[] = [];
    const open = (): unknown => openings[openings.push({ result: { close } }) - 1];
    const databases = vi.fn(async () => []);
    const onSlow = vi.fn();
    const answer = refusal(openIndexedDbStore({ name: 'a', clock, indexedDB: { open, databases } as unknown as IDBFactory, onSlow }));
    for (const wait of [3_000, 6_000, 12_000, 24_000, 24_000]) {
      await settled();
      expect(clock.pending).toEqual([wait]);
      clock.fire(wait);
    }
    const error = await answer;
    expect([told(error), error.details.attempts, databases.mock.calls.length, openings.length]).toEqual([
      { code: 'StorageUnavailable', reason: 'timeout' },
      5,
      4,
      5,
    ]);
    expect(onSlow.mock.calls.map(([words]) => /for (\d+) s/.exec(words as string)?.[1])).toEqual(['3', '9', '21', '45']);
    for (const opening of openings) opening.onsuccess?.();
    expect(close).toHaveBeenCalledTimes(5);
  });

  test('B5: a browser that is slow is waited for: an open that succeeds after ten seconds is taken, and those that were asked for beside it are closed', async () => {
    const { clock, factory, answer, connections } = slowBrowser();
    const name = freshName();
    const opened = openIndexedDbStore({ name, clock, indexedDB: factory });
    for (const wait of [3_000, 6_000]) {
      await settled();
      clock.fire(wait);
    }
    await settled();
    expect(connections.length).toBe(0);
    for (let request = 0; request < 3; request++) await answer(request);
    const store = await opened;
    expect([store.status().state, await store.acquire(), clock.pending.includes(12_000)]).toEqual(['open', 1, false]);
    await settled();
    expect(connections.map(({ isClosed }) => isClosed)).toEqual([false, true, true]);
  });

  test('B5: whichever succeeds first is taken, though it was asked for later', async () => {
    const { clock, factory, answer, connections } = slowBrowser();
    const opened = openIndexedDbStore({ name: freshName(), clock, indexedDB: factory });
    clock.fire(3_000);
    await settled();
    await answer(1);
    const store = await opened;
    await answer(0);
    expect([store.status().state, connections.map(({ isClosed }) => isClosed)]).toEqual(['open', [false, true]]);
  });

  test('B5: one that fails beside one that is slow does not end it', async () => {
    const { clock, factory, answer, fail } = slowBrowser();
    const opened = openIndexedDbStore({ name: freshName(), clock, indexedDB: factory });
    clock.fire(3_000);
    await settled();
    fail(1, new DOMException('Internal error.', 'UnknownError'));
    await settled();
    await answer(0);
    expect((await opened).status().state).toBe('open');
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
    await settled();
    clock.fire(3_000);
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
