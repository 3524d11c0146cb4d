/**
 * Chains of runs: a run that completes, fails or times out may be followed by another of the same workflow id, by its retry policy, by its
 * cron schedule, or because the workflow continues as new. The close of the old run and the start of the new one are one commit.
 */
import type { Millis } from '../common/brand.ts';
import { cronBackoff } from '../common/cron.ts';
import type { Failure, RetryState } from '../common/failure.ts';
import { invariant } from '../common/invariant.ts';
import { completeRetryPolicy, retryInterval } from '../common/retry-policy.ts';
import type { ContinueAsNewInitiator, EventAttributes } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { isRetryable } from './activity-retry.ts';
import { carriedSignals } from './closing.ts';
import { type Draft, record } from './draft.ts';
import type { RunState } from './run-state.ts';

type Started = EventAttributes['WorkflowExecutionStarted'];

/** Whether the close of this run may open another, so that an id is needed for it. */
export const mayOpenNext = ({ retryPolicy, cronSchedule }: RunState): boolean => retryPolicy !== undefined || Boolean(cronSchedule);

export function completeExecution(draft: Draft, { result }: CommandAttributes['CompleteWorkflowExecution'], workflowTaskCompletedEventId: number): void {
  const attributes = result ? { result, workflowTaskCompletedEventId } : { workflowTaskCompletedEventId };
  const backoff = nextTick(draft);
  if (backoff === undefined) return void record(draft, 'WorkflowExecutionCompleted', attributes);
  const next = openNext(draft, 'CRON_SCHEDULE', backoff, result ? { lastCompletionResult: result } : {}, ['lastCompletionResult', 'continuedFailure']);
  record(draft, 'WorkflowExecutionCompleted', { ...attributes, newExecutionRunId: next });
}

export function failExecution(draft: Draft, { failure }: CommandAttributes['FailWorkflowExecution'], workflowTaskCompletedEventId: number): void {
  const { retryState, newExecutionRunId } = followFailure(draft, failure);
  record(draft, 'WorkflowExecutionFailed', {
    failure,
    retryState,
    workflowTaskCompletedEventId,
    ...(newExecutionRunId === undefined ? {} : { newExecutionRunId }),
  });
}

/** The time of one run is over; the chain may go on. */
export function timeOutRun(draft: Draft): void {
  const failure: Failure = { message: 'workflow timeout', source: 'Server', timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } };
  const { retryState, newExecutionRunId } = followFailure(draft, failure);
  record(draft, 'WorkflowExecutionTimedOut', { retryState, ...(newExecutionRunId === undefined ? {} : { newExecutionRunId }) });
}

/** Timeouts and options that are not given stay as they are; the memo and retry policy given at the start go on, and so do search attributes. */
export function continueAsNew(draft: Draft, command: CommandAttributes['ContinueAsNewWorkflowExecution'], workflowTaskCompletedEventId: number): void {
  const { state } = draft;
  const { workflowType = state.workflowType, taskQueue = state.taskQueue, input, header, memo = state.started?.memo, backoffStartInterval = 0 } = command;
  const searchAttributes = command.searchAttributes ?? (Object.keys(state.searchAttributes).length > 0 ? state.searchAttributes : undefined);
  const workflowTaskTimeout = command.workflowTaskTimeout || state.started?.workflowTaskTimeout || state.workflowTaskTimeout;
  const workflowRunTimeout = withinChain(draft, command.workflowRunTimeout || state.workflowRunTimeout);
  const initiator = command.initiator ?? 'WORKFLOW';
  const changed: Partial<Started> = {
    workflowType,
    taskQueue,
    workflowTaskTimeout,
    ...(input ? { input } : {}),
    ...(header ? { header } : {}),
    ...(memo ? { memo } : {}),
    ...(searchAttributes ? { searchAttributes } : {}),
    ...(workflowRunTimeout === undefined ? {} : { workflowRunTimeout }),
    ...(command.retryPolicy ? { retryPolicy: completeRetryPolicy(command.retryPolicy) } : {}),
  };
  const newExecutionRunId = openNext(draft, initiator, backoffStartInterval, changed, ['input', 'header', 'continuedFailure']);
  record(draft, 'WorkflowExecutionContinuedAsNew', {
    newExecutionRunId,
    workflowType,
    taskQueue,
    workflowTaskTimeout,
    workflowRunTimeout: workflowRunTimeout ?? 0,
    ...(input ? { input } : {}),
    ...(header ? { header } : {}),
    ...(memo ? { memo } : {}),
    ...(searchAttributes ? { searchAttributes } : {}),
    ...(command.initiator ? { initiator: command.initiator } : {}),
    ...(backoffStartInterval > 0 ? { backoffStartInterval } : {}),
    workflowTaskCompletedEventId,
  });
}

