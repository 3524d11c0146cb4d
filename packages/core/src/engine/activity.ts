/**
 * Activities: what the workflow asked for, attempt by attempt.
 *
 *     scheduled ──(a worker takes it)──▶ started ──▶ completed | failed | timed out | cancelled
 *         ▲                                 │
 *         └──── backs off, attempt + 1 ─────┘      (note: the history shows only the last attempt)
 *
 * The started event is written with the end of the activity, as Temporal does, so that retries leave no events.
 */
import type { EventId, Millis } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { EventAttributes, HistoryEvent } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { type Deadline, dueTimeout } from './activity-deadlines.ts';
import { boundedFailure, excessOf } from './activity-limits.ts';
import { activityAttributes } from './activity-options.ts';
import { decideRetry, truncateFailure } from './activity-retry.ts';
import type { ActivityAttemptRef, EngineCommands } from './command.ts';
import type { CommandContext } from './commands.ts';
import { type Draft, note, own, record, recordOrHold } from './draft.ts';
import type { HeldEvent, NoteAttributes, NoteType } from './input.ts';
import { deny, refuse } from './refused.ts';
import { type ActivityState, isOpen, type RunState } from './run-state.ts';
import { scheduleWorkflowTask } from './workflow-task.ts';

type ClosingType = 'ActivityTaskCompleted' | 'ActivityTaskFailed' | 'ActivityTaskTimedOut' | 'ActivityTaskCanceled';
type StartedActivity = ActivityState & { readonly phase: Extract<ActivityState['phase'], { tag: 'started' }> };

export function scheduleActivity(draft: Draft, command: CommandAttributes['ScheduleActivityTask'], workflowTaskCompletedEventId: number): void {
  const { activityId } = command;
  if (withId(draft.state, activityId).some(isPending))
    refuse(
      'SCHEDULE_ACTIVITY_DUPLICATE_ID',
      `ScheduleActivityDuplicateId: invalid history builder state for action: add-activitytask-scheduled-event, ActivityID: ${activityId}`,
    );
  record(draft, 'ActivityTaskScheduled', { ...activityAttributes(command, draft.state), workflowTaskCompletedEventId });
}

/** An activity that no worker has is cancelled at once; one that runs is only told. */
export function requestCancelActivity(draft: Draft, { scheduledEventId }: CommandAttributes['RequestCancelActivityTask'], context: CommandContext): void {
  const activity = draft.state.activities.get(scheduledEventId);
  if (!activity || activity.cancelRequestedEventId !== undefined)
    return refuse(
      'BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES',
      `BadRequestCancelActivityAttributes: no activity with the scheduled event ${scheduledEventId} can be cancelled`,
    );
  const { eventId } = record(draft, 'ActivityTaskCancelRequested', { scheduledEventId, workflowTaskCompletedEventId: context.workflowTaskCompletedEventId });
  if (activity.phase.tag !== 'scheduled') return;
  const attributes = { scheduledEventId, latestCancelRequestedEventId: eventId, identity: context.identity };
  context.consequences.push({ type: 'ActivityTaskCanceled', at: draft.now, attributes } satisfies HeldEvent);
}

export function startActivityTask(draft: Draft, command: EngineCommands['StartActivityTask']): void {
  const { scheduledEventId, attempt, secret, workerId, identity, requestId } = command;
  const activity = draft.state.activities.get(scheduledEventId);
  const isOffered = activity?.phase.tag === 'scheduled' && activity.attempt === attempt && activity.phase.notBefore <= draft.now;
  if (!isOpen(draft.state) || !isOffered) deny('NotFound', `attempt ${attempt} of the activity with the scheduled event ${scheduledEventId} is not offered`);
  note(draft, 'ActivityAttemptStarted', { scheduledEventId, at: draft.now, secret, workerId, identity, requestId });
}

export function completeActivityTask(draft: Draft, { activity: ref, result, identity }: EngineCommands['CompleteActivityTask']): void {
  const activity = expectActivity(draft.state, ref);
  const failure = excessOf(draft, 'Complete result', result);
  if (failure) return failActivityTask(draft, { activity: ref, failure, identity });
  closeActivity(draft, activity, 'ActivityTaskCompleted', result ? { result, identity } : { identity });
}

