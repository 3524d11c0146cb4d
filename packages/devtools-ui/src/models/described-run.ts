/** What a history alone says of its run: its summary, and what is pending after its last event. For files, which have no engine to ask. */
import type { EventAttributes, HistoryEvent } from '@perdure/core/history';
import type { DescribedRun, Execution, PendingActivity, PendingChild, PendingTimer, PendingWorkflowTask, RunStatus, RunSummary } from '../backend/shapes.ts';

const STATUS_OF_CLOSE: Readonly<Record<string, RunStatus>> = {
  WorkflowExecutionCompleted: 'COMPLETED',
  WorkflowExecutionFailed: 'FAILED',
  WorkflowExecutionTimedOut: 'TIMED_OUT',
  WorkflowExecutionCanceled: 'CANCELLED',
  WorkflowExecutionTerminated: 'TERMINATED',
  WorkflowExecutionContinuedAsNew: 'CONTINUED_AS_NEW',
};

/** @param events from the first one on, in their order; at least one */
export function describedRun(namespace: string, execution: Execution, events: readonly HistoryEvent[]): DescribedRun {
  const summary = summaryOf(namespace, execution, events);
  const isOpen = summary.status === 'RUNNING';
  const pending = isOpen ? pendingOf(events) : NOTHING;
  const started = startOf(events);
  return {
    summary,
    ...pending,
    cancelRequested: events.some(({ type }) => type === 'WorkflowExecutionCancelRequested'),
    durability: 'none',
    workflowTaskTimeout: started?.workflowTaskTimeout ?? 0,
    ...(started?.workflowExecutionTimeout !== undefined && { workflowExecutionTimeout: started.workflowExecutionTimeout }),
    ...(started?.workflowRunTimeout !== undefined && { workflowRunTimeout: started.workflowRunTimeout }),
  };
}

const startOf = ([first]: readonly HistoryEvent[]): EventAttributes['WorkflowExecutionStarted'] | undefined =>
  first?.type === 'WorkflowExecutionStarted' ? first.attributes : undefined;

function summaryOf(namespace: string, { workflowId, runId }: Execution, events: readonly HistoryEvent[]): RunSummary {
  const started = startOf(events);
  const last = events.at(-1);
  const startTime = events[0]?.eventTime ?? 0;
  const status = STATUS_OF_CLOSE[last?.type ?? ''];
  return {
    namespace,
    workflowId,
    runId,
    workflowType: started?.workflowType ?? '',
    taskQueue: started?.taskQueue ?? '',
    status: status ?? 'RUNNING',
    startTime,
    executionTime: startTime + (started?.firstWorkflowTaskBackoff ?? 0),
    ...(status && last && { closeTime: last.eventTime }),
    historyLength: events.length,
    historySizeBytes: events.findLast((event) => event.type === 'WorkflowTaskStarted')?.attributes.historySizeBytes ?? 0,
    firstExecutionRunId: started?.firstExecutionRunId ?? runId,
    ...(started?.parentWorkflowExecution && { parentExecution: started.parentWorkflowExecution }),
    ...(started?.rootWorkflowExecution && { rootExecution: started.rootWorkflowExecution }),
    ...(started?.memo && { memo: started.memo }),
    ...(started?.searchAttributes && { searchAttributes: started.searchAttributes }),
  };
}

type Pending = Pick<DescribedRun, 'pendingActivities' | 'pendingTimers' | 'pendingChildren' | 'pendingWorkflowTask'>;
const NOTHING: Pending = { pendingActivities: [], pendingTimers: [], pendingChildren: [] };

function pendingOf(events: readonly HistoryEvent[]): Pending {
  const activities = new Map<number, PendingActivity>();
  const timers = new Map<number, PendingTimer>();
  const children = new Map<number, PendingChild>();
  let task: PendingWorkflowTask | undefined;
  for (const event of events) {
    trackActivity(event, activities);
    trackTimer(event, timers);
    trackChild(event, children);
    task = trackTask(event, task);
  }
  return {
    pendingActivities: [...activities.values()],
    pendingTimers: [...timers.values()],
    pendingChildren: [...children.values()],
    ...(task && { pendingWorkflowTask: task }),
  };
}

