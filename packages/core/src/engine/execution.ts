/**
 * The run itself: how it starts, what reaches it from outside, and how it closes.
 *
 *     (start) ──▶ RUNNING ──▶ COMPLETED | FAILED | CANCELLED      by a command of its workflow task
 *                        └──▶ TERMINATED | TIMED_OUT              from outside, at any moment
 */
import type { Millis } from '../common/brand.ts';
import { CronError, cronBackoff } from '../common/cron.ts';
import { invariant } from '../common/invariant.ts';
import type { CloseEvent, EventAttributes, HistoryEvent } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import type { WorkflowExecutionStatus } from '../protocol/workflow-service.ts';
import { timeOutRun } from './chain.ts';
import type { EngineCommands } from './command.ts';
import { type Draft, note, own, record, recordOrHold } from './draft.ts';
import { mergePayloads } from './payload-map.ts';
import { deny } from './refused.ts';
import { isOpen, nothingPending, type RunState } from './run-state.ts';
import { timeoutsOf } from './timeouts.ts';
import { forceCloseTask, scheduleFirstTaskAtOnce, scheduleWorkflowTask } from './workflow-task.ts';

export function startExecution(draft: Draft, { namespace, runId, requestId, started, signal, signals = [] }: EngineCommands['StartWorkflowExecution']): void {
  const { state } = draft;
  invariant(state.lastEventId === 0, 'a run starts once');
  Object.assign(state, { namespace, workflowId: started.workflowId, runId });
  record(draft, 'WorkflowExecutionStarted', {
    ...started,
    ...scheduleOf(started, draft.now),
    ...timeoutsOf(started),
    originalExecutionRunId: runId,
    firstExecutionRunId: started.firstExecutionRunId ?? runId,
  });
  note(draft, 'RequestSeen', { requestId });
  for (const each of signal ? [signal] : signals) record(draft, 'WorkflowExecutionSignaled', each);
  scheduleWorkflowTask(draft);
}

export function attachRequests(draft: Draft, { requestIds }: EngineCommands['AttachRequests']): void {
  for (const requestId of requestIds) if (!draft.state.requestIds.has(requestId)) note(draft, 'RequestSeen', { requestId });
}

export function signalExecution(draft: Draft, { type: _, ...attributes }: EngineCommands['SignalWorkflowExecution'] & { readonly type: string }): void {
  if (draft.state.requestIds.has(attributes.requestId)) return;
  expectOpen(draft.state, `signal "${attributes.signalName}"`);
  const { signals } = draft.limits;
  if (isFullOfSignals(draft.state, signals))
    deny(
      'InvalidArgument',
      `exceeded workflow execution limit for signal events: run ${draft.state.runId} has had ${signals} signals; let it continue as new`,
      {
        workflowId: draft.state.workflowId,
        runId: draft.state.runId,
        found: signals + 1,
        allowed: signals,
      },
    );
  recordOrHold(draft, 'WorkflowExecutionSignaled', attributes);
  scheduleWorkflowTask(draft);
}

/** Whether the run has had as many signals as one may have, those that wait for the end of a task included. */
export function isFullOfSignals({ signalCount, held }: RunState, allowed: number): boolean {
  if (signalCount + held.length < allowed) return false;
  return signalCount + held.filter(({ type }) => type === 'WorkflowExecutionSignaled').length >= allowed;
}

/** Asks the workflow to cancel itself. Once is enough: a second request, or one for a closed run, does nothing. */
export function requestCancel(draft: Draft, command: EngineCommands['RequestCancelWorkflowExecution']): void {
  const { requestId, reason, identity, externalInitiatedEventId, externalWorkflowExecution } = command;
  const { state } = draft;
  if (!isOpen(state) || state.cancelRequested || state.requestIds.has(requestId)) return;
  note(draft, 'RequestSeen', { requestId });
  recordOrHold(draft, 'WorkflowExecutionCancelRequested', {
    ...(reason === undefined ? {} : { cause: reason }),
    ...(identity === undefined ? {} : { identity }),
    ...(externalInitiatedEventId === undefined ? {} : { externalInitiatedEventId }),
    ...(externalWorkflowExecution ? { externalWorkflowExecution } : {}),
  });
  if (draft.state.workflowTask.phase === 'none') scheduleFirstTaskAtOnce(draft);
  else scheduleWorkflowTask(draft);
}

export function terminateExecution(draft: Draft, { reason, details, identity }: EngineCommands['TerminateWorkflowExecution']): void {
  expectOpen(draft.state, 'terminate');
  forceCloseTask(draft);
  record(draft, 'WorkflowExecutionTerminated', {
    ...(reason === undefined ? {} : { reason }),
    ...(details ? { details } : {}),
    ...(identity === undefined ? {} : { identity }),
  });
}

