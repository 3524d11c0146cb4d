/** What is taken on when the storage is full: nothing that makes it fuller. What closes runs, or deletes, is never refused here. */
import { ServiceError } from '../common/service-error.ts';
import type { Store } from '../storage/store.ts';

/** @throws {ServiceError} `ResourceExhausted`, which may be asked again with the same request id: when there is room it is taken on, without a reload */
export function expectRoom(store: Store): void {
  const { state, reason = '', fault } = store.status();
  if (state !== 'full') return;
  throw new ServiceError('ResourceExhausted', `${reason}. Delete what is not needed, and ask again with the same request id`, {
    details: { retryable: true, fault },
  });
}

/** The store is gone for good, and says why: asking it again is futile. */
export const isStoreGone = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && error.code === 'StorageUnavailable' && error.details['retryable'] === false;

/** There is no space: a state that lasts, and no reason to give the engine up. */
export const isNoRoom = (error: unknown): boolean => error instanceof ServiceError && error.code === 'ResourceExhausted';
