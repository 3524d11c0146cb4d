/** A model of the attempts of activities, folded from what is stored of a run: what may begin and end when, and what follows a failure. */
import type { EventId, Millis } from '../../common/brand.ts';
import type { RetryPolicy } from '../../common/retry-policy.ts';
import { type Input, isEvent, type Note } from '../../engine/input.ts';
import type { EventAttributes, HistoryEvent } from '../../history/events.ts';

interface Activity {
  readonly attributes: EventAttributes['ActivityTaskScheduled'];
  readonly scheduledAt: Millis;
  attempt: number;
  notBefore: Millis;
  startedAt: Millis | undefined;
  beatAt: Millis;
  isCancelled: boolean;
}

/** What the engine says of an attempt that ends with its worker: another one follows at once. */
const LOST = 'the worker that ran this attempt is gone';

export class AttemptChecker {
  readonly #fail: (statement: string) => void;
  readonly #activities: Map<EventId, Activity> = new Map();

  constructor(fail: (statement: string) => void) {
    this.#fail = fail;
  }

  check(input: Input): void {
    if (isEvent(input)) this.#event(input);
    else this.#note(input);
  }

  /** Of all that is stored by now. */
  checkState(): void {
    for (const [id, { isCancelled, startedAt }] of this.#activities)
      if (isCancelled && startedAt === undefined) this.#fail(`R30: activity ${id} was cancelled before it began, and has not ended`);
  }

  #event(event: HistoryEvent): void {
    switch (event.type) {
      case 'ActivityTaskScheduled': {
        const { eventId, eventTime: scheduledAt, attributes } = event;
        this.#activities.set(eventId, { attributes, scheduledAt, attempt: 1, notBefore: scheduledAt, startedAt: undefined, beatAt: 0, isCancelled: false });
        return;
      }
      case 'ActivityTaskCancelRequested': {
        const activity = this.#activities.get(event.attributes.scheduledEventId);
        if (activity) activity.isCancelled = true;
        return;
      }
      case 'ActivityTaskStarted': {
        const attempt = this.#activities.get(event.attributes.scheduledEventId)?.attempt;
        if (event.attributes.attempt !== attempt)
          this.#fail(`R23: event ${event.eventId} says attempt ${event.attributes.attempt}, and it is attempt ${attempt}`);
        return;
      }
      case 'ActivityTaskTimedOut': {
        const activity = this.#activities.get(event.attributes.scheduledEventId);
        if (activity) this.#checkTimeout(activity, event.attributes.failure.timeoutFailureInfo?.timeoutType, event.eventTime);
        this.#activities.delete(event.attributes.scheduledEventId);
        return;
      }
      case 'ActivityTaskCompleted':
      case 'ActivityTaskFailed':
      case 'ActivityTaskCanceled':
        this.#activities.delete(event.attributes.scheduledEventId);
    }
  }

  #note({ note, attributes }: Note): void {
    const activity = this.#activities.get((attributes as { scheduledEventId?: EventId }).scheduledEventId ?? -1);
    if (!activity) return;
    const { at } = attributes as { at: Millis };
    const who = `attempt ${activity.attempt} of activity "${activity.attributes.activityId}"`;
    if (note === 'ActivityAttemptStarted') {
      const { maximumAttempts = 0 } = activity.attributes.retryPolicy ?? {};
      if (maximumAttempts > 0 && activity.attempt > maximumAttempts) this.#fail(`R24: ${who} begins, and there may be ${maximumAttempts}`);
      if (activity.startedAt !== undefined) this.#fail(`R21: ${who} is started a second time`);
      if (at < activity.notBefore) this.#fail(`NOT-EARLY: ${who} begins ${activity.notBefore - at} ms early`);
      if (activity.isCancelled) this.#fail(`R31: ${who} begins, and the activity is cancelled`);
      Object.assign(activity, { startedAt: at, beatAt: at });
    } else if (note === 'ActivityHeartbeatRecorded') activity.beatAt = at;
    else if (note === 'ActivityAttemptEnded') this.#ended(activity, attributes as Extract<Note, { note: 'ActivityAttemptEnded' }>['attributes'], who);
  }

  #ended(activity: Activity, { at, failure, notBefore }: Extract<Note, { note: 'ActivityAttemptEnded' }>['attributes'], who: string): void {
    const { retryPolicy, scheduleToCloseTimeout } = activity.attributes;
    if (activity.isCancelled) this.#fail(`R31: another attempt follows ${who}, which is cancelled`);
    if (failure.applicationFailureInfo?.nonRetryable) this.#fail(`R24: another attempt follows ${who}, whose failure allows none`);
    if (scheduleToCloseTimeout && notBefore > activity.scheduledAt + scheduleToCloseTimeout)
      this.#fail(`R24: another attempt follows ${who}, when its time is over`);
    this.#checkTimeout(activity, failure.timeoutFailureInfo?.timeoutType, at);
    const pause = failure.message === LOST ? 0 : (failure.applicationFailureInfo?.nextRetryDelay ?? pauseOf(retryPolicy, activity.attempt));
    if (notBefore - at !== pause) this.#fail(`R25: ${notBefore - at} ms pass after ${who}, in place of ${pause}`);
    Object.assign(activity, { attempt: activity.attempt + 1, notBefore, startedAt: undefined });
  }

  #checkTimeout({ attributes, startedAt, beatAt, attempt }: Activity, type: string | undefined, at: Millis): void {
    const [from, timeout] = type === 'HEARTBEAT' ? [beatAt, attributes.heartbeatTimeout] : [startedAt, attributes.startToCloseTimeout];
    if (type !== 'HEARTBEAT' && type !== 'START_TO_CLOSE') return;
    if (from === undefined || timeout === undefined || at < from + timeout)
      this.#fail(`R26: attempt ${attempt} of activity "${attributes.activityId}" is ended by ${type} after ${at - (from ?? at)} ms of ${timeout}`);
  }
}

function pauseOf(policy: RetryPolicy | undefined, attempt: number): Millis {
  const { initialInterval = 1_000, backoffCoefficient = 2, maximumInterval = 100 * 1_000 } = (policy ?? {}) as Record<string, number>;
  return Math.min(initialInterval * backoffCoefficient ** (attempt - 1), maximumInterval);
}
