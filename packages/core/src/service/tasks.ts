/** What a worker gets: tasks made from a run's state and history. */
import type { EventId, Millis } from '../common/brand.ts';
import { invariant } from '../common/invariant.ts';
import { isOpen } from '../engine/run-state.ts';
import { transientEvents } from '../engine/workflow-task.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivityTask, QueryWorkflowRequest, WorkflowTask } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';
import { activityTaskToken, queryTaskToken, workflowTaskToken } from './tokens.ts';

/** The workflow task that has just been started, for a worker that has the run in its cache or not. */
export function workflowTaskFor(run: LoadedRun, isCached: boolean, updates: WorkflowTask['updates']): WorkflowTask {
  const { workflowTask: task } = run.state;
  invariant(task.phase === 'started', 'a workflow task is started before it is handed out');
  const history = [...historyFor(run, isCached), ...transientEvents(run.state)];
  return {
    ...common(run, history, isCached),
    taskToken: workflowTaskToken(run, task),
    attempt: task.attempt,
    scheduledEventId: task.scheduledEventId,
    startedEventId: task.startedEventId,
    startedTime: task.startedAt,
    updates,
  };
}

/** A query that travels alone. Its history ends with the last completed task and that task's commands. */
export function queryTaskFor(
  run: LoadedRun,
  isCached: boolean,
  query: { readonly id: string; readonly request: QueryWorkflowRequest; readonly askedAt: Millis },
): WorkflowTask {
  const { queryType, queryArgs = [], header = {} } = query.request;
  const history = upToLastTask(run, historyFor(run, isCached));
  return {
    ...common(run, history, isCached),
    taskToken: queryTaskToken(query.id),
    attempt: 1,
    scheduledEventId: 0,
    startedEventId: 0,
    startedTime: query.askedAt,
    query: { queryType, queryArgs, header },
  };
}

export function activityTaskFor(run: LoadedRun, scheduledEventId: EventId): ActivityTask {
  const activity = run.state.activities.get(scheduledEventId);
  invariant(activity?.phase.tag === 'started', 'an activity is started before it is handed out');
  const { attributes, attempt, phase } = activity;
  const { scheduleToCloseTimeout, startToCloseTimeout, heartbeatTimeout, retryPolicy } = attributes;
  return {
    taskToken: activityTaskToken(run, { scheduledEventId, attempt, secret: phase.secret }),
    namespace: run.namespace,
    workflowExecution: { workflowId: run.workflowId, runId: run.runId },
    workflowType: run.state.workflowType,
    activityId: attributes.activityId,
    activityType: attributes.activityType,
    taskQueue: attributes.taskQueue,
    header: attributes.header ?? {},
    input: attributes.input ?? [],
    ...(activity.heartbeatDetails ? { heartbeatDetails: activity.heartbeatDetails } : {}),
    scheduledTime: activity.scheduledAt,
    currentAttemptScheduledTime: activity.attemptScheduledAt,
    startedTime: phase.startedAt,
    attempt,
    ...(scheduleToCloseTimeout === undefined ? {} : { scheduleToCloseTimeout }),
    ...(startToCloseTimeout === undefined ? {} : { startToCloseTimeout }),
    ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout }),
    ...(retryPolicy ? { retryPolicy } : {}),
  };
}

function common(run: LoadedRun, history: readonly HistoryEvent[], isCached: boolean) {
  const { state } = run;
  const last = history.at(-1);
  return {
    namespace: run.namespace,
    workflowId: run.workflowId,
    runId: run.runId,
    workflowType: state.workflowType,
    previousStartedEventId: state.previousStartedEventId,
    history,
    isFull: !isCached,
    historyLength: last?.eventId ?? state.lastEventId,
    historySize: state.historySize,
    continueAsNewSuggested: last?.type === 'WorkflowTaskStarted' && last.attributes.suggestContinueAsNew === true,
    workflowTaskTimeout: state.workflowTaskTimeout,
    updates: [],
  };
}

/** A cache holds the history up to the start of the last completed task: that is where its worker stood. */
const historyFor = ({ events, state }: LoadedRun, isCached: boolean): readonly HistoryEvent[] =>
  isCached ? events.slice(state.previousStartedEventId) : events.slice();

/** Leaves out what no completed task has seen: a worker that answers a query is not to run ahead. */
function upToLastTask({ state }: LoadedRun, history: readonly HistoryEvent[]): readonly HistoryEvent[] {
  if (!isOpen(state)) return history;
  const completed = history.findLastIndex(({ type }) => type === 'WorkflowTaskCompleted');
  const completedEventId = history[completed]?.eventId;
  let end = completed + 1;
  while (end < history.length && isCommandOf(history[end] as HistoryEvent, completedEventId)) end++;
  return history.slice(0, end);
}

/** Updates are accepted and completed by commands alone. */
const isCommandOf = ({ type, attributes }: HistoryEvent, completedEventId: EventId | undefined): boolean =>
  type === 'WorkflowExecutionUpdateAccepted' ||
  type === 'WorkflowExecutionUpdateCompleted' ||
  ('workflowTaskCompletedEventId' in attributes && attributes.workflowTaskCompletedEventId === completedEventId);
