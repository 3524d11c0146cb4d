/** What IndexedDB throws, said in the words of the service. */
import { ServiceError } from '../common/service-error.ts';

/** @param doing what was asked, as in "writing to the database" */
export function classify(error: unknown, doing: string, name: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const cause = error instanceof Error || error instanceof DOMException ? error : undefined;
  const kind = cause?.name ?? 'AbortError';
  const details = { driver: 'indexeddb', database: name, reason: kind };
  const found = cause?.message ? `${kind}: ${cause.message}` : kind;
  if (kind === 'QuotaExceededError')
    return new ServiceError(
      'ResourceExhausted',
      `${doing} "${name}" failed: the storage of this origin is full (${found}); delete what is not needed, or ask for persistent storage`,
      {
        details,
        cause: error,
      },
    );
  return new ServiceError('StorageUnavailable', `${doing} "${name}" failed: ${ADVICE[kind] ?? 'IndexedDB refused'} (${found}); open the store again`, {
    details,
    cause: error,
  });
}

const ADVICE: Readonly<Record<string, string>> = {
  AbortError: 'the browser aborted the transaction, as it does when it shuts down or runs out of space',
  DataError: 'the stored data is not what this version wrote',
  InvalidStateError: 'the connection is closed, or the database was deleted',
  NotFoundError: 'an object store is missing, so the database was not made by Perdure or was damaged',
  SecurityError: 'this page may not use storage',
  UnknownError: 'the storage of the browser failed',
};
