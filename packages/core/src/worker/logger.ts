/** The logger of workers: the console by default, from a level on. */
import { type Clock, systemClock } from '../common/clock.ts';
import type { Logger, LogLevel, LogMetadata } from '../common/logger.ts';

export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly timestampNanos: bigint;
  readonly meta?: LogMetadata;
}
export type LogFunction = (entry: LogEntry) => void;

const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];
const WRITERS = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The console when this module was loaded: a sandbox in this realm may replace it. */
const host = globalThis.console;

export class DefaultLogger implements Logger {
  readonly level: LogLevel;
  readonly #severity: number;
  readonly #write: LogFunction;
  readonly #clock: Clock;

  constructor(level: LogLevel = 'INFO', write: LogFunction = writeToConsole, clock: Clock = systemClock) {
    this.level = level;
    this.#severity = LEVELS.indexOf(level);
    this.#write = write;
    this.#clock = clock;
  }

  log(level: LogLevel, message: string, meta?: LogMetadata): void {
    if (LEVELS.indexOf(level) < this.#severity) return;
    this.#write({ level, message, timestampNanos: BigInt(Math.round(this.#clock.now())) * 1_000_000n, ...(meta ? { meta } : {}) });
  }
  trace(message: string, meta?: LogMetadata): void {
    this.log('TRACE', message, meta);
  }
  debug(message: string, meta?: LogMetadata): void {
    this.log('DEBUG', message, meta);
  }
  info(message: string, meta?: LogMetadata): void {
    this.log('INFO', message, meta);
  }
  warn(message: string, meta?: LogMetadata): void {
    this.log('WARN', message, meta);
  }
  error(message: string, meta?: LogMetadata): void {
    this.log('ERROR', message, meta);
  }
}

function writeToConsole({ level, message, meta }: LogEntry): void {
  const write = host[WRITERS[level]].bind(host);
  if (meta) write(`[${level}] ${message}`, meta);
  else write(`[${level}] ${message}`);
}

/** What all workers of a realm share: their logger. */
export class Runtime {
  static #instance: Runtime | undefined;
  readonly logger: Logger;

  private constructor(logger: Logger) {
    this.logger = logger;
  }

  /** Replaces the logger of workers that are created from now on. */
  static install(options: { readonly logger?: Logger } = {}): Runtime {
    Runtime.#instance = new Runtime(options.logger ?? new DefaultLogger());
    return Runtime.#instance;
  }

  static instance(): Runtime {
    return Runtime.#instance ?? Runtime.install();
  }
}