function trackActivity(event: HistoryEvent, open: Map<number, PendingActivity>): void {
  switch (event.type) {
    case 'ActivityTaskScheduled': {
      const { activityId, activityType, taskQueue, input, retryPolicy } = event.attributes;
      open.set(event.eventId, {
        activityId,
        activityType,
        scheduledEventId: event.eventId,
        // The start of an attempt is written down with its end: whether one is under way, a history does not say.
        state: 'SCHEDULED',
        attempt: 1,
        maximumAttempts: retryPolicy?.maximumAttempts ?? 0,
        taskQueue,
        ...(input && { input }),
        scheduledTime: event.eventTime,
      });
      return;
    }
    case 'ActivityTaskStarted': {
      const { scheduledEventId, attempt, lastFailure, identity } = event.attributes;
      const before = open.get(scheduledEventId);
      if (before)
        open.set(scheduledEventId, {
          ...before,
          state: 'STARTED',
          attempt,
          lastStartedTime: event.eventTime,
          ...(lastFailure && { lastFailure }),
          ...(identity !== undefined && { lastWorkerIdentity: identity }),
        });
      return;
    }
    case 'ActivityTaskCancelRequested': {
      const before = open.get(event.attributes.scheduledEventId);
      if (before) open.set(event.attributes.scheduledEventId, { ...before, state: 'CANCEL_REQUESTED' });
      return;
    }
    case 'ActivityTaskCompleted':
    case 'ActivityTaskFailed':
    case 'ActivityTaskTimedOut':
    case 'ActivityTaskCanceled':
      open.delete(event.attributes.scheduledEventId);
      return;
    default:
      return;
  }
}

function trackTimer(event: HistoryEvent, open: Map<number, PendingTimer>): void {
  if (event.type === 'TimerStarted') {
    const { timerId, startToFireTimeout } = event.attributes;
    open.set(event.eventId, { timerId, startedEventId: event.eventId, startTime: event.eventTime, fireTime: event.eventTime + startToFireTimeout });
  } else if (event.type === 'TimerFired' || event.type === 'TimerCanceled') open.delete(event.attributes.startedEventId);
}

function trackChild(event: HistoryEvent, open: Map<number, PendingChild>): void {
  if (event.type === 'StartChildWorkflowExecutionInitiated') {
    const { workflowId, workflowType } = event.attributes;
    open.set(event.eventId, { workflowId, workflowType, initiatedEventId: event.eventId });
  } else if (event.type === 'ChildWorkflowExecutionStarted') {
    const { initiatedEventId, workflowExecution } = event.attributes;
    const before = open.get(initiatedEventId);
    if (before && workflowExecution.runId !== undefined) open.set(initiatedEventId, { ...before, runId: workflowExecution.runId });
  } else if (/^(StartChildWorkflowExecutionFailed|ChildWorkflowExecution)/.test(event.type)) {
    open.delete((event.attributes as { readonly initiatedEventId: number }).initiatedEventId);
  }
}

function trackTask(event: HistoryEvent, task: PendingWorkflowTask | undefined): PendingWorkflowTask | undefined {
  switch (event.type) {
    case 'WorkflowTaskScheduled':
      return { state: 'SCHEDULED', attempt: event.attributes.attempt, scheduledTime: event.eventTime };
    case 'WorkflowTaskStarted':
      return task && { ...task, state: 'STARTED', startedTime: event.eventTime };
    case 'WorkflowTaskCompleted':
    case 'WorkflowTaskFailed':
    case 'WorkflowTaskTimedOut':
      return undefined;
    default:
      return task;
  }
}
