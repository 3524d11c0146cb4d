/** Transactions in which a writer reads, and looks whether it still is the writer. */
import type { Database, Holder } from './indexeddb-format.ts';
import { type PageSource, pagesFrom, type TableStore } from './indexeddb-pages.ts';
import { look, watched } from './indexeddb-transactions.ts';
import type { Table } from './store.ts';

export interface Look {
  readonly source: PageSource;
  readonly holder: Promise<Holder | undefined>;
}

/** Reads of one table that are begun in the same turn are one transaction: to begin one costs about as much as to read a page. */
export class Looks {
  readonly #onDamage: (words: string) => void;
  #shared: (Look & { readonly database: Database; readonly table: Table | 'digests' }) | undefined;

  constructor(onDamage: (words: string) => void) {
    this.#onDamage = onDamage;
  }

  /**
   * Requests have to be made before anything is awaited.
   *
   * @param isAlone whether it fails by itself alone
   */
  begin(database: Database, table: Table | 'digests', isAlone: boolean): Look {
    const shared = this.#shared;
    if (!isAlone && shared?.database === database && shared.table === table) return shared;
    const transaction = look(database, ['fence', table]);
    const holder = transaction.objectStore('fence').get('epoch');
    watched(holder);
    const begun = { database, table, source: pagesFrom(transaction.objectStore(table) as unknown as TableStore, this.#onDamage), holder };
    if (isAlone) return begun;
    this.#shared = begun;
    queueMicrotask(() => {
      if (this.#shared === begun) this.#shared = undefined;
    });
    return begun;
  }
}
