/**
 * How an engine learns at once that a worker has died: each worker holds a Web Lock of its own for as long as it lives, and whoever gets
 * that lock knows. It holds across engines: one that starts later, and watches a worker that died before, is granted the lock at once.
 */
const workerLock = (workerId: string): string => `perdure:worker:${workerId}`;

/**
 * Holds the lock of a worker. To be awaited before the worker's first poll, or the engine takes the worker for dead.
 *
 * @returns a function that lets go; idempotent
 */
export function holdWorkerLock(workerId: string, locks: LockManager = navigator.locks): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = (): Promise<void> => new Promise((release) => resolve(release));
    locks.request(workerLock(workerId), hold).catch(reject);
  });
}

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
