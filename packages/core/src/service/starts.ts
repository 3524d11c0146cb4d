/** How a run begins: which run a start request finds under its workflow id, and what the policies make of that. */
import type { Clock } from '../common/clock.ts';
import type { Rng } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineCommand, EngineCommands } from '../engine/command.ts';
import { isOpen } from '../engine/run-state.ts';
import type { Send } from '../engine/sends.ts';
import type { Transition } from '../engine/transition.ts';
import type { SignalWithStartWorkflowExecutionRequest, StartWorkflowExecutionRequest, StartWorkflowExecutionResponse } from '../protocol/workflow-service.ts';
import { requestIdOf } from './courier.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { NamespaceTotals } from './namespace-totals.ts';
import { Reach } from './reach.ts';
import type { ExecutionRow } from './rows.ts';
import { nextRunId } from './run-ids.ts';
import type { Runs } from './runs.ts';
import { type Family, familyOf, type Signal, signalOf, startedBy, startOfChild } from './start-attributes.ts';
import type { StartStorms } from './start-storms.ts';

export interface StartsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly runs: Runs;
  /** Decides at once; `undefined` if the reach has to be loaded first. */
  readonly attempt: (run: LoadedRun, command: EngineCommand, reach: Reach) => Transition | undefined;
  readonly durable: (run: LoadedRun) => Promise<void>;
  readonly storms: StartStorms;
  readonly totals: NamespaceTotals;
  /** What is decided within is one turn. */
  readonly turn: <T>(act: () => T) => T;
}

/** The run that a request has started or found; or one that stands in its way; or an earlier one, which it has started before. */
export type StartOutcome =
  | { readonly kind: 'run'; readonly run: LoadedRun; readonly started: boolean }
  | { readonly kind: 'refused'; readonly run: LoadedRun; readonly policy?: string }
  | { readonly kind: 'earlier'; readonly response: StartWorkflowExecutionResponse };

/** `undefined`: the reach has to be loaded first. */
type Attempted = StartOutcome | undefined;

/** How many earlier runs of an id are searched for a request that is repeated. */
const SEARCHED_RUNS = 100;

export class Starts {
  readonly #options: StartsOptions;
  /** The runs before one that is in memory: they are all closed, so they stay as they are. */
  readonly #earlier = new WeakMap<LoadedRun, readonly ExecutionRow[]>();

  constructor(options: StartsOptions) {
    this.#options = options;
  }

  async start(request: StartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse> {
    return this.answer(await this.begin(request, (outcome) => outcome));
  }

  /** A run that is open gets the signal; otherwise one starts whose second event it is. */
  async signalWithStart(request: SignalWithStartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse> {
    const signal = signalOf(request);
    const outcome = await this.#decide(request, (current, reach) => {
      if (!current) return this.#openFirst(request, { signal });
      if (isRequestOf(current, request.requestId)) return found(current, current.requestId === request.requestId);
      if (!isOpen(current.state)) return this.#reuse(request, current, { signal });
      if (replacesOpen(request)) return this.#replace(request, current, reach, { signal });
      return this.#options.attempt(current, { type: 'SignalWorkflowExecution', ...signal }, reach) && found(current, false);
    });
    return this.answer(outcome);
  }

