/** Makes the context of one activity attempt, and holds its cancellation. */
import type { ContextOptions, Info } from '../activity/context.ts';
import { type CancelReason, Context } from '../activity/context.ts';
import type { Clock } from '../common/clock.ts';
import { encode, toBase64 } from '../common/encoding.ts';
import { CancelledFailure } from '../common/failures.ts';
import type { Logger, LogLevel, LogMetadata } from '../common/logger.ts';
import { SdkComponent } from '../common/logger.ts';
import { decompileRetryPolicy } from '../common/retry-options.ts';
import type { ActivityTask } from '../protocol/workflow-service.ts';

export interface ActivityContext {
  readonly context: Context;
  /** The first reason counts. */
  cancel(reason: CancelReason): void;
  readonly cancelReason: () => CancelReason | undefined;
}

export interface ActivityContextOptions {
  readonly info: Info;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly heartbeat: (details: unknown) => void;
  readonly client?: unknown;
}

export function createActivityContext({ info, clock, logger, heartbeat, client }: ActivityContextOptions): ActivityContext {
  const controller = new AbortController();
  let reason: CancelReason | undefined;
  let reject: (error: CancelledFailure) => void = () => undefined;
  const cancelled = new Promise<never>((_, rejectCancelled) => {
    reject = rejectCancelled;
  });
  cancelled.catch(() => undefined); // most activities never look at it
  const cancelReason = (): CancelReason | undefined => reason;
  const options: ContextOptions = {
    info,
    cancelled,
    cancellationSignal: controller.signal,
    clock,
    log: withAttributes(logger, logAttributes(info)),
    heartbeat,
    cancelReason,
    ...(client === undefined ? {} : { client }),
  };
  return {
    context: new Context(options),
    cancelReason,
    cancel(why) {
      if (reason !== undefined) return;
      reason = why;
      const failure = new CancelledFailure(why);
      reject(failure);
      controller.abort(failure);
    },
  };
}

/** What an activity finds in `activityInfo()`. */
export function infoOf(task: ActivityTask, heartbeatDetails: unknown, isLocal = false): Info {
  const token = encode(task.taskToken);
  return {
    taskToken: token,
    base64TaskToken: toBase64(token),
    activityId: task.activityId,
    activityType: task.activityType,
    activityNamespace: task.namespace,
    attempt: task.attempt,
    isLocal,
    workflowExecution: task.workflowExecution,
    workflowNamespace: task.namespace,
    workflowType: task.workflowType,
    scheduledTimestampMs: task.scheduledTime,
    currentAttemptScheduledTimestampMs: task.currentAttemptScheduledTime,
    scheduleToCloseTimeoutMs: task.scheduleToCloseTimeout ?? 0,
    startToCloseTimeoutMs: task.startToCloseTimeout ?? 0,
    heartbeatTimeoutMs: task.heartbeatTimeout,
    heartbeatDetails,
    taskQueue: task.taskQueue,
    retryPolicy: decompileRetryPolicy(task.retryPolicy),
  };
}

const logAttributes = ({
  isLocal,
  attempt,
  activityNamespace: namespace,
  activityId,
  activityType,
  taskQueue,
  workflowExecution,
  workflowType,
}: Info): LogMetadata => ({
  sdkComponent: SdkComponent.activity,
  isLocal,
  attempt,
  namespace,
  activityId,
  activityType,
  taskQueue,
  ...workflowExecution,
  workflowType,
});

export function withAttributes(logger: Logger, attributes: LogMetadata): Logger {
  const log = (level: LogLevel, message: string, meta?: LogMetadata): void => logger.log(level, message, { ...attributes, ...meta });
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}
