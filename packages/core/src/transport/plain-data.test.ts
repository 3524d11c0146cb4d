import { expect, test } from 'vitest';
import { checkPlainData, MAX_DEPTH } from './plain-data.ts';

const nested = (depth: number): unknown => (depth === 0 ? 'end' : { in: nested(depth - 1) });

test('plain JSON data passes, with absent properties and objects without a prototype', () => {
  checkPlainData(undefined, 'it');
  checkPlainData({ a: [1, 'two', true, null, {}, []], b: undefined, constructor: 'a word', c: Object.create(null) }, 'it');
});

test('S4: depth is bounded', () => {
  checkPlainData(nested(MAX_DEPTH), 'it');
  expect(() => checkPlainData(nested(MAX_DEPTH + 1), 'it')).toThrow(`it is nested deeper than ${MAX_DEPTH}; only plain JSON data can be sent`);
});

test('S4: the number of values is bounded', () => {
  const thousand = Array.from({ length: 1000 }, () => 0);
  expect(() =>
    checkPlainData(
      Array.from({ length: 1000 }, () => thousand),
      'it',
    ),
  ).toThrow('it has more than 1000000 values');
});

test('the length of text is bounded', () => {
  const text = 'x'.repeat(8 * 1024 * 1024);
  checkPlainData(
    Array.from({ length: 8 }, () => text),
    'it',
  );
  expect(() => checkPlainData([...Array.from({ length: 8 }, () => text), 'x'], 'it')).toThrow('it is longer than');
});

test.each([
  ['a function', () => {}],
  ['a symbol', Symbol('s')],
  ['a class instance', new (class Thing {})()],
  ['bytes', new Uint8Array(1)],
  ['an error', new Error('e')],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a hole', new Array(1)],
])('S5: %s is refused', (_label, value) => {
  expect(() => checkPlainData({ value }, 'it')).toThrow('only plain JSON data can be sent');
});
