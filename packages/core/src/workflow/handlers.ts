/** Signals, updates and queries of one run: their handlers, those that wait for a handler, and those whose handler is at work. */

import { HandlerUnfinishedPolicy } from '../common/enums.ts';
import { IllegalStateError } from '../common/errors.ts';
import { ApplicationFailure, ensureTemporalFailure, TemporalFailure } from '../common/failures.ts';
import { RawValue } from '../common/payload-converter.ts';
import { ENHANCED_STACK_TRACE_QUERY_NAME, LOOK_QUERY_NAME, STACK_TRACE_QUERY_NAME, TEMPORAL_RESERVED_PREFIX } from '../common/reserved.ts';
import type { ActivationJob } from '../protocol/activation.ts';
import type { Activator } from './activator.ts';
import { isNativeAsync, runWith } from './context.ts';
import { DeterminismViolationError } from './errors.ts';
import { headersFromWire } from './headers.ts';
import type { QueryInput, UpdateInput } from './interceptors.ts';
import { log } from './log.ts';
import { look } from './look.ts';
import type { DefaultQueryHandler, DefaultSignalHandler, DefaultUpdateHandler } from './options.ts';
import { awaited, handled } from './promises.ts';
import { NO_STACKS } from './stack-traces.ts';
import { type HandlerExecution, unfinishedSignals, unfinishedUpdates } from './unfinished.ts';
import { UPDATE_SCOPE } from './update-scope.ts';
import type { Waits } from './waits.ts';

type Job<T extends ActivationJob['type']> = Extract<ActivationJob, { type: T }>;
type AnyHandler = (...args: unknown[]) => unknown;

export interface SignalHandler {
  readonly handler: AnyHandler;
  readonly description: string | undefined;
  readonly unfinishedPolicy: HandlerUnfinishedPolicy;
}
export interface UpdateHandler extends SignalHandler {
  readonly validator: ((...args: unknown[]) => void) | undefined;
}
export interface QueryHandler {
  readonly handler: AnyHandler;
  readonly description: string | undefined;
}

/** Takes the signals of one name in place of a handler. */
export interface SignalReceiver {
  receive(args: unknown[]): void;
}

const isInternal = (name: string): boolean =>
  name.startsWith(TEMPORAL_RESERVED_PREFIX) || name === STACK_TRACE_QUERY_NAME || name === ENHANCED_STACK_TRACE_QUERY_NAME || name === LOOK_QUERY_NAME;

export class Handlers {
  readonly #activator: Activator;
  readonly signals: Map<string, SignalHandler> = new Map();
  readonly updates: Map<string, UpdateHandler> = new Map();
  readonly queries: Map<string, QueryHandler> = new Map();
  readonly channels: Map<string, SignalReceiver> = new Map();
  defaultSignal: DefaultSignalHandler | undefined;
  defaultUpdate: DefaultUpdateHandler | undefined;
  defaultQuery: DefaultQueryHandler | undefined;
  #bufferedSignals: Job<'signalWorkflow'>[] = [];
  #bufferedUpdates: Job<'doUpdate'>[] = [];
  readonly #signalsAtWork = new Map<number, HandlerExecution>();
  readonly #updatesAtWork = new Map<string, HandlerExecution>();
  #nextSignal = 0;

