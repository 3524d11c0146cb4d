/** Functions of the host that workflow code may call, without an answer: logs, metrics. */
import type { Logger } from '../common/logger.ts';
import type { SinkCall } from '../protocol/activation.ts';

export interface SinkWorkflowInfo {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly taskQueue: string;
}

export interface InjectedSinkFunction {
  // biome-ignore lint/suspicious/noExplicitAny: user functions of any signature
  fn(info: SinkWorkflowInfo, ...args: any[]): void | Promise<void>;
  /** @defaultValue false */
  callDuringReplay?: boolean;
}
export type InjectedSinks = Readonly<Record<string, Readonly<Record<string, InjectedSinkFunction>>>>;

/** The sink behind `log` in workflows. */
export const LOGGER_SINK = '__temporal_logger';
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** Calls that the host has no function for are left out, with a line in the log; one that throws harms nobody. */
export function callSinks(
  calls: readonly SinkCall[],
  options: { readonly sinks: InjectedSinks; readonly logger: Logger; readonly info: SinkWorkflowInfo; readonly isReplaying: boolean },
): void {
  const { sinks, logger, info, isReplaying } = options;
  for (const { ifaceName, fnName, args, callDuringReplay } of calls) {
    const sink = sinks[ifaceName]?.[fnName];
    if (isReplaying && !(sink?.callDuringReplay ?? callDuringReplay)) continue;
    if (!sink && ifaceName === LOGGER_SINK) writeLine(logger, fnName, args);
    else if (!sink) logger.error(`Workflow called sink ${ifaceName}.${fnName}, which the worker does not have; register it in the option "sinks"`, { ...info });
    else void run(sink, info, args).catch((error: unknown) => logger.error(`Sink ${ifaceName}.${fnName} failed`, { ...info, error }));
  }
}

async function run(sink: InjectedSinkFunction, info: SinkWorkflowInfo, args: readonly unknown[]): Promise<void> {
  await sink.fn(info, ...args);
}

function writeLine(logger: Logger, fnName: string, [message, attributes]: readonly unknown[]): void {
  const level = LEVELS.find((name) => name === fnName) ?? 'info';
  logger[level](String(message), attributes as Record<string, unknown>);
}
