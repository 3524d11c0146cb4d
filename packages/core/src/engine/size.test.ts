import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOfValue } from './size.ts';

/** The sizes that are in histories already. */
function asWritten(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((size, [key, item]) => size + key.length + 4 + asWritten(item), 2);
}

test('a value is as large as it was when histories were written that are still there', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => sizeOfValue(value) === asWritten(value)));
  for (const length of [0, 9, 10, 11, 99, 100, 101, 1_001]) expect(sizeOfValue(new Array(length).fill('a'))).toBe(asWritten(new Array(length).fill('a')));
});
