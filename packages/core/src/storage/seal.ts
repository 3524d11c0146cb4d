/**
 * Rows on disk carry a sum of their table, key and text, in front of the text: whichever of them is not as it was written is found when the
 * row is read. Rows of formats 1 and 2 have none; they are JSON, and no JSON begins with the mark.
 */
import { checksum, hexOf, mix } from '../common/checksum.ts';
import { LOG_TABLES } from './indexeddb-format.ts';
import type { BoundKey } from './key.ts';
import type { Key, Table } from './store.ts';

const MARK = '~';
/** The mark and eight digits. */
export const SEAL_LENGTH = 9;

export const seal = (table: Table, key: Key, text: string): string => `${MARK}${hexOf(sumOfRow(table, key, text))}${text}`;

/** @returns the text that was sealed; `undefined` if it, its key or its seal was changed */
export function unseal(table: Table, key: Key, sealed: string): string | undefined {
  if (sealed[0] !== MARK) return sealed; // of format 1 or 2; whether it is JSON is seen when it is read
  const text = sealed.slice(SEAL_LENGTH);
  return sealed.slice(1, SEAL_LENGTH) === hexOf(sumOfRow(table, key, text)) ? text : undefined;
}

export const isSealed = (text: string): boolean => text[0] === MARK;

const PLACES = Object.fromEntries(LOG_TABLES.map((table, place) => [table, place])) as Readonly<Record<Table, number>>;

const sumOfRow = (table: Table, key: Key, text: string): number => checksum(text, sumOfKey(key, PLACES[table]));

/** Numbers by their decimal text, and apart from strings. */
export function sumOfKey(key: BoundKey, seed: number): number {
  let sum = seed;
  for (const part of key) sum = typeof part === 'string' ? checksum(part, sum) : mix(checksum(typeof part === 'number' ? String(part) : '', sum), 1);
  return mix(sum, key.length);
}
