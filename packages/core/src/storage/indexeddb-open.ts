/** Opening a database of IndexedDB: its deadlines, and what may stand in the way. */
import { wrap } from 'idb';
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { CALL_DEADLINE, pause, within } from './deadline.ts';
import { classify, isTransient, storageError, storeFaultOf } from './indexeddb-errors.ts';
import { type Database, FORMAT_VERSION } from './indexeddb-format.ts';
import { look } from './indexeddb-transactions.ts';
import { upgrade } from './indexeddb-upgrade.ts';

/** Some browsers never answer the first open after they were started; asking which databases there are wakes them up. */
const OPEN_DEADLINE: Millis = 3_000;
const WARM_UP_DEADLINE: Millis = 1_000;
/** Another tab with an older version may block an upgrade as long as it likes. */
const BLOCKED_DEADLINE: Millis = 5_000;
/** Before the second attempt, and the third, which is the last. */
const PAUSES: readonly Millis[] = [50, 250];

export interface OpenOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly factory: IDBFactory | undefined;
  /** For a database that is made, or was made before databases had one. */
  readonly newIdentity: () => string;
}

export interface Opened {
  readonly database: Database;
  /** There was none before. */
  readonly isNew: boolean;
}

/**
 * Opens the database, and makes it where there is none. What may go away is tried again, three times in all.
 *
 * @returns with who holds it: a connection of which nothing can be read is none
 * @throws {ServiceError} `StorageUnavailable`; it never makes do with less durable storage
 */
export async function openDatabase(options: OpenOptions): Promise<Opened & { readonly holder: unknown }> {
  let isNew = false;
  for (let attempt = 0; ; attempt++) {
    try {
      const opened = await request(options, true);
      isNew ||= opened.isNew;
      return { database: opened.database, isNew, holder: await readHolder(opened.database, options.clock) };
    } catch (error) {
      const failure = await explained(error, options);
      const delay = PAUSES[attempt];
      if (!isTransient(failure) || storeFaultOf(failure) === 'blocked') throw failure;
      if (delay === undefined) throw inVain(failure, attempt + 1, options.name);
      if (storeFaultOf(failure) === 'timeout') await warmUp(options);
      await pause(options.clock, delay);
    }
  }
}

/**
 * Opens a database that was open before, once. One that is not there any more is not made again.
 *
 * @throws {ServiceError} `StorageUnavailable`
 */
export async function reopenDatabase(options: OpenOptions): Promise<{ readonly database: Database; readonly holder: unknown }> {
  try {
    const { database } = await request(options, false);
    return { database, holder: await readHolder(database, options.clock) };
  } catch (error) {
    throw await explained(error, options);
  }
}

/** Closes a connection that does not answer. */
async function readHolder(database: Database, clock: Clock): Promise<unknown> {
  try {
    return await within(clock, CALL_DEADLINE, look(database, ['control']).objectStore('control').get('epoch'));
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The one report of many failures: the cause is the last one. */
export function inVain(failure: ServiceError, attempts: number, name: string): ServiceError {
  const fault = storeFaultOf(failure) ?? 'unknown';
  const words = `${failure.message}. It was tried ${attempts} times`;
  // What a restart of the engine may heal is tried again by who starts it; files that cannot be opened are not healed by asking for them.
  const details = { ...failure.details, attempts, retryable: fault !== 'backing store' };
  return new ServiceError(failure.code, words, { details: { database: name, ...details }, cause: failure });
}

function request({ name, clock, factory, newIdentity }: OpenOptions, isMaking: boolean): Promise<Opened> {
  return new Promise((resolve, reject) => {
    if (!factory) throw storageError({ doing: DOING, name, fault: 'missing' });
    const opening = factory.open(name, FORMAT_VERSION);
    let isNew = false;
    let isOver = false;
    let reason: ServiceError | undefined;
    const end = (error: unknown): void => {
      isOver = true;
      stop();
      reject(error);
    };
    let stop = clock.setTimer(OPEN_DEADLINE, () =>
      end(
        storageError({
          doing: DOING,
          name,
          fault: 'timeout',
          words: `the browser did not answer within ${OPEN_DEADLINE} ms; reload the page, then open again`,
        }),
      ),
    );
    opening.onupgradeneeded = ({ oldVersion }) => {
      isNew = oldVersion === 0;
      const transaction = opening.transaction as IDBTransaction;
      if (isMaking) return upgrade(opening.result, transaction, oldVersion, newIdentity());
      reason = storageError({ doing: DOING, name, fault: 'deleted' });
      transaction.abort();
    };
    opening.onblocked = ({ oldVersion }) => {
      stop();
      stop = clock.setTimer(BLOCKED_DEADLINE, () => end(blocked(name, oldVersion)));
    };
    opening.onsuccess = () => {
      stop();
      if (isOver) opening.result.close();
      else resolve({ database: wrap(opening.result) as unknown as Database, isNew });
    };
    opening.onerror = () => end(reason ?? opening.error);
  });
}

const DOING = 'opening the database';

function blocked(name: string, found: number): ServiceError {
  const words = `another tab holds it open in version ${found}, and this code brings it to version ${FORMAT_VERSION}; close that tab, then open again`;
  return storageError({ doing: DOING, name, fault: 'blocked', words, details: { found, wanted: FORMAT_VERSION } });
}

async function explained(error: unknown, { factory, name, clock }: OpenOptions): Promise<ServiceError> {
  const failure = classify(error, DOING, name);
  if (storeFaultOf(failure) !== 'newer version' || !factory) return failure;
  const databases = await within(clock, WARM_UP_DEADLINE, factory.databases()).catch(() => []); // then the version that was found is not named
  const found = databases.find((database) => database.name === name)?.version;
  const words = `it has format version ${found ?? 'unknown'}, and this code knows versions up to ${FORMAT_VERSION}; load the newer version of the application. dumpDatabase() reads it as it is`;
  return storageError({ doing: DOING, name, fault: 'newer version', words, details: { found, known: FORMAT_VERSION }, cause: error });
}

async function warmUp({ factory, clock }: OpenOptions): Promise<void> {
  try {
    await within(clock, WARM_UP_DEADLINE, (factory as IDBFactory).databases());
  } catch {
    // it was only meant to wake the browser up; the next attempt tells
  }
}
