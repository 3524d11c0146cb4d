/**
 * The election: one Web Lock per database, requested inside the engine worker, so that it falls free the moment the tab is closed, crashes or
 * ends its worker. The lock elects; what makes a deposed leader harmless is the epoch in the store.
 */
import { ServiceError } from '../common/service-error.ts';

export const leaderLock = (database: string): string => `perdure:${database}`;

export interface Candidate {
  /**
   * Another one leads; this candidate stands in line.
   *
   * @param depose takes the lock from it: for one that is frozen or hung, as any other lets go of the lock when it ends. Idempotent
   */
  onWaiting(depose: () => void): void;
  /**
   * Leads until the returned promise settles.
   *
   * @param deposed aborted when the lock was taken away: stop at once, another one leads already
   */
  lead(deposed: AbortSignal): Promise<void>;
}

/**
 * Stands for election once.
 *
 * @returns a promise that resolves when the leadership has ended
 * @throws {ServiceError} `FailedPrecondition` where there are no Web Locks
 * @throws {ServiceError} `Fenced` when the lock was taken away before the candidate led
 * @throws what `candidate.lead` throws, and an `AbortError` when `signal` ends the wait
 */
export async function standForElection(
  database: string,
  candidate: Candidate,
  options: { readonly signal?: AbortSignal; readonly locks?: LockManager | undefined } = {},
): Promise<void> {
  const { signal, locks = globalThis.navigator?.locks } = options;
  if (!locks) throw noLocks();
  const name = leaderLock(database);
  const elected = await hold(locks, name, { ifAvailable: true }, candidate);
  if (elected) return;
  const impatience = new AbortController();
  candidate.onWaiting(() => impatience.abort());
  try {
    await hold(locks, name, { signal: signal ? AbortSignal.any([signal, impatience.signal]) : impatience.signal }, candidate);
  } catch (error) {
    if (!isOwnAbort(error, impatience.signal) || signal?.aborted) throw error;
    await hold(locks, name, { steal: true }, candidate);
  }
}

const isOwnAbort = (error: unknown, signal: AbortSignal): boolean => signal.aborted && error === signal.reason;

async function hold(locks: LockManager, name: string, options: LockOptions, candidate: Candidate): Promise<boolean> {
  const deposed = new AbortController();
  let leading: Promise<void> | undefined;
  try {
    await locks.request(name, options, (lock) => {
      if (!lock || deposed.signal.aborted) return;
      leading = candidate.lead(deposed.signal);
      return leading;
    });
  } catch (error) {
    // A stolen lock rejects the request while the candidate still leads. Its own errors come here too.
    deposed.abort(error);
    if (!leading) throw options.signal?.aborted || !isAbort(error) ? error : stolen(name, error);
  }
  await leading;
  return leading !== undefined;
}

const isAbort = (error: unknown): boolean => (error as Error | undefined)?.name === 'AbortError';

/** A tab that was frozen, or busy, may lose the lock before it has learned that it had it. */
const stolen = (name: string, cause: unknown): ServiceError =>
  new ServiceError('Fenced', `the lock "${name}" was given to this tab and taken by another one before this tab was told of it`, { cause });

const noLocks = (): ServiceError =>
  new ServiceError('FailedPrecondition', 'this page has no Web Locks, without which two tabs would write one database: serve it over https, or from localhost');
