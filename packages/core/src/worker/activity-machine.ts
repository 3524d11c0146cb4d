/**
 * Activities, as the worker sees them.
 *
 *     scheduleActivity ──▶ created ──(ActivityTaskScheduled)──▶ scheduled ──(completed, failed, timed out, cancelled)──▶ gone
 *                             │                                    │
 *                             │                                    └─(requestCancelActivity)─ WAIT: until the activity says so
 *                             │                                                               TRY_CANCEL: at once, and a cancel command
 *                             └─(requestCancelActivity)─ taken back; at once                  ABANDON: at once
 *
 * "At once" is in a further activation of the same workflow task. What the history says of an activity later is then not told.
 */
import type { ActivityCancellationType, ActivityResolution, WorkflowCommand } from '../protocol/activation.ts';
import { NonDeterminismError } from './determinism.ts';
import { type ActivationJob, cancelled, defined, type Failure, type HistoryEvent, type OutgoingCommand, type RetryState, type RunContext } from './machine.ts';

export const ACTIVITY_FAILED = 'Activity task failed';
export const ACTIVITY_TIMED_OUT = 'Activity task timed out';
export const ACTIVITY_CANCELLED = 'Activity cancelled';

type ScheduleActivity = Extract<WorkflowCommand, { type: 'scheduleActivity' }>;
export type ActivityEnd = Extract<HistoryEvent, { type: 'ActivityTaskCompleted' | 'ActivityTaskFailed' | 'ActivityTaskTimedOut' | 'ActivityTaskCanceled' }>;

interface Activity {
  readonly seq: number;
  readonly activityId: string;
  readonly activityType: string;
  readonly cancellationType: ActivityCancellationType;
  readonly outgoing: OutgoingCommand;
  scheduledEventId: number;
  identity: string | undefined;
  isCancelRequested: boolean;
  /** The workflow has been told how it ended. */
  isResolved: boolean;
}

export class ActivityMachines {
  readonly #run: RunContext;
  readonly #bySeq = new Map<number, Activity>();
  readonly #byScheduledEventId = new Map<number, Activity>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  schedule(command: ScheduleActivity): void {
    const { seq, activityId, activityType, cancellationType } = command;
    const outgoing = this.#run.send({ type: 'ScheduleActivityTask', attributes: attributesOf(command) }, ({ eventId }) => {
      activity.scheduledEventId = eventId;
      this.#byScheduledEventId.set(eventId, activity);
    });
    const activity: Activity = {
      seq,
      activityId,
      activityType,
      cancellationType,
      outgoing,
      scheduledEventId: 0,
      identity: undefined,
      isCancelRequested: false,
      isResolved: false,
    };
    this.#bySeq.set(seq, activity);
  }

  /** An activity whose end is known already is over: its result beats the cancellation. */
  requestCancel(seq: number): void {
    const activity = this.#bySeq.get(seq);
    if (!activity || activity.isResolved || activity.isCancelRequested) return;
    activity.isCancelRequested = true;
    if (activity.scheduledEventId === 0) {
      activity.outgoing.isWithdrawn = true;
      this.#resolve(activity, { status: 'cancelled', failure: this.#cancelledFailure(activity, 0) });
      return;
    }
    const { scheduledEventId, cancellationType } = activity;
    if (cancellationType !== 'ABANDON') this.#run.send({ type: 'RequestCancelActivityTask', attributes: { scheduledEventId } });
    if (cancellationType !== 'WAIT_CANCELLATION_COMPLETED') this.#resolve(activity, { status: 'cancelled', failure: this.#cancelledFailure(activity, 0) });
  }

  started(event: HistoryEvent & { readonly type: 'ActivityTaskStarted' }): void {
    const activity = this.#byScheduledEventId.get(event.attributes.scheduledEventId);
    if (activity) activity.identity = event.attributes.identity;
  }

  /**
   * @returns what the workflow is told, unless it has been told of the cancellation already
   * @throws {NonDeterminismError} for an activity that the code did not schedule
   */
  ended(event: ActivityEnd): ActivationJob | undefined {
    const { scheduledEventId } = event.attributes;
    const activity = this.#byScheduledEventId.get(scheduledEventId);
    if (!activity) throw new NonDeterminismError(event.eventId, `${event.type} (scheduledEventId ${scheduledEventId})`, 'no such activity');
    this.#byScheduledEventId.delete(scheduledEventId);
    this.#bySeq.delete(activity.seq);
    return activity.isResolved ? undefined : { type: 'resolveActivity', seq: activity.seq, result: this.#resolution(activity, event) };
  }

  #resolve(activity: Activity, result: ActivityResolution): void {
    activity.isResolved = true;
    this.#bySeq.delete(activity.seq);
    this.#run.tell({ type: 'resolveActivity', seq: activity.seq, result });
  }

  #resolution(activity: Activity, event: ActivityEnd): ActivityResolution {
    const startedEventId = event.attributes.startedEventId ?? 0;
    switch (event.type) {
      case 'ActivityTaskCompleted': {
        const result = event.attributes.result?.[0];
        return result ? { status: 'completed', result } : { status: 'completed' };
      }
      case 'ActivityTaskCanceled':
        return { status: 'cancelled', failure: this.#cancelledFailure(activity, startedEventId, event) };
      case 'ActivityTaskFailed':
        return { status: 'failed', failure: wrap(activity, ACTIVITY_FAILED, event.attributes.failure, event.attributes.retryState, startedEventId) };
      case 'ActivityTaskTimedOut':
        return { status: 'failed', failure: wrap(activity, ACTIVITY_TIMED_OUT, event.attributes.failure, event.attributes.retryState, startedEventId) };
    }
  }

  #cancelledFailure(activity: Activity, startedEventId: number, event?: Extract<ActivityEnd, { type: 'ActivityTaskCanceled' }>): Failure {
    const details = event?.attributes.details;
    return wrap(activity, ACTIVITY_CANCELLED, cancelled(details ? { details } : {}), 'CANCEL_REQUESTED', startedEventId);
  }
}

function wrap(
  { scheduledEventId, identity, activityType, activityId }: Activity,
  message: string,
  cause: Failure,
  retryState: RetryState,
  startedEventId: number,
): Failure {
  return { message, cause, activityFailureInfo: defined({ scheduledEventId, startedEventId, identity, activityType, activityId, retryState }) };
}

function attributesOf(command: ScheduleActivity): import('../protocol/commands.ts').CommandAttributes['ScheduleActivityTask'] {
  const { activityId, activityType, taskQueue, headers, scheduleToCloseTimeout, scheduleToStartTimeout, startToCloseTimeout, heartbeatTimeout, retryPolicy } =
    command;
  return defined({
    activityId,
    activityType,
    taskQueue,
    header: unlessEmpty(headers),
    input: command.arguments,
    scheduleToCloseTimeout,
    scheduleToStartTimeout,
    startToCloseTimeout,
    heartbeatTimeout,
    retryPolicy,
  });
}

/** Headers are not written where there are none. */
export function unlessEmpty<T extends object>(map: T | undefined): T | undefined {
  for (const _ in map) return map;
  return undefined;
}
