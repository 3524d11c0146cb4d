import { describe, expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import type { Call } from '../transport/call.ts';
import { createMemoryChannels, type MemoryChannels } from '../transport/memory-channels.ts';
import { createMemoryLocks } from '../transport/memory-locks.ts';
import { holdWorkerLock } from '../transport/worker-lock.ts';
import { type RunningEngine, runEngineHost } from './engine-host.ts';

const closedStore: StoreStatus = { driver: 'indexeddb', durability: 'strict', state: 'closed', commits: 0, puts: 0, deletes: 0 };
const start: Call = { method: 'startWorkflowExecution', argument: { requestId: 'r' }, timeoutMs: 1_000 };
const turns = async (count = 5): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
};

interface Started {
  readonly engine: RunningEngine;
  readonly fail: (reason: Error) => void;
  isStopped: boolean;
}

/** What tabs share: their locks and channels. */
interface World {
  readonly locks: LockManager;
  readonly channels: MemoryChannels;
}
const createWorld = (): World => ({ locks: createMemoryLocks(), channels: createMemoryChannels() });
let epoch = 0;

/** A tab: an engine host whose engines answer calls with the tab's name. */
function tab(name: string, { locks, channels }: World, failToStart: () => Error | undefined = () => undefined) {
  const timers: { delay: number; fn: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    setTimer(delay, fn) {
      const timer = { delay, fn: () => void (isFrozen || fn()) };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  };
  const started: Started[] = [];
  let startingFor = 1;
  let isAnswering = true;
  let isFrozen = false;
  let now = 7;
  let isDeposed = false;
  let calls = 0;
  const statuses: EngineStatus[] = [];
  const wakes: string[] = [];
  void holdWorkerLock(name, locks);
  const host = runEngineHost({
    database: 'db',
    tab: name,
    newLeader: () => `${name}#${started.length}`,
    openChannel(name) {
      const channel = channels.open(name);
      return { ...channel, postMessage: (message) => void (isFrozen || channel.postMessage(message)) };
    },
    clock,
    closedStore,
    locks,
    onStatus: (status) => statuses.push(status),
    async start(fail) {
      const error = failToStart();
      if (error) throw error;
      const service = {
        startWorkflowExecution: async () => {
          calls++;
          return isAnswering ? `started by ${name}` : new Promise(() => {});
        },
        getEngineInfo: async () => ({ workers: [], commits: { seconds: 1, commits: 0, events: 0 } }),
        getEngineStatus: async () => ({
          role: 'leader',
          state: startingFor-- > 0 ? 'starting' : 'running',
          store: { ...closedStore, state: 'open' },
          now: 7,
          loadedRuns: 0,
        }),
      } as unknown as WorkflowService;
      const own: Started = {
        engine: {
          service,
          epoch: ++epoch,
          wake: () => void wakes.push(name),
          confirm: async () => {
            if (isDeposed) throw new ServiceError('Fenced', 'another engine has the database');
          },
          stop: async () => void Object.assign(own, { isStopped: true }),
        },
        fail,
        isStopped: false,
      };
      started.push(own);
      return own.engine;
    },
  });
  const fire = (delay: number): void => {
    const timer = timers.find((timer) => timer.delay === delay);
    if (!timer) throw new Error(`no timer of ${delay} ms among ${timers.map((timer) => timer.delay)}`);
    timers.splice(timers.indexOf(timer), 1);
    timer.fn();
  };
  return {
    host,
    started,
    statuses,
    fire,
    timers,
    wakes,
    get calls() {
      return calls;
    },
    answerNothing(): void {
      isAnswering = false;
    },
    /** Its timers fire no more, and nobody hears it. */
    freeze(): void {
      isFrozen = true;
    },
    thaw(): void {
      isFrozen = false;
    },
    /** Its clock goes on, and none of its timers fires. */
    hang(ms: number): void {
      now += ms;
    },
    /** The database is another engine's, and nothing has been heard of it. */
    depose(isIt = true): void {
      isDeposed = isIt;
    },
  };
}

const last = <T>(list: readonly T[]): T => list[list.length - 1] as T;

describe('the host of an engine', () => {
  test('takes calls from the first moment on, and answers them when its engine leads', async () => {
    const { host, statuses, fire } = tab('a', createWorld());
    expect(await host.call(start)).toBe('started by a');
    await turns();
    expect(last(statuses)).toMatchObject({ role: 'leader', state: 'starting', store: { state: 'open' } });
    fire(50);
    await turns();
    expect(last(statuses)).toMatchObject({ role: 'leader', state: 'running' });
  });

  test('calls of another tab are carried to the leader, and its status is shown there', async () => {
    const world = createWorld();
    tab('a', world);
    await turns();
    const b = tab('b', world);
    expect(last(b.statuses)).toBeUndefined();
    expect(await b.host.call(start)).toBe('started by a');
    await turns();
    expect(b.started).toEqual([]);
    expect(last(b.statuses)).toMatchObject({ role: 'follower', state: 'running', store: { state: 'open' } });
    expect(await b.host.call({ method: 'getEngineStatus', argument: undefined })).toMatchObject({ role: 'follower', state: 'running' });
  });

  test('each tab is told of all tabs, and which of them it is', async () => {
    const world = createWorld();
    const a = tab('a', world);
    await turns();
    const b = tab('b', world);
    b.host.noticePage(false);
    await b.host.call(start);
    const ask = { method: 'getEngineInfo', argument: undefined } as const;
    await a.host.call(ask);
    await turns();
    const tabs = [
      { id: 'a', role: 'leader', isVisible: true },
      { id: 'b', role: 'follower', isVisible: false, lastHeard: 7 },
    ];
    expect(await a.host.call(ask)).toMatchObject({ workers: [], tabs, thisTab: 'a' });
    expect(await b.host.call(ask)).toMatchObject({ workers: [], tabs, thisTab: 'b' });
  });

  test('a call that is open when the leader ends is answered by the tab that takes over', async () => {
    const world = createWorld();
    const a = tab('a', world);
    await turns();
    a.answerNothing();
    const [b, c] = [tab('b', world), tab('c', world)];
    const answers = Promise.all([b.host.call(start), c.host.call(start)]);
    await turns(20);
    expect(a.calls).toBe(2);
    await a.host.stop();
    expect(a.started[0]?.isStopped).toBe(true);
    expect(await answers).toEqual(['started by b', 'started by b']);
    expect(last(c.statuses)).toMatchObject({ role: 'follower' });
  });

  test('B14: a deposed leader that lives on carries no call of another tab to the next one: that tab sends it again itself', async () => {
    const world = createWorld();
    const a = tab('a', world);
    await turns();
    a.answerNothing();
    const b = tab('b', world);
    const c = tab('c', world);
    const answer = c.host.call(start);
    await turns(20);
    expect(a.calls).toBe(1);
    a.started[0]?.fail(new ServiceError('Fenced', 'another engine wrote'));
    expect(await answer).toBe('started by b');
    await turns(20);
    expect(b.calls).toBe(1);
  });

  test('B14: a leader that keeps its lock but is silent is deposed, and stands down when it wakes', async () => {
    const world = createWorld();
    const a = tab('a', world);
    await turns();
    const b = tab('b', world);
    await turns(20);
    const answer = b.host.call(start);
    expect(await answer).toBe('started by a');
    a.freeze();
    for (let beat = 0; beat < 4; beat++) {
      await turns();
      b.fire(1_000);
    }
    expect(await b.host.call(start)).toBe('started by b');
    await turns();
    a.thaw();
    expect(a.started.map(({ isStopped }) => isStopped)).toEqual([true]);
    const again = a.host.call(start);
    await turns();
    a.fire(1_000); // it asks again who leads
    expect(await again).toBe('started by b');
  });

  test('B14: a leader that was silent for long asks its store whether it still leads, before it answers', async () => {
    const a = tab('a', createWorld());
    await turns();
    a.depose();
    expect(await a.host.call(start)).toBe('started by a'); // it was heard of a moment ago
    a.hang(2_001);
    a.fire(1_000); // it says that it lives, which does not make it the leader
    const waiting = a.host.call(start);
    await turns();
    expect(a.started.map(({ isStopped }) => isStopped)).toEqual([true, false]); // the store has said so, and it has stood for election again
    expect(await waiting).toBe('started by a');
    expect(a.calls).toBe(2); // none by the engine that was deposed
    a.depose(false);
    a.hang(5_000);
    expect(await a.host.call(start)).toBe('started by a'); // the store is its own
    expect(a.started).toHaveLength(2);
  });

  test('a tab that is hidden has more patience', async () => {
    const world = createWorld();
    const a = tab('a', world);
    await turns();
    const b = tab('b', world);
    b.host.noticePage(false);
    await turns(20);
    a.freeze();
    for (let beat = 0; beat < 9; beat++) {
      await turns();
      b.fire(1_000);
    }
    await turns();
    expect(b.started).toEqual([]);
    b.fire(1_000);
    await turns();
    expect(b.started.length).toBe(1);
  });

  test('a page that is seen again wakes its engine', async () => {
    const { host, wakes } = tab('a', createWorld());
    host.noticePage(true);
    await turns();
    host.noticePage(true);
    expect(wakes).toEqual(['a']);
  });

  test('tells a call that waits too long that another tab leads', async () => {
    const world = createWorld();
    void world.locks.request('perdure:db', () => new Promise(() => {})); // a tab of a version that does not carry calls
    const b = tab('b', world);
    await turns();
    expect(last(b.statuses)).toEqual({
      role: 'follower',
      state: 'starting',
      reason: 'another tab holds the database "db": calls are carried to its engine, once it is found',
      store: closedStore,
      now: 7,
      loadedRuns: 0,
    });
    const answer = b.host.call(start);
    for (let tick = 0; tick < 4; tick++) b.fire(250);
    await expect(answer).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringContaining('another tab holds the database "db"') });
  });

  test('stops an engine that was fenced, and stands for election again at once', async () => {
    const { started, host, statuses } = tab('a', createWorld());
    await turns();
    started[0]?.fail(new ServiceError('Fenced', 'another engine wrote'));
    await turns();
    expect(started.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    expect(await host.call(start)).toBe('started by a');
    expect(statuses.map(({ state }) => state)).not.toContain('failed');
  });

  test('leads no more when its lock was stolen', async () => {
    const world = createWorld();
    const { started, host } = tab('a', world);
    await turns();
    void world.locks.request('perdure:db', { steal: true }, () => new Promise(() => {}));
    await turns();
    expect(started.map(({ isStopped }) => isStopped)).toEqual([true]);
    expect(await host.call({ method: 'getEngineStatus', argument: undefined })).toMatchObject({ role: 'follower', state: 'starting' });
  });

  test('B14: stands for election again at once when its lock was stolen before it was told of it', async () => {
    const world = createWorld();
    let isTold = false;
    const locks = {
      request: (name: string, options: LockOptions, callback: LockGrantedCallback<unknown>) =>
        world.locks.request(name, options, (lock) => (isTold ? callback(lock) : new Promise(() => {}))),
    } as unknown as LockManager;
    const { host, statuses } = tab('a', { ...world, locks });
    await turns();
    isTold = true;
    await world.locks.request('perdure:db', { steal: true }, async () => {});
    expect(await host.call(start)).toBe('started by a');
    expect(statuses.map(({ state }) => state)).not.toContain('failed');
  });

  test('refuses calls with the typed error while its store does not open, shows it, and tries again a few times', async () => {
    let error: Error | undefined = new ServiceError('StorageUnavailable', 'the disk is gone');
    const { host, statuses, fire } = tab('a', createWorld(), () => error);
    await turns();
    const message = 'the engine of database "db" does not run: the disk is gone. It is tried again in 1000 ms';
    await expect(host.call(start)).rejects.toMatchObject({ code: 'StorageUnavailable', message });
    expect(last(statuses)).toMatchObject({ state: 'failed', reason: message, store: { driver: 'indexeddb', state: 'failed', reason: message } });
    fire(1_000);
    await turns();
    expect(last(statuses).reason).toContain('It is tried again in 4000 ms');
    error = undefined;
    fire(4_000);
    await turns();
    expect(await host.call(start)).toBe('started by a');
  });

  test('stays down after the last attempt, and says what to do', async () => {
    const { host, fire, timers } = tab('a', createWorld(), () => new ServiceError('StorageUnavailable', 'the disk is gone'));
    for (const pause of [1_000, 4_000, 16_000]) {
      await turns();
      fire(pause);
    }
    await turns();
    await expect(host.call(start)).rejects.toMatchObject({
      code: 'StorageUnavailable',
      message: 'the engine of database "db" does not run: the disk is gone. It is not tried again: reload the page once the cause is removed',
    });
    expect(timers).toEqual([]);
  });

  test('does not try again what cannot get better', async () => {
    const { host, timers } = tab('a', createWorld(), () => new ServiceError('FailedPrecondition', 'a newer version has written this database'));
    await turns();
    await expect(host.call(start)).rejects.toMatchObject({ code: 'FailedPrecondition' });
    expect(timers).toEqual([]);
  });

  test('B6, B11, B12: does not try again a storage that is gone for good, and says in the status what became of it', async () => {
    for (const fault of ['deleted', 'superseded', 'newer version'] as const) {
      const { host, statuses, timers } = tab(
        'a',
        createWorld(),
        () => new ServiceError('StorageUnavailable', 'gone', { details: { fault, retryable: false } }),
      );
      await turns();
      await expect(host.call(start)).rejects.toMatchObject({ code: 'StorageUnavailable', details: { fault, retryable: false } });
      expect(last(statuses)).toMatchObject({ state: 'failed', store: { state: 'failed', fault } });
      expect(timers).toEqual([]);
    }
  });

  test('lets another tab lead while it waits for its next attempt', async () => {
    const world = createWorld();
    tab('a', world, () => new ServiceError('StorageUnavailable', 'the disk is gone'));
    await turns();
    const b = tab('b', world);
    expect(await b.host.call(start)).toBe('started by b');
  });

  test('follows another tab that has the database open, and does not sit its pause out', async () => {
    const world = createWorld();
    let error: Error | undefined = new ServiceError('StorageUnavailable', 'the disk is gone');
    const a = tab('a', world, () => error);
    await turns();
    const b = tab('b', world, () => error);
    await turns();
    await expect(a.host.call(start)).rejects.toMatchObject({ code: 'StorageUnavailable' });
    error = undefined;
    b.fire(1_000);
    await turns();
    expect(await a.host.call(start)).toBe('started by b');
    expect(a.started).toHaveLength(0);
  });

  test('refuses calls once it is stopped', async () => {
    const { host } = tab('a', createWorld());
    await turns();
    await host.stop();
    await expect(host.call(start)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
