/** When a failed activity or workflow is tried again. */
import type { Millis } from './brand.ts';

/** A complete retry policy: every field is filled in. `maximumAttempts` 0 means unlimited. */
export interface RetryPolicy {
  readonly initialInterval: Millis;
  readonly backoffCoefficient: number;
  readonly maximumInterval: Millis;
  readonly maximumAttempts: number;
  readonly nonRetryableErrorTypes: readonly string[];
}

/** Temporal's default: 1 s, doubling, at most 100 s, for ever. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  initialInterval: 1_000,
  backoffCoefficient: 2,
  maximumInterval: 100_000,
  maximumAttempts: 0,
  nonRetryableErrorTypes: [],
};

/**
 * Fills the fields that are not given, one by one, as Temporal's server does: the maximum interval is 100 times the initial one.
 *
 * @see Temporal, "Retry Policies": https://docs.temporal.io/encyclopedia/retry-policies
 */
export function completeRetryPolicy(given: Partial<RetryPolicy> = {}): RetryPolicy {
  const initialInterval = given.initialInterval || DEFAULT_RETRY_POLICY.initialInterval;
  return {
    initialInterval,
    backoffCoefficient: given.backoffCoefficient || DEFAULT_RETRY_POLICY.backoffCoefficient,
    maximumInterval: given.maximumInterval || initialInterval * 100,
    maximumAttempts: given.maximumAttempts ?? 0,
    nonRetryableErrorTypes: given.nonRetryableErrorTypes ?? [],
  };
}

/**
 * How long to wait after a failed attempt before the next one, the attempt limit left aside.
 *
 * @param attempt the attempt that failed, from 1
 * @returns milliseconds, at most `policy.maximumInterval`
 */
export function retryInterval(policy: RetryPolicy, attempt: number): Millis {
  const interval = policy.initialInterval * policy.backoffCoefficient ** (attempt - 1);
  return Number.isFinite(interval) ? Math.min(interval, policy.maximumInterval) : policy.maximumInterval;
}
