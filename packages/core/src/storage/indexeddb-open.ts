/** Opening a database of IndexedDB: its schema, its deadline, and what may stand in the way. */
import { type DBSchema, type IDBPDatabase, wrap } from 'idb';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { classify } from './indexeddb-errors.ts';
import type { BoundKey } from './key.ts';
import { DIGEST_PAGE_BYTES, digestRow } from './outline.ts';
import { type Edit, editPage, LAST_FENCE, type Page } from './page.ts';
import { type Key, TABLES, type Table } from './store.ts';

/** The version of the format on disk. A database of a newer one is refused, never opened. */
export const FORMAT_VERSION = 2;

/** The rows of one commit, flat: table, key, JSON or null when it is deleted. Tables are named by their place in `LOG_TABLES`. */
export interface LogRecord {
  readonly seq: number;
  readonly rows: readonly (number | Key | string | null)[];
}

/** Part of the format: append only. */
export const LOG_TABLES: readonly Table[] = ['executions', 'history', 'wake', 'busy', 'visibility', 'namespaces', 'meta'];

interface PageStore {
  readonly key: BoundKey & IDBValidKey;
  readonly value: Page;
}

/**
 * - `control`: `epoch`, which every commit checks; `through`, the last log record that is in the tables
 * - `fence`: `epoch` again, which checkpoints and reads check. It is apart so that they do not hold up commits.
 * - `log`: one record for each commit that is not in the tables yet
 * - the tables, in pages
 * - `digests`: what is known of each page of 'visibility', by the page's fence, in pages as well; written with the pages themselves
 */
export interface Schema extends DBSchema, Record<Table | 'digests', PageStore> {
  readonly control: { readonly key: 'epoch' | 'through'; readonly value: number };
  readonly fence: { readonly key: 'epoch'; readonly value: number };
  readonly log: { readonly key: number; readonly value: LogRecord };
}

export type Database = IDBPDatabase<Schema>;

/** Some browsers never answer an open; another tab with an older version may block one as long as it likes. */
const OPEN_DEADLINE_MS = 5_000;

export interface OpenOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly factory: IDBFactory | undefined;
}

/** @throws {ServiceError} `StorageUnavailable`; it never makes do with less durable storage */
export async function openDatabase({ name, clock, factory }: OpenOptions): Promise<Database> {
  if (!factory)
    throw unavailable(
      name,
      'missing',
      'IndexedDB is missing here (a private window, a sandboxed frame, or no browser); to do without durability, ask for the memory store',
    );
  try {
    const database = await request(factory, name, clock);
    return wrap(database) as unknown as Database;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'VersionError') throw await newerVersion(factory, name, error);
    throw classify(error, 'opening the database', name);
  }
}

function request(factory: IDBFactory, name: string, clock: Clock): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = factory.open(name, FORMAT_VERSION);
    let isBlocked = false;
    let isLate = false;
    const stop = clock.setTimer(OPEN_DEADLINE_MS, () => {
      isLate = true;
      reject(
        isBlocked
          ? unavailable(name, 'blocked', 'another tab holds the database open in an older version; close that tab, then open again')
          : unavailable(name, 'timeout', `the browser did not answer within ${OPEN_DEADLINE_MS} ms; reload the page, then open again`),
      );
    });
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) createStores(opening.result);
      if (oldVersion < 2) addDigests(opening.result, opening.transaction as IDBTransaction);
    };
    opening.onblocked = () => {
      isBlocked = true;
    };
    opening.onsuccess = () => {
      stop();
      if (isLate) opening.result.close();
      else resolve(opening.result);
    };
    opening.onerror = () => {
      stop();
      reject(opening.error);
    };
  });
}

function createStores(database: IDBDatabase): void {
  database.createObjectStore('control');
  database.createObjectStore('fence');
  database.createObjectStore('log', { keyPath: 'seq' });
  for (const table of TABLES) database.createObjectStore(table, { keyPath: 'fence' });
}

/** Once for a database of version 1: reads its pages of summaries one by one. A tab that dies in between leaves version 1 behind. */
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

async function newerVersion(factory: IDBFactory, name: string, cause: unknown): Promise<ServiceError> {
  const databases = await factory.databases().catch(() => []); // then the version that was found is not named
  const found = databases.find((database) => database.name === name)?.version;
  const message = `the database "${name}" has format version ${found ?? 'unknown'}, and this code knows versions up to ${FORMAT_VERSION}; load the newer version of the application`;
  return new ServiceError('StorageUnavailable', message, {
    details: { driver: 'indexeddb', database: name, reason: 'newer version', found, known: FORMAT_VERSION },
    cause,
  });
}

const unavailable = (name: string, reason: string, words: string): ServiceError =>
  new ServiceError('StorageUnavailable', `opening the database "${name}" failed: ${words}`, { details: { driver: 'indexeddb', database: name, reason } });
