/** `@perdure/core/worker`: runs workflows and activities. */
export type { ActivityInterceptorsFactory } from '../activity/interceptors.ts';
export type { DataConverter } from '../common/data-converter.ts';
export type { Logger, LogLevel, LogMetadata } from '../common/logger.ts';
export { CombinedWorkerRunError, GracefulShutdownPeriodExpiredError, ReplayError } from '../worker/errors.ts';
export type { LogEntry, LogFunction } from '../worker/logger.ts';
export { DefaultLogger, Runtime } from '../worker/logger.ts';
export type { WorkerOptions, WorkflowCodeOptions } from '../worker/options.ts';
export type { ReplayableHistory, ReplayResult, ReplayWorkerOptions } from '../worker/replay.ts';
export type { InjectedSinkFunction, InjectedSinks, SinkWorkflowInfo } from '../worker/sinks.ts';
export type { WorkerState, WorkerStatus } from '../worker/worker.ts';
export { Worker } from '../worker/worker.ts';
export { DeterminismViolationError, UnhandledRejectionError } from '../workflow/errors.ts';
