import type { EngineStatus } from '@perdure/core/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEngineStore, followWhileReady } from './engine.ts';

const status = (state: EngineStatus['state'], role: EngineStatus['role'] = 'leader'): EngineStatus => ({
  role,
  state,
  store: { driver: 'memory', durability: 'strict', state: 'open', commits: 0, puts: 0, deletes: 0 },
  now: 0,
  loadedRuns: 0,
});

function fakeConnection(first: EngineStatus) {
  let tell: (status: EngineStatus) => void = () => undefined;
  return {
    status: async () => first,
    onStatus: (listener: (status: EngineStatus) => void) => {
      tell = listener;
      return () => undefined;
    },
    tell: (next: EngineStatus) => tell(next),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what follows the engine runs while it is ready, and is told when it no longer is', async () => {
  const connection = fakeConnection(status('starting'));
  const signals: AbortSignal[] = [];
  followWhileReady(createEngineStore(connection), (signal) => {
    signals.push(signal);
    return new Promise(() => undefined);
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(signals).toEqual([]);
  connection.tell(status('running'));
  connection.tell(status('running'));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  connection.tell(status('starting', 'follower'));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  connection.tell(status('running'));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});

test('what fails while the engine is ready is begun again after a pause, its first signal aborted', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  const signals: AbortSignal[] = [];
  followWhileReady(createEngineStore(fakeConnection(status('running'))), (signal) => {
    signals.push(signal);
    return signals.length === 1 ? Promise.reject(new Error('gone')) : new Promise(() => undefined);
  });
  await vi.advanceTimersByTimeAsync(499);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  await vi.advanceTimersByTimeAsync(1);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(warn).toHaveBeenCalledOnce();
});

test('a status that was told before the first answer is kept', async () => {
  const connection = fakeConnection(status('starting'));
  const store = createEngineStore(connection);
  connection.tell(status('running'));
  await vi.advanceTimersByTimeAsync(0);
  expect(store.getState().status).toEqual(status('running'));
});