  constructor(activator: Activator) {
    this.#activator = activator;
    this.queries.set(STACK_TRACE_QUERY_NAME, { handler: () => new RawValue(this.#waits()?.text() ?? ''), description: 'Returns a sensible stack trace.' });
    this.queries.set(ENHANCED_STACK_TRACE_QUERY_NAME, {
      handler: () => new RawValue({ ...NO_STACKS, stacks: this.#waits()?.structured() ?? [] }),
      description: 'Returns a stack trace annotated with source information.',
    });
    this.queries.set('__temporal_workflow_metadata', { handler: () => this.#metadata(), description: 'Returns metadata associated with this workflow.' });
  }

  get areAllFinished(): boolean {
    return this.#signalsAtWork.size === 0 && this.#updatesAtWork.size === 0;
  }

  /** Something of the run takes signals or updates: the world can wake it. */
  get canBeWoken(): boolean {
    return this.signals.size > 0 || this.updates.size > 0 || this.channels.size > 0 || this.defaultSignal !== undefined || this.defaultUpdate !== undefined;
  }

  /** A native async handler loses the context at its first await, in browsers. */
  noteNativeAsync(handler: unknown): void {
    if (isNativeAsync(handler)) this.#activator.hasNativeAsync = true;
  }

  // --- signals ------------------------------------------------------------------------------------------------------------------------

  signal(job: Job<'signalWorkflow'>): void {
    const { signalName } = job;
    const channel = this.channels.get(signalName);
    if (channel) return channel.receive(this.#activator.decodeList(job.input));
    const handler = this.signals.get(signalName);
    refuseReserved('signal', signalName, handler, this.defaultSignal);
    if (!handler && !this.defaultSignal) {
      this.#bufferedSignals.push(job);
      return;
    }
    const number = this.#nextSignal++;
    this.#signalsAtWork.set(number, { name: signalName, unfinishedPolicy: handler?.unfinishedPolicy ?? HandlerUnfinishedPolicy.WARN_AND_ABANDON });
    const next = ({ signalName: name, args }: { signalName: string; args: unknown[] }): Promise<void> => awaited(() => this.#callSignalHandler(name, args));
    const execute = isInternal(signalName) ? next : this.#activator.chain('inbound', 'handleSignal', next);
    execute({ args: this.#activator.decodeList(job.input), signalName, headers: headersFromWire(job.headers) })
      .then(undefined, (error) => this.#activator.outcome.fail(error))
      .then(() => this.#signalsAtWork.delete(number));
  }

  #callSignalHandler(name: string, args: unknown[]): void | Promise<void> {
    const handler = this.signals.get(name)?.handler;
    if (handler) return handler(...args) as void | Promise<void>;
    if (this.defaultSignal) return this.defaultSignal(name, ...args);
    throw new IllegalStateError(`No registered signal handler for signal: ${name}`);
  }

  /** Those that have a handler now, in the order in which they came. A handler runs up to its first await, before the code that set it goes on. */
  dispatchBufferedSignals(): void {
    for (;;) {
      const index = this.#bufferedSignals.findIndex(({ signalName }) => this.defaultSignal || this.signals.has(signalName) || this.channels.has(signalName));
      if (index === -1) return;
      const [job] = this.#bufferedSignals.splice(index, 1);
      this.signal(job as Job<'signalWorkflow'>);
    }
  }

  // --- updates ------------------------------------------------------------------------------------------------------------------------

  update(job: Job<'doUpdate'>): void {
    const { name } = job;
    const own = this.updates.get(name);
    refuseReserved('update', name, own, this.defaultUpdate);
    const entry = own ?? this.#defaultUpdateHandler(name);
    if (!entry) {
      this.#bufferedUpdates.push(job);
      return;
    }
    runWith(UPDATE_SCOPE, { id: job.id, name }, () => this.#validateAndRun(job, entry));
  }

  #defaultUpdateHandler(name: string): UpdateHandler | undefined {
    const handler = this.defaultUpdate;
    if (!handler) return undefined;
    return {
      handler: (...args) => handler(name, ...args),
      validator: undefined,
      description: undefined,
      unfinishedPolicy: HandlerUnfinishedPolicy.WARN_AND_ABANDON,
    };
  }

  #validateAndRun(job: Job<'doUpdate'>, entry: UpdateHandler): void {
    const activator = this.#activator;
    const { protocolInstanceId, name, id } = job;
    // Decoded anew for validator and handler, so that the one cannot change what the other sees.
    const input = (): UpdateInput => ({ updateId: id, name, args: activator.decodeList(job.input), headers: headersFromWire(job.headers) });
    let handlerInput: UpdateInput;
    try {
      if (job.runValidator && entry.validator) this.#validate(name, entry.validator, input());
      handlerInput = input();
    } catch (error) {
      return this.#rejectUpdate(protocolInstanceId, error);
    }
    activator.pushCommand({ type: 'updateResponse', protocolInstanceId, response: { status: 'accepted' } });
    const next = ({ args }: UpdateInput): Promise<unknown> => awaited(() => entry.handler(...args));
    const execute = isInternal(name) ? next : activator.chain('inbound', 'handleUpdate', next);
    this.#updatesAtWork.set(id, { name, unfinishedPolicy: entry.unfinishedPolicy, id });
    execute(handlerInput)
      .then((result) =>
        activator.pushCommand({ type: 'updateResponse', protocolInstanceId, response: { status: 'completed', result: activator.encode(result) } }),
      )
      .then(undefined, (error) => {
        if (error instanceof TemporalFailure) this.#rejectUpdate(protocolInstanceId, error);
        else activator.outcome.fail(error);
      })
      .then(() => this.#updatesAtWork.delete(id));
  }

  /** Only ever live, so it may write to the log while a history is replayed around it. */
  #validate(name: string, validator: NonNullable<UpdateHandler['validator']>, input: UpdateInput): void {
    const activator = this.#activator;
    const { unsafe } = activator.info;
    activator.info = { ...activator.info, unsafe: { ...unsafe, isReplayingHistoryEvents: false } };
    try {
      activator.looking(`the validator of update "${name}"`, () => {
        const last = ({ args }: UpdateInput): void => validator(...args);
        (isInternal(name) ? last : activator.chain('inbound', 'validateUpdate', last))(input);
      });
    } finally {
      activator.info = { ...activator.info, unsafe: { ...activator.info.unsafe, isReplayingHistoryEvents: unsafe.isReplayingHistoryEvents } };
    }
  }

  #rejectUpdate(protocolInstanceId: string, error: unknown): void {
    const failure = this.#activator.outcome.failureOf(ensureTemporalFailure(error));
    this.#activator.pushCommand({ type: 'updateResponse', protocolInstanceId, response: { status: 'rejected', failure } });
  }

  dispatchBufferedUpdates(): void {
    for (;;) {
      const index = this.#bufferedUpdates.findIndex(({ name }) => this.defaultUpdate || this.updates.has(name));
      if (index === -1) return;
      const [job] = this.#bufferedUpdates.splice(index, 1);
      this.update(job as Job<'doUpdate'>);
    }
  }

  /** An update finds its handler in the activation that brings it, or is refused. */
  rejectBufferedUpdates(): void {
    const buffered = this.#bufferedUpdates;
    if (buffered.length === 0) return;
    this.#bufferedUpdates = [];
    for (const { protocolInstanceId, name } of buffered)
      this.#rejectUpdate(protocolInstanceId, ApplicationFailure.nonRetryable(`No registered handler for update: ${name}`));
  }

  // --- queries ------------------------------------------------------------------------------------------------------------------------

  query({ queryId, queryType, arguments: args, headers }: Job<'queryWorkflow'>): void {
    const activator = this.#activator;
    refuseReserved('query', queryType, this.queries.get(queryType), this.defaultQuery);
    const next = (input: QueryInput): Promise<unknown> => awaited(() => this.#callQueryHandler(input));
    const execute = isInternal(queryType) ? next : activator.chain('inbound', 'handleQuery', next);
    execute({ queryName: queryType, args: activator.decodeList(args), queryId, headers: headersFromWire(headers) })
      .then((result) => activator.pushCommand({ type: 'respondToQuery', queryId, result: { succeeded: activator.encode(result) } }))
      .then(undefined, (error) =>
        activator.pushCommand({ type: 'respondToQuery', queryId, result: { failed: activator.outcome.failureOf(ensureTemporalFailure(error)) } }),
      );
  }

  #callQueryHandler({ queryName, args }: QueryInput): unknown {
    const result = this.#activator.looking(`the handler of query "${queryName}"`, () => this.#findQueryHandler(queryName)(...args));
    if (!(result instanceof Promise)) return result;
    handled(result);
    throw new DeterminismViolationError(
      `Query handlers should not return a Promise, and that of query "${queryName}" does. Return what the workflow knows already; what takes time belongs into the workflow function, or into an update.`,
    );
  }

  #findQueryHandler(name: string): AnyHandler {
    const handler = this.queries.get(name)?.handler;
    if (handler) return handler;
    // In a replay for the devtools only: ordinary runs have no such query, and do not list it among those they have.
    if (name === LOOK_QUERY_NAME && this.#activator.waits)
      return () => new RawValue(look(this, this.#waits()?.structured() ?? [], this.#waits()?.variables.scopes() ?? []));
    const { defaultQuery } = this;
    if (defaultQuery) return (...args) => defaultQuery(name, ...args);
    throw new ReferenceError(`Workflow did not register a handler for ${name}. Registered queries: [${[...this.queries.keys()].join(' ')}]`);
  }

  // --- the end ------------------------------------------------------------------------------------------------------------------------

  /** A run that fails does not warn of handlers that it leaves unfinished. */
  abandonAll(): void {
    this.#signalsAtWork.clear();
    this.#updatesAtWork.clear();
  }

  warnIfUnfinished(): void {
    if (this.areAllFinished || this.#activator.outcome.hasTaskError) return;
    for (const warning of [unfinishedUpdates(this.#updatesAtWork.values()), unfinishedSignals(this.#signalsAtWork.values())]) if (warning) log.warn(warning);
  }

  /** None when the run has completed: what it left behind unawaited is no place at which it waits. */
  #waits(): Waits | undefined {
    const { waits, outcome, info } = this.#activator;
    if (outcome.isCompleted || waits) return outcome.isCompleted ? undefined : waits;
    throw new IllegalStateError(
      `Run ${info.runId} keeps no stacks. Initialize it anew with "recordsWaits", and replay its history; a Worker does so for this query.`,
    );
  }

  #metadata(): RawValue {
    const definitions = (handlers: ReadonlyMap<string, { readonly description: string | undefined }>): unknown[] =>
      [...handlers].map(([name, { description }]) => (description === undefined ? { name } : { name, description }));
    const { info, currentDetails } = this.#activator;
    const definition = {
      type: info.workflowType,
      queryDefinitions: definitions(this.queries),
      signalDefinitions: definitions(this.signals),
      updateDefinitions: definitions(this.updates),
    };
    return new RawValue({ definition, currentDetails });
  }
}

/** A name of the engine's must not fall to a default handler of the user. */
function refuseReserved(type: 'signal' | 'update' | 'query', name: string, own: unknown, byDefault: unknown): void {
  if (own || !byDefault || !name.startsWith(TEMPORAL_RESERVED_PREFIX)) return;
  throw new TypeError(`Cannot use ${type} name: '${name}', with reserved prefix: '${TEMPORAL_RESERVED_PREFIX}'`);
}