/** Another attempt after a pause, where the retry policy has one left; else the activity has failed. */
export function failActivityTask(draft: Draft, command: EngineCommands['FailActivityTask']): void {
  const { activity: ref, identity, lastHeartbeatDetails } = command;
  const activity = expectActivity(draft.state, ref);
  const excess = excessOf(draft, 'Heartbeat details', lastHeartbeatDetails);
  const failure = excess ?? boundedFailure(draft, command.failure);
  if (lastHeartbeatDetails && !excess && activity.phase.tag === 'started')
    note(draft, 'ActivityHeartbeatRecorded', { scheduledEventId: activity.scheduledEventId, at: draft.now, details: lastHeartbeatDetails });
  const retry = decideRetry(activity, failure, draft.now);
  if (retry.again) endAttempt(draft, activity, failure, retry.notBefore);
  else closeActivity(draft, activity, 'ActivityTaskFailed', { failure, identity, retryState: retry.retryState });
}

export function cancelActivityTask(draft: Draft, { activity: ref, details, identity }: EngineCommands['CancelActivityTask']): void {
  const activity = expectActivity(draft.state, ref);
  const { cancelRequestedEventId } = activity;
  const failure = excessOf(draft, 'Cancel details', details);
  if (failure) return failActivityTask(draft, { activity: ref, failure, identity });
  if (cancelRequestedEventId === undefined)
    deny('InvalidArgument', `activity "${activity.attributes.activityId}" reports a cancellation that nobody has asked for; answer with a result or a failure`);
  closeActivity(draft, activity, 'ActivityTaskCanceled', {
    ...(details ? { details } : {}),
    latestCancelRequestedEventId: cancelRequestedEventId as number,
    identity,
  });
}

export function recordHeartbeat(draft: Draft, { activity: ref, details, identity }: EngineCommands['RecordActivityTaskHeartbeat']): void {
  const { scheduledEventId, phase } = expectActivity(draft.state, ref);
  if (phase.tag !== 'started')
    deny('NotFound', `the activity with the scheduled event ${scheduledEventId} has not been started: only a running one can heartbeat`);
  const failure = excessOf(draft, 'Heartbeat details', details);
  if (failure) return failActivityTask(draft, { activity: ref, failure, identity });
  note(draft, 'ActivityHeartbeatRecorded', { scheduledEventId, at: draft.now, ...(details ? { details } : {}) });
}

/** Ends the pause before the next attempt: what Temporal's `UnpauseActivity` does to an activity that backs off. Its attempts go on being counted. */
export function hastenActivityTask(draft: Draft, { activityId }: EngineCommands['HastenActivityTask']): void {
  const { scheduledEventId, phase, attempt } = expectActivity(draft.state, { activityId });
  if (phase.tag !== 'scheduled' || phase.notBefore <= draft.now)
    deny(
      'FailedPrecondition',
      `activity "${activityId}" does not wait for another attempt: attempt ${attempt} is ${phase.tag === 'started' ? 'under way' : 'offered to workers already'}`,
    );
  note(draft, 'ActivityAttemptHastened', { scheduledEventId, at: draft.now });
}

/**
 * The worker that ran some activities is gone. Each gets its next attempt at once, if it has one left; else it stays as it is:
 * it may have done its work, and its own timeouts say when it is given up.
 */
export function loseWorker(draft: Draft, { workerId }: EngineCommands['LoseWorker']): void {
  const failure: Failure = { message: 'the worker that ran this attempt is gone', source: 'Server', serverFailureInfo: {} };
  for (const activity of [...draft.state.activities.values()]) {
    if (activity.phase.tag !== 'started' || activity.phase.workerId !== workerId) continue;
    const retry = decideRetry(activity, failure, draft.now, 0);
    if (retry.again) endAttempt(draft, activity, failure, retry.notBefore);
  }
}

/** Ends attempts and activities whose time is over, the earliest first. @returns whether an activity came to its end */
export function timeOutActivities(draft: Draft): boolean {
  const due: { readonly activity: ActivityState; readonly timeout: Deadline }[] = [];
  for (const [, activity] of draft.state.activities.entriesWhere(({ deadline }) => deadline <= draft.now)) {
    const timeout = dueTimeout(activity, draft.now);
    if (timeout) due.push({ activity, timeout });
  }
  due.sort((a, b) => a.timeout.at - b.timeout.at);
  let hasNews = false;
  for (const { activity, timeout } of due) hasNews = timeOut(draft, activity, timeout.type) || hasNews;
  return hasNews;
}

/** When, after `now`, time next ends an attempt, or makes one available. */
export function nextActivityDeadline({ activities }: RunState, now: Millis): Millis {
  const times = activities.summary;
  if (!times) return Number.POSITIVE_INFINITY;
  let next = times.deadline;
  if (times.lastStart <= now) return next;
  for (const [, { phase }] of activities.entriesWhere(({ firstStart, lastStart }) => lastStart > now && firstStart < next))
    if (phase.tag === 'scheduled' && phase.notBefore > now && phase.notBefore < next) next = phase.notBefore;
  return next;
}

