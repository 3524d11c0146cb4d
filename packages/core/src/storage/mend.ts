/**
 * Puts right what was written with sums, and of which one bit is another one now: a memory or a disk that fails gives such. Each single bit is
 * tried in turn, and what is found has to agree with all sums, those of the rows and that of the whole: 64 bits. What is not found so is left as it is.
 */
import { LOG_TABLES } from './indexeddb-format.ts';
import { isKey } from './key.ts';
import { isSealed, SEAL_LENGTH, seal, unseal } from './seal.ts';
import type { Table } from './store.ts';

/** A row as it is found; no text: one that is deleted. */
export interface FoundRow {
  readonly table: Table | undefined;
  readonly key: unknown;
  readonly text: string | null;
}

/** More broken rows than these are not the work of one bit. */
const MOST_BROKEN = 3;

/**
 * @param isWhole whether the sum of the whole agrees, with another row in the place of the one at `index`
 * @returns the row that was written, and its place; `undefined` if it was not one bit of one row
 */
export function mendedRow<R extends FoundRow>(
  rows: readonly R[],
  isWhole: (index: number, row: FoundRow) => boolean,
): { readonly index: number; readonly row: FoundRow } | undefined {
  const broken = [...rows.keys()].filter((index) => !isAsSealed(rows[index] as R));
  const suspects = broken.length > 0 ? broken : [...rows.keys()].filter((index) => rows[index]?.text === null); // what is deleted has no seal
  if (broken.length > MOST_BROKEN) return undefined;
  for (const index of suspects) for (const row of neighboursOf(rows[index] as R)) if (isAsSealed(row) && isWhole(index, row)) return { index, row };
  return undefined;
}

/** In characters: to try each bit of a longer key takes too long. */
const LONGEST_KEY = 500;

/** @returns the values that differ from this one in one bit: of a number as a double, of each character of a text, of each part of a list, whatever that says of itself */
export function* neighbours(value: unknown): Generator<unknown> {
  if (lengthOf(value) > LONGEST_KEY) return;
  if (typeof value === 'number') yield* neighboursOfNumber(value);
  else if (typeof value === 'string') yield* neighboursOfText(value);
  else if (Array.isArray(value))
    for (const [index, part] of value.entries())
      for (const other of Array.isArray(part) ? [] : neighbours(part)) yield Array.from(value, (each, at) => (at === index ? other : each));
}

function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((length: number, part) => length + (typeof part === 'string' ? part.length : 1), 0);
  return typeof value === 'string' ? value.length : 0;
}

/** Whether the two differ in one bit, both as doubles. */
export function isNeighbour(a: number, b: unknown): boolean {
  for (const other of neighboursOfNumber(a)) if (Object.is(other, b)) return true;
  return false;
}

function isAsSealed({ table, key, text }: FoundRow): boolean {
  return table !== undefined && isKey(key) && (text === null || (isSealed(text) && unseal(table, key, text) !== undefined));
}

function* neighboursOf({ table, key, text }: FoundRow): Generator<FoundRow> {
  if (table !== undefined && text !== null && isKey(key)) yield { table, key, text: seal(table, key, text.slice(SEAL_LENGTH)) };
  for (const other of LOG_TABLES) if (other !== table) yield { table: other, key, text };
  for (const other of neighbours(key)) yield { table, key: other, text };
}

function* neighboursOfText(text: string): Generator<string> {
  for (let index = 0; index < text.length; index++)
    for (let bit = 0; bit < 16; bit++) yield text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ (1 << bit)) + text.slice(index + 1);
}

function* neighboursOfNumber(value: number): Generator<number> {
  const view = new DataView(new ArrayBuffer(8));
  for (let bit = 0; bit < 64; bit++) {
    view.setFloat64(0, value);
    view.setUint8(bit >> 3, view.getUint8(bit >> 3) ^ (1 << (bit & 7)));
    yield view.getFloat64(0);
  }
}
