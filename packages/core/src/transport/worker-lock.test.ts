import { expect, test } from 'vitest';
import { createMemoryLocks } from './memory-locks.ts';
import { holdWorkerLock, watchWorkerLock } from './worker-lock.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a watcher learns once that the worker has let go', async () => {
  const [locks, lost] = [createMemoryLocks(), [] as string[]];
  const release = await holdWorkerLock('w1', locks);
  watchWorkerLock('w1', () => lost.push('w1'), locks);
  await turn();
  expect(lost).toEqual([]);
  release();
  release();
  await turn();
  expect(lost).toEqual(['w1']);
});

test('a worker that died before it was watched is lost at once', async () => {
  const [locks, lost] = [createMemoryLocks(), [] as string[]];
  watchWorkerLock('gone', () => lost.push('gone'), locks);
  await turn();
  expect(lost).toEqual(['gone']);
});

test('a watch that has ended tells nothing, and is in nobody’s way', async () => {
  const [locks, lost] = [createMemoryLocks(), [] as string[]];
  const release = await holdWorkerLock('w1', locks);
  const unwatch = watchWorkerLock('w1', () => lost.push('w1'), locks);
  await turn();
  unwatch();
  unwatch();
  release();
  await turn();
  expect(lost).toEqual([]);
  expect((await locks.query()).held).toEqual([]);
});

test('B31: where the browser withholds locks it is said why, and what to do', async () => {
  const denied = { request: () => Promise.reject(new DOMException('The request was denied.', 'SecurityError')) } as unknown as LockManager;
  await expect(holdWorkerLock('w1', denied)).rejects.toMatchObject({
    code: 'FailedPrecondition',
    message: expect.stringMatching(/SecurityError: The request was denied.*frame of another site's page, or cookies are blocked.*requestStorageAccess/),
  });
});

test('two engines may watch one worker', async () => {
  const [locks, lost] = [createMemoryLocks(), [] as string[]];
  const release = await holdWorkerLock('w1', locks);
  watchWorkerLock('w1', () => lost.push('first'), locks);
  watchWorkerLock('w1', () => lost.push('second'), locks);
  release();
  await turn();
  expect(lost).toEqual(['first', 'second']);
});
