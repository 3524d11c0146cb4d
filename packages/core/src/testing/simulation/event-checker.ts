/** What must hold of a history, whoever wrote it: checked event by event. */
import type { EventId, Millis } from '../../common/brand.ts';
import { LONGEST_HEARTBEAT } from '../../engine/workflow-task.ts';
import { type HistoryEvent, isCloseEvent } from '../../history/events.ts';
import { ExchangeChecker } from './exchange-checker.ts';
import { SHIELDED } from './program.ts';

/** Where a workflow task is. */
type TaskPhase = 'none' | 'scheduled' | 'started';

/** What may follow a workflow task that is started: nothing but its end. */
const TASK_ENDS: ReadonlySet<string> = new Set(['WorkflowTaskCompleted', 'WorkflowTaskFailed', 'WorkflowTaskTimedOut']);

export class EventChecker {
  readonly exchange: ExchangeChecker = new ExchangeChecker((event, statement) => this.#fail(event, statement));
  readonly #who: string;
  readonly #violate: (statement: string) => void;
  readonly #timers: Map<string, { readonly startedEventId: EventId; readonly due: Millis }> = new Map();
  readonly #activities: Map<EventId, { startedEventId: EventId | undefined; readonly isShielded: boolean }> = new Map();
  readonly #requestsOf: (firstRunId: string) => Set<string>;
  /** Of all runs of the chain. */
  #requestIds: Set<string> = new Set();
  #notBefore: Millis = 0;
  /** The end of its chain. */
  #expiresAt: Millis = Number.POSITIVE_INFINITY;
  #lastEventId: EventId = 0;
  #task: TaskPhase = 'none';
  #isClosed = false;
  #isCancelRequested = false;
  #taskStartedAt: Millis = 0;
  /** Of the task that is scheduled: how long a worker has for it, and since when it is. */
  #taskTimeout: Millis = 0;
  #taskScheduledAt: Millis = 0;

  /** @param requestsOf the requests that the histories of a chain hold */
  constructor(who: string, requestsOf: (firstRunId: string) => Set<string>, violate: (statement: string) => void) {
    this.#who = who;
    this.#requestsOf = requestsOf;
    this.#violate = violate;
  }

  /**
   * @param now when it was committed
   * @param patience how late a timer may be
   */
  check(event: HistoryEvent, now: Millis, patience: Millis): void {
    if (event.eventId !== this.#lastEventId + 1) this.#fail(event, `GAPLESS: follows event ${this.#lastEventId}`);
    this.#lastEventId = event.eventId;
    if (this.#isClosed) this.#fail(event, 'SINGLE-CLOSE: stands behind the close of the run');
    if (event.eventTime > this.#expiresAt + patience) this.#fail(event, `R39: comes ${event.eventTime - this.#expiresAt} ms after the end of its chain`);
    if (event.eventTime > now) this.#fail(event, `NOT-EARLY: has a time ${event.eventTime - now} ms in the future`);
    if (this.#task === 'started' && !TASK_ENDS.has(event.type)) this.#fail(event, 'R15: stands between a workflow task’s start and its end');
    if (isCloseEvent(event)) this.#isClosed = true;
    this.#checkTask(event);
    this.#checkTimer(event, patience);
    this.#checkActivity(event);
    this.exchange.check(event);
    if (event.type === 'WorkflowExecutionStarted') {
      this.#notBefore = event.eventTime + (event.attributes.firstWorkflowTaskBackoff ?? 0);
      this.#expiresAt = event.attributes.workflowExecutionExpirationTime ?? Number.POSITIVE_INFINITY;
      this.#requestIds = this.#requestsOf(event.attributes.firstExecutionRunId);
    }
    if (event.type === 'WorkflowExecutionSignaled') this.#checkOnce(event, event.attributes.requestId);
  }

  #checkTask(event: HistoryEvent): void {
    if (event.type === 'WorkflowExecutionCancelRequested') {
      if (this.#isCancelRequested) this.#fail(event, 'R54: the run was asked before');
      this.#isCancelRequested = true;
      this.#notBefore = 0; // who waits for its first task hears of it at once
    }
    switch (event.type) {
      case 'WorkflowTaskScheduled':
        if (this.#task !== 'none') this.#fail(event, `R1: a workflow task is ${this.#task} already`);
        if (event.eventTime < this.#notBefore) this.#fail(event, `NOT-EARLY: the first workflow task is ${this.#notBefore - event.eventTime} ms early`);
        this.#notBefore = 0;
        this.#task = 'scheduled';
        this.#taskTimeout = event.attributes.startToCloseTimeout;
        this.#taskScheduledAt = event.eventTime;
        return;
      case 'WorkflowTaskStarted':
        if (this.#task !== 'scheduled') this.#fail(event, 'R1: no workflow task is scheduled');
        this.#task = 'started';
        this.#taskStartedAt = event.eventTime;
        return;
      case 'WorkflowTaskCompleted':
      case 'WorkflowTaskFailed':
      case 'WorkflowTaskTimedOut':
        if (this.#task !== 'started') this.#fail(event, 'R2: no workflow task is started');
        if (event.eventTime < this.#taskStartedAt) this.#fail(event, `R45: has a time ${this.#taskStartedAt - event.eventTime} ms before its start`);
        if (event.type === 'WorkflowTaskTimedOut') this.#checkTimeout(event);
        this.#task = 'none';
    }
  }

  /** It may be early only when its worker has put the end of the task off for too long. */
  #checkTimeout(event: HistoryEvent<'WorkflowTaskTimedOut'>): void {
    const early = this.#taskStartedAt + this.#taskTimeout - event.eventTime;
    if (early > 0 && event.eventTime < this.#taskScheduledAt + LONGEST_HEARTBEAT) this.#fail(event, `R7: comes ${early} ms early`);
  }

  #checkTimer(event: HistoryEvent, patience: Millis): void {
    if (event.type === 'TimerStarted') {
      const { timerId, startToFireTimeout } = event.attributes;
      if (this.#timers.has(timerId)) this.#fail(event, `R33: timer ${timerId} is pending already`);
      this.#timers.set(timerId, { startedEventId: event.eventId, due: event.eventTime + startToFireTimeout });
    } else if (event.type === 'TimerFired' || event.type === 'TimerCanceled') {
      const { timerId, startedEventId } = event.attributes;
      const timer = this.#timers.get(timerId);
      if (timer?.startedEventId !== startedEventId) this.#fail(event, `ONE-OUTCOME: timer ${timerId} is not pending`);
      if (timer && event.type === 'TimerFired' && event.eventTime < timer.due)
        this.#fail(event, `NOT-EARLY: timer ${timerId} fires ${timer.due - event.eventTime} ms early`);
      if (timer && event.type === 'TimerFired' && event.eventTime > timer.due + patience)
        this.#fail(event, `R37: timer ${timerId} fires ${event.eventTime - timer.due} ms late, though nothing held it up`);
      this.#timers.delete(timerId);
      if (event.type === 'TimerFired' && timer) this.#checkOrder(event, timer.due);
    }
  }

  /** Timers fire in due order: none that was due before still waits. */
  #checkOrder(event: HistoryEvent, due: Millis): void {
    for (const [timerId, other] of this.#timers)
      if (other.due < due) this.#fail(event, `R37: timer ${timerId} was due ${due - other.due} ms before, and has not fired`);
  }

  #checkActivity(event: HistoryEvent): void {
    switch (event.type) {
      case 'ActivityTaskScheduled':
        this.#activities.set(event.eventId, { startedEventId: undefined, isShielded: event.attributes.input?.[0]?.data?.includes(`${SHIELDED}@`) ?? false });
        return;
      case 'ActivityTaskCancelRequested':
        if (this.#activities.get(event.attributes.scheduledEventId)?.isShielded) this.#fail(event, 'the activity is in a scope that cannot be cancelled');
        return;
      case 'ActivityTaskStarted': {
        const activity = this.#activities.get(event.attributes.scheduledEventId);
        if (!activity || activity.startedEventId !== undefined) this.#fail(event, 'ONE-OUTCOME: the activity is not waiting for its start');
        if (activity) activity.startedEventId = event.eventId;
        return;
      }
      case 'ActivityTaskCompleted':
      case 'ActivityTaskFailed':
      case 'ActivityTaskTimedOut':
      case 'ActivityTaskCanceled': {
        const activity = this.#activities.get(event.attributes.scheduledEventId);
        if (!activity) this.#fail(event, 'ONE-OUTCOME: the activity is not pending');
        const needsStart = event.type === 'ActivityTaskCompleted' || event.type === 'ActivityTaskFailed';
        if (needsStart && activity?.startedEventId === undefined) this.#fail(event, 'ONE-OUTCOME: the activity has not been started');
        else if (needsStart && activity?.startedEventId !== event.attributes.startedEventId)
          this.#fail(event, `R16: names event ${event.attributes.startedEventId} as the activity’s start, which is event ${activity?.startedEventId}`);
        this.#activities.delete(event.attributes.scheduledEventId);
      }
    }
  }

  #checkOnce(event: HistoryEvent, requestId: string | undefined): void {
    if (requestId === undefined) return;
    if (this.#requestIds.has(requestId)) this.#fail(event, `SIGNAL-ONCE: request ${requestId} is there already`);
    this.#requestIds.add(requestId);
  }

  #fail(event: HistoryEvent, statement: string): void {
    this.#violate(`${this.#who}, event ${event.eventId} ${event.type}: ${statement}`);
  }
}
