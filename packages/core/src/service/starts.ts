/** How a run begins: which run a start request finds under its workflow id, and what the policies make of that. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { completeRetryPolicy } from '../common/retry-policy.ts';
import type { Rng } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineCommand, EngineCommands } from '../engine/command.ts';
import { isOpen } from '../engine/run-state.ts';
import type { SignalWithStartWorkflowExecutionRequest, StartWorkflowExecutionRequest, StartWorkflowExecutionResponse } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';
import { nextRunId } from './run-ids.ts';
import type { Runs } from './runs.ts';

type Signal = NonNullable<EngineCommands['StartWorkflowExecution']['signal']> & { readonly requestId: string };

export interface StartsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly runs: Runs;
  readonly apply: (run: LoadedRun, command: EngineCommand) => void;
  readonly durable: (run: LoadedRun) => Promise<void>;
}

/** How many earlier runs of an id are searched for a request that is repeated. */
const SEARCHED_RUNS = 100;

export class Starts {
  readonly #options: StartsOptions;

  constructor(options: StartsOptions) {
    this.#options = options;
  }

  start(request: StartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse> {
    return this.#decide(request, (current) => {
      if (!current) return this.#open(request, undefined);
      if (isRequestOf(current, request.requestId)) return this.#found(current, current.requestId === request.requestId);
      if (!isOpen(current.state)) return this.#reuse(request, current);
      if (replacesOpen(request)) return this.#replace(request, current);
      if (request.workflowIdConflictPolicy !== 'USE_EXISTING') return this.#refuse(current);
      this.#options.apply(current, { type: 'AttachRequest', requestId: request.requestId });
      return this.#found(current, false);
    });
  }

  /** A run that is open gets the signal; otherwise one starts whose second event it is. */
  signalWithStart(request: SignalWithStartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse> {
    const signal = signalOf(request);
    return this.#decide(request, (current) => {
      if (!current) return this.#open(request, undefined, signal);
      if (isRequestOf(current, request.requestId)) return this.#found(current, current.requestId === request.requestId);
      if (!isOpen(current.state)) return this.#reuse(request, current, signal);
      if (replacesOpen(request)) return this.#replace(request, current, signal);
      this.#options.apply(current, { type: 'SignalWorkflowExecution', ...signal });
      return this.#found(current, false);
    });
  }

  /**
   * Decides by the newest run of the id, in one go: nothing can come between what is known and what is done. A closed one is passed on
   * only when no earlier run is found that the same request has started.
   */
  async #decide(
    { namespace, workflowId, requestId }: StartWorkflowExecutionRequest,
    decide: (current: LoadedRun | undefined) => Promise<StartWorkflowExecutionResponse>,
  ): Promise<StartWorkflowExecutionResponse> {
    const { runs } = this.#options;
    for (let searchedFrom: string | undefined; ; ) {
      const loaded = runs.getCurrent(namespace, workflowId) ?? (await runs.loadCurrent(namespace, workflowId));
      const current = runs.getCurrent(namespace, workflowId) ?? loaded;
      if (current?.isGone) continue;
      if (!current || isOpen(current.state) || isRequestOf(current, requestId) || searchedFrom === current.runId) return decide(current);
      searchedFrom = current.runId;
      const earlier = await runs.earlierRuns(namespace, workflowId, SEARCHED_RUNS);
      const own = earlier.find((row) => row.requestId === requestId);
      if (own) return { runId: own.runId, firstExecutionRunId: own.firstExecutionRunId, started: true };
    }
  }

  #open(
    request: StartWorkflowExecutionRequest,
    predecessor: LoadedRun | undefined,
    signal?: Signal,
    runId: string = this.#runId(predecessor),
  ): Promise<StartWorkflowExecutionResponse> {
    const { clock, runs, apply } = this.#options;
    const { namespace, workflowId, requestId } = request;
    const now = clock.now();
    const run = runs.open({ namespace, workflowId, runId }, requestId, predecessor);
    try {
      apply(run, { type: 'StartWorkflowExecution', namespace, runId, requestId, started: startedBy(request, now), ...(signal ? { signal } : {}) });
    } catch (error) {
      runs.drop(run);
      throw error;
    }
    return this.#found(run, true);
  }

  /** Ends the run that is open and starts another, in one commit. */
  #replace(request: StartWorkflowExecutionRequest, current: LoadedRun, signal?: Signal): Promise<StartWorkflowExecutionResponse> {
    const { identity } = request;
    const runId = this.#runId(current);
    const details = [{ encoding: 'json/plain', data: JSON.stringify(`terminated by new runID: ${runId}`) }];
    this.#options.apply(current, {
      type: 'TerminateWorkflowExecution',
      reason: 'TerminateIfRunning WorkflowIdReusePolicy',
      details,
      ...(identity === undefined ? {} : { identity }),
    });
    return this.#open(request, current, signal, runId);
  }

  #reuse(request: StartWorkflowExecutionRequest, current: LoadedRun, signal?: Signal): Promise<StartWorkflowExecutionResponse> {
    const { workflowIdReusePolicy: policy = 'ALLOW_DUPLICATE' } = request;
    const isRefused = policy === 'REJECT_DUPLICATE' || (policy === 'ALLOW_DUPLICATE_FAILED_ONLY' && current.state.status === 'COMPLETED');
    return isRefused ? this.#refuse(current, policy) : this.#open(request, current, signal);
  }

  #runId(predecessor: LoadedRun | undefined): string {
    return nextRunId(this.#options.clock.now(), this.#options.rng, predecessor?.runId);
  }

  async #found(run: LoadedRun, started: boolean): Promise<StartWorkflowExecutionResponse> {
    await this.#options.durable(run);
    return { runId: run.runId, firstExecutionRunId: run.state.firstExecutionRunId, started };
  }

  /** A refusal tells of the run that has the id, so it waits for that run's commit too. */
  async #refuse(run: LoadedRun, policy?: string): Promise<never> {
    const { workflowId, runId, state } = run;
    await this.#options.durable(run);
    const message =
      policy === undefined
        ? `workflow "${workflowId}" is running already (run ${runId}); use another workflow id or another workflowIdConflictPolicy`
        : `workflow "${workflowId}" was run before (run ${runId}, ${state.status}), and the workflowIdReusePolicy ${policy} refuses another run`;
    throw new ServiceError('AlreadyStarted', message, { details: { workflowId, runId, workflowType: state.workflowType } });
  }
}

