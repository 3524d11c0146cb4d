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
  if (backoffCoefficient !== undefined && !(backoffCoefficient > 0)) throw outOfRange('backoffCoefficient must be greater than 0', backoffCoefficient);
  assertAttempts(maximumAttempts);
  const maximumInterval = optionalMillis(options.maximumInterval, 'RetryPolicy.maximumInterval');
  const initialInterval = toMillis(options.initialInterval ?? DEFAULT_RETRY_POLICY.initialInterval, 'RetryPolicy.initialInterval');
  if (maximumInterval === 0) throw outOfRange('maximumInterval cannot be 0', options.maximumInterval);
  if (initialInterval === 0) throw outOfRange('initialInterval cannot be 0', options.initialInterval);
  if (initialInterval < 0) throw outOfRange('initialInterval cannot be negative', options.initialInterval);
  if (maximumInterval !== undefined && maximumInterval < initialInterval)
    throw outOfRange(`maximumInterval cannot be less than its initialInterval of ${initialInterval} ms`, options.maximumInterval);
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
  const { backoffCoefficient, maximumAttempts, maximumInterval, initialInterval, nonRetryableErrorTypes } = policy;
  // In Temporal's order: workflow code may write it down.
  return { backoffCoefficient, ...(maximumAttempts === 0 ? undefined : { maximumAttempts }), maximumInterval, initialInterval, nonRetryableErrorTypes };
}

function assertAttempts(attempts: number | undefined): void {
  if (attempts === undefined || attempts === Number.POSITIVE_INFINITY) return;
  if (attempts <= 0) throw outOfRange('maximumAttempts must be a positive integer', attempts);
  if (!Number.isInteger(attempts)) throw outOfRange('maximumAttempts must be an integer', attempts);
}

const outOfRange = (rule: string, found: unknown): ValueError =>
  new ValueError(`RetryPolicy.${rule}, found ${typeof found === 'string' ? `'${found}'` : String(found)}`);
