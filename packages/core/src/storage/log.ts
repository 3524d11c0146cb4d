/** The log: one record for each commit, and what is found when one of them is not as it was written, or is not there. */
import { checksum, mix } from '../common/checksum.ts';
import { LOG_TABLES, type LogRecord } from './indexeddb-format.ts';
import { Layer } from './overlay.ts';
import type { Row } from './rows.ts';
import { SEAL_LENGTH, sumOfKey } from './seal.ts';
import type { Key, Table } from './store.ts';

/** @param after a record of the log that is known to be written */
export function recordOf(seq: number, after: number, rows: readonly Row[]): LogRecord {
  const record = { seq, after, rows: rows.flatMap(({ table, key, text }) => [LOG_TABLES.indexOf(table), key, text ?? null]) };
  return { ...record, sum: sumOf(record) };
}

/** @param onDamage told in words of what cannot be read */
export function layerOf(records: readonly LogRecord[], through: number, onDamage: (words: string) => void): Layer {
  const layer = new Layer(through);
  const found = new Set<number>();
  for (const record of records) {
    if (record.after !== undefined && record.after > through && !found.has(record.after)) onDamage(`commit ${record.after} of the log is not there any more`);
    found.add(record.seq);
    layer.apply(rowsIn(record, onDamage), record.seq);
  }
  return layer;
}

/**
 * The rows of a record. One that was changed still gives those that can be told apart: a row whose own seal is broken is refused to who reads it,
 * and of the rest nothing is lost.
 */
export function rowsIn(record: LogRecord, onDamage: (words: string) => void): Row[] {
  const found: Row[] = [];
  const { rows } = record;
  let isSound = Array.isArray(rows) && (record.sum === undefined || record.sum === sumOf(record));
  for (let index = 0; Array.isArray(rows) && index + 2 < rows.length; index += 3) {
    const [table, key, text] = [LOG_TABLES[rows[index] as number], rows[index + 1], rows[index + 2]];
    if (table !== undefined && isKey(key) && (text === null || typeof text === 'string')) found.push({ table, key, text: text ?? undefined });
    else isSound = false;
  }
  if (!isSound) onDamage(`commit ${String(record.seq)} of the log is not as it was written; it changed ${namesOf(found)}`);
  return found;
}

export const isKey = (key: unknown): key is Key =>
  Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === 'string' || Number.isFinite(part));

/** Of the keys and the seals, which are sums of the texts. */
function sumOf({ seq, after = 0, rows }: LogRecord): number {
  let sum = checksum(`${seq} ${after}`);
  for (let index = 0; index + 2 < rows.length; index += 3) {
    const text = rows[index + 2] as string | null;
    sum = sumOfKey(isKey(rows[index + 1]) ? (rows[index + 1] as Key) : [], checksum(String(rows[index]), sum));
    sum = text === null ? mix(sum, 1) : checksum(String(text).slice(0, SEAL_LENGTH), sum);
  }
  return mix(sum, rows.length);
}

function namesOf(rows: readonly Row[]): string {
  const names = new Set(rows.map(({ table, key }: { table: Table; key: Key }) => `${table} ${JSON.stringify(key)}`));
  return [...names].slice(0, 5).join(', ') || 'nothing that can be told';
}
