/**
 * Child workflows, as their parent sees them.
 *
 *     StartChildWorkflowExecution ──▶ initiated ──▶ started ──▶ completed | failed | cancelled | timed out | terminated
 *                                         └──▶ start failed
 */
import type { EventId, Millis } from '../common/brand.ts';
import { CronError, cronBackoff } from '../common/cron.ts';
import { completeRetryPolicy } from '../common/retry-policy.ts';
import type { CloseEvent, EventAttributes, EventType, HistoryEvent } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import type { EngineCommands } from './command.ts';
import { type Draft, own, record, recordOrHold } from './draft.ts';
import type { HeldEvent } from './input.ts';
import { refuse } from './refused.ts';
import type { ChildState } from './run-state.ts';
import { timeoutsOf } from './timeouts.ts';
import { scheduleWorkflowTask } from './workflow-task.ts';

export function startChild(draft: Draft, command: CommandAttributes['StartChildWorkflowExecution'], workflowTaskCompletedEventId: EventId): void {
  const { state } = draft;
  const { workflowId, workflowType, retryPolicy, taskQueue = state.taskQueue, namespace = state.namespace, ...options } = command;
  if (workflowId === '') bad('the workflow id is empty');
  if (workflowType === '') bad(`the workflow type of child "${workflowId}" is empty`);
  if (namespace !== state.namespace)
    bad(`child "${workflowId}" is to start in namespace "${namespace}"; nothing crosses a namespace here, so start it in "${state.namespace}"`);
  checkCronSchedule(workflowId, options.cronSchedule, draft.now);
  const attributes: EventAttributes['StartChildWorkflowExecutionInitiated'] = {
    ...options,
    namespace,
    workflowId,
    workflowType,
    taskQueue,
    workflowRunTimeout: 0,
    ...timeoutsOf(options),
    parentClosePolicy: options.parentClosePolicy ?? 'TERMINATE',
    workflowIdReusePolicy: options.workflowIdReusePolicy ?? 'ALLOW_DUPLICATE',
    ...(retryPolicy ? { retryPolicy: completeRetryPolicy(retryPolicy) } : {}),
    workflowTaskCompletedEventId,
  };
  const { eventId } = record(draft, 'StartChildWorkflowExecutionInitiated', attributes);
  draft.sends.push({ kind: 'startChild', initiatedEventId: eventId, attributes });
}

/** The child has begun, or cannot. */
export function recordChildStart(draft: Draft, { initiatedEventId, outcome }: EngineCommands['RecordChildStart']): void {
  const child = draft.state.children.get(initiatedEventId);
  if (child?.phase.tag !== 'initiated') return;
  const { namespace, workflowId, workflowType, header } = child.attributes;
  const where = namespace === undefined ? {} : { namespace };
  if ('runId' in outcome)
    recordOrHold(draft, 'ChildWorkflowExecutionStarted', {
      ...where,
      initiatedEventId,
      workflowExecution: { workflowId, runId: outcome.runId },
      workflowType,
      ...(header ? { header } : {}),
    });
  else
    recordOrHold(draft, 'StartChildWorkflowExecutionFailed', {
      ...where,
      workflowId,
      workflowType,
      cause: outcome.cause,
      initiatedEventId,
      workflowTaskCompletedEventId: 0,
    });
  scheduleWorkflowTask(draft);
}

/** The chain of the child has come to its end. */
export function recordChildClose(draft: Draft, { initiatedEventId, runId, closed }: EngineCommands['RecordChildClose']): void {
  const child = draft.state.children.get(initiatedEventId);
  if (child?.phase.tag !== 'started') return;
  const { namespace, workflowId, workflowType } = child.attributes;
  const common = {
    ...(namespace === undefined ? {} : { namespace }),
    workflowExecution: { workflowId, runId },
    workflowType,
    initiatedEventId,
    startedEventId: child.phase.startedEventId,
  };
  recordClose(draft, common, closed);
  scheduleWorkflowTask(draft);
}

function recordClose(draft: Draft, common: EventAttributes['ChildWorkflowExecutionTerminated'], closed: CloseEvent): void {
  switch (closed.type) {
    case 'WorkflowExecutionCompleted': {
      const { result } = closed.attributes;
      return recordOrHold(draft, 'ChildWorkflowExecutionCompleted', result ? { ...common, result } : common);
    }
    case 'WorkflowExecutionFailed':
      return recordOrHold(draft, 'ChildWorkflowExecutionFailed', { ...common, failure: closed.attributes.failure, retryState: closed.attributes.retryState });
    case 'WorkflowExecutionCanceled': {
      const { details } = closed.attributes;
      return recordOrHold(draft, 'ChildWorkflowExecutionCanceled', details ? { ...common, details } : common);
    }
    case 'WorkflowExecutionTimedOut':
      return recordOrHold(draft, 'ChildWorkflowExecutionTimedOut', { ...common, retryState: closed.attributes.retryState });
    case 'WorkflowExecutionTerminated':
      return recordOrHold(draft, 'ChildWorkflowExecutionTerminated', common);
    case 'WorkflowExecutionContinuedAsNew':
      return; // not the end of the chain
  }
}

const CLOSES: ReadonlySet<EventType> = new Set<EventType>([
  'StartChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionCompleted',
  'ChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionCanceled',
  'ChildWorkflowExecutionTimedOut',
  'ChildWorkflowExecutionTerminated',
]);
export const endsChild = (type: EventType): boolean => CLOSES.has(type);

export function foldChildEvent(draft: Draft, event: HistoryEvent): void {
  const children = own(draft, 'children');
  if (event.type === 'StartChildWorkflowExecutionInitiated') {
    children.set(event.eventId, { initiatedEventId: event.eventId, attributes: event.attributes, phase: { tag: 'initiated' } });
    return;
  }
  const { initiatedEventId, workflowExecution } = event.attributes as { initiatedEventId: EventId; workflowExecution?: { runId?: string } };
  if (event.type !== 'ChildWorkflowExecutionStarted') {
    children.delete(initiatedEventId);
    return;
  }
  const child = children.get(initiatedEventId);
  if (child) children.set(initiatedEventId, { ...child, phase: { tag: 'started', runId: workflowExecution?.runId ?? '', startedEventId: event.eventId } });
}

/** An event of the child waits for the end of the running workflow task: it counts already. */
export function foldHeldChild(draft: Draft, event: HeldEvent): void {
  const { initiatedEventId, workflowExecution } = event.attributes as { initiatedEventId: EventId; workflowExecution?: { runId?: string } };
  const child = draft.state.children.get(initiatedEventId);
  if (!child) return;
  const phase: ChildState['phase'] =
    event.type === 'ChildWorkflowExecutionStarted' ? { tag: 'started', runId: workflowExecution?.runId ?? '', startedEventId: 0 } : { tag: 'closing' };
  own(draft, 'children').set(initiatedEventId, { ...child, phase });
}

/** The child starts in the same commit, so what cannot be started is refused here. */
function checkCronSchedule(workflowId: string, cronSchedule: string | undefined, now: Millis): void {
  if (!cronSchedule) return;
  try {
    if (cronBackoff(cronSchedule, now, now) === undefined) bad(`the cron schedule "${cronSchedule}" of child "${workflowId}" has no tick within five years`);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    bad(`the cron schedule of child "${workflowId}": ${error.message}`);
  }
}

const bad = (what: string): never => refuse('BAD_START_CHILD_EXECUTION_ATTRIBUTES', `BadStartChildExecutionAttributes: ${what}`);
