/** `@perdure/core/activity`: what the code of activities uses. */
export type { ContextStorage } from '../activity/ambient.ts';
export { asyncLocalStorage } from '../activity/ambient.ts';
export type { ActivityCancellationDetails, Info } from '../activity/context.ts';
export { Context } from '../activity/context.ts';
export { activityInfo, cancellationDetails, cancellationSignal, cancelled, getClient, heartbeat, log, sleep } from '../activity/functions.ts';
export type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptors,
  ActivityInterceptorsFactory,
  ActivityOutboundCallsInterceptor,
} from '../activity/interceptors.ts';
export { CompleteAsyncError } from '../common/errors.ts';
export { ApplicationFailure, CancelledFailure } from '../common/failures.ts';
export type { Logger, LogLevel, LogMetadata } from '../common/logger.ts';
