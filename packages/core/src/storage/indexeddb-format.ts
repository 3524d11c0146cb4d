/** What is on disk: the object stores of a database, and what a record of each is made of. */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { BoundKey } from './key.ts';
import type { Page } from './page.ts';
import type { Key, Table } from './store.ts';

/**
 * The version of the format on disk, which is the version of the database. A database of a newer one is refused, never opened.
 *
 * - 1: log and pages
 * - 2: `digests`
 * - 3: a database has an identity, which stands beside the epoch; rows are sealed, log records and pages have sums; `reserve`
 * - 4: a page names the fence of the one before it, and each table has a last page from the start
 */
export const FORMAT_VERSION = 4;

/** Part of the format: append only. */
export const LOG_TABLES: readonly Table[] = ['executions', 'history', 'wake', 'busy', 'visibility', 'namespaces', 'meta'];

/** The rows of one commit, flat: table, key, sealed JSON or null when it is deleted. Tables are named by their place in `LOG_TABLES`. */
export interface LogRecord {
  readonly seq: number;
  readonly rows: readonly (number | Key | string | null)[];
  /** A record that was written before this one: it is in the log as well, unless it has gone to the tables. Since format 3. */
  readonly after?: number;
  /** Of all of it. Since format 3. */
  readonly sum?: number;
}

/** Who may write: the holder of the epoch, in the database of this identity. */
export interface Holder {
  readonly epoch: number;
  readonly identity: string;
}

interface PageStore {
  readonly key: BoundKey & IDBValidKey;
  readonly value: Page;
}

/**
 * - `control`: `epoch`, which every commit checks; `through`, the last log record that is in the tables
 * - `fence`: `epoch` again, which checkpoints and reads check. It is apart so that they do not hold up commits.
 * - `log`: one record for each commit that is not in the tables yet
 * - `reserve`: padding that is given up when the space is used up
 * - the tables, in pages
 * - `digests`: what is known of each page of 'visibility', by the page's fence, in pages as well; written with the pages themselves
 */
export interface Schema extends DBSchema, Record<Table | 'digests', PageStore> {
  readonly control: { readonly key: 'epoch' | 'through'; readonly value: Holder | number };
  readonly fence: { readonly key: 'epoch'; readonly value: Holder };
  readonly log: { readonly key: number; readonly value: LogRecord };
  readonly reserve: { readonly key: number; readonly value: Uint8Array };
}

export type Database = IDBPDatabase<Schema>;
