/**
 * All records of a database as they are on disk, whatever version it has: what is left to do with one that this code may not write to, or
 * cannot read. It opens without a version, changes nothing, and knows nothing of the format.
 */
import { ServiceError } from '../common/service-error.ts';
import { classify } from './indexeddb-errors.ts';

export interface DatabaseDump {
  readonly name: string;
  readonly version: number;
  readonly stores: readonly StoreDump[];
}

export interface StoreDump {
  readonly name: string;
  readonly keyPath: string | readonly string[] | null;
  readonly records: readonly (readonly [key: unknown, value: unknown])[];
}

/** Holds only padding. */
const RESERVE = 'reserve';

/**
 * Reads all of the database by one transaction. It may be written to JSON: Perdure keeps text and numbers alone.
 *
 * @throws {ServiceError} `NotFound` if there is no such database; `StorageUnavailable` if it cannot be read
 */
export async function dumpDatabase(name: string, factory: IDBFactory = globalThis.indexedDB): Promise<DatabaseDump> {
  const database = await openAsItIs(name, factory);
  try {
    const names = [...database.objectStoreNames].filter((store) => store !== RESERVE);
    if (names.length === 0) return { name, version: database.version, stores: [] };
    const transaction = database.transaction(names, 'readonly');
    return { name, version: database.version, stores: await Promise.all(names.map((store) => readStore(transaction.objectStore(store)))) };
  } catch (error) {
    throw classify(error, 'reading all of the database', name);
  } finally {
    database.close();
  }
}

function openAsItIs(name: string, factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = factory.open(name);
    let isMissing = false;
    opening.onupgradeneeded = () => {
      isMissing = true;
      opening.transaction?.abort(); // nothing is left behind of a database that was not there
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () =>
      reject(
        isMissing
          ? new ServiceError('NotFound', `there is no database "${name}" here; look at its name, and at the origin of this page`)
          : classify(opening.error, 'opening the database', name),
      );
  });
}

async function readStore(store: IDBObjectStore): Promise<StoreDump> {
  const [keys, values] = await Promise.all([answerOf(store.getAllKeys()), answerOf<unknown[]>(store.getAll())]);
  return { name: store.name, keyPath: store.keyPath as StoreDump['keyPath'], records: keys.map((key, index) => [key, values[index]] as const) };
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
