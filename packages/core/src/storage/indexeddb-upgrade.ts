/**
 * From one format to the next: additive and short, one transaction, so that a tab that dies in between leaves the earlier format behind. Pages and log
 * records are read as they are, and get the form of the newest format when they are written again.
 */
import { type Holder, LOG_TABLES } from './indexeddb-format.ts';
import { DIGEST_PAGE_BYTES, digestRow } from './outline.ts';
import { type Edit, editPage, LAST_FENCE, type Page, START } from './page.ts';
import { summed } from './page-sum.ts';

/** @param oldVersion 0 when there was no database */
export function upgrade(database: IDBDatabase, transaction: IDBTransaction, oldVersion: number, identity: string): void {
  if (oldVersion < 1) createStores(database);
  if (oldVersion < 2) addDigests(database, transaction);
  if (oldVersion < 3) nameHolders(database, transaction, identity);
  if (oldVersion < 4) addLastPages(transaction, oldVersion === 0);
}

function createStores(database: IDBDatabase): void {
  database.createObjectStore('control');
  database.createObjectStore('fence');
  database.createObjectStore('log', { keyPath: 'seq' });
  for (const table of LOG_TABLES) database.createObjectStore(table, { keyPath: 'fence' });
}

/** Reads the pages of summaries one by one. */
function addDigests(database: IDBDatabase, transaction: IDBTransaction): void {
  const digests = database.createObjectStore('digests', { keyPath: 'fence' });
  const rows: Edit[] = [];
  const walk = transaction.objectStore('visibility').openCursor();
  walk.onsuccess = () => {
    const cursor = walk.result;
    if (cursor) {
      rows.push(digestRow(cursor.value as Page));
      cursor.continue();
      return;
    }
    for (const page of editPage({ fence: LAST_FENCE, keys: [], texts: [] }, rows, DIGEST_PAGE_BYTES) ?? []) digests.put(page);
  };
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

/** Every table has one from now on. Where there are pages already, what comes before is not known until they are written again. */
function addLastPages(transaction: IDBTransaction, isNew: boolean): void {
  for (const name of [...LOG_TABLES, 'digests' as const]) {
    const store = transaction.objectStore(name);
    const found = store.getKey(LAST_FENCE as IDBValidKey);
    found.onsuccess = () => {
      if (found.result === undefined) store.put(summed(name, { fence: LAST_FENCE, keys: [], texts: [], ...(isNew && { after: START }) }));
    };
  }
}
