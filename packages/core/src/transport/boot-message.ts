/** The messages between a page and its engine worker, or an engine worker and the workers in it, besides calls: plain and few. */
import { type LimitWarning, readLimitWarning } from '../protocol/limit-warning.ts';
import type { EngineStatus } from '../protocol/workflow-service.ts';

/** "Answer calls at the port that comes with this." */
export interface ConnectMessage {
  readonly perdure: 'connect';
}
/** "This is how the engine fares now." */
export interface StatusMessage {
  readonly perdure: 'status';
  readonly status: EngineStatus;
}
/** "The user's module did not load": from an activities worker to its engine. */
export interface FailedMessage {
  readonly perdure: 'failed';
  readonly reason: string;
}
/** "A run comes near to a limit." */
export interface WarningMessage {
  readonly perdure: 'warning';
  readonly warning: LimitWarning;
}
export type BootMessage = ConnectMessage | StatusMessage | FailedMessage | WarningMessage;

export function readBootMessage(data: unknown): BootMessage | undefined {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, 'perdure')) return undefined;
  const message = data as BootMessage;
  switch (message.perdure) {
    case 'connect':
      return message;
    case 'status':
      return typeof message.status === 'object' ? message : undefined;
    case 'failed':
      return typeof message.reason === 'string' ? message : undefined;
    case 'warning': {
      const warning = readLimitWarning(message.warning);
      return warning && { perdure: 'warning', warning };
    }
    default:
      return undefined;
  }
}
