/**
 * What follows from a run's state, and is therefore not recorded anywhere: what it offers to workers, when time next changes it, and the
 * rows that indexes hold of it. After a crash nothing needs repair.
 */
import type { EventId, Millis } from '../common/brand.ts';
import type {
  DescribeWorkflowExecutionResponse,
  PendingActivity,
  PendingChild,
  PendingTimer,
  PendingWorkflowTask,
  WorkflowExecutionSummary,
} from '../protocol/workflow-service.ts';
import { nextActivityDeadline } from './activity.ts';
import { nextRunEnd } from './run-limits.ts';
import { isOpen, type RunState } from './run-state.ts';
import { nextTimer } from './timer.ts';
import { nextWorkflowTaskDeadline } from './workflow-task.ts';

export interface WorkflowTaskOffer {
  readonly scheduledEventId: EventId;
  readonly attempt: number;
  readonly taskQueue: string;
  /** Not to be taken before: later than now while it backs off. */
  readonly notBefore: Millis;
}
export interface ActivityTaskOffer extends WorkflowTaskOffer {
  readonly activityType: string;
}
export interface Offers {
  readonly workflowTask?: WorkflowTaskOffer;
  readonly activities: readonly ActivityTaskOffer[];
}

/** What a run offers to workers, now or after a back-off. What a worker has already is not among it. */
export function tasksOf(state: RunState): Offers {
  if (!isOpen(state)) return { activities: [] };
  const activities: ActivityTaskOffer[] = [];
  for (const { scheduledEventId, attempt, phase, attributes } of state.activities.values())
    if (phase.tag === 'scheduled')
      activities.push({ scheduledEventId, attempt, taskQueue: attributes.taskQueue, activityType: attributes.activityType, notBefore: phase.notBefore });
  const { workflowTask: task, taskQueue } = state;
  return task.phase === 'scheduled'
    ? { workflowTask: { scheduledEventId: task.scheduledEventId, attempt: task.attempt, taskQueue, notBefore: task.notBefore }, activities }
    : { activities };
}

/** When, after `now`, time next changes the run or makes one of its tasks available; `Infinity` when it never does. What is overdue counts too. */
export function wakeAt(state: RunState, now: Millis): Millis {
  if (!isOpen(state)) return Number.POSITIVE_INFINITY;
  return Math.min(
    nextRunEnd(state),
    nextTimer(state),
    nextActivityDeadline(state, now),
    nextWorkflowTaskDeadline(state, now),
    state.runExpiresAt ?? Number.POSITIVE_INFINITY,
    state.executionExpiresAt ?? Number.POSITIVE_INFINITY,
  );
}

/** Whether a worker has something of the run, or could take something: what a new engine has to look at first. */
export function isBusy(state: RunState): boolean {
  if (!isOpen(state)) return false;
  if (state.workflowTask.phase !== 'none') return true;
  for (const { phase } of state.activities.values()) if (phase.tag !== 'closing') return true;
  return false;
}

/** The row of a run in lists. */
export function summaryOf(state: RunState): WorkflowExecutionSummary {
  return {
    namespace: state.namespace,
    workflowId: state.workflowId,
    runId: state.runId,
    workflowType: state.workflowType,
    taskQueue: state.taskQueue,
    status: state.status,
    startTime: state.startedAt,
    executionTime: state.executionTime,
    ...(state.closedAt === undefined ? {} : { closeTime: state.closedAt }),
    historyLength: state.lastEventId,
    historySizeBytes: state.historySize,
    firstExecutionRunId: state.firstExecutionRunId,
    ...(state.parent ? { parentExecution: state.parent } : {}),
    ...(state.root ? { rootExecution: state.root } : {}),
    ...(Object.keys(state.memo).length > 0 ? { memo: state.memo } : {}),
    ...(Object.keys(state.searchAttributes).length > 0 ? { searchAttributes: state.searchAttributes } : {}),
  };
}

export function pendingActivities(state: RunState, now: Millis): PendingActivity[] {
  return [...state.activities.values()].map((activity) => {
    const { phase, attributes } = activity;
    const started = phase.tag === 'started' ? phase : undefined;
    const isBackingOff = phase.tag === 'scheduled' && phase.notBefore > now;
    return {
      activityId: attributes.activityId,
      activityType: attributes.activityType,
      scheduledEventId: activity.scheduledEventId,
      state: started ? (activity.cancelRequestedEventId === undefined ? 'STARTED' : 'CANCEL_REQUESTED') : isBackingOff ? 'BACKING_OFF' : 'SCHEDULED',
      attempt: activity.attempt,
      maximumAttempts: attributes.retryPolicy?.maximumAttempts ?? 0,
      taskQueue: attributes.taskQueue,
      ...(attributes.input ? { input: attributes.input } : {}),
      scheduledTime: activity.scheduledAt,
      ...(activity.lastStartedAt === undefined ? {} : { lastStartedTime: activity.lastStartedAt }),
      ...(phase.tag === 'scheduled' && isBackingOff ? { nextAttemptScheduleTime: phase.notBefore } : {}),
      ...(started?.lastHeartbeatAt === undefined ? {} : { lastHeartbeatTime: started.lastHeartbeatAt }),
      ...(activity.heartbeatDetails ? { heartbeatDetails: activity.heartbeatDetails } : {}),
      ...(activity.lastFailure ? { lastFailure: activity.lastFailure } : {}),
      ...(activity.lastIdentity === undefined ? {} : { lastWorkerIdentity: activity.lastIdentity }),
    };
  });
}

export function pendingTimers(state: RunState): PendingTimer[] {
  return [...state.timers.values()].map(({ timerId, startedEventId, startedAt, firesAt }) => ({
    timerId,
    startedEventId,
    startTime: startedAt,
    fireTime: firesAt,
  }));
}

export function pendingChildren(state: RunState): PendingChild[] {
  return [...state.children.values()].map(({ initiatedEventId, attributes: { workflowId, workflowType }, phase }) => ({
    workflowId,
    workflowType,
    initiatedEventId,
    ...(phase.tag === 'started' ? { runId: phase.runId } : {}),
  }));
}

export function pendingWorkflowTask({ workflowTask: task }: RunState, now: Millis): PendingWorkflowTask | undefined {
  if (task.phase === 'none') return undefined;
  const { attempt, scheduledAt: scheduledTime } = task;
  if (task.phase === 'started') return { state: 'STARTED', attempt, scheduledTime, startedTime: task.startedAt };
  return task.notBefore > now ? { state: 'BACKING_OFF', attempt, scheduledTime, notBefore: task.notBefore } : { state: 'SCHEDULED', attempt, scheduledTime };
}

/** All that `describe` tells of a run but the store's durability. */
export function describe(state: RunState, now: Millis): Omit<DescribeWorkflowExecutionResponse, 'durability'> {
  const task = pendingWorkflowTask(state, now);
  return {
    summary: summaryOf(state),
    pendingActivities: pendingActivities(state, now),
    pendingTimers: pendingTimers(state),
    pendingChildren: pendingChildren(state),
    ...(task ? { pendingWorkflowTask: task } : {}),
    cancelRequested: state.cancelRequested,
    ...(state.workflowExecutionTimeout === undefined ? {} : { workflowExecutionTimeout: state.workflowExecutionTimeout }),
    ...(state.workflowRunTimeout === undefined ? {} : { workflowRunTimeout: state.workflowRunTimeout }),
    workflowTaskTimeout: state.workflowTaskTimeout,
  };
}
