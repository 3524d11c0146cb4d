/** An activity on its own: its function with a context, no workflow and no engine. */
import { asyncLocalStorage } from '../activity/ambient.ts';
import type { CancelReason, Context, Info } from '../activity/context.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import type { Logger } from '../common/logger.ts';
import { createActivityContext } from '../worker/activity-context.ts';
import { Runtime } from '../worker/logger.ts';

/** What `activityInfo()` tells where the test does not say otherwise. */
export const defaultActivityInfo: Info = {
  taskToken: new TextEncoder().encode('test'),
  base64TaskToken: 'dGVzdA==',
  activityId: 'test',
  activityType: 'unknown',
  activityNamespace: 'default',
  attempt: 1,
  isLocal: false,
  workflowExecution: { workflowId: 'test', runId: 'dead-beef' },
  workflowNamespace: 'default',
  workflowType: 'test',
  scheduledTimestampMs: 1,
  currentAttemptScheduledTimestampMs: 1,
  scheduleToCloseTimeoutMs: 0,
  startToCloseTimeoutMs: 0,
  heartbeatTimeoutMs: undefined,
  heartbeatDetails: undefined,
  taskQueue: 'test',
  retryPolicy: undefined,
};

export interface MockActivityEnvironmentOptions {
  /** Whose time `sleep` takes. @defaultValue the machine's */
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** What `Context.current().client` gives. */
  readonly client?: unknown;
}

/** Emits `heartbeat` with the details of each heartbeat, none held back. */
export class MockActivityEnvironment {
  readonly context: Context;
  /** Cancels the activity, as the engine would on its next heartbeat. The first reason counts. */
  readonly cancel: (reason?: CancelReason) => void;
  readonly #listeners = new Set<(details: unknown) => void>();

  constructor(info: Partial<Info> = {}, options: MockActivityEnvironmentOptions = {}) {
    const { clock = systemClock, logger = Runtime.instance().logger, client } = options;
    const { context, cancel } = createActivityContext({
      info: { ...defaultActivityInfo, ...info },
      clock,
      logger,
      heartbeat: (details) => {
        for (const listener of this.#listeners) listener(details);
      },
      client,
    });
    this.context = context;
    this.cancel = (reason = 'CANCELLED') => cancel(reason);
  }

  /** Runs `fn` as an activity. What it throws is thrown as it is. */
  run<Args extends unknown[], R>(fn: (...args: Args) => Promise<R> | R, ...args: Args): Promise<R> {
    return asyncLocalStorage.run(this.context, async () => fn(...args));
  }

  on(_event: 'heartbeat', listener: (details: unknown) => void): this {
    this.#listeners.add(listener);
    return this;
  }

  off(_event: 'heartbeat', listener: (details: unknown) => void): this {
    this.#listeners.delete(listener);
    return this;
  }
}
