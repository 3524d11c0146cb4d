import { expect, test } from 'vitest';
import { scrollTopFor, windowOf } from './row-window.ts';

test('a list of 50,000 rows has only those in sight and a few around them', () => {
  expect(windowOf(50_000, 24, 0, 240)).toEqual({ first: 0, last: 18 });
  expect(windowOf(50_000, 24, 24_000, 240)).toEqual({ first: 992, last: 1018 });
  expect(windowOf(5, 24, 0, 240)).toEqual({ first: 0, last: 5 });
});

test('a list that became shorter than where it is scrolled to has no rows beyond its end', () => {
  expect(windowOf(3, 24, 24_000, 240)).toEqual({ first: 3, last: 3 });
});

test('a row out of sight is scrolled to the nearer edge', () => {
  expect(scrollTopFor(2, 24, 100, 240)).toBe(48);
  expect(scrollTopFor(20, 24, 100, 240)).toBe(264);
  expect(scrollTopFor(5, 24, 100, 240)).toBe(100);
});
