import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { type Sleeper, WakeHeap } from './wake-heap.ts';

const sleeper = (name: string): Sleeper => ({ name, wakeAt: Number.POSITIVE_INFINITY, heapIndex: -1 });

function drain(heap: WakeHeap<Sleeper>): string[] {
  const names: string[] = [];
  for (let { first } = heap; first; { first } = heap) {
    names.push(`${first.wakeAt} ${first.name}`);
    heap.remove(first);
  }
  return names;
}

test('what wakes first comes first; at one moment, by name', () => {
  const heap = new WakeHeap<Sleeper>();
  for (const [name, at] of [
    ['c', 5],
    ['a', 5],
    ['d', 1],
    ['b', 9],
  ] as const)
    heap.place(sleeper(name), at);
  expect(drain(heap)).toEqual(['1 d', '5 a', '5 c', '9 b']);
});

test('a changed time moves an item, and Infinity takes it out', () => {
  const heap = new WakeHeap<Sleeper>();
  const items = ['a', 'b', 'c', 'd', 'e', 'f'].map(sleeper);
  for (const [index, item] of items.entries()) heap.place(item, index);
  heap.place(items[0] as Sleeper, 10);
  heap.place(items[5] as Sleeper, -1);
  heap.place(items[2] as Sleeper, Number.POSITIVE_INFINITY);
  heap.remove(items[3] as Sleeper);
  heap.remove(items[3] as Sleeper);
  expect(drain(heap)).toEqual(['-1 f', '1 b', '4 e', '10 a']);
});

test('order holds through many changes', () => {
  const heap = new WakeHeap<Sleeper>();
  const rng = seededRng(3);
  const items = Array.from({ length: 200 }, (_, index) => sleeper(String(index)));
  for (let i = 0; i < 5_000; i++) {
    const item = items[rng.uint32() % items.length] as Sleeper;
    if (rng.uint32() % 4 === 0) heap.remove(item);
    else heap.place(item, rng.uint32() % 50);
  }
  const left = items.filter(({ heapIndex }) => heapIndex >= 0);
  const sorted = left.sort((a, b) => a.wakeAt - b.wakeAt || (a.name < b.name ? -1 : 1)).map(({ wakeAt, name }) => `${wakeAt} ${name}`);
  expect(drain(heap)).toEqual(sorted);
});
