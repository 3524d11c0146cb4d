import { expect, test } from 'vitest';
import { growthOf } from './soak.ts';

const samples = (...bytes: readonly number[]) => bytes.map((bytes, index) => ({ minute: index, bytes }));

test('the heap is compared with what it was after five minutes, by medians', () => {
  expect(growthOf(samples(1, 1, 1, 1, 1, 100, 100, 900, 100, 104, 104, 1))).toBe(4);
  expect(growthOf(samples(50, 50, 50, 50, 50, 100, 100, 100, 110, 120, 130))).toBe(20);
});

test('too few samples tell nothing', () => {
  expect(growthOf(samples(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toBeUndefined();
});
