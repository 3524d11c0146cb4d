/** The log: one record for each commit, and what is found when one of them is not as it was written, or is not there. */
import { checksum, mix } from '../common/checksum.ts';
import { LOG_TABLES, type LogRecord } from './indexeddb-format.ts';
import { isKey } from './key.ts';
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
  for (const record of records) {
    const { seq, after, rows } = readRecord(record, onDamage);
    if (after !== undefined && after > through && !seqs.has(after)) onDamage(`commit ${after} of the log is not there any more`);
    seqs.add(seq);
    layer.apply(rows, seq);
  }
  return layer;
}

interface ReadRecord {
  readonly seq: number;
  readonly after: number | undefined;
  readonly rows: readonly Row[];
}

/** A record of which one bit has changed is put right. Of any other that was changed, those of its rows are read that can be told apart. */
export function readRecord(found: LogRecord, onDamage: (words: string) => void): ReadRecord {
  const isSound = Array.isArray(found.rows) && (found.sum === undefined || found.sum === sumOf(found));
  const mended = isSound ? undefined : mendedRecord(found);
  if (mended) onDamage(`one bit of commit ${mended.seq} of the log was another one than was written; it was put right`);
  const record = mended ?? found;
  return { seq: record.seq, after: record.after, rows: rowsIn(record, isSound || mended !== undefined, onDamage) };
}

/** A row whose own seal is broken is refused to who reads it, and of the rest nothing is lost. */
function rowsIn({ seq, rows }: LogRecord, isSound: boolean, onDamage: (words: string) => void): Row[] {
  const found: Row[] = [];
  let isWhole = isSound;
  for (let index = 0; Array.isArray(rows) && index + 2 < rows.length; index += 3) {
    const [table, key, text] = [LOG_TABLES[rows[index] as number], rows[index + 1], rows[index + 2]];
    if (table !== undefined && isKey(key) && (text === null || typeof text === 'string')) found.push({ table, key, text: text ?? undefined });
    else isWhole = false;
  }
  if (!isWhole) onDamage(`commit ${String(seq)} of the log is not as it was written; it changed ${namesOf(found)}`);
  return found;
}

/** @param record whose sum is not that of the rest */
function mendedRecord(record: LogRecord): LogRecord | undefined {
  const { seq, after, rows, sum } = record;
  if (typeof sum !== 'number' || !Array.isArray(rows)) return undefined;
  const asFound = sumOf(record);
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
