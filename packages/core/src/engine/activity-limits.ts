/** What a worker may bring back from an activity. Too much of it is a failure that no further attempt mends, as on Temporal's server. */
import type { Failure } from '../common/failure.ts';
import type { WirePayloads } from '../common/payload.ts';
import { truncateFailure } from './activity-retry.ts';
import type { Draft } from './draft.ts';
import { sizeOfValue } from './size.ts';

/** @returns the failure of an activity that brought too much, if it did */
export function excessOf(
  draft: Draft,
  what: 'Complete result' | 'Heartbeat details' | 'Cancel details',
  payloads: WirePayloads | undefined,
): Failure | undefined {
  const { error: allowed } = draft.limits.blobBytes;
  const found = payloads ? sizeOfValue(payloads) : 0;
  return found > allowed ? tooLarge(what, found, allowed) : undefined;
}

/** @returns the failure, or one that says that it was too large, and is caused by what is left of it */
export function boundedFailure(draft: Draft, failure: Failure): Failure {
  const { error: allowed } = draft.limits.blobBytes;
  const found = sizeOfValue(failure);
  return found > allowed ? { ...tooLarge('Failure', found, allowed), cause: truncateFailure(failure) } : failure;
}

const tooLarge = (what: string, found: number, allowed: number): Failure => ({
  message: `${what} exceeds size limit. Found ${found} bytes; at most ${allowed} are allowed.`,
  source: 'Server',
  serverFailureInfo: { nonRetryable: true },
});
