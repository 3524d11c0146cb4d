/**
 * A map from keys to values in the order of keys: a list of sorted blocks, which is a B-tree of two levels.
 * Adding, finding and removing stay near a microsecond up to some million rows.
 */
import { type Bounds, compareKeys, isAbove, isBelow, lowerIndex } from './key.ts';
import type { Key } from './store.ts';

interface Block<V> {
  readonly keys: Key[];
  readonly values: V[];
  /** What a user of the map has noted about these rows. Forgotten when they change. */
  note: unknown;
}

/** A run of neighbours, as it lies in the map. */
export interface Rows<V> {
  readonly keys: readonly Key[];
  readonly values: readonly V[];
  note: unknown;
}

/** A block that grows past this is split in halves. Moving a few hundred pointers costs less than one comparison of keys. */
const LARGEST_BLOCK = 512;

export class SortedMap<V> {
  #blocks: Block<V>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: Key): V | undefined {
    const block = this.#blocks[this.#blockOf(key)];
    if (!block) return undefined;
    const index = indexOf(block.keys, key);
    return isAt(block.keys, index, key) ? block.values[index] : undefined;
  }

  /** The map keeps `key` itself: give it one that nobody changes. */
  set(key: Key, value: V): void {
    const position = this.#blockOf(key);
    const block = this.#blocks[position] ?? this.#addFirstBlock();
    const index = indexOf(block.keys, key);
    block.note = undefined;
    if (isAt(block.keys, index, key)) {
      block.values[index] = value;
      return;
    }
    block.keys.splice(index, 0, key);
    block.values.splice(index, 0, value);
    this.#size++;
    if (block.keys.length > LARGEST_BLOCK) this.#split(position, block, index === block.keys.length - 1);
  }

  delete(key: Key): void {
    const position = this.#blockOf(key);
    const block = this.#blocks[position];
    if (!block) return;
    const index = indexOf(block.keys, key);
    if (!isAt(block.keys, index, key)) return;
    block.note = undefined;
    block.keys.splice(index, 1);
    block.values.splice(index, 1);
    this.#size--;
    if (block.keys.length === 0) this.#blocks.splice(position, 1);
  }

  /** Walks through the bounds in order. The map must not change on the way. */
  *entries(bounds: Bounds, reverse = false): Generator<readonly [key: Key, value: V]> {
    yield* reverse ? this.#descending(bounds) : this.#ascending(bounds);
  }

  /** The pieces in which the map holds the rows within the bounds. The first and the last one may hold others, too. */
  *pieces({ lower, upper }: Bounds): Generator<Rows<V>> {
    for (let position = lower ? this.#blockOf(lower.key as Key) : 0; position < this.#blocks.length; position++) {
      const block = this.#blocks[position] as Block<V>;
      if (upper && !isBelow(block.keys[0] as Key, upper)) return;
      if (!lower || isAbove(block.keys.at(-1) as Key, lower)) yield block;
    }
  }

  *#ascending({ lower, upper }: Bounds): Generator<readonly [Key, V]> {
    const start = lower ? this.#blockOf(lower.key as Key) : 0;
    for (let position = start; position < this.#blocks.length; position++) {
      const { keys, values } = this.#blocks[position] as Block<V>;
      let index = position === start && lower ? indexOf(keys, lower.key as Key) : 0;
      for (; index < keys.length; index++) {
        const key = keys[index] as Key;
        if (lower && position === start && !isAbove(key, lower)) continue;
        if (upper && !isBelow(key, upper)) return;
        yield [key, values[index] as V];
      }
    }
  }

  *#descending({ lower, upper }: Bounds): Generator<readonly [Key, V]> {
    const start = upper ? this.#blockOf(upper.key as Key) : this.#blocks.length - 1;
    for (let position = start; position >= 0; position--) {
      const block = this.#blocks[position];
      if (!block) return;
      const { keys, values } = block;
      let index = position === start && upper ? Math.min(indexOf(keys, upper.key as Key), keys.length - 1) : keys.length - 1;
      for (; index >= 0; index--) {
        const key = keys[index] as Key;
        if (upper && position === start && !isBelow(key, upper)) continue;
        if (lower && !isAbove(key, lower)) return;
        yield [key, values[index] as V];
      }
    }
  }

  /** The last block whose first key is not above `key`; the first one when all are. */
  #blockOf(key: Key): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys((this.#blocks[middle] as Block<V>).keys[0] as Key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #addFirstBlock(): Block<V> {
    const block: Block<V> = { keys: [], values: [], note: undefined };
    this.#blocks.push(block);
    return block;
  }

  /** Rows that come in ascending order leave full blocks behind them, not half empty ones. */
  #split(position: number, { keys, values }: Block<V>, isAscending: boolean): void {
    const at = isAscending ? keys.length - 1 : keys.length >>> 1;
    this.#blocks.splice(position + 1, 0, { keys: keys.splice(at), values: values.splice(at), note: undefined });
  }
}

const indexOf = (keys: readonly Key[], key: Key): number => lowerIndex(keys.length, (index) => compareKeys(keys[index] as Key, key));

const isAt = (keys: readonly Key[], index: number, key: Key): boolean => {
  const found = keys[index];
  return found !== undefined && compareKeys(found, key) === 0;
};
