import { describe, expect, test } from 'vitest';
import { type Barrier, defaultBarrier, testBarrier } from './barrier.ts';
import { createSandbox } from './sandbox.ts';

/** As MessageChannel is in workerd and Deno: a message that overtakes microtasks. */
const early: Barrier = (fn) => queueMicrotask(() => queueMicrotask(fn));

describe('the drain barrier', () => {
  test('of this runtime waits for every microtask', async () => {
    expect(await testBarrier(await defaultBarrier())).toBe(true);
  });

  test('that fires early is found by its test, and refused', async () => {
    expect(await testBarrier(early)).toBe(false);
    await expect(createSandbox({ workflows: {}, barrier: early }).ready()).rejects.toThrow('The drain barrier fires before all microtasks have run');
  });
});
