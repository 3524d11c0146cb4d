/** Signals, queries and updates: how workflow code declares them and sets their handlers. */
import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '../common/definitions.ts';
import { HandlerUnfinishedPolicy } from '../common/enums.ts';
import { IllegalStateError } from '../common/errors.ts';
import { throwIfReservedName } from '../common/reserved.ts';
import type { Activator } from './activator.ts';
import { assertInWorkflowContext } from './current.ts';
import type {
  DefaultQueryHandler,
  DefaultSignalHandler,
  DefaultUpdateHandler,
  QueryHandlerOptions,
  SignalHandlerOptions,
  UpdateHandlerOptions,
} from './options.ts';

// biome-ignore lint/suspicious/noExplicitAny: arguments and results are the user's
type Any = any;

export function defineSignal<Args extends Any[] = [], Name extends string = string>(name: Name): SignalDefinition<Args, Name> {
  return { type: 'signal', name } as SignalDefinition<Args, Name>;
}

export function defineQuery<Ret, Args extends Any[] = [], Name extends string = string>(name: Name): QueryDefinition<Ret, Args, Name> {
  return { type: 'query', name } as QueryDefinition<Ret, Args, Name>;
}

export function defineUpdate<Ret, Args extends Any[] = [], Name extends string = string>(name: Name): UpdateDefinition<Ret, Args, Name> {
  return { type: 'update', name } as UpdateDefinition<Ret, Args, Name>;
}

/** What handles a definition: signals and updates may be asynchronous, queries not. */
export type Handler<Ret, Args extends Any[], T extends UpdateDefinition<Ret, Args> | SignalDefinition<Args> | QueryDefinition<Ret, Args>> =
  T extends UpdateDefinition<infer R, infer A>
    ? (...args: A) => R | Promise<R>
    : T extends SignalDefinition<infer A>
      ? (...args: A) => void | Promise<void>
      : T extends QueryDefinition<infer R, infer A>
        ? (...args: A) => R
        : never;

type AnyDefinition = { readonly type: 'signal' | 'query' | 'update'; readonly name: string };
type AnyHandler = (...args: unknown[]) => unknown;
interface AnyOptions {
  readonly description?: string | undefined;
  readonly unfinishedPolicy?: HandlerUnfinishedPolicy | undefined;
  readonly validator?: AnyHandler | undefined;
}

/**
 * Sets, replaces or (with `undefined`) removes the handler of a signal, query or update. Signals and updates that were waiting for it are
 * handled at once, each up to its first await, before this returns.
 */
export function setHandler<Ret, Args extends Any[], T extends QueryDefinition<Ret, Args>>(
  def: T,
  handler: Handler<Ret, Args, T> | undefined,
  options?: QueryHandlerOptions,
): void;
export function setHandler<Ret, Args extends Any[], T extends SignalDefinition<Args>>(
  def: T,
  handler: Handler<Ret, Args, T> | undefined,
  options?: SignalHandlerOptions,
): void;
export function setHandler<Ret, Args extends Any[], T extends UpdateDefinition<Ret, Args>>(
  def: T,
  handler: Handler<Ret, Args, T> | undefined,
  options?: UpdateHandlerOptions<Args>,
): void;
export function setHandler(def: AnyDefinition, handler: AnyHandler | undefined, options: AnyOptions = {}): void {
  const { handlers } = mayHandle('Workflow.setHandler(...)');
  throwIfReservedName(def.type, def.name);
  assertHandler(handler);
  handlers.noteNativeAsync(handler);
  const { description, validator, unfinishedPolicy = HandlerUnfinishedPolicy.WARN_AND_ABANDON } = options;
  switch (def.type) {
    case 'update':
      if (!handler) return void handlers.updates.delete(def.name);
      handlers.updates.set(def.name, { handler, validator, description, unfinishedPolicy });
      return handlers.dispatchBufferedUpdates();
    case 'signal':
      if (!handler) return void handlers.signals.delete(def.name);
      if (handlers.channels.has(def.name))
        throw new IllegalStateError(`Signal "${def.name}" is received by a channel (getSignalChannel); it cannot have a handler too. Use one of them.`);
      handlers.signals.set(def.name, { handler, description, unfinishedPolicy });
      return handlers.dispatchBufferedSignals();
    case 'query':
      if (!handler) return void handlers.queries.delete(def.name);
      handlers.queries.set(def.name, { handler, description });
      return;
    default:
      throw new TypeError(`Invalid definition type: ${(def as AnyDefinition).type}`);
  }
}

/** Takes the signals that have no handler of their own, those that wait included. */
export function setDefaultSignalHandler(handler: DefaultSignalHandler | undefined): void {
  const { handlers } = mayHandle('Workflow.setDefaultSignalHandler(...)');
  assertHandler(handler);
  handlers.noteNativeAsync(handler);
  handlers.defaultSignal = handler;
  if (handler) handlers.dispatchBufferedSignals();
}

/** Takes the updates that have no handler of their own. */
export function setDefaultUpdateHandler(handler: DefaultUpdateHandler | undefined): void {
  const { handlers } = mayHandle('Workflow.setDefaultUpdateHandler(...)');
  assertHandler(handler);
  handlers.noteNativeAsync(handler);
  handlers.defaultUpdate = handler;
  if (handler) handlers.dispatchBufferedUpdates();
}

/** Answers the queries that have no handler of their own. */
export function setDefaultQueryHandler(handler: DefaultQueryHandler | undefined): void {
  const { handlers } = mayHandle('Workflow.setDefaultQueryHandler(...)');
  assertHandler(handler);
  handlers.defaultQuery = handler;
}

function mayHandle(what: string): Activator {
  const activator = assertInWorkflowContext(`${what} may only be used from a Workflow Execution.`);
  activator.assertMayCommand(what);
  return activator;
}

function assertHandler(handler: unknown): void {
  if (handler !== undefined && handler !== null && typeof handler !== 'function')
    throw new TypeError(`Expected handler to be either a function or 'undefined'. Got: '${typeof handler}'`);
}
