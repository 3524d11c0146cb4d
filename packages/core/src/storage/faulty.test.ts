import { expect, test } from 'vitest';
import { isServiceError } from '../common/service-error.ts';
import { puts } from './conformance-kit.ts';
import { faultAt, withFaults } from './faulty.ts';
import { createMemoryStore } from './memory.ts';
import type { Store } from './store.ts';

const pending = Symbol('pending');
const outcome = (answer: Promise<unknown>): Promise<unknown> => {
  const settled = answer.then(
    () => 'done',
    (error: unknown) => (isServiceError(error) ? error.code : error),
  );
  return Promise.race([settled, new Promise((resolve) => setImmediate(() => resolve(pending)))]);
};
const write = (store: Store, n: number): Promise<void> => store.commit(puts('wake', [[[n], n]]), 1);

async function keysAfter(plan: Parameters<typeof withFaults>[1], writes: (store: Store) => Promise<unknown>): Promise<unknown> {
  const inner = createMemoryStore();
  await inner.acquire();
  const answers = await writes(withFaults(inner, plan));
  return [answers, (await inner.range('wake', {})).map(([key]) => key[0])];
}

test('a commit that fails before it took effect leaves nothing', async () => {
  const plan = faultAt('commit', 2, { kind: 'fail', when: 'before' });
  expect(await keysAfter(plan, (store) => Promise.all([1, 2, 3].map((n) => outcome(write(store, n)))))).toEqual([
    ['done', 'StorageUnavailable', 'done'],
    [1, 3],
  ]);
});

test('a commit that fails after it took effect stands, and its caller does not learn it', async () => {
  const error = new Error('lost');
  const plan = faultAt('commit', 2, { kind: 'fail', when: 'after', error });
  expect(await keysAfter(plan, (store) => Promise.all([1, 2, 3].map((n) => outcome(write(store, n)))))).toEqual([
    ['done', error, 'done'],
    [1, 2, 3],
  ]);
});

test('a late call holds up those that come after it, and works on what it was given', async () => {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const plan = faultAt('commit', 1, { kind: 'delay', when: 'before', until });
  const answers = async (store: Store): Promise<unknown> => {
    const batch = puts('wake', [[[1], 1]]);
    const commits = [store.commit(batch, 1), write(store, 2)];
    (batch.puts as unknown[]).length = 0;
    const before = await Promise.all(commits.map(outcome));
    release();
    await Promise.all(commits);
    return before;
  };
  expect(await keysAfter(plan, answers)).toEqual([
    [pending, pending],
    [1, 2],
  ]);
});

test('a call that hangs never ends, whether it took effect or not', async () => {
  for (const when of ['before', 'after'] as const)
    expect(await keysAfter(faultAt('commit', 2, { kind: 'hang', when }), (store) => Promise.all([1, 2, 3].map((n) => outcome(write(store, n)))))).toEqual([
      ['done', pending, pending],
      when === 'before' ? [1] : [1, 2],
    ]);
});
