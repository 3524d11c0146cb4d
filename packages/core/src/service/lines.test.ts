import { expect, test } from 'vitest';
import { Line } from './lines.ts';

test('who came first is served first, also in a long line', () => {
  const line = new Line<number>();
  for (let i = 0; i < 1_000; i++) line.push(i);
  const served: number[] = [];
  for (let i = 0; i < 500; i++) served.push(line.shift() as number);
  for (let i = 1_000; i < 1_100; i++) line.push(i);
  for (let item = line.shift(); item !== undefined; item = line.shift()) served.push(item);
  expect(served).toEqual(Array.from({ length: 1_100 }, (_, i) => i));
});

test('one near the front can be taken before its turn, one far behind cannot', () => {
  const line = new Line<number>();
  for (let i = 0; i < 10; i++) line.push(i);
  expect(line.takeFirst((item) => item === 3, 5)).toBe(3);
  expect(line.takeFirst((item) => item === 9, 5)).toBeUndefined();
  expect(line.takeFirst((item) => item === 0)).toBe(0);
  expect(line.removeAll((item) => item % 2 === 0)).toEqual([2, 4, 6, 8]);
  expect([line.shift(), line.shift(), line.shift(), line.shift(), line.shift()]).toEqual([1, 5, 7, 9, undefined]);
});
