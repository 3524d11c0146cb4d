/** Opening a database of IndexedDB: what may stand in the way, and what is tried again. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { CALL_DEADLINE, pause, within } from './deadline.ts';
import { classify, isTransient, storageError, storeFaultOf } from './indexeddb-errors.ts';
import { type Database, FORMAT_VERSION } from './indexeddb-format.ts';
import { DOING, type Opened, type OpenOptions, openFirst, warmUp } from './indexeddb-race.ts';
import { look } from './indexeddb-transactions.ts';

/** What tells which version there is. */
const LIST_DEADLINE: Millis = 1_000;
/** Before the second attempt, and the third, which is the last. */
const PAUSES: readonly Millis[] = [50, 250];

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
      const opened = await openFirst(options, true);
      isNew ||= opened.isNew;
      return { database: opened.database, isNew, holder: await readHolder(opened.database, options.clock) };
    } catch (error) {
      const failure = await explained(error, options);
      const delay = PAUSES[attempt];
      if (!isTransient(failure) || storeFaultOf(failure) === 'blocked' || isHung(failure)) throw failure;
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
    const { database } = await openFirst(options, false);
    return { database, holder: await readHolder(database, options.clock) };
  } catch (error) {
    throw await explained(error, options);
  }
}

/** It was asked as often as makes sense. */
export const isHung = (failure: ServiceError): boolean => storeFaultOf(failure) === 'timeout' && failure.details['attempts'] !== undefined;

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

async function explained(error: unknown, { factory, name, clock }: OpenOptions): Promise<ServiceError> {
  const failure = classify(error, DOING, name);
  if (storeFaultOf(failure) !== 'newer version' || !factory) return failure;
  const databases = await within(clock, LIST_DEADLINE, factory.databases()).catch(() => []); // then the version that was found is not named
  const found = databases.find((database) => database.name === name)?.version;
  const words = `it has format version ${found ?? 'unknown'}, and this code knows versions up to ${FORMAT_VERSION}; load the newer version of the application. dumpDatabase() reads it as it is`;
  return storageError({ doing: DOING, name, fault: 'newer version', words, details: { found, known: FORMAT_VERSION }, cause: error });
}
