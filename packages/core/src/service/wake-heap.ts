/** A heap of what wakes next. Each item knows its own place, so that a changed time moves it and nothing stale is kept. */
import type { Millis } from '../common/brand.ts';

export interface Sleeper {
  wakeAt: Millis;
  /** Orders what wakes at one moment. */
  readonly name: string;
  /** The place in the heap; -1 outside of it. Written by the heap alone. */
  heapIndex: number;
}

export class WakeHeap<T extends Sleeper> {
  readonly #items: T[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  /** Puts the item where its `wakeAt` belongs; `Infinity` takes it out. */
  place(item: T, wakeAt: Millis): void {
    const isIn = item.heapIndex >= 0;
    if (isIn && item.wakeAt === wakeAt) return;
    item.wakeAt = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) return this.remove(item);
    if (!isIn) this.#set(item, this.#items.push(item) - 1);
    this.#rise(item);
    this.#sink(item);
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.#items.pop() as T;
    if (last === item) return;
    this.#set(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(item: T): void {
    while (item.heapIndex > 0) {
      const parent = this.#items[(item.heapIndex - 1) >> 1] as T;
      if (!isBefore(item, parent)) return;
      this.#swap(item, parent);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const left = this.#items[2 * item.heapIndex + 1];
      const right = this.#items[2 * item.heapIndex + 2];
      const child = right && left && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, item)) return;
      this.#swap(item, child);
    }
  }

  #swap(a: T, b: T): void {
    const index = a.heapIndex;
    this.#set(a, b.heapIndex);
    this.#set(b, index);
  }

  #set(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.wakeAt < b.wakeAt || (a.wakeAt === b.wakeAt && a.name < b.name);
