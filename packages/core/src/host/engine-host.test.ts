import { describe, expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import type { Call } from '../transport/call.ts';
import { createMemoryLocks } from '../transport/memory-locks.ts';
import { type RunningEngine, runEngineHost } from './engine-host.ts';

const closedStore: StoreStatus = { driver: 'indexeddb', durability: 'strict', state: 'closed', commits: 0, puts: 0, deletes: 0 };
const start: Call = { method: 'startWorkflowExecution', argument: { requestId: 'r' }, timeoutMs: 1_000 };
const turns = async (count = 5): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

interface Started {
  readonly engine: RunningEngine;
  readonly fail: (reason: Error) => void;
  isStopped: boolean;
}

/** A tab: an engine host whose engines answer calls with the tab's name. */
function tab(name: string, locks: LockManager, failToStart: () => Error | undefined = () => undefined) {
  const timers: { delay: number; fn: () => void }[] = [];
  const clock: Clock = {
    now: () => 7,
    setTimer(delay, fn) {
      const timer = { delay, fn };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  };
  const started: Started[] = [];
  let startingFor = 1;
  const statuses: EngineStatus[] = [];
  const host = runEngineHost({
    database: 'db',
    clock,
    closedStore,
    locks,
    onStatus: (status) => statuses.push(status),
    async start(fail) {
      const error = failToStart();
      if (error) throw error;
      const service = {
        startWorkflowExecution: async () => `started by ${name}`,
        getEngineStatus: async () => ({
          role: 'leader',
          state: startingFor-- > 0 ? 'starting' : 'running',
          store: { ...closedStore, state: 'open' },
          now: 7,
          loadedRuns: 0,
        }),
      } as unknown as WorkflowService;
      const own: Started = { engine: { service, stop: async () => void Object.assign(own, { isStopped: true }) }, fail, isStopped: false };
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
  return { host, started, statuses, fire, timers };
}

const last = <T>(list: readonly T[]): T => list[list.length - 1] as T;

describe('the host of an engine', () => {
  test('takes calls from the first moment on, and answers them when its engine leads', async () => {
    const { host, statuses, fire } = tab('a', createMemoryLocks());
    expect(await host.call(start)).toBe('started by a');
    await turns();
    expect(last(statuses)).toMatchObject({ role: 'leader', state: 'starting', store: { state: 'open' } });
    fire(50);
    await turns();
    expect(last(statuses)).toMatchObject({ role: 'leader', state: 'running' });
  });

  test('waits visibly while another tab leads, and takes over when that one ends', async () => {
    const locks = createMemoryLocks();
    const [a, b] = [tab('a', locks), tab('b', locks)];
    await turns();
    expect(b.started).toEqual([]);
    expect(await b.host.call({ method: 'getEngineStatus', argument: undefined })).toEqual({
      role: 'follower',
      state: 'starting',
      reason: 'another tab holds the database "db": its engine is the one that runs, and this one takes over when it ends',
      store: closedStore,
      now: 7,
      loadedRuns: 0,
    });
    const answer = b.host.call(start);
    await a.host.stop();
    expect(a.started[0]?.isStopped).toBe(true);
    expect(await answer).toBe('started by b');
  });

  test('tells a call that waits too long that another tab leads', async () => {
    const locks = createMemoryLocks();
    tab('a', locks);
    const b = tab('b', locks);
    await turns();
    const answer = b.host.call(start);
    for (let tick = 0; tick < 4; tick++) b.fire(250);
    await expect(answer).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringContaining('another tab holds the database "db"') });
  });

  test('stops an engine that was fenced, and stands for election again at once', async () => {
    const { started, host, fire } = tab('a', createMemoryLocks());
    await turns();
    started[0]?.fail(new ServiceError('Fenced', 'another engine wrote'));
    await turns();
    expect(started.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    expect(await host.call(start)).toBe('started by a');
    expect(() => fire(1_000)).toThrow('no timer');
  });

  test('leads no more when its lock was stolen', async () => {
    const locks = createMemoryLocks();
    const { started, host } = tab('a', locks);
    await turns();
    void locks.request('perdure:db', { steal: true }, () => new Promise(() => {}));
    await turns();
    expect(started.map(({ isStopped }) => isStopped)).toEqual([true]);
    expect(await host.call({ method: 'getEngineStatus', argument: undefined })).toMatchObject({ role: 'follower', state: 'starting' });
  });

  test('refuses calls with the typed error while its store does not open, shows it, and tries again a few times', async () => {
    let error: Error | undefined = new ServiceError('StorageUnavailable', 'the disk is gone');
    const { host, statuses, fire } = tab('a', createMemoryLocks(), () => error);
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
    const { host, fire, timers } = tab('a', createMemoryLocks(), () => new ServiceError('StorageUnavailable', 'the disk is gone'));
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
    const { host, timers } = tab('a', createMemoryLocks(), () => new ServiceError('FailedPrecondition', 'a newer version has written this database'));
    await turns();
    await expect(host.call(start)).rejects.toMatchObject({ code: 'FailedPrecondition' });
    expect(timers).toEqual([]);
  });

  test('lets another tab lead while it waits for its next attempt', async () => {
    const locks = createMemoryLocks();
    tab('a', locks, () => new ServiceError('StorageUnavailable', 'the disk is gone'));
    await turns();
    const b = tab('b', locks);
    expect(await b.host.call(start)).toBe('started by b');
  });

  test('refuses calls once it is stopped', async () => {
    const { host } = tab('a', createMemoryLocks());
    await turns();
    await host.stop();
    await expect(host.call(start)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
