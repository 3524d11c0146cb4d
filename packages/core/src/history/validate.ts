/**
 * Whether events make sense together: what Temporal's history service guarantees, and its replayer takes for granted (it hangs where
 * this does not hold). Single values are checked where they are read.
 */
import { type EventType, type HistoryEvent, isCloseEvent } from './events.ts';

/** The first rule that a history breaks, and the event that breaks it. */
export class InvalidHistoryError extends Error {
  override readonly name = 'InvalidHistoryError';
  readonly eventId: number;

  constructor(event: HistoryEvent, problem: string) {
    super(`event ${event.eventId} (${event.type}) ${problem}`);
    this.eventId = event.eventId;
  }
}

/** Which field of an event names an earlier one, and of what type that must be. */
const REFERENCES: { readonly [T in EventType]?: readonly (readonly [field: string, type: EventType])[] } = {
  WorkflowTaskStarted: [['scheduledEventId', 'WorkflowTaskScheduled']],
  WorkflowTaskCompleted: [['scheduledEventId', 'WorkflowTaskScheduled']],
  WorkflowTaskTimedOut: [['scheduledEventId', 'WorkflowTaskScheduled']],
  WorkflowTaskFailed: [['scheduledEventId', 'WorkflowTaskScheduled']],
  ActivityTaskStarted: [['scheduledEventId', 'ActivityTaskScheduled']],
  ActivityTaskCompleted: [
    ['scheduledEventId', 'ActivityTaskScheduled'],
    ['startedEventId', 'ActivityTaskStarted'],
  ],
  ActivityTaskFailed: [
    ['scheduledEventId', 'ActivityTaskScheduled'],
    ['startedEventId', 'ActivityTaskStarted'],
  ],
  ActivityTaskTimedOut: [['scheduledEventId', 'ActivityTaskScheduled']],
  ActivityTaskCancelRequested: [['scheduledEventId', 'ActivityTaskScheduled']],
  ActivityTaskCanceled: [['scheduledEventId', 'ActivityTaskScheduled']],
  TimerFired: [['startedEventId', 'TimerStarted']],
  TimerCanceled: [['startedEventId', 'TimerStarted']],
  StartChildWorkflowExecutionFailed: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  ChildWorkflowExecutionStarted: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  ChildWorkflowExecutionCompleted: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  ChildWorkflowExecutionFailed: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  ChildWorkflowExecutionCanceled: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  ChildWorkflowExecutionTimedOut: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  ChildWorkflowExecutionTerminated: [['initiatedEventId', 'StartChildWorkflowExecutionInitiated']],
  SignalExternalWorkflowExecutionFailed: [['initiatedEventId', 'SignalExternalWorkflowExecutionInitiated']],
  ExternalWorkflowExecutionSignaled: [['initiatedEventId', 'SignalExternalWorkflowExecutionInitiated']],
  RequestCancelExternalWorkflowExecutionFailed: [['initiatedEventId', 'RequestCancelExternalWorkflowExecutionInitiated']],
  ExternalWorkflowExecutionCancelRequested: [['initiatedEventId', 'RequestCancelExternalWorkflowExecutionInitiated']],
  WorkflowExecutionUpdateCompleted: [['acceptedEventId', 'WorkflowExecutionUpdateAccepted']],
};

const ENDS_WORKFLOW_TASK: ReadonlySet<string> = new Set<EventType>(['WorkflowTaskCompleted', 'WorkflowTaskFailed', 'WorkflowTaskTimedOut']);

/** @throws {InvalidHistoryError} for the first event that breaks a rule; an open run and the start of one are valid */
export function validateHistory(events: readonly HistoryEvent[]): void {
  const [first] = events;
  if (!first) throw new RangeError('a history has at least one event, found none');
  if (first.type !== 'WorkflowExecutionStarted') throw new InvalidHistoryError(first, 'is the first, where WorkflowExecutionStarted belongs');
  const startedActivities = new Set<number>();
  for (const [index, event] of events.entries()) {
    if (event.eventId !== index + 1) throw new InvalidHistoryError(event, `stands at place ${index + 1}; events are numbered from 1 without gaps`);
    checkPlace(event, events[index - 1]);
    checkReferences(event, events);
    checkActivityStart(event, startedActivities);
  }
}

function checkPlace(event: HistoryEvent, before: HistoryEvent | undefined): void {
  if (!before) return;
  if (event.type === 'WorkflowExecutionStarted') throw new InvalidHistoryError(event, 'starts a run that has started already');
  if (isCloseEvent(before)) throw new InvalidHistoryError(event, `comes after ${before.type}, which ended the run`);
  if ((before.type === 'WorkflowTaskStarted') !== ENDS_WORKFLOW_TASK.has(event.type) && !isCopyEnd(event))
    throw new InvalidHistoryError(event, `follows ${before.type}; nothing stands between the start of a workflow task and its end`);
}

/** A reset run fails the task at which its copied events end, started or not. */
const isCopyEnd = (event: HistoryEvent): boolean => event.type === 'WorkflowTaskFailed' && event.attributes.cause === 'RESET_WORKFLOW';

/** An activity that completed or failed was started: its attempts leave one event, before that of its end. */
function checkActivityStart(event: HistoryEvent, started: Set<number>): void {
  if (event.type === 'ActivityTaskStarted') started.add(event.attributes.scheduledEventId);
  const needsStart = event.type === 'ActivityTaskCompleted' || event.type === 'ActivityTaskFailed';
  if (needsStart && !started.has(event.attributes.scheduledEventId))
    throw new InvalidHistoryError(
      event,
      `ends the activity scheduled at event ${event.attributes.scheduledEventId}, which has no ActivityTaskStarted before it`,
    );
}

function checkReferences(event: HistoryEvent, events: readonly HistoryEvent[]): void {
  for (const [field, type] of REFERENCES[event.type] ?? []) {
    const id = (event.attributes as unknown as Record<string, number | undefined>)[field] ?? 0;
    const found = id < event.eventId ? events[id - 1]?.type : undefined;
    if (id !== 0 && found !== type) throw new InvalidHistoryError(event, `has ${field} ${id}, where ${type} belongs, found ${found ?? 'no earlier event'}`);
  }
}
