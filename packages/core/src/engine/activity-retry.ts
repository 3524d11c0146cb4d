/** Whether a failed attempt of an activity is followed by another. */
import type { Millis } from '../common/brand.ts';
import type { Failure, RetryState, TimeoutType } from '../common/failure.ts';
import { retryInterval } from '../common/retry-policy.ts';
import type { ActivityState } from './run-state.ts';
import { sizeOfValue } from './size.ts';

export type RetryDecision = { readonly again: true; readonly notBefore: Millis } | { readonly again: false; readonly retryState: RetryState };

/** What is kept of a failure between two attempts. */
const MAX_KEPT_FAILURE = 4 * 1_024;
/** What a text of a failure that is too large is cut to. */
const MAX_KEPT_TEXT = 1_024;

/**
 * The order of the questions is Temporal's: policy, cancellation, what kind of failure, attempts left, time left.
 *
 * @param delay replaces the pause of the policy, in milliseconds
 */
export function decideRetry(activity: ActivityState, failure: Failure, now: Millis, delay?: Millis): RetryDecision {
  const { attributes, attempt, scheduledAt, cancelRequestedEventId } = activity;
  const { retryPolicy, scheduleToCloseTimeout } = attributes;
  if (!retryPolicy) return stop('RETRY_POLICY_NOT_SET');
  if (cancelRequestedEventId !== undefined) return stop('CANCEL_REQUESTED');
  const timeout = failure.timeoutFailureInfo?.timeoutType;
  if (timeout === 'SCHEDULE_TO_START' || timeout === 'SCHEDULE_TO_CLOSE') return stop('TIMEOUT');
  if (!isRetryable(failure, retryPolicy.nonRetryableErrorTypes)) return stop('NON_RETRYABLE_FAILURE');
  if (retryPolicy.maximumAttempts > 0 && attempt >= retryPolicy.maximumAttempts) return stop('MAXIMUM_ATTEMPTS_REACHED');
  const notBefore = now + (delay ?? failure.applicationFailureInfo?.nextRetryDelay ?? retryInterval(retryPolicy, attempt));
  if (scheduleToCloseTimeout && notBefore > scheduledAt + scheduleToCloseTimeout) return stop('TIMEOUT');
  return { again: true, notBefore };
}

const stop = (retryState: RetryState): RetryDecision => ({ again: false, retryState });

const TIMEOUT_TYPES: Readonly<Record<TimeoutType, string>> = {
  START_TO_CLOSE: 'TemporalTimeout:StartToClose',
  HEARTBEAT: 'TemporalTimeout:Heartbeat',
  SCHEDULE_TO_START: 'TemporalTimeout:ScheduleToStart',
  SCHEDULE_TO_CLOSE: 'TemporalTimeout:ScheduleToClose',
};

export function isRetryable(failure: Failure, nonRetryableErrorTypes: readonly string[]): boolean {
  const { applicationFailureInfo, timeoutFailureInfo, serverFailureInfo, terminatedFailureInfo, canceledFailureInfo } = failure;
  if (terminatedFailureInfo || canceledFailureInfo) return false;
  if (timeoutFailureInfo) return !nonRetryableErrorTypes.includes(TIMEOUT_TYPES[timeoutFailureInfo.timeoutType]);
  if (serverFailureInfo) return !serverFailureInfo.nonRetryable;
  if (applicationFailureInfo) return !applicationFailureInfo.nonRetryable && !nonRetryableErrorTypes.includes(applicationFailureInfo.type ?? '');
  return true;
}

/** A failure small enough to be kept with the state of a run, however often the activity fails. */
export function truncateFailure(failure: Failure): Failure {
  if (sizeOfValue(failure) <= MAX_KEPT_FAILURE) return failure;
  const { cause: _, encodedAttributes: __, ...rest } = failure;
  const info = rest.applicationFailureInfo;
  const kept: Failure = {
    ...rest,
    message: cut(rest.message),
    ...(rest.stackTrace === undefined ? {} : { stackTrace: cut(rest.stackTrace) }),
  };
  if (!info?.details) return kept;
  const { details: ___, ...small } = info;
  return { ...kept, applicationFailureInfo: small };
}

const cut = (text: string): string => (text.length <= MAX_KEPT_TEXT ? text : `${text.slice(0, MAX_KEPT_TEXT)}…`);
