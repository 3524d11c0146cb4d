/** A worker whose life an engine can see: it holds its lock from before its first poll until it has ended. */

import type { Worker } from '../worker/worker.ts';
import { holdWorkerLock } from './worker-lock.ts';

/**
 * Runs `worker` until it is shut down.
 *
 * @returns resolves when it runs; `ended` settles as `worker.run()` does, and `release` lets go of the lock before that
 */
export async function runHeldWorker(
  worker: Worker,
  locks: LockManager = navigator.locks,
): Promise<{ readonly ended: Promise<void>; readonly release: () => void }> {
  const release = await holdWorkerLock(worker.options.workerId, locks);
  return { ended: worker.run().finally(release), release };
}

/** As `worker.shutdown()`, for one that may have ended already. */
export function shutdownIfRunning(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
