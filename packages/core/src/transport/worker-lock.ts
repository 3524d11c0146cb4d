/**
 * How an engine learns at once that a worker has died: each worker holds a Web Lock of its own for as long as it lives, and whoever gets
 * that lock knows. It holds across engines: one that starts later, and watches a worker that died before, is granted the lock at once.
 */
import { ServiceError } from '../common/service-error.ts';

const workerLock = (workerId: string): string => `perdure:worker:${workerId}`;

/**
 * Holds the lock of a worker. To be awaited before the worker's first poll, or the engine takes the worker for dead.
 *
 * @returns a function that lets go; idempotent
 * @throws {ServiceError} `FailedPrecondition` where the browser keeps locks and storage from the page
 */
export function holdWorkerLock(workerId: string, locks: LockManager = navigator.locks): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = (): Promise<void> => new Promise((release) => resolve(release));
    locks.request(workerLock(workerId), hold).catch((error: unknown) => reject(withheld(error)));
  });
}

/** Browsers deny both to frames in pages of other sites, and to pages whose cookies are blocked. */
const withheld = (error: unknown): ServiceError =>
  new ServiceError(
    'FailedPrecondition',
    `the browser gives this page neither locks nor storage (${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}): it is in a frame of ` +
      "another site's page, or cookies are blocked for it. Open it in a tab of its own, or let a frame ask with document.requestStorageAccess()",
    { cause: error },
  );

/**
 * Calls `onLost` once, when the worker has died or let go.
 *
 * @returns a function that stops watching; idempotent
 */
export function watchWorkerLock(workerId: string, onLost: () => void, locks: LockManager = navigator.locks): () => void {
  const watch = new AbortController();
  locks
    .request(workerLock(workerId), { signal: watch.signal }, () => {
      if (!watch.signal.aborted) onLost();
    })
    .catch((error) => {
      if (!watch.signal.aborted) throw error;
    });
  return () => watch.abort();
}
