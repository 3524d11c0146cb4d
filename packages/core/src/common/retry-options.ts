/** Retry policies as users write them. The complete policy that the engine works with is in `retry-policy.ts`. */
import { type Duration, optionalMillis, toMillis } from './duration.ts';
import { ValueError } from './errors.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry-policy.ts';

export interface RetryOptions {
  /** Each interval is the one before times this. @defaultValue 2 */
  backoffCoefficient?: number;
  /** @defaultValue 1 second */
  initialInterval?: Duration;
  /** @defaultValue Infinity */
  maximumAttempts?: number;
  /** @defaultValue 100 times `initialInterval` */
  maximumInterval?: Duration;
  /** Types of `ApplicationFailure` that are not tried again. */
  nonRetryableErrorTypes?: readonly string[];
}

/**
 * Checks a policy and resolves its durations. Fields that are not given stay absent (but for the initial interval): the engine fills them in.
 *
 * @throws {ValueError} if a field is out of its range
 * @throws {TypeError} if an interval is no duration
 */
export function compileRetryPolicy(options: RetryOptions): Partial<RetryPolicy> {
  const { backoffCoefficient, maximumAttempts, nonRetryableErrorTypes } = options;
  if (backoffCoefficient !== undefined && !(backoffCoefficient > 0)) throw new ValueError('RetryPolicy.backoffCoefficient must be greater than 0');
  assertAttempts(maximumAttempts);
  const maximumInterval = optionalMillis(options.maximumInterval, 'RetryPolicy.maximumInterval');
  const initialInterval = toMillis(options.initialInterval ?? DEFAULT_RETRY_POLICY.initialInterval, 'RetryPolicy.initialInterval');
  if (maximumInterval === 0) throw new ValueError('RetryPolicy.maximumInterval cannot be 0');
  if (initialInterval === 0) throw new ValueError('RetryPolicy.initialInterval cannot be 0');
  if (initialInterval < 0) throw new ValueError('RetryPolicy.initialInterval cannot be negative');
  if (maximumInterval !== undefined && maximumInterval < initialInterval)
    throw new ValueError('RetryPolicy.maximumInterval cannot be less than its initialInterval');
  return {
    initialInterval,
    ...(maximumInterval === undefined ? undefined : { maximumInterval }),
    ...(backoffCoefficient === undefined ? undefined : { backoffCoefficient }),
    ...(maximumAttempts === undefined || maximumAttempts === Number.POSITIVE_INFINITY ? undefined : { maximumAttempts }),
    ...(nonRetryableErrorTypes === undefined ? undefined : { nonRetryableErrorTypes: [...nonRetryableErrorTypes] }),
  };
}

/** A policy of a history or a task, in the form that users know. Unlimited attempts are left out. */
export function decompileRetryPolicy(policy: RetryPolicy | undefined): RetryOptions | undefined {
  if (policy === undefined) return undefined;
  const { maximumAttempts, ...others } = policy;
  return maximumAttempts === 0 ? others : { ...others, maximumAttempts };
}

function assertAttempts(attempts: number | undefined): void {
  if (attempts === undefined || attempts === Number.POSITIVE_INFINITY) return;
  if (attempts <= 0) throw new ValueError('RetryPolicy.maximumAttempts must be a positive integer');
  if (!Number.isInteger(attempts)) throw new ValueError('RetryPolicy.maximumAttempts must be an integer');
}
