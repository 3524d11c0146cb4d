/** What IndexedDB throws, said in the words of the service: what kind of failure it is, and whether it may go away by itself. */
import type { StoreFault } from '../common/durability.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';

/** Those after which it makes sense to open the database again and repeat what was asked. */
const TRANSIENT: ReadonlySet<StoreFault> = new Set<StoreFault>(['connection lost', 'aborted', 'timeout', 'backing store', 'unknown', 'blocked']);

const BY_NAME: Readonly<Record<string, StoreFault>> = {
  AbortError: 'aborted',
  ConstraintError: 'damaged',
  DataCloneError: 'damaged',
  DataError: 'damaged',
  InvalidStateError: 'connection lost',
  NotFoundError: 'damaged',
  QuotaExceededError: 'quota',
  SecurityError: 'forbidden',
  TimeoutError: 'timeout',
  TransactionInactiveError: 'connection lost',
  UnknownError: 'unknown',
  VersionError: 'newer version',
};

const ADVICE: Readonly<Record<StoreFault, string>> = {
  quota: 'the storage of this origin is full; delete what is not needed, or ask for persistent storage',
  'connection lost': 'the connection is closed, or the browser lost its storage',
  aborted: 'the browser aborted the transaction, as it does when it shuts down or runs out of space',
  timeout: 'the browser does not answer; reload the page',
  'backing store':
    'the files of the database cannot be opened; restart the browser. If that does not help they are damaged: dumpDatabase() tells what can be read',
  unknown: 'the storage of the browser failed',
  blocked: 'another tab holds it open in an older version; close that tab',
  'newer version': 'it was written by a newer version of the application; load that one',
  superseded: 'another tab opens it in a newer version; reload this page',
  deleted: 'its storage was deleted while it was open; reload the page to begin anew',
  damaged: 'an object store or a record is not as this code writes them, so the database was damaged or not made by Perdure',
  forbidden: 'this page may not use storage',
  missing: 'IndexedDB is missing here (a private window, a sandboxed frame, or no browser); to do without durability, ask for the memory store',
};

export interface StorageErrorOptions {
  /** What was asked, as in "writing to the database". */
  readonly doing: string;
  readonly name: string;
  readonly fault: StoreFault;
  /** What was found, where it is more than the kind of fault says. */
  readonly words?: string;
  /** What `details.reason` says, where it is not the fault. */
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Whether asking again may help, where the kind of fault does not decide it. */
  readonly retryable?: boolean;
}

export function storageError({ doing, name, fault, words, reason = fault, details, cause, retryable }: StorageErrorOptions): ServiceError {
  const isRetryable = retryable ?? (TRANSIENT.has(fault) || fault === 'quota');
  return new ServiceError(fault === 'quota' ? 'ResourceExhausted' : 'StorageUnavailable', `${doing} "${name}" failed: ${words ?? ADVICE[fault]}`, {
    details: { driver: 'indexeddb', database: name, reason, fault, retryable: isRetryable, ...details },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** @param doing what was asked, as in "writing to the database" */
export function classify(error: unknown, doing: string, name: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const cause = error instanceof Error || error instanceof DOMException ? error : undefined;
  const reason = cause?.name ?? 'AbortError';
  const fault = faultOf(reason, cause?.message ?? '');
  const found = cause?.message ? `${reason}: ${cause.message}` : reason;
  return storageError({ doing, name, fault, reason, words: `${ADVICE[fault]} (${found})`, cause: error });
}

/** Names are few, and what browsers mean is in their words. */
function faultOf(name: string, message: string): StoreFault {
  if (/connection to indexed database server lost|connection is clos/i.test(message)) return 'connection lost';
  if (/backing store|corrupt/i.test(message)) return 'backing store';
  if (name === 'AbortError' && /quota|disk is full|no space/i.test(message)) return 'quota';
  return BY_NAME[name] ?? 'unknown';
}

export const storeFaultOf = (error: unknown): StoreFault | undefined =>
  isServiceError(error) ? (error.details['fault'] as StoreFault | undefined) : undefined;

/** Whether to open the database again and repeat what has failed with it. */
export function isTransient(error: unknown): boolean {
  const fault = storeFaultOf(error);
  return fault !== undefined && TRANSIENT.has(fault) && (error as ServiceError).details['retryable'] !== false;
}
