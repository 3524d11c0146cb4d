/** The log: one record for each commit, and what is found when one of them is not as it was written, or is not there. */
import { checksum, mix } from '../common/checksum.ts';
import { LOG_TABLES, type LogRecord } from './indexeddb-format.ts';
import { type FoundRow, isNeighbour, mendedRow, neighbours } from './mend.ts';
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
  const seqs = new Set<number>();
  for (const found of records) {
    const record = readRecord(found, onDamage);
    if (record.after !== undefined && record.after > through && !seqs.has(record.after)) onDamage(`commit ${record.after} of the log is not there any more`);
    seqs.add(record.seq);
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

/** @returns the record, put right where one bit of it is another one than was written */
export function readRecord(record: LogRecord, onDamage: (words: string) => void): LogRecord {
  const mended = mendedRecord(record);
  if (mended) onDamage(`one bit of commit ${mended.seq} of the log was another one than was written; it was put right`);
  return mended ?? record;
}

function mendedRecord(record: LogRecord): LogRecord | undefined {
  const { seq, after, rows, sum } = record;
  if (typeof sum !== 'number' || !Array.isArray(rows)) return undefined;
  const asFound = sumOf(record);
  if (asFound === sum) return undefined;
  if (isNeighbour(asFound, sum)) return { ...record, sum: asFound };
  for (const other of neighbours(seq)) if (sumOf({ ...record, seq: other as number }) === sum) return { ...record, seq: other as number };
  for (const other of neighbours(after)) if (sumOf({ ...record, after: other as number }) === sum) return { ...record, after: other as number };
  return withMendedRow(record);
}

function withMendedRow(record: LogRecord): LogRecord | undefined {
  const { rows, sum } = record;
  const withRow = (index: number, row: LogRecord['rows']): LogRecord => ({ ...record, rows: rows.toSpliced(3 * index, 3, ...row) });
  const found: FoundRow[] = [];
  for (let at = 0; at + 2 < rows.length; at += 3) {
    const text = rows[at + 2];
    if (text !== null && typeof text !== 'string') return undefined;
    found.push({ table: LOG_TABLES[rows[at] as number], key: rows[at + 1], text });
  }
  const put = ({ table, key, text }: FoundRow): LogRecord['rows'] => [LOG_TABLES.indexOf(table as Table), key as Key, text];
  const row = mendedRow(found, (index, row) => sumOf(withRow(index, put(row))) === sum);
  return row && withRow(row.index, put(row.row));
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
