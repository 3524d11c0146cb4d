/** The messages between a page and its engine worker, or an engine worker and the workers in it, besides calls: plain and few. */
import { type LimitWarning, readLimitWarning } from '../protocol/limit-warning.ts';
import type { EngineStatus } from '../protocol/workflow-service.ts';

/** "Answer calls at the port that comes with this." */
export interface ConnectMessage {
  readonly perdure: 'connect';
}
/** "The page is seen now, or is not; time may have passed meanwhile." */
export interface PageMessage {
  readonly perdure: 'page';
  readonly isVisible: boolean;
}
/** "This is how the engine fares now." */
export interface StatusMessage {
  readonly perdure: 'status';
  readonly status: EngineStatus;
  /** The id of the worker, whose lock it holds for as long as it lives. */
  readonly tab?: string;
}
/** "It takes its time, but I am there": from an engine worker while its engine starts. */
export interface AliveMessage {
  readonly perdure: 'alive';
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
export type BootMessage = ConnectMessage | PageMessage | StatusMessage | AliveMessage | FailedMessage | WarningMessage;

export function readBootMessage(data: unknown): BootMessage | undefined {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, 'perdure')) return undefined;
  const message = data as BootMessage;
  switch (message.perdure) {
    case 'connect':
    case 'alive':
      return message;
    case 'page':
      return typeof message.isVisible === 'boolean' ? message : undefined;
    case 'status':
      return isStatus(message.status) && (message.tab === undefined || typeof message.tab === 'string') ? message : undefined;
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

function isStatus(status: unknown): status is EngineStatus {
  if (typeof status !== 'object' || status === null) return false;
  const { role, state, store, now } = status as Partial<EngineStatus>;
  return typeof role === 'string' && typeof state === 'string' && typeof store === 'object' && store !== null && typeof now === 'number';
}
