/** What the state machines of a run share: a way to send a command, and a way to tell the workflow something before its task ends. */
import type { RunId } from '../common/brand.ts';
import type { Failure, RetryState } from '../common/failure.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivationJob } from '../protocol/activation.ts';
import type { Command } from '../protocol/commands.ts';
import type { OutgoingCommand } from './outgoing.ts';

export interface RunContext {
  readonly namespace: string;
  readonly runId: RunId;
  send(command: Command, onRecorded?: (event: HistoryEvent) => void): OutgoingCommand;
  /** For the next activation of the same workflow task. */
  tell(job: ActivationJob): void;
}

export const cancelled = (details?: Failure['canceledFailureInfo']): Failure => ({ message: '', canceledFailureInfo: details ?? {} });

export type { ActivationJob, Command, Failure, HistoryEvent, OutgoingCommand, RetryState };

/** A copy without the keys whose value is undefined, for types that know no `undefined`. Copies what stays: `delete` would make slow objects. */
export function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const copy: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) copy[key] = value[key];
  return copy as T;
}
