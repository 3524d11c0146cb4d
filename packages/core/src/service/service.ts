/**
 * The service: Temporal's methods over one store. Each checks its request, decides it on its run, and answers when what it decided is
 * in the store. How that happens is in the files beside; this one only says what is asked of what.
 */
import type { Epoch } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { searchAttributeTypes } from '../common/search-attribute-types.ts';
import { ServiceError } from '../common/service-error.ts';
import { describe } from '../engine/derive.ts';
import { DEFAULT_LIMITS } from '../engine/limits.ts';
import type { EngineInfo } from '../protocol/engine-info.ts';
import type * as protocol from '../protocol/workflow-service.ts';
import type { Batch, Store } from '../storage/store.ts';
import { expectRoom } from './admission.ts';
import { activityOf, Calls, type RunRequest } from './calls.ts';
import { deleteExecution } from './deletion.ts';
import { checkFormat } from './format.ts';
import { historyPage } from './history-page.ts';
import { NO_NAMESPACE_LIMITS } from './namespace-totals.ts';
import { Namespaces } from './namespaces.ts';
import { checkServiceOptions } from './option-checks.ts';
import { damagedRunOf } from './quarantine.ts';
import { expectSmall } from './request-limits.ts';
import { checkId, checkPageSize, checkSignalWithStart, checkStage, checkStart, checkUpdate } from './requests.ts';
import type { ServiceOptions } from './service-options.ts';
import { Shard } from './shard.ts';
import { DEFAULT_REUSE } from './start-storms.ts';
import { parseWorkflowTaskToken } from './tokens.ts';
import { countExecutions, listExecutions } from './visibility.ts';

export interface EngineService extends protocol.WorkflowService {
  /** Of the store, raised when this service took it over. */
  readonly epoch: Epoch;
  /** Does what is due by now: to be called when time may have passed that no timer noticed, as after a sleep of the machine. */
  wake(): void;
  /**
   * Resolves when the store is still this engine's.
   *
   * @throws {ServiceError} `Fenced` when another one has taken it over
   */
  confirm(): Promise<void>;
  /** Stores what is decided, answers who waits, and ends. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Takes the store over and runs its workflows. Resolves as soon as calls can be answered; what an earlier engine left is taken up behind.
 *
 * @throws {ServiceError} `InvalidArgument` for an option that cannot be; `FailedPrecondition` when the database was written by a newer version
 */
export async function createService(options: ServiceOptions): Promise<EngineService> {
  checkServiceOptions(options);
  const { store, clock, rng, watchWorker, onFailure = () => {} } = options;
  const epoch = await store.acquire();
  await checkFormat(store, epoch);
  const { idleBytes = 1_048_576, aheadWindow = 0, longestAlarmDelay = 60_000, queryDeadline = 10_000 } = options;
  const types = searchAttributeTypes(options.searchAttributes);
  const shard = new Shard({
    store,
    epoch,
    clock,
    rng,
    idleBytes,
    aheadWindow,
    longestAlarmDelay,
    queryDeadline,
    workflowIdReuse: options.workflowIdReuse ?? DEFAULT_REUSE,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    namespaceLimits: { ...NO_NAMESPACE_LIMITS, ...options.namespaceLimits },
    onWarning: options.onWarning ?? ((warning) => console.warn(warning.message)),
    searchAttributeTypes: types,
    watchWorker,
    onFailure,
  });
  return new Service(shard, options, epoch);
}

/** A batch that changes nothing: it is refused all the same when the store is another's. */
const NOTHING: Batch = { puts: [], deletes: [] };

class Service implements EngineService {
  readonly #shard: Shard;
  readonly #calls: Calls;
  readonly #namespaces: Namespaces;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly epoch: Epoch;
  #isStarting = true;

