/** The log: one record for each commit. And the one way to write, which checks the epoch in the same transaction. */
import type { IDBPTransaction, StoreNames } from 'idb';
import type { Epoch } from '../common/brand.ts';
import { classify } from './indexeddb-errors.ts';
import { type Database, LOG_TABLES, type LogRecord, type Schema } from './indexeddb-open.ts';
import { Layer } from './overlay.ts';
import { fenced, type Row } from './rows.ts';
import type { Key, Table } from './store.ts';

export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<Schema, StoreNames<Schema>[], Mode>;

export interface Guarded {
  readonly database: Database;
  readonly durability: 'strict' | 'relaxed';
  /** The store whose epoch is checked. Transactions with different ones run side by side. */
  readonly guard: 'control' | 'fence';
  readonly stores: readonly StoreNames<Schema>[];
  readonly epoch: Epoch;
}

/**
 * Writes in one transaction, all of it or nothing. The check and the writes are issued at once: the check answers first, and ends the transaction when it fails.
 *
 * @param issue makes requests, synchronously
 * @throws {ServiceError} `Fenced`, `ResourceExhausted`, `StorageUnavailable`
 */
export async function writeGuarded(
  { database, durability, guard, stores, epoch }: Guarded,
  issue: (transaction: Transaction<'readwrite'>) => void,
): Promise<void> {
  const transaction = begin(database, [guard, ...stores], durability);
  const outcome = outcomeOf(transaction);
  let refusal: Error | undefined;
  try {
    const check = transaction.objectStore(guard).get('epoch');
    watched(check);
    issue(transaction);
    const current = (await check) ?? 0;
    if (current === epoch) transaction.commit();
    else {
      refusal = fenced(epoch, current);
      transaction.abort();
    }
  } catch (error) {
    // A request that failed has ended the transaction, whose error says more. One that could not be made has not.
    refusal = abortAfter(transaction, error);
  }
  const failure = await outcome;
  const error = refusal ?? failure?.error;
  if (refusal || failure) throw classify(error, 'writing to the database', database.name);
}

export function begin(database: Database, stores: readonly StoreNames<Schema>[], durability: 'strict' | 'relaxed'): Transaction<'readwrite'> {
  try {
    return database.transaction([...stores], 'readwrite', { durability });
  } catch (error) {
    throw classify(error, 'writing to the database', database.name);
  }
}

/** A transaction that only reads. Its requests tell when it fails. */
export function look(database: Database, stores: readonly StoreNames<Schema>[]): Transaction<'readonly'> {
  const transaction = database.transaction([...stores], 'readonly');
  watched(transaction.done);
  return transaction;
}

/** How a transaction ends. Watching it from the start keeps an abort from becoming an unhandled rejection. */
export function outcomeOf(transaction: Transaction<'readwrite'>): Promise<{ readonly error: unknown } | undefined> {
  return transaction.done.then(
    () => undefined,
    (error: unknown) => ({ error: transaction.error ?? error }),
  );
}

/** @returns the error when it was the cause, `undefined` when the transaction had failed by itself */
export function abortAfter(transaction: Transaction<'readwrite'>, error: unknown): Error | undefined {
  try {
    transaction.abort();
    return error as Error;
  } catch {
    return undefined; // it is over already
  }
}

/** A request whose failure ends the transaction, where it is seen. */
export function watched(request: Promise<unknown>): void {
  request.catch(() => {});
}

export function recordOf(seq: number, rows: readonly Row[]): LogRecord {
  return { seq, rows: rows.flatMap(({ table, key, text }) => [LOG_TABLES.indexOf(table), key, text ?? null]) };
}

export function layerOf(records: readonly LogRecord[], through: number): Layer {
  const layer = new Layer(through);
  for (const record of records) layer.apply(rowsIn(record), record.seq);
  return layer;
}

export function rowsIn({ rows }: LogRecord): Row[] {
  const found: Row[] = [];
  for (let index = 0; index < rows.length; index += 3) {
    const text = rows[index + 2] as string | null;
    found.push({ table: LOG_TABLES[rows[index] as number] as Table, key: rows[index + 1] as Key, text: text ?? undefined });
  }
  return found;
}
