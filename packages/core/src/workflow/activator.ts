/**
 * One run in the sandbox: what it waits for, the commands it has issued, and how each job of an activation reaches its code.
 * Structure and order of events are those of the class of this name in Temporal's TypeScript SDK.
 */
import type { Millis } from '../common/brand.ts';
import { IllegalStateError } from '../common/errors.ts';
import type { FailureConverter } from '../common/failure-converter.ts';
import { composeInterceptors, type Next } from '../common/interceptors.ts';
import { unreachable } from '../common/invariant.ts';
import type { WirePayload, WirePayloads } from '../common/payload.ts';
import type { PayloadConverter, SerializationContext } from '../common/payload-converter.ts';
import { fromWire, fromWireList, toWire } from '../common/wire.ts';
import type { ActivationJob, InitializeWorkflow, SinkCall, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import { Completions } from './completions.ts';
import { Conditions } from './conditions.ts';
import { type Frame, type FrameOwner, isNativeAsync } from './context.ts';
import { DeterminismViolationError } from './errors.ts';
import { assertKnownFlag, DEFAULT_FLAGS, type SdkFlag } from './flags.ts';
import { Handlers } from './handlers.ts';
import { workflowInfoOf } from './info.ts';
import type { WorkflowInterceptors, WorkflowInterceptorsFactory } from './interceptors.ts';
import { Markers } from './markers.ts';
import type { WorkflowFunctionWithOptions, WorkflowInfo } from './options.ts';
import { Outcome } from './outcome.ts';
import { Patches } from './patches.ts';
import { RandomStreams } from './random-streams.ts';
import { resolveActivity, resolveChild, resolveChildStart, resolveRequest } from './resolutions.ts';
import { RootCancellationScope } from './scope.ts';
import type { Waits } from './waits.ts';

export interface ActivatorOptions {
  readonly init: InitializeWorkflow;
  readonly activation: WorkflowActivation;
  readonly workflow: WorkflowFunctionWithOptions;
  readonly payloadConverter: PayloadConverter;
  readonly failureConverter: FailureConverter;
  /** Names of errors that fail the workflow instead of its task. */
  readonly failureErrorTypes: readonly string[];
  /** Activities that the worker has, if known. */
  readonly registeredActivityNames: ReadonlySet<string> | undefined;
  readonly waits: Waits | undefined;
}

export class Activator implements FrameOwner {
  readonly payloadConverter: PayloadConverter;
  readonly failureConverter: FailureConverter;
  readonly registeredActivityNames: ReadonlySet<string> | undefined;
  readonly workflow: WorkflowFunctionWithOptions;
  readonly context: SerializationContext;
  /** What is current where nothing else is. */
  readonly frame: Frame<Activator>;
  readonly rootScope: RootCancellationScope;
  readonly interceptors: Required<WorkflowInterceptors> = { inbound: [], outbound: [], internals: [] };
  readonly completions: Completions = new Completions();
  readonly conditions: Conditions = new Conditions();
  readonly handlers: Handlers;
  readonly outcome: Outcome;
  readonly patches: Patches;
  readonly markers: Markers;
  readonly random: RandomStreams;
  /** Only in a run that is replayed to tell where it waits. */
  readonly waits: Waits | undefined;
  readonly nextSeqs: { timer: number; activity: number; childWorkflow: number; signalWorkflow: number; cancelWorkflow: number } = {
    timer: 1,
    activity: 1,
    childWorkflow: 1,
    signalWorkflow: 1,
    cancelWorkflow: 1,
  };

  info: WorkflowInfo;
  now: Millis;
  currentDetails = '';
  hasNativeAsync: boolean;
  /** Between the start of an activation and its end: the only time at which its code may run. */
  isActive = false;
  /** Set in a query handler or an update validator: they may look and not touch. */
  readOnly: string | undefined;
  /** Triggers that are neither resolved nor rejected, and a look at `cancelRequested`: ways in which only the engine can wake the run. */
  openTriggers = 0;
  watchesCancellation = false;
  sinkCalls: SinkCall[] = [];
  #commands: WorkflowCommand[] = [];
  readonly #flags = new Set<number>();

  constructor(options: ActivatorOptions) {
    const { init, activation } = options;
    this.payloadConverter = options.payloadConverter;
    this.failureConverter = options.failureConverter;
    this.registeredActivityNames = options.registeredActivityNames;
    this.workflow = options.workflow;
    this.hasNativeAsync = isNativeAsync(options.workflow);
    this.context = { type: 'workflow', namespace: init.namespace, workflowId: init.workflowId };
    this.frame = { owner: this, values: undefined };
    this.now = activation.timestamp;
    this.waits = options.waits;
    this.random = new RandomStreams(init.randomnessSeed, this);
    this.info = workflowInfoOf(init, activation, this);
    this.rootScope = new RootCancellationScope(this);
    this.handlers = new Handlers(this);
    this.outcome = new Outcome(this, options.failureErrorTypes);
    this.patches = new Patches(this);
    this.markers = new Markers(this);
  }

  get isRecordingCalls(): boolean {
    return this.waits !== undefined;
  }

  // --- an activation, step by step ------------------------------------------------------------------------------------------------

  /** Takes over what an activation says about the task. */
  begin(activation: WorkflowActivation): void {
    this.now = Math.max(this.now, activation.timestamp);
    const { isReplaying, historyLength, historySize, continueAsNewSuggested } = activation;
    const unsafe = { ...this.info.unsafe, isReplaying, isReplayingHistoryEvents: isReplaying };
    this.info = { ...this.info, historyLength, historySize, continueAsNewSuggested, unsafe };
    for (const flag of activation.availableInternalFlags) {
      assertKnownFlag(flag);
      this.#flags.add(flag);
    }
    if (!isReplaying) for (const flag of DEFAULT_FLAGS) this.#flags.add(flag);
  }

  /** A query sees the run as it is: not a replay of history to its log, but one to all that depends on being live. */
  beginQueries(): void {
    this.info = { ...this.info, unsafe: { ...this.info.unsafe, isReplaying: true, isReplayingHistoryEvents: false } };
  }

  installInterceptors(factories: readonly WorkflowInterceptorsFactory[]): void {
    for (const factory of factories) {
      if (typeof factory !== 'function') throw new TypeError(`Failed to initialize workflows interceptors: expected a function, but got: '${String(factory)}'`);
      const { inbound = [], outbound = [], internals = [] } = factory();
      this.interceptors.inbound.push(...inbound);
      this.interceptors.outbound.push(...outbound);
      this.interceptors.internals.push(...internals);
    }
  }

  /** Hands jobs to the run's code in one synchronous pass; the workflow function itself starts last. Nothing asynchronous happens in between. */
  activate(activation: WorkflowActivation, jobs: readonly ActivationJob[], batchIndex: number): void {
    const pass = this.chain('internals', 'activate', () => {
      const start = jobs[0]?.type === 'initializeWorkflow' ? jobs[0] : undefined;
      for (let i = start ? 1 : 0; i < jobs.length; i++) {
        const job = jobs[i] as ActivationJob;
        this.#dispatch(job);
        if (job.type !== 'queryWorkflow') this.tryUnblockConditions();
      }
      if (start) {
        this.outcome.startWorkflow(start);
        this.tryUnblockConditions();
      }
    });
    pass({ activation: jobs === activation.jobs ? activation : { ...activation, jobs }, batchIndex });
  }

  /** @returns how many conditions came true */
  tryUnblockConditions(): number {
    return this.conditions.tryUnblock(() => this.outcome.rethrowTaskError());
  }

  /** The commands since the last call. */
  conclude(): WorkflowCommand[] {
    this.handlers.rejectBufferedUpdates();
    const commands = this.#commands;
    this.#commands = [];
    const conclude = this.chain('internals', 'concludeActivation', (input) => input);
    const result = conclude({ commands }).commands;
    if (this.outcome.isCompleted) this.handlers.warnIfUnfinished();
    return result;
  }

  dispose(): void {
    this.chain('internals', 'dispose', () => {})({});
  }

  takeSinkCalls(): SinkCall[] {
    const calls = this.sinkCalls;
    if (calls.length > 0) this.sinkCalls = [];
    return calls;
  }

  get usedInternalFlags(): number[] {
    return [...this.#flags];
  }

  hasFlag(flag: SdkFlag): boolean {
    return this.#flags.has(flag);
  }

  // --- for the API ------------------------------------------------------------------------------------------------------------------

  pushCommand(command: WorkflowCommand): void {
    if (!this.isActive) throw this.escaped();
    this.#commands.push(command);
  }

  /** @throws {DeterminismViolationError} in a query handler or an update validator */
  assertMayCommand(what: string): void {
    if (this.readOnly === undefined) return;
    throw new DeterminismViolationError(
      `${what} was called in ${this.readOnly}, which may look at the workflow but must change nothing. Do it in the workflow function, or in the handler of a signal or update.`,
    );
  }

  /** Runs a query handler or an update validator so that it leaves no trace, not even in the random numbers. */
  looking<R>(what: string, fn: () => R): R {
    const end = this.lookOnly(what);
    try {
      return fn();
    } finally {
      end();
    }
  }

  /** Code of the run leaves no trace from here on. @returns what ends that */
  lookOnly(what: string): () => void {
    const before = this.readOnly;
    this.readOnly = what;
    const restore = this.random.save();
    return () => {
      this.readOnly = before;
      restore();
    };
  }

  chain<K extends keyof Required<WorkflowInterceptors>, M extends keyof Required<WorkflowInterceptors>[K][number] & string>(
    kind: K,
    method: M,
    last: Next<Required<WorkflowInterceptors>[K][number], M>,
  ): Next<Required<WorkflowInterceptors>[K][number], M> {
    const interceptors = this.interceptors[kind] as Required<WorkflowInterceptors>[K][number][];
    if (interceptors.length === 0) return last;
    return composeInterceptors(interceptors, method, last, (next) => this.random.bind(next));
  }

  decode(payload: WirePayload | undefined, context: SerializationContext = this.context): unknown {
    return payload === undefined ? undefined : fromWire(this.payloadConverter, payload, context);
  }

  decodeList(payloads: WirePayloads): unknown[] {
    return fromWireList(this.payloadConverter, payloads, this.context);
  }

  encode(value: unknown): WirePayload {
    return toWire(this.payloadConverter, value, this.context);
  }

  /** The code of this run goes on although no activation of it is under way. The run cannot be trusted after that. */
  escaped(): DeterminismViolationError {
    const error = new DeterminismViolationError(
      `Code of workflow "${this.info.workflowType}" (${this.info.workflowId}) ran outside of its activations: it awaited something that the engine does not own, such as fetch, import() or a timer of the host. ` +
        'A replay could not repeat that. Do it in an activity, and await the activity.',
    );
    this.outcome.recordTaskError(error);
    return error;
  }

  // --- jobs ---------------------------------------------------------------------------------------------------------------------------

  #dispatch(job: ActivationJob): void {
    switch (job.type) {
      case 'fireTimer':
        // A timer that was cancelled in the task in which it fires is gone already.
        return this.completions.timer.take(job.seq)?.resolve(undefined);
      case 'resolveActivity':
        return resolveActivity(this, job.seq, job.result);
      case 'resolveChildWorkflowExecutionStart':
        return resolveChildStart(this, job);
      case 'resolveChildWorkflowExecution':
        return resolveChild(this, job.seq, job.result);
      case 'resolveSignalExternalWorkflow':
        return resolveRequest(this, this.completions.signalWorkflow.consume(job.seq), job.failure);
      case 'resolveRequestCancelExternalWorkflow':
        return resolveRequest(this, this.completions.cancelWorkflow.consume(job.seq), job.failure);
      case 'cancelWorkflow':
        return this.outcome.cancelWorkflow(job.reason);
      case 'signalWorkflow':
        return this.handlers.signal(job);
      case 'doUpdate':
        return this.handlers.update(job);
      case 'queryWorkflow':
        return this.handlers.query(job);
      case 'updateRandomSeed':
        return this.random.reseed(job.randomnessSeed);
      case 'notifyHasPatch':
        return this.patches.notify(job.patchId);
      case 'resolveMarker':
        return this.markers.resolve(job.markerName, job.details);
      case 'initializeWorkflow':
        throw new IllegalStateError('initializeWorkflow must be the first job of its activation');
      case 'removeFromCache':
        throw new IllegalStateError('removeFromCache must be the only job of its activation');
      default:
        return unreachable(job);
    }
  }
}