  constructor(shard: Shard, { store, clock }: ServiceOptions, epoch: Epoch) {
    this.#shard = shard;
    this.#store = store;
    this.#clock = clock;
    this.epoch = epoch;
    this.#namespaces = new Namespaces({
      store,
      epoch,
      onRetention: (namespace, retention) => shard.retention.set(namespace, retention),
      remove: (namespace) => {
        shard.retention.forget(namespace);
        return shard.removal.remove(namespace);
      },
    });
    this.#calls = new Calls(shard, this.#namespaces);
    void shard.start().then(() => {
      this.#isStarting = false;
    });
  }

  wake(): void {
    this.#shard.alarm.ring();
  }

  confirm(): Promise<void> {
    return this.#store.commit(NOTHING, this.epoch);
  }

  async startWorkflowExecution(request: protocol.StartWorkflowExecutionRequest): Promise<protocol.StartWorkflowExecutionResponse> {
    checkStart(request);
    return this.#shard.starts.start(await this.#calls.admitStart(request));
  }

  async signalWithStartWorkflowExecution(request: protocol.SignalWithStartWorkflowExecutionRequest): Promise<protocol.StartWorkflowExecutionResponse> {
    checkSignalWithStart(request);
    expectSmall(this.#shard.limits, { signalInput: request.signalInput });
    const admitted = await this.#calls.admitStart(request);
    this.#shard.totals.admitSignal(request.namespace);
    return this.#shard.starts.signalWithStart(admitted);
  }

  async signalWorkflowExecution(request: protocol.SignalWorkflowExecutionRequest): Promise<void> {
    const { signalName, input, identity, requestId, header } = request;
    checkId('signalName', signalName);
    checkId('requestId', requestId);
    expectSmall(this.#shard.limits, { input, header });
    await this.#calls.signal(request, {
      type: 'SignalWorkflowExecution',
      signalName,
      ...(input ? { input } : {}),
      ...(identity === undefined ? {} : { identity }),
      ...(header ? { header } : {}),
      requestId,
    });
  }

  async requestCancelWorkflowExecution(request: protocol.RequestCancelWorkflowExecutionRequest): Promise<void> {
    const { requestId, reason, identity } = request;
    checkId('requestId', requestId);
    await this.#calls.change(request, {
      type: 'RequestCancelWorkflowExecution',
      requestId,
      ...(reason === undefined ? {} : { reason }),
      ...(identity === undefined ? {} : { identity }),
    });
  }

  async terminateWorkflowExecution(request: protocol.TerminateWorkflowExecutionRequest): Promise<void> {
    const { reason, details, identity } = request;
    expectSmall(this.#shard.limits, { details });
    const command = {
      type: 'TerminateWorkflowExecution' as const,
      ...(reason === undefined ? {} : { reason }),
      ...(details ? { details } : {}),
      ...(identity === undefined ? {} : { identity }),
    };
    await this.#calls.change(request, command).catch((error: unknown) => {
      const damaged = damagedRunOf(error);
      if (!damaged) throw error;
      return this.#shard.salvage.terminate(damaged, command);
    });
  }

  async describeWorkflowExecution(request: RunRequest): Promise<protocol.DescribeWorkflowExecutionResponse> {
    return this.#calls.onRun(request, async (run) => {
      const description = describe(run.state, this.#clock.now());
      await this.#shard.commits.durable(run);
      return { ...description, durability: this.#store.status().durability };
    });
  }

  async getWorkflowExecutionHistory(request: protocol.GetWorkflowExecutionHistoryRequest): Promise<protocol.GetWorkflowExecutionHistoryResponse> {
    checkPageSize('maximumPageSize', request.maximumPageSize);
    const answer = this.#calls.onRun(request, async (run) => {
      if (!request.waitNewEvent) await this.#shard.commits.durable(run); // a reader without patience sees all that was decided before
      return historyPage(run, request) ?? this.#shard.histories.wait(run, (later) => historyPage(later, request));
    });
    if (!request.readable) return answer;
    return answer.catch((error: unknown) => {
      const damaged = damagedRunOf(error);
      if (!damaged) throw error;
      return this.#shard.salvage.read(damaged, request);
    });
  }

  async listWorkflowExecutions(request: protocol.ListWorkflowExecutionsRequest): Promise<protocol.ListWorkflowExecutionsResponse> {
    checkPageSize('pageSize', request.pageSize);
    await this.#calls.enter(request.namespace);
    return this.#shard.runs.quarantine.mark(await listExecutions(this.#store, this.#shard.searchAttributeTypes, request));
  }

  async countWorkflowExecutions(request: { readonly namespace: string; readonly query?: string }): Promise<protocol.CountWorkflowExecutionsResponse> {
    await this.#calls.enter(request.namespace);
    return countExecutions(this.#store, this.#shard.searchAttributeTypes, request);
  }

  async queryWorkflow(request: protocol.QueryWorkflowRequest): ReturnType<protocol.WorkflowService['queryWorkflow']> {
    checkId('queryType', request.queryType);
    expectSmall(this.#shard.limits, { queryArgs: request.queryArgs, header: request.header });
    return this.#calls.onRun(request, (run) => this.#shard.queries.ask(run, request));
  }

  async updateWorkflowExecution(request: protocol.UpdateWorkflowExecutionRequest): Promise<protocol.UpdateWorkflowExecutionResponse> {
    checkUpdate(request);
    expectSmall(this.#shard.limits, { args: request.args, header: request.header });
    expectRoom(this.#store);
    return this.#calls.onRun(request, async (run) => this.#shard.updates.ask(run, request));
  }

  async updateWithStartWorkflowExecution(
    request: protocol.UpdateWithStartWorkflowExecutionRequest,
  ): Promise<protocol.UpdateWithStartWorkflowExecutionResponse> {
    return this.#calls.updateWithStart(request);
  }

  async pollWorkflowExecutionUpdate(request: protocol.PollWorkflowExecutionUpdateRequest): Promise<protocol.UpdateWorkflowExecutionResponse> {
    const { updateId, waitStage } = request;
    checkId('updateId', updateId);
    checkStage(waitStage);
    return this.#calls.onRun(request, async (run) => this.#shard.updates.poll(run, updateId, waitStage));
  }

  async pollWorkflowTaskQueue(request: protocol.PollRequest): Promise<protocol.WorkflowTask | null> {
    await this.#calls.meetWorker('workflow', request);
    return this.#shard.matcher.pollWorkflowTask(request);
  }

  async pollActivityTaskQueue(request: protocol.ActivityPollRequest): Promise<protocol.ActivityTask | null> {
    checkPageSize('maximumTasks', request.maximumTasks);
    await this.#calls.meetWorker('activity', request);
    return this.#shard.matcher.pollActivityTask(request);
  }

  /** @throws {ServiceError} `InvalidArgument` when a command could not be carried out: the task has failed, and will be tried again */
  async respondWorkflowTaskCompleted(request: protocol.RespondWorkflowTaskCompletedRequest): Promise<void> {
    const { commands, identity, sdkMetadata, forceCreateNewWorkflowTask = false } = request;
    const { run, task } = parseWorkflowTaskToken(request.taskToken);
    const { refused } = await this.#calls.changeByToken(run, {
      type: 'CompleteWorkflowTask',
      task,
      commands,
      identity,
      forceCreateNewWorkflowTask,
      searchAttributeTypes: this.#shard.searchAttributeTypes,
      ...(sdkMetadata ? { sdkMetadata } : {}),
    });
    if (refused) throw new ServiceError('InvalidArgument', refused.message, { details: { cause: refused.cause } });
  }

  async respondWorkflowTaskFailed({ taskToken, cause, failure, identity }: protocol.RespondWorkflowTaskFailedRequest): Promise<void> {
    const { run, task } = parseWorkflowTaskToken(taskToken);
    await this.#calls.changeByToken(run, { type: 'FailWorkflowTask', task, cause, failure, identity });
  }

  async respondQueryTaskCompleted(request: protocol.RespondQueryTaskCompletedRequest): Promise<void> {
    this.#shard.expectRunning();
    this.#shard.queries.respond(request);
  }

  async respondActivityTaskCompleted(request: protocol.RespondActivityTaskCompletedRequest): Promise<void> {
    const { result, identity } = request;
    await this.#calls.changeActivity(request, (activity) => ({ type: 'CompleteActivityTask', activity, identity, ...(result ? { result } : {}) }));
  }

  async respondActivityTaskFailed(request: protocol.RespondActivityTaskFailedRequest): Promise<void> {
    const { failure, identity, lastHeartbeatDetails } = request;
    await this.#calls.changeActivity(request, (activity) => ({
      type: 'FailActivityTask',
      activity,
      failure,
      identity,
      ...(lastHeartbeatDetails ? { lastHeartbeatDetails } : {}),
    }));
  }

  async respondActivityTaskCanceled(request: protocol.RespondActivityTaskCanceledRequest): Promise<void> {
    const { details, identity } = request;
    await this.#calls.changeActivity(request, (activity) => ({ type: 'CancelActivityTask', activity, identity, ...(details ? { details } : {}) }));
  }

  async recordActivityTaskHeartbeat(request: protocol.RecordActivityTaskHeartbeatRequest): Promise<protocol.RecordActivityTaskHeartbeatResponse> {
    const { details, identity } = request;
    return this.#calls.changeActivity(
      request,
      (activity) => ({ type: 'RecordActivityTaskHeartbeat', activity, identity, ...(details ? { details } : {}) }),
      (state, activity) => ({ cancelRequested: activityOf(state, activity)?.cancelRequestedEventId !== undefined }),
    );
  }

  async pollWorkerCommands({ workerId }: { readonly workerId: string }): Promise<readonly protocol.WorkerCommand[]> {
    checkId('workerId', workerId);
    this.#shard.expectRunning();
    return this.#shard.commands.poll(workerId);
  }

  async shutdownWorker({ workerId, lost = false }: { readonly workerId: string; readonly lost?: boolean }): Promise<void> {
    checkId('workerId', workerId);
    this.#shard.expectRunning();
    if (lost) this.#shard.loseWorker(workerId);
    else this.#shard.shutDownWorker(workerId);
  }

  async fireTimer({ timerId, ...request }: protocol.FireTimerRequest): Promise<void> {
    checkId('timerId', timerId);
    await this.#calls.change(request, { type: 'FireTimer', timerId });
  }

  async retryActivityTask({ activityId, ...request }: protocol.RetryActivityTaskRequest): Promise<void> {
    checkId('activityId', activityId);
    await this.#calls.change(request, { type: 'HastenActivityTask', activityId });
  }

  async deleteWorkflowExecution(request: protocol.DeleteWorkflowExecutionRequest): Promise<void> {
    await deleteExecution(request, this.#calls, this.#shard, this.#clock);
  }

  async registerNamespace(request: protocol.RegisterNamespaceRequest): Promise<void> {
    this.#shard.expectRunning();
    await this.#namespaces.register(request);
  }

  async describeNamespace({ namespace }: { readonly namespace: string }): Promise<protocol.NamespaceDescription> {
    this.#shard.expectRunning();
    return this.#namespaces.describe(namespace);
  }

  async updateNamespace(request: protocol.UpdateNamespaceRequest): Promise<protocol.NamespaceDescription> {
    this.#shard.expectRunning();
    return this.#namespaces.update(request);
  }

  async listNamespaces(request: protocol.ListNamespacesRequest): Promise<protocol.ListNamespacesResponse> {
    this.#shard.expectRunning();
    return this.#namespaces.list(request);
  }

  async deprecateNamespace({ namespace }: { readonly namespace: string }): Promise<void> {
    this.#shard.expectRunning();
    await this.#namespaces.deprecate(namespace);
  }

  async deleteNamespace({ namespace }: { readonly namespace: string }): Promise<void> {
    this.#shard.expectRunning();
    await this.#namespaces.delete(namespace);
  }

  async getEngineStatus(): Promise<protocol.EngineStatus> {
    const { end, problem, runs, alarm } = this.#shard;
    const reason = end?.error.message ?? problem;
    const { next } = alarm;
    return {
      role: 'leader',
      state: end?.state ?? (this.#isStarting || this.#shard.recovery.trouble !== undefined ? 'starting' : 'running'),
      ...(reason === undefined ? {} : { reason }),
      epoch: this.epoch,
      store: this.#store.status(),
      now: this.#clock.now(),
      loadedRuns: runs.size,
      ...(runs.quarantine.size > 0 && { damagedRuns: runs.quarantine.list() }),
      ...(Number.isFinite(next) ? { nextWake: next } : {}),
    };
  }

  async getEngineInfo(): Promise<EngineInfo> {
    const { workers, commits, runs } = this.#shard;
    return { workers: workers.list(runs.all()), commits: commits.figures.read(this.#clock.now()) };
  }

  async watchChanges({ namespace, cursor }: { readonly namespace: string; readonly cursor?: number }): ReturnType<protocol.WorkflowService['watchChanges']> {
    await this.#calls.enter(namespace);
    return this.#shard.changes.watch(namespace, cursor);
  }

  async stop(): Promise<void> {
    await this.#shard.stop();
  }
}

export type { ServiceOptions };
