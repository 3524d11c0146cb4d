/** Runs local activities in the worker: attempts, timeouts, back-offs, all within the workflow task of their run. */
import type { CancelReason } from '../activity/context.ts';
import type { ActivityInterceptorsFactory } from '../activity/interceptors.ts';
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { LoadedDataConverter } from '../common/data-converter.ts';
import type { Failure } from '../common/failure.ts';
import type { Logger } from '../common/logger.ts';
import { completeRetryPolicy, retryInterval } from '../common/retry-policy.ts';
import type { ActivityTask } from '../protocol/workflow-service.ts';
import { type ActivityContext, createActivityContext, infoOf } from './activity-context.ts';
import { type Activities, type ActivityOutcome, executeActivity } from './activity-execution.ts';
import { pause } from './answers.ts';
import type { LocalActivityOwner, LocalActivityRunner } from './local-activities.ts';
import type { LocalActivityCommand, LocalActivityResult } from './local-activity-machine.ts';
import { cancelled } from './machine.ts';
import type { CompiledWorkerOptions } from './options.ts';

export interface LocalActivityRunnerOptions {
  readonly activities: Activities;
  readonly dataConverter: LoadedDataConverter;
  readonly interceptors: readonly ActivityInterceptorsFactory[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly client: unknown;
  readonly maxConcurrent: number;
}

/** Longer back-offs become timers of the workflow. Temporal's default. */
const RETRY_THRESHOLD: Millis = 60_000;

type Outcome = LocalActivityResult['outcome'];

export function createLocalActivityRunner(options: LocalActivityRunnerOptions): LocalActivityRunner {
  const slots = new Slots(options.maxConcurrent);
  return {
    run(owner, command, now, onEnd) {
      const execution = new Execution(options, slots, { owner, command, now });
      void execution.run().then(onEnd);
      return (reason) => execution.cancel(reason);
    },
  };
}

/** What a worker with these options runs local activities with. */
export function localActivityRunnerOf(options: CompiledWorkerOptions): LocalActivityRunner {
  const { activities, dataConverter, activityInterceptors: interceptors, clock, logger, client, maxConcurrentLocalActivityExecutions: maxConcurrent } = options;
  // What goes to a local activity and comes back is in the run's history, where codecs see it once.
  return createLocalActivityRunner({ activities, dataConverter: { ...dataConverter, payloadCodecs: [] }, interceptors, clock, logger, client, maxConcurrent });
}

interface Asked {
  readonly owner: LocalActivityOwner;
  readonly command: LocalActivityCommand;
  readonly now: Millis;
}

class Execution {
  readonly #options: LocalActivityRunnerOptions;
  readonly #slots: Slots;
  readonly #owner: LocalActivityOwner;
  readonly #command: LocalActivityCommand;
  readonly #begunAt: Millis;
  /** How far the engine's clock is ahead of the worker's. */
  readonly #ahead: Millis;
  readonly #scheduledAt: Millis;
  readonly #cancelled = new AbortController();
  #attempt: number;
  #activity: ActivityContext | undefined;

  constructor(options: LocalActivityRunnerOptions, slots: Slots, { owner, command, now }: Asked) {
    this.#options = options;
    this.#slots = slots;
    this.#owner = owner;
    this.#command = command;
    this.#attempt = command.attempt;
    this.#begunAt = now;
    this.#ahead = now - options.clock.now();
    this.#scheduledAt = command.originalScheduleTime ?? now;
  }

  cancel(reason: CancelReason): void {
    this.#cancelled.abort();
    this.#activity?.cancel(reason);
  }

  async run(): Promise<LocalActivityResult> {
    const { seq } = this.#command;
    const outcome = await this.#tryUntilItEnds();
    return { seq, attempt: this.#attempt, originalScheduleTime: this.#scheduledAt, runtime: this.#now() - this.#begunAt, outcome };
  }

  #now(): Millis {
    return this.#options.clock.now() + this.#ahead;
  }