/** Ends a run whose time is over. The end of the whole chain comes before the end of the one run. */
export function passExecutionTimeouts(draft: Draft): void {
  const { runExpiresAt = Number.POSITIVE_INFINITY, executionExpiresAt = Number.POSITIVE_INFINITY } = draft.state;
  if (Math.min(runExpiresAt, executionExpiresAt) > draft.now) return;
  forceCloseTask(draft);
  if (executionExpiresAt <= draft.now) record(draft, 'WorkflowExecutionTimedOut', { retryState: 'TIMEOUT' });
  else timeOutRun(draft);
}

export function cancelExecution(draft: Draft, { details }: CommandAttributes['CancelWorkflowExecution'], workflowTaskCompletedEventId: number): void {
  record(draft, 'WorkflowExecutionCanceled', details ? { details, workflowTaskCompletedEventId } : { workflowTaskCompletedEventId });
}

export function foldStarted({ state }: Draft, event: HistoryEvent<'WorkflowExecutionStarted'>): void {
  const { attributes, eventTime } = event;
  const { firstWorkflowTaskBackoff = 0, workflowRunTimeout } = attributes;
  Object.assign(state, {
    started: attributes,
    workflowType: attributes.workflowType,
    taskQueue: attributes.taskQueue,
    firstExecutionRunId: attributes.firstExecutionRunId,
    attempt: attributes.attempt,
    retryPolicy: attributes.retryPolicy,
    cronSchedule: attributes.cronSchedule,
    memo: attributes.memo ?? {},
    searchAttributes: mergePayloads({}, attributes.searchAttributes ?? {}),
    parent: attributes.parentWorkflowExecution,
    parentInitiatedEventId: attributes.parentInitiatedEventId,
    root: attributes.rootWorkflowExecution,
    startedAt: eventTime,
    executionTime: eventTime + firstWorkflowTaskBackoff,
    workflowTaskTimeout: attributes.workflowTaskTimeout,
    workflowRunTimeout,
    workflowExecutionTimeout: attributes.workflowExecutionTimeout,
    runExpiresAt: workflowRunTimeout === undefined ? undefined : eventTime + firstWorkflowTaskBackoff + workflowRunTimeout,
    executionExpiresAt: attributes.workflowExecutionExpirationTime,
    firstTaskNotBefore: firstWorkflowTaskBackoff > 0 ? eventTime + firstWorkflowTaskBackoff : undefined,
  } satisfies Partial<RunState>);
}

export function foldRequested(draft: Draft, event: HistoryEvent<'WorkflowExecutionSignaled' | 'WorkflowExecutionCancelRequested'>): void {
  if (event.type === 'WorkflowExecutionCancelRequested') {
    draft.state.cancelRequested = true;
    return;
  }
  draft.state.signalCount++;
  if (event.attributes.requestId) own(draft, 'requestIds').set(event.attributes.requestId, true);
}

export function foldClose({ state }: Draft, event: CloseEvent): void {
  Object.assign(state, {
    status: CLOSED_STATUS[event.type],
    closedAt: event.eventTime,
    closeEvent: event,
    workflowTask: { phase: 'none' },
    held: [],
    heldBytes: 0,
    ...nothingPending(),
    firstTaskNotBefore: undefined,
    excess: undefined,
  } satisfies Partial<RunState>);
}

const CLOSED_STATUS: Readonly<Record<CloseEvent['type'], WorkflowExecutionStatus>> = {
  WorkflowExecutionCompleted: 'COMPLETED',
  WorkflowExecutionFailed: 'FAILED',
  WorkflowExecutionCanceled: 'CANCELLED',
  WorkflowExecutionTerminated: 'TERMINATED',
  WorkflowExecutionTimedOut: 'TIMED_OUT',
  WorkflowExecutionContinuedAsNew: 'CONTINUED_AS_NEW',
};

/** The first run of a schedule waits for its first tick. Later runs bring their pause along. */
function scheduleOf(
  { cronSchedule, initiator }: EngineCommands['StartWorkflowExecution']['started'],
  now: Millis,
): Partial<EventAttributes['WorkflowExecutionStarted']> {
  if (!cronSchedule || initiator !== undefined) return {};
  const firstWorkflowTaskBackoff = firstBackoff(cronSchedule, now);
  return firstWorkflowTaskBackoff === undefined
    ? deny('InvalidArgument', `cronSchedule "${cronSchedule}" has no tick within five years; give one that comes`)
    : { initiator: 'CRON_SCHEDULE', firstWorkflowTaskBackoff };
}

function firstBackoff(cronSchedule: string, now: Millis): Millis | undefined {
  try {
    return cronBackoff(cronSchedule, now, now);
  } catch (error) {
    if (error instanceof CronError) deny('InvalidArgument', error.message);
    throw error;
  }
}

function expectOpen(state: RunState, what: string): void {
  if (isOpen(state)) return;
  const { workflowId, runId, status } = state;
  deny('NotFound', `${what}: run ${runId} of workflow "${workflowId}" is closed (${status}); only a running one can be reached`, { workflowId, runId, status });
}