  /**
   * Starts or finds the run, and calls `act` in the same turn: no task leaves between.
   *
   * @param isWanted whether the newest run, though closed, is what the request is after
   */
  begin<T>(request: StartWorkflowExecutionRequest, act: (outcome: StartOutcome) => T, isWanted: (current: LoadedRun) => boolean = () => false): Promise<T> {
    return this.#decide(
      request,
      (current, reach) => {
        if (current && isWanted(current)) return found(current, false);
        if (!current) return this.#openFirst(request);
        if (isRequestOf(current, request.requestId)) return found(current, current.requestId === request.requestId);
        if (!isOpen(current.state)) return this.#reuse(request, current);
        if (replacesOpen(request)) return this.#replace(request, current, reach);
        if (request.workflowIdConflictPolicy !== 'USE_EXISTING') return { kind: 'refused', run: current };
        return this.#options.attempt(current, { type: 'AttachRequests', requestIds: [request.requestId] }, reach) && found(current, false);
      },
      act,
    );
  }

  /** What a parent asked for: starts the child, unless the rules of its workflow id refuse. All that this reaches is in memory. */
  startChild(parent: LoadedRun, send: Extract<Send, { kind: 'startChild' }>, reach: Reach): EngineCommands['RecordChildStart']['outcome'] {
    const request = startOfChild(parent, send.attributes, requestIdOf(parent, send.initiatedEventId));
    const current = reach.find(parent.namespace, { workflowId: request.workflowId });
    if (current === 'unreadable') return { cause: 'WORKFLOW_ALREADY_EXISTS' };
    const family = familyOf(parent, send.initiatedEventId);
    const outcome = this.#tryChild(request, current === 'absent' ? undefined : current, reach, family);
    return outcome?.kind === 'run' ? { runId: outcome.run.runId } : { cause: 'WORKFLOW_ALREADY_EXISTS' };
  }

  /** @throws {ServiceError} `AlreadyStarted` if a run stands in the way: it tells of that run, so it waits for that run's commit too */
  async answer(outcome: StartOutcome): Promise<StartWorkflowExecutionResponse> {
    if (outcome.kind === 'earlier') return outcome.response;
    await this.#options.durable(outcome.run);
    if (outcome.kind === 'refused') return refuse(outcome.run, outcome.policy);
    const { run, started } = outcome;
    return { runId: run.runId, firstExecutionRunId: run.state.firstExecutionRunId, started };
  }

  /**
   * Decides by the newest run of the id, in one go: nothing can come between what is known and what is done. One that the request has not
   * started counts only when no earlier run is found that it has.
   */
  async #decide<T = StartOutcome>(
    { namespace, workflowId, requestId }: StartWorkflowExecutionRequest,
    decide: (current: LoadedRun | undefined, reach: Reach) => Attempted,
    act: (outcome: StartOutcome) => T = (outcome) => outcome as T,
  ): Promise<T> {
    const { runs } = this.#options;
    const reach = new Reach(runs);
    try {
      for (let searchedFrom: string | undefined; ; ) {
        const loaded =
          runs.getCurrent(namespace, workflowId) ?? (runs.isAbsent(namespace, workflowId) ? undefined : await runs.loadCurrent(namespace, workflowId));
        const current = runs.getCurrent(namespace, workflowId) ?? loaded;
        if (current?.isGone) continue;
        if (!current || isRequestOf(current, requestId) || searchedFrom === current.runId) {
          const done = this.#options.turn(() => {
            const outcome = decide(current, reach);
            return outcome && { of: act(outcome) };
          });
          if (done) return done.of;
          await reach.load();
          continue;
        }
        searchedFrom = current.runId;
        const own = (await this.#earlierThan(current)).find((row) => row.requestId === requestId);
        if (own) return act({ kind: 'earlier', response: { runId: own.runId, firstExecutionRunId: own.firstExecutionRunId, started: true } });
      }
    } finally {
      reach.close();
    }
  }

  async #earlierThan(run: LoadedRun): Promise<readonly ExecutionRow[]> {
    const known = this.#earlier.get(run);
    if (known) return known;
    await this.#options.durable(run); // its commit is what gives the run before it a row of its own
    const earlier = await this.#options.runs.earlierRuns(run.namespace, run.workflowId, SEARCHED_RUNS);
    this.#earlier.set(run, earlier);
    return earlier;
  }

  #tryChild(request: StartWorkflowExecutionRequest, current: LoadedRun | undefined, reach: Reach, family: Family): Attempted {
    if (!current) return this.#open(request, undefined, { family });
    if (isRequestOf(current, request.requestId)) return found(current, false);
    if (!isOpen(current.state)) return this.#reuse(request, current, { family });
    return replacesOpen(request) ? this.#replace(request, current, reach, { family }) : { kind: 'refused', run: current };
  }

  #open(
    request: StartWorkflowExecutionRequest,
    predecessor: LoadedRun | undefined,
    { signal, family, runId = this.#runId(predecessor) }: { readonly signal?: Signal; readonly family?: Family; readonly runId?: string } = {},
  ): StartOutcome {
    const { clock, runs, attempt } = this.#options;
    const { namespace, workflowId, requestId } = request;
    if (!family) this.#countStart(request, predecessor);
    const started = { ...startedBy(request, clock.now()), ...family };
    const run = runs.open({ namespace, workflowId, runId }, requestId, predecessor);
    try {
      attempt(run, { type: 'StartWorkflowExecution', namespace, runId, requestId, started, ...(signal ? { signal } : {}) }, new Reach(runs));
    } catch (error) {
      runs.drop(run);
      throw error;
    }
    return found(run, true);
  }

  /** Of an id that is new. */
  #openFirst(request: StartWorkflowExecutionRequest, more: { readonly signal?: Signal } = {}): StartOutcome {
    this.#options.totals.expectStart(request.namespace);
    return this.#open(request, undefined, more);
  }

  /** Ends the run that is open and starts another, in one commit. */
  #replace(
    request: StartWorkflowExecutionRequest,
    current: LoadedRun,
    reach: Reach,
    more: { readonly signal?: Signal; readonly family?: Family } = {},
  ): Attempted {
    const { identity } = request;
    if (!more.family) this.#expectCalm(request);
    const runId = this.#runId(current);
    const details = [{ encoding: 'json/plain', data: JSON.stringify(`terminated by new runID: ${runId}`) }];
    const terminate: EngineCommand = {
      type: 'TerminateWorkflowExecution',
      reason: 'TerminateIfRunning WorkflowIdReusePolicy',
      details,
      ...(identity === undefined ? {} : { identity }),
    };
    return this.#options.attempt(current, terminate, reach) && this.#open(request, current, { ...more, runId });
  }

  #reuse(request: StartWorkflowExecutionRequest, current: LoadedRun, more: { readonly signal?: Signal; readonly family?: Family } = {}): StartOutcome {
    const { workflowIdReusePolicy: policy = 'ALLOW_DUPLICATE' } = request;
    const isRefused = policy === 'REJECT_DUPLICATE' || (policy === 'ALLOW_DUPLICATE_FAILED_ONLY' && current.state.status === 'COMPLETED');
    if (isRefused) return { kind: 'refused', run: current, policy };
    if (!more.family) this.#expectCalm(request);
    return this.#open(request, current, more);
  }

  /** What parents start is not counted, and not refused. */
  #expectCalm({ namespace, workflowId }: StartWorkflowExecutionRequest): void {
    this.#options.storms.expectCalm(namespace, workflowId);
    this.#options.totals.expectStart(namespace);
  }

  #countStart({ namespace, workflowId }: StartWorkflowExecutionRequest, predecessor: LoadedRun | undefined): void {
    if (predecessor) this.#options.storms.count(namespace, workflowId);
    this.#options.totals.started(namespace);
  }

  #runId(predecessor: LoadedRun | undefined): string {
    return nextRunId(this.#options.clock.now(), this.#options.rng, predecessor?.runId);
  }
}

const found = (run: LoadedRun, started: boolean): StartOutcome => ({ kind: 'run', run, started });

function refuse({ workflowId, runId, state }: LoadedRun, policy?: string): never {
  const message =
    policy === undefined
      ? `workflow "${workflowId}" is running already (run ${runId}); use another workflow id or another workflowIdConflictPolicy`
      : `workflow "${workflowId}" was run before (run ${runId}, ${state.status}), and the workflowIdReusePolicy ${policy} refuses another run`;
  throw new ServiceError('AlreadyStarted', message, { details: { workflowId, runId, workflowType: state.workflowType } });
}

const isRequestOf = ({ requestId: own, state }: LoadedRun, requestId: string): boolean => own === requestId || state.requestIds.has(requestId);

const replacesOpen = ({ workflowIdConflictPolicy, workflowIdReusePolicy }: StartWorkflowExecutionRequest): boolean =>
  workflowIdConflictPolicy === 'TERMINATE_EXISTING' || workflowIdReusePolicy === 'TERMINATE_IF_RUNNING';