const isRequestOf = ({ requestId: own, state }: LoadedRun, requestId: string): boolean => own === requestId || state.requestIds.has(requestId);

const replacesOpen = ({ workflowIdConflictPolicy, workflowIdReusePolicy }: StartWorkflowExecutionRequest): boolean =>
  workflowIdConflictPolicy === 'TERMINATE_EXISTING' || workflowIdReusePolicy === 'TERMINATE_IF_RUNNING';

const signalOf = ({ signalName, signalInput, identity, header, requestId }: SignalWithStartWorkflowExecutionRequest): Signal => ({
  signalName,
  ...(signalInput ? { input: signalInput } : {}),
  ...(identity === undefined ? {} : { identity }),
  ...(header ? { header } : {}),
  requestId,
});

function startedBy(request: StartWorkflowExecutionRequest, now: Millis): EngineCommands['StartWorkflowExecution']['started'] {
  const {
    workflowStartDelay = 0,
    workflowExecutionTimeout,
    workflowRunTimeout,
    retryPolicy,
    input,
    identity,
    cronSchedule,
    memo,
    searchAttributes,
    header,
  } = request;
  return {
    workflowType: request.workflowType,
    workflowId: request.workflowId,
    taskQueue: request.taskQueue,
    ...(input ? { input } : {}),
    ...(workflowExecutionTimeout ? { workflowExecutionTimeout, workflowExecutionExpirationTime: now + workflowStartDelay + workflowExecutionTimeout } : {}),
    ...(workflowRunTimeout ? { workflowRunTimeout } : {}),
    workflowTaskTimeout: request.workflowTaskTimeout ?? 0,
    ...(identity === undefined ? {} : { identity }),
    ...(retryPolicy ? { retryPolicy: completeRetryPolicy(retryPolicy) } : {}),
    attempt: 1,
    ...(cronSchedule ? { cronSchedule } : {}),
    ...(workflowStartDelay > 0 ? { firstWorkflowTaskBackoff: workflowStartDelay } : {}),
    ...(memo ? { memo } : {}),
    ...(searchAttributes ? { searchAttributes } : {}),
    ...(header ? { header } : {}),
  };
}