  async #tryUntilItEnds(): Promise<Outcome> {
    const { clock } = this.#options;
    for (; ; this.#attempt++) {
      const release = await this.#slots.take();
      const outcome = this.#cancelled.signal.aborted ? { status: 'cancelled' as const, failure: cancelled() } : await this.#try();
      release();
      if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return outcome;
      const backoff = this.#backoff(outcome.failure);
      if (backoff === undefined) return outcome;
      if (backoff > (this.#command.localRetryThreshold ?? RETRY_THRESHOLD)) return { status: 'backoff', failure: outcome.failure, backoff };
      await pause(clock, backoff, this.#cancelled.signal);
      if (this.#cancelled.signal.aborted) return { status: 'cancelled', failure: cancelled() };
    }
  }

  /** How long until the next attempt; `undefined` when there is none. */
  #backoff(failure: Failure): Millis | undefined {
    const { retryPolicy, scheduleToCloseTimeout } = this.#command;
    const policy = completeRetryPolicy(retryPolicy);
    const info = failure.applicationFailureInfo;
    if (info?.nonRetryable || failure.timeoutFailureInfo?.timeoutType === 'SCHEDULE_TO_CLOSE') return undefined;
    if (info?.type !== undefined && policy.nonRetryableErrorTypes.some((type) => type.toLowerCase() === info.type?.toLowerCase())) return undefined;
    if (policy.maximumAttempts > 0 && this.#attempt >= policy.maximumAttempts) return undefined;
    const backoff = info?.nextRetryDelay ?? retryInterval(policy, this.#attempt);
    const endsAt = scheduleToCloseTimeout ? this.#scheduledAt + scheduleToCloseTimeout : Number.POSITIVE_INFINITY;
    return this.#now() + backoff >= endsAt ? undefined : backoff;
  }

  async #try(): Promise<Outcome> {
    const { clock, activities, dataConverter, interceptors, logger, client } = this.#options;
    const task = this.#task();
    const activity = createActivityContext({ info: infoOf(task, undefined, true), clock, logger, client, heartbeat: () => undefined });
    this.#activity = activity;
    const { timedOut, takeBack } = this.#deadline(activity);
    const execution = executeActivity({ activities, activity, input: task.input, header: task.header, dataConverter, interceptors });
    const outcome = await Promise.race([execution.then((ended) => this.#outcome(ended)), timedOut]);
    takeBack();
    return outcome;
  }

  #outcome(ended: ActivityOutcome): Outcome {
    switch (ended.status) {
      case 'completed':
        return { status: 'completed', result: ended.result };
      case 'failed':
        return { status: 'failed', failure: ended.failure };
      case 'cancelled':
        return { status: 'cancelled', failure: cancelled(ended.details ? { details: ended.details } : {}) };
      case 'completesLater':
        return {
          status: 'failed',
          failure: {
            message: 'A local activity cannot complete later: CompleteAsyncError was thrown. Call it as a normal activity',
            applicationFailureInfo: { type: 'CompleteAsyncError', nonRetryable: true },
          },
        };
    }
  }

  /** The earlier of the two ends of this attempt. */
  #deadline(activity: ActivityContext): { timedOut: Promise<Outcome>; takeBack: () => void } {
    const { clock } = this.#options;
    const { startToCloseTimeout, scheduleToCloseTimeout } = this.#command;
    const left = scheduleToCloseTimeout ? this.#scheduledAt + scheduleToCloseTimeout - this.#now() : Number.POSITIVE_INFINITY;
    const isWhole = left <= (startToCloseTimeout || Number.POSITIVE_INFINITY);
    const delay = isWhole ? left : (startToCloseTimeout as Millis);
    if (delay === Number.POSITIVE_INFINITY) return { timedOut: new Promise(() => undefined), takeBack: () => undefined };
    let takeBack: () => void = () => undefined;
    const timedOut = new Promise<Outcome>((resolve) => {
      takeBack = clock.setTimer(Math.max(0, delay), () => {
        activity.cancel('TIMED_OUT');
        resolve({
          status: 'timedOut',
          failure: { message: 'Activity timed out', timeoutFailureInfo: { timeoutType: isWhole ? 'SCHEDULE_TO_CLOSE' : 'START_TO_CLOSE' } },
        });
      });
    });
    return { timedOut, takeBack };
  }

  #task(): ActivityTask {
    const { namespace, workflowId, runId, workflowType, taskQueue } = this.#owner;
    const { activityId, activityType, headers, scheduleToCloseTimeout, startToCloseTimeout, retryPolicy } = this.#command;
    const now = this.#now();
    return {
      taskToken: '',
      namespace,
      workflowExecution: { workflowId, runId },
      workflowType,
      activityId,
      activityType,
      taskQueue,
      header: headers,
      input: this.#command.arguments,
      scheduledTime: this.#scheduledAt,
      currentAttemptScheduledTime: now,
      startedTime: now,
      attempt: this.#attempt,
      retryPolicy: completeRetryPolicy(retryPolicy),
      ...(scheduleToCloseTimeout === undefined ? {} : { scheduleToCloseTimeout }),
      ...(startToCloseTimeout === undefined ? {} : { startToCloseTimeout }),
    };
  }
}

/** So many at once; the others wait in order. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    };
  }
}