export function foldActivityEvent(
  draft: Draft,
  event: HistoryEvent<
    'ActivityTaskScheduled' | 'ActivityTaskCancelRequested' | 'ActivityTaskCompleted' | 'ActivityTaskFailed' | 'ActivityTaskTimedOut' | 'ActivityTaskCanceled'
  >,
): void {
  const activities = own(draft, 'activities');
  if (event.type === 'ActivityTaskScheduled') {
    const { eventId: scheduledEventId, eventTime, attributes } = event;
    activities.set(scheduledEventId, {
      scheduledEventId,
      attributes,
      scheduledAt: eventTime,
      attemptScheduledAt: eventTime,
      attempt: 1,
      phase: { tag: 'scheduled', notBefore: eventTime },
    });
    const { activityId } = attributes;
    own(draft, 'activityIds').set(activityId, [...(draft.state.activityIds.get(activityId) ?? []), scheduledEventId]);
    return;
  }
  const { scheduledEventId } = event.attributes;
  if (event.type !== 'ActivityTaskCancelRequested') {
    deleteActivity(draft, scheduledEventId);
    return;
  }
  const activity = activities.get(scheduledEventId);
  if (activity) activities.set(scheduledEventId, { ...activity, cancelRequestedEventId: event.eventId });
}

export function foldActivityNote<T extends NoteType>(
  draft: Draft,
  { note: type, attributes }: { readonly note: T; readonly attributes: NoteAttributes[T] },
): void {
  const activities = own(draft, 'activities');
  const activity = activities.get((attributes as { scheduledEventId: number }).scheduledEventId);
  if (!activity) return;
  if (type === 'ActivityAttemptStarted') {
    const { at, secret, workerId, identity, requestId } = attributes as NoteAttributes['ActivityAttemptStarted'];
    activities.set(activity.scheduledEventId, {
      ...activity,
      lastIdentity: identity,
      lastStartedAt: at,
      phase: { tag: 'started', startedAt: at, secret, workerId, identity, requestId },
    });
  } else if (type === 'ActivityAttemptEnded') {
    const { failure, notBefore } = attributes as NoteAttributes['ActivityAttemptEnded'];
    activities.set(activity.scheduledEventId, {
      ...activity,
      attempt: activity.attempt + 1,
      attemptScheduledAt: notBefore,
      lastFailure: failure,
      phase: { tag: 'scheduled', notBefore },
    });
  } else if (type === 'ActivityAttemptHastened') {
    const { at } = attributes as NoteAttributes['ActivityAttemptHastened'];
    if (activity.phase.tag === 'scheduled')
      activities.set(activity.scheduledEventId, { ...activity, attemptScheduledAt: at, phase: { tag: 'scheduled', notBefore: at } });
  } else if (activity.phase.tag === 'started') {
    const { at, details } = attributes as NoteAttributes['ActivityHeartbeatRecorded'];
    activities.set(activity.scheduledEventId, {
      ...activity,
      phase: { ...activity.phase, lastHeartbeatAt: at },
      ...(details ? { heartbeatDetails: details } : {}),
    });
  }
}

function deleteActivity(draft: Draft, scheduledEventId: EventId): void {
  const activityId = draft.state.activities.get(scheduledEventId)?.attributes.activityId;
  if (activityId === undefined) return;
  own(draft, 'activities').delete(scheduledEventId);
  const others = (draft.state.activityIds.get(activityId) ?? []).filter((id) => id !== scheduledEventId);
  if (others.length > 0) own(draft, 'activityIds').set(activityId, others);
  else own(draft, 'activityIds').delete(activityId);
}

/** The end of the activity is held: no worker may answer any more. */
export function markActivityClosing(draft: Draft, { attributes }: HeldEvent): void {
  const { scheduledEventId } = attributes as { scheduledEventId?: number };
  const activity = scheduledEventId === undefined ? undefined : draft.state.activities.get(scheduledEventId);
  if (activity) own(draft, 'activities').set(activity.scheduledEventId, { ...activity, phase: { tag: 'closing' } });
}

