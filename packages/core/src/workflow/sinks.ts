/** Sinks: one-way calls out of workflow code, made after the activation by the worker. */

import { throwIfReservedName } from '../common/reserved.ts';
import type { SinkCall } from '../protocol/activation.ts';
import { assertInWorkflowContext } from './current.ts';
import { hostClone } from './host.ts';

// biome-ignore lint/suspicious/noExplicitAny: a user's function
export type SinkFunction = (...args: any[]) => void;
/** The functions of one sink, such as a logger. */
export type Sink = Record<string, SinkFunction>;
export type Sinks = Record<string, Sink>;
export type { SinkCall };

/** The sink of `log`. */
export const LOGGER_SINK = '__temporal_logger';

/** The sinks of the worker, by name. A call returns at once; nothing comes back. */
export function proxySinks<T extends Sinks>(): T {
  return new Proxy({} as T, {
    get(_target, ifaceName) {
      if (typeof ifaceName !== 'string') return undefined;
      throwIfReservedName('sink', ifaceName);
      return new Proxy({}, { get: (_sink, fnName) => (typeof fnName === 'string' ? (...args: unknown[]) => callSink(ifaceName, fnName, args) : undefined) });
    },
  });
}

/** Arguments are copied now: the code goes on and may change them. */
export function callSink(ifaceName: string, fnName: string, args: unknown[]): void {
  const activator = assertInWorkflowContext('Proxied sinks functions may only be used from a Workflow Execution.');
  // True when the call is no repetition of one that was made before; a sink may ask for the others too.
  const callDuringReplay = !activator.info.unsafe.isReplayingHistoryEvents;
  activator.sinkCalls.push({ ifaceName, fnName, args: (hostClone ? hostClone(args) : args) as unknown[], callDuringReplay });
}
