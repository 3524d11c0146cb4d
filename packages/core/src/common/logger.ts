/** Where workers, workflows and activities write their log lines. */

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
export type LogMetadata = Record<string | symbol, unknown>;

export interface Logger {
  log(level: LogLevel, message: string, meta?: LogMetadata): void;
  trace(message: string, meta?: LogMetadata): void;
  debug(message: string, meta?: LogMetadata): void;
  info(message: string, meta?: LogMetadata): void;
  warn(message: string, meta?: LogMetadata): void;
  error(message: string, meta?: LogMetadata): void;
}

/** What wrote a line: the `sdkComponent` of its metadata. */
export const SdkComponent = { workflow: 'workflow', activity: 'activity', worker: 'worker', core: 'core' } as const;
export type SdkComponent = (typeof SdkComponent)[keyof typeof SdkComponent];
