import { expect, test } from 'vitest';
import { SortedMap } from './sorted-map.ts';
import type { Key } from './store.ts';

const EVERYTHING = { lower: undefined, upper: undefined };

test('rows that come in any order are found, walked in order in both directions, and removed', () => {
  for (const orderOf of [(n: number) => n, (n: number) => 5000 - n, (n: number) => (n * 7919) % 5001]) {
    const map = new SortedMap<number>();
    for (let n = 0; n <= 5000; n++) map.set(['k', orderOf(n)], orderOf(n));
    expect([map.size, map.get(['k', 2500]), map.get(['k', 2500.5])]).toEqual([5001, 2500, undefined]);
    const values = [...map.entries(EVERYTHING)].map(([, value]) => value);
    expect(values).toEqual(Array.from({ length: 5001 }, (_, n) => n));
    expect([...map.entries(EVERYTHING, true)].map(([, value]) => value)).toEqual(values.reverse());
    const within = { lower: { key: ['k', 511] as Key, isOpen: true }, upper: { key: ['k', 2000] as Key, isOpen: false } };
    expect([...map.entries(within)].length).toBe(1489);
    for (let n = 0; n <= 5000; n++) map.delete(['k', orderOf(n)]);
    expect([map.size, [...map.entries(EVERYTHING)], map.get(['k', 1])]).toEqual([0, [], undefined]);
  }
});
