/** Transactions: the one way to write, which checks in the same transaction that this is still the writer, and of the same database; and the way to read. */
import type { IDBPTransaction, StoreNames } from 'idb';
import type { Epoch } from '../common/brand.ts';
import type { ServiceError } from '../common/service-error.ts';
import { classify, storageError } from './indexeddb-errors.ts';
import type { Database, Holder, Schema } from './indexeddb-format.ts';
import { fenced } from './rows.ts';

export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<Schema, StoreNames<Schema>[], Mode>;

export interface Guarded {
  readonly database: Database;
  readonly durability: 'strict' | 'relaxed';
  /** The store whose epoch is checked. Transactions with different ones run side by side. */
  readonly guard: 'control' | 'fence';
  readonly stores: readonly StoreNames<Schema>[];
  readonly epoch: Epoch;
  readonly identity: string;
}

/**
 * Writes in one transaction, all of it or nothing. The check and the writes are issued at once: the check answers first, and ends the transaction when it fails.
 *
 * @param issue makes requests, synchronously
 * @throws {ServiceError} `Fenced`, `ResourceExhausted`, `StorageUnavailable`
 */
export async function writeGuarded(
  { database, durability, guard, stores, epoch, identity }: Guarded,
  issue: (transaction: Transaction<'readwrite'>) => void,
): Promise<void> {
  const transaction = begin(database, [guard, ...stores], durability);
  const outcome = outcomeOf(transaction);
  let refusal: Error | undefined;
  try {
    const check = transaction.objectStore(guard).get('epoch');
    watched(check);
    issue(transaction);
    const holder = (await check) as Holder | undefined;
    if (holder?.epoch === epoch && holder.identity === identity) transaction.commit();
    else {
      refusal = holder?.identity === identity ? fenced(epoch, holder.epoch) : deletedError(database.name);
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

/** Nothing of it may be continued: what is in memory stands on what was deleted. */
export const deletedError = (name: string): ServiceError => storageError({ doing: 'using the database', name, fault: 'deleted' });

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