/** What follows a failed or timed-out run: a retry if its policy has one, else the next tick of its schedule, else nothing. */
function followFailure(draft: Draft, failure: Failure): { retryState: RetryState; newExecutionRunId?: string } {
  const { state, now } = draft;
  const retryState = retryStateOf(state, failure, now);
  const continuedFailure = failure;
  if (retryState === 'IN_PROGRESS') {
    const newExecutionRunId = openNext(draft, 'RETRY', retryBackoff(state, failure), { attempt: state.attempt + 1, continuedFailure });
    return { retryState, newExecutionRunId };
  }
  const backoff = nextTick(draft);
  if (backoff === undefined) return { retryState };
  return { retryState, newExecutionRunId: openNext(draft, 'CRON_SCHEDULE', backoff, { attempt: 1, continuedFailure }) };
}

function retryStateOf(state: RunState, failure: Failure, now: Millis): RetryState {
  const { retryPolicy, attempt, executionExpiresAt } = state;
  if (!retryPolicy) return 'RETRY_POLICY_NOT_SET';
  if (!isRetryable(failure, retryPolicy.nonRetryableErrorTypes)) return 'NON_RETRYABLE_FAILURE';
  if (retryPolicy.maximumAttempts > 0 && attempt >= retryPolicy.maximumAttempts) return 'MAXIMUM_ATTEMPTS_REACHED';
  if (executionExpiresAt !== undefined && now + retryBackoff(state, failure) > executionExpiresAt) return 'TIMEOUT';
  return 'IN_PROGRESS';
}

const retryBackoff = ({ retryPolicy, attempt }: RunState, failure: Failure): Millis =>
  failure.applicationFailureInfo?.nextRetryDelay ?? (retryPolicy ? retryInterval(retryPolicy, attempt) : 0);

/** The pause before the next run of a schedule; undefined without one, or when the chain ends before. */
function nextTick({ state, now }: Draft): Millis | undefined {
  if (!state.cronSchedule) return undefined;
  const backoff = cronBackoff(state.cronSchedule, state.executionTime, now);
  return backoff === undefined || (state.executionExpiresAt !== undefined && now + backoff > state.executionExpiresAt) ? undefined : backoff;
}

function openNext(
  draft: Draft,
  initiator: ContinueAsNewInitiator,
  backoff: Millis,
  changed: Partial<Started>,
  dropped: readonly (keyof Started)[] = [],
): string {
  const { state, newRunId } = draft;
  const { started } = state;
  invariant(newRunId !== undefined && started, 'who closes a run that may be followed by another gives its id');
  const signals = carriedSignals(state);
  const { originalExecutionRunId: _, initiator: __, firstWorkflowTaskBackoff: ___, ...kept } = started;
  const carried: Record<string, unknown> = { ...kept };
  for (const name of dropped) delete carried[name];
  draft.opens = {
    type: 'StartWorkflowExecution',
    namespace: state.namespace,
    runId: newRunId,
    requestId: `${state.runId} ${initiator}`,
    ...(signals.length > 0 ? { signals } : {}),
    started: {
      ...(carried as unknown as typeof kept),
      ...changed,
      firstExecutionRunId: state.firstExecutionRunId,
      continuedExecutionRunId: state.runId,
      initiator,
      ...(backoff > 0 ? { firstWorkflowTaskBackoff: backoff } : {}),
    },
  };
  return newRunId;
}

/** A run ends with its chain at the latest. */
function withinChain({ state, now }: Draft, runTimeout: Millis | undefined): Millis | undefined {
  if (state.executionExpiresAt === undefined) return runTimeout;
  return Math.min(runTimeout ?? Number.POSITIVE_INFINITY, Math.max(1, state.executionExpiresAt - now));
}
