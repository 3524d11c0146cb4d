/** What an activity knows of itself, and what it can do: tell that it is alive, learn that it is cancelled, sleep, log. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { type Duration, toMillis } from '../common/duration.ts';
import { IllegalStateError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import type { RetryOptions } from '../common/retry-options.ts';
import { currentContext } from './ambient.ts';

/** Of the attempt that is running. */
export interface Info {
  /** What completes it from outside: give it to `AsyncCompletionClient`. */
  readonly taskToken: Uint8Array;
  readonly base64TaskToken: string;
  readonly activityId: string;
  readonly activityType: string;
  readonly activityNamespace: string;
  /** From 1. */
  readonly attempt: number;
  readonly isLocal: boolean;
  readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
  readonly workflowNamespace: string;
  readonly workflowType: string;
  readonly scheduledTimestampMs: number;
  readonly currentAttemptScheduledTimestampMs: number;
  /** 0 when there is none. */
  readonly scheduleToCloseTimeoutMs: number;
  /** 0 when there is none. */
  readonly startToCloseTimeoutMs: number;
  readonly heartbeatTimeoutMs: number | undefined;
  /** What an earlier attempt gave to its last heartbeat that was sent. */
  // biome-ignore lint/suspicious/noExplicitAny: the user's own value
  readonly heartbeatDetails: any;
  readonly taskQueue: string;
  readonly retryPolicy: RetryOptions | undefined;
}

/** Why an activity is cancelled: the message of its `CancelledFailure`. */
export type CancelReason = 'CANCELLED' | 'TIMED_OUT' | 'NOT_FOUND' | 'WORKER_SHUTDOWN' | 'HEARTBEAT_DETAILS_CONVERSION_FAILED';

export interface ActivityCancellationDetails {
  readonly notFound: boolean;
  readonly cancelRequested: boolean;
  readonly paused: boolean;
  readonly timedOut: boolean;
  readonly workerShutdown: boolean;
  readonly reset: boolean;
}

export interface ContextOptions {
  readonly info: Info;
  readonly cancelled: Promise<never>;
  readonly cancellationSignal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly heartbeat: (details: unknown) => void;
  readonly cancelReason: () => CancelReason | undefined;
  readonly client?: unknown;
}

/** Made by the worker. `Context.current()` gives the one of the activity that is running. */
export class Context {
  readonly info: Info;
  /** Rejects with a `CancelledFailure` when the activity is cancelled; never resolves. */
  readonly cancelled: Promise<never>;
  /** Aborts when the activity is cancelled: for `fetch` and the like. */
  readonly cancellationSignal: AbortSignal;
  /** Writes to the worker's logger, with the names of the activity. */
  log: Logger;
  readonly #options: ContextOptions;

  /** @throws {IllegalStateError} outside an activity, and in a browser after an `await` while several activities run: take it before */
  static current(): Context {
    return currentContext();
  }

  constructor(options: ContextOptions) {
    this.#options = options;
    this.info = options.info;
    this.cancelled = options.cancelled;
    this.cancellationSignal = options.cancellationSignal;
    this.log = options.log;
  }

  /**
   * Tells that the activity is alive. The next attempt finds `details` in its `info.heartbeatDetails`. Calls may be frequent: few are sent.
   * In a local activity it does nothing.
   */
  readonly heartbeat = (details?: unknown): void => this.#options.heartbeat(details);

  /** @throws {CancelledFailure} when the activity is cancelled meanwhile */
  readonly sleep = (duration: Duration): Promise<void> => {
    const ms: Millis = toMillis(duration, 'sleep');
    let takeBack: () => void = () => undefined;
    const elapsed = new Promise<void>((resolve) => {
      takeBack = this.#options.clock.setTimer(ms, resolve);
    });
    return Promise.race([elapsed, this.cancelled]).finally(() => takeBack());
  };

  /** Why it is cancelled; `undefined` while it is not. */
  get cancellationDetails(): ActivityCancellationDetails | undefined {
    const reason = this.#options.cancelReason();
    if (reason === undefined) return undefined;
    return {
      notFound: reason === 'NOT_FOUND',
      cancelRequested: reason === 'CANCELLED',
      paused: false,
      timedOut: reason === 'TIMED_OUT',
      workerShutdown: reason === 'WORKER_SHUTDOWN',
      reset: false,
    };
  }

  /**
   * A client of the worker's namespace.
   *
   * @throws {IllegalStateError} if the worker was made without one
   */
  // biome-ignore lint/suspicious/noExplicitAny: the client's type is known to `entry/activity.ts` only
  get client(): any {
    if (this.#options.client !== undefined) return this.#options.client;
    throw new IllegalStateError('No Client available: give one to Worker.create in the option "client"');
  }
}
