/**
 * From one format to the next: additive and short, so that an upgrade is one transaction that reads no page. Pages and log records of an earlier
 * format are read as they are, and get the form of this one when they are written again.
 */
import { type Holder, LOG_TABLES } from './indexeddb-format.ts';

/** @param oldVersion 0 when there was no database */
export function upgrade(database: IDBDatabase, transaction: IDBTransaction, oldVersion: number, identity: string): void {
  if (oldVersion < 1) createStores(database);
  if (oldVersion < 2) nameHolders(database, transaction, identity);
}

function createStores(database: IDBDatabase): void {
  database.createObjectStore('control');
  database.createObjectStore('fence');
  database.createObjectStore('log', { keyPath: 'seq' });
  for (const table of LOG_TABLES) database.createObjectStore(table, { keyPath: 'fence' });
}

/** The epoch becomes the holder, which names the database too. */
function nameHolders(database: IDBDatabase, transaction: IDBTransaction, identity: string): void {
  database.createObjectStore('reserve');
  for (const name of ['control', 'fence']) {
    const store = transaction.objectStore(name);
    const epoch = store.get('epoch');
    epoch.onsuccess = () => {
      store.put({ epoch: (epoch.result as number | undefined) ?? 0, identity } satisfies Holder, 'epoch');
    };
  }
}
