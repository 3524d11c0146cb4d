/** The order of keys, and the bounds of a range in it. IndexedDB sorts arrays of numbers and strings in the same way, so drivers use keys as they are. */
import { invariant } from '../common/invariant.ts';
import type { Key, KeyPart, Range } from './store.ts';

/** Sorts after every number and every string, in IndexedDB too: `[...key, LAST]` is above all extensions of `key`. */
export const LAST: readonly never[] = [];

/** A key, or a point between keys. */
export type BoundKey = readonly (KeyPart | typeof LAST)[];

export interface Bound {
  readonly key: BoundKey;
  /** Whether the key itself lies outside. */
  readonly isOpen: boolean;
}

export interface Bounds {
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
}

/** @returns below 0 when `a` comes first, 0 when they are equal, above 0 when `b` comes first */
export function compareKeys(a: BoundKey, b: BoundKey): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a[index] as BoundKey[number];
    const right = b[index] as BoundKey[number];
    if (left === right) continue;
    if (typeof left === typeof right && typeof left !== 'object') {
      if (left < right) return -1;
      if (left > right) return 1;
    } else {
      const difference = rankOf(left) - rankOf(right);
      if (difference !== 0) return difference;
    }
  }
  return a.length - b.length;
}

const rankOf = (part: BoundKey[number]): number => (typeof part === 'number' ? 0 : typeof part === 'string' ? 1 : 2);

export function boundsOf({ prefix, from, to, after, reverse }: Range): Bounds {
  const lower: Bound[] = [];
  const upper: Bound[] = [];
  if (prefix && prefix.length > 0) {
    lower.push({ key: prefix, isOpen: false });
    upper.push({ key: [...prefix, LAST], isOpen: true });
  }
  if (from) lower.push({ key: from, isOpen: false });
  if (to) upper.push({ key: [...to, LAST], isOpen: true });
  if (after) (reverse ? upper : lower).push({ key: after, isOpen: true });
  return {
    lower: lower.reduce<Bound | undefined>((best, bound) => (best && compareBounds(best, bound, 1) >= 0 ? best : bound), undefined),
    upper: upper.reduce<Bound | undefined>((best, bound) => (best && compareBounds(best, bound, -1) <= 0 ? best : bound), undefined),
  };
}

/** Of two bounds at the same key the open one is narrower: later as a lower bound, earlier as an upper one. */
const compareBounds = (a: Bound, b: Bound, openCounts: 1 | -1): number => compareKeys(a.key, b.key) || (Number(a.isOpen) - Number(b.isOpen)) * openCounts;

/** Whether no key can lie within. IndexedDB refuses to make such a range. */
export function isEmpty({ lower, upper }: Bounds): boolean {
  if (!lower || !upper) return false;
  const order = compareKeys(lower.key, upper.key);
  return order > 0 || (order === 0 && (lower.isOpen || upper.isOpen));
}

/**
 * Searches a sorted list by halves.
 *
 * @param compare how the item at an index compares with what is looked for
 * @returns the first index whose item is not below it, or `length`
 */
export function lowerIndex(length: number, compare: (index: number) => number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(middle) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isAbove(key: Key, lower: Bound): boolean {
  const order = compareKeys(key, lower.key);
  return lower.isOpen ? order > 0 : order >= 0;
}

export function isBelow(key: Key, upper: Bound): boolean {
  const order = compareKeys(key, upper.key);
  return upper.isOpen ? order < 0 : order <= 0;
}

/** @returns a copy of the key that nobody else holds, without -0 */
export const isKey = (key: unknown): key is Key =>
  Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === 'string' || Number.isFinite(part));

export const copyKey = (key: Key): Key => key.map((part) => (typeof part === 'string' ? part : copyNumber(part, key)));

function copyNumber(part: number, key: Key): number {
  // The message is made only when it is needed: this runs for each row.
  if (!Number.isFinite(part)) invariant(false, `a key is made of strings and finite numbers, not of ${String(part)} in ${JSON.stringify(key)}`);
  return part === 0 ? 0 : part;
}