function timeOut(draft: Draft, activity: ActivityState, type: 'SCHEDULE_TO_START' | 'SCHEDULE_TO_CLOSE' | 'START_TO_CLOSE' | 'HEARTBEAT'): boolean {
  const lastHeartbeatDetails = activity.heartbeatDetails ? { lastHeartbeatDetails: activity.heartbeatDetails } : {};
  const failure: Failure = {
    message: `activity ${TIMEOUT_NAMES[type]} timeout`,
    source: 'Server',
    timeoutFailureInfo: { timeoutType: type, ...(type === 'HEARTBEAT' ? lastHeartbeatDetails : {}) },
  };
  const retry = decideRetry(activity, failure, draft.now);
  if (retry.again) {
    endAttempt(draft, activity, failure, retry.notBefore);
    return false;
  }
  const isOutOfTime = retry.retryState === 'TIMEOUT' && type !== 'SCHEDULE_TO_START';
  const reported: Failure = isOutOfTime
    ? { message: OUT_OF_TIME, source: 'Server', timeoutFailureInfo: { timeoutType: 'SCHEDULE_TO_CLOSE', ...lastHeartbeatDetails } }
    : failure;
  closeActivity(draft, activity, 'ActivityTaskTimedOut', {
    failure: activity.lastFailure ? { ...reported, cause: activity.lastFailure } : reported,
    retryState: retry.retryState,
  });
  return true;
}

const TIMEOUT_NAMES = {
  SCHEDULE_TO_START: 'ScheduleToStart',
  SCHEDULE_TO_CLOSE: 'ScheduleToClose',
  START_TO_CLOSE: 'StartToClose',
  HEARTBEAT: 'Heartbeat',
} as const;
const OUT_OF_TIME = 'Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying';

function endAttempt(draft: Draft, { scheduledEventId }: ActivityState, failure: Failure, notBefore: Millis): void {
  note(draft, 'ActivityAttemptEnded', { scheduledEventId, at: draft.now, failure: truncateFailure(failure), notBefore });
}

/** Writes the end of an activity, its start before it. Both are held while a workflow task runs. */
function closeActivity<T extends ClosingType>(
  draft: Draft,
  activity: ActivityState,
  type: T,
  attributes: Omit<EventAttributes[T], 'scheduledEventId' | 'startedEventId'>,
): void {
  const { scheduledEventId, phase, attempt, lastFailure } = activity;
  const start = startOf(draft, activity, type);
  if (start) {
    const { identity, requestId } = start;
    recordOrHold(draft, 'ActivityTaskStarted', { scheduledEventId, identity, requestId, attempt, ...(lastFailure ? { lastFailure } : {}) }, start.at);
  }
  const isHeld = draft.state.workflowTask.phase === 'started';
  const startedEventId = phase.tag === 'closing' || !start ? {} : { startedEventId: isHeld ? 0 : draft.state.lastEventId };
  recordOrHold(draft, type, { ...attributes, scheduledEventId, ...startedEventId } as unknown as EventAttributes[T]);
  scheduleWorkflowTask(draft);
}

/** Who started the attempt. An activity that is completed from outside before a worker took it gets a start all the same. */
function startOf(draft: Draft, { phase }: ActivityState, type: ClosingType): { identity: string; requestId: string; at: Millis } | undefined {
  if (phase.tag === 'started') return { identity: phase.identity, requestId: phase.requestId, at: phase.startedAt };
  return type === 'ActivityTaskTimedOut' ? undefined : { identity: '', requestId: '', at: draft.now };
}

function expectActivity(state: RunState, ref: ActivityAttemptRef): ActivityState {
  if (!isOpen(state))
    deny('NotFound', `run ${state.runId} of workflow "${state.workflowId}" is closed (${state.status}): its activities can no longer be answered`);
  const activity = 'activityId' in ref ? withId(state, ref.activityId)[0] : state.activities.get(ref.scheduledEventId);
  if (!activity || activity.phase.tag === 'closing') return deny('NotFound', 'this activity has ended, or never was: there is nothing left to answer');
  if ('activityId' in ref) return activity;
  if (!isCurrentAttempt(activity, ref)) deny('NotFound', `this attempt of activity "${activity.attributes.activityId}" is over: its task token is stale`);
  return activity;
}

/** Whether something may still happen to it: not once its end is held, or about to be written because it was cancelled before it began. */
const isPending = ({ phase, cancelRequestedEventId }: ActivityState): boolean =>
  phase.tag === 'started' || (phase.tag === 'scheduled' && cancelRequestedEventId === undefined);

const isCurrentAttempt = (activity: ActivityState, ref: { readonly attempt: number; readonly secret: string }): activity is StartedActivity =>
  activity.phase.tag === 'started' && activity.attempt === ref.attempt && activity.phase.secret === ref.secret;

function withId({ activities, activityIds }: RunState, activityId: string): ActivityState[] {
  return (activityIds.get(activityId) ?? []).map((scheduledEventId) => activities.get(scheduledEventId) as ActivityState);
}
