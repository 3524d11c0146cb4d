import { expect, it } from 'vitest';
import type { Failure } from '../common/failure.ts';
import { completeRetryPolicy } from '../common/retry-policy.ts';
import { decideRetry } from './activity-retry.ts';
import { activity, drive } from './driver.test-kit.ts';
import type { ActivityState } from './run-state.ts';
import { transition } from './transition.ts';

const timedOut = (timeoutType: 'SCHEDULE_TO_START' | 'HEARTBEAT' | 'START_TO_CLOSE' | 'SCHEDULE_TO_CLOSE'): Failure => ({
  message: 'late',
  timeoutFailureInfo: { timeoutType },
});
const FAILURES: readonly [string, Failure, answers: readonly [fits: string, late: string, used: string, usedAndLate: string]][] = [
  // attempts are left and the next one fits | it does not fit | attempts are used up | used up, and it would not fit
  ['an error', { message: 'x', applicationFailureInfo: { type: 'Flaky' } }, ['again', 'TIMEOUT', 'MAXIMUM_ATTEMPTS_REACHED', 'MAXIMUM_ATTEMPTS_REACHED']],
  ['a heartbeat timeout', timedOut('HEARTBEAT'), ['again', 'TIMEOUT', 'MAXIMUM_ATTEMPTS_REACHED', 'MAXIMUM_ATTEMPTS_REACHED']],
  ['a schedule-to-start timeout', timedOut('SCHEDULE_TO_START'), ['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT']],
  ['a schedule-to-close timeout', timedOut('SCHEDULE_TO_CLOSE'), ['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT']],
  ['a listed timeout', timedOut('START_TO_CLOSE'), Array(4).fill('NON_RETRYABLE_FAILURE') as never],
  ['a flagged error', { message: 'x', applicationFailureInfo: { type: 'Flaky', nonRetryable: true } }, Array(4).fill('NON_RETRYABLE_FAILURE') as never],
  ['a listed type', { message: 'x', applicationFailureInfo: { type: 'Fatal' } }, Array(4).fill('NON_RETRYABLE_FAILURE') as never],
];

const given = (more: { attempt: number; isLate: boolean; isCancelled: boolean; hasPolicy: boolean }): ActivityState => {
  const [scheduled] = [
    ...drive()
      .turn([activity('a')])
      .state.activities.values(),
  ];
  if (!scheduled) throw new Error('there is no activity');
  const retryPolicy = completeRetryPolicy({ maximumAttempts: 3, nonRetryableErrorTypes: ['Fatal', 'TemporalTimeout:StartToClose'] });
  const { retryPolicy: _, ...attributes } = scheduled.attributes;
  return {
    ...scheduled,
    attempt: more.attempt,
    scheduledAt: 0,
    attributes: { ...attributes, scheduleToCloseTimeout: more.isLate ? 1_000 : 100_000, ...(more.hasPolicy ? { retryPolicy } : {}) },
    ...(more.isCancelled ? { cancelRequestedEventId: 9 } : {}),
  };
};

const outcome = (state: ActivityState, failure: Failure): string => {
  const retry = decideRetry(state, failure, 1_000);
  return retry.again ? 'again' : retry.retryState;
};

for (const [what, failure, answers] of FAILURES)
  it(`R24 the questions before a retry come in order: policy, cancellation, then what ${what} means`, () => {
    const cases = [
      { attempt: 1, isLate: false },
      { attempt: 1, isLate: true },
      { attempt: 3, isLate: false },
      { attempt: 3, isLate: true },
    ];
    for (const [index, each] of cases.entries()) {
      expect(outcome(given({ ...each, isCancelled: false, hasPolicy: true }), failure)).toBe(answers[index]);
      expect(outcome(given({ ...each, isCancelled: true, hasPolicy: true }), failure)).toBe('CANCEL_REQUESTED');
      for (const isCancelled of [true, false]) expect(outcome(given({ ...each, isCancelled, hasPolicy: false }), failure)).toBe('RETRY_POLICY_NOT_SET');
    }
  });

it('R34 a mebibyte of stack trace that comes a thousand times leaves the state as small as it was after the first', () => {
  const run = drive().turn([activity('a', { retryPolicy: { initialInterval: 1, maximumInterval: 1 } })]);
  const failure: Failure = { message: 'm'.repeat(10_000), stackTrace: 's'.repeat(1_048_576), applicationFailureInfo: { type: 'Big' } };
  let { state } = run;
  let now = run.now;
  let stored = 0;
  const sizes: number[] = [];
  for (let attempt = 1; attempt <= 1_000; attempt++) {
    const ref = { scheduledEventId: 5, attempt, secret: 's' };
    state = transition(state, { type: 'StartActivityTask', ...ref, workerId: 'w', identity: 'w', requestId: 'r' }, now).state;
    const result = transition(state, { type: 'FailActivityTask', activity: ref, failure, identity: 'w' }, now);
    state = result.state;
    now += 1;
    stored = Math.max(stored, JSON.stringify(result.inputs).length);
    sizes.push(JSON.stringify([...state.activities.values()]).length);
  }
  expect(sizes[999]).toBeLessThan((sizes[0] ?? 0) + 20); // the digits of the attempt and of the time
  expect(Math.max(...sizes)).toBeLessThan(5_000);
  expect(stored).toBeLessThan(4_096);
  expect(state.historySize).toBe(run.state.historySize);
});
