/** Short forms of what the current activity's context offers. Each throws what `Context.current()` throws. */
import type { Duration } from '../common/duration.ts';
import type { Logger, LogLevel, LogMetadata } from '../common/logger.ts';
import { type ActivityCancellationDetails, Context, type Info } from './context.ts';

export const activityInfo = (): Info => Context.current().info;

export const heartbeat = (details?: unknown): void => Context.current().heartbeat(details);

export const sleep = (duration: Duration): Promise<void> => Context.current().sleep(duration);

export const cancelled = (): Promise<never> => Context.current().cancelled;

export const cancellationSignal = (): AbortSignal => Context.current().cancellationSignal;

export const cancellationDetails = (): ActivityCancellationDetails | undefined => Context.current().cancellationDetails;

// biome-ignore lint/suspicious/noExplicitAny: as `Context.client`
export const getClient = (): any => Context.current().client;

/** The logger of the current activity. */
export const log: Logger = {
  log: (level: LogLevel, message: string, meta?: LogMetadata) => Context.current().log.log(level, message, meta),
  trace: (message, meta) => Context.current().log.trace(message, meta),
  debug: (message, meta) => Context.current().log.debug(message, meta),
  info: (message, meta) => Context.current().log.info(message, meta),
  warn: (message, meta) => Context.current().log.warn(message, meta),
  error: (message, meta) => Context.current().log.error(message, meta),
};
