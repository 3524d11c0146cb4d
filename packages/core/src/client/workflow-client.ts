/** The client of workflows: starts them, and makes handles of those that are there. */
import { extractWorkflowType, type UpdateDefinition, type WithWorkflowArgs, type Workflow, type WorkflowResultType } from '../common/definitions.ts';
import type { QueryRejectCondition } from '../common/enums.ts';
import { composeInterceptors } from '../common/interceptors.ts';
import type { StartWorkflowExecutionResponse, UpdateStage } from '../protocol/workflow-service.ts';
import { BaseClient } from './base-client.ts';
import { interceptorsOf, type WorkflowClientInterceptor, type WorkflowClientInterceptors, type WorkflowStartOutput } from './interceptors.ts';
import { type AsyncWorkflowListIterable, type CountWorkflowExecution, countWorkflows, listWorkflows } from './list.ts';
import {
  type BaseClientOptions,
  compileWorkflowOptions,
  type GetWorkflowHandleOptions,
  type ListOptions,
  present,
  type WorkflowResultOptions,
  type WorkflowSignalWithStartOptions,
  type WorkflowStartOptions,
  type WorkflowUpdateOptions,
} from './options.ts';
import { workflowResult } from './result.ts';
import { signalWithStartWorkflow, startWorkflow } from './start.ts';
import { startUpdateWithStart, updateHandle, type WorkflowUpdateHandle } from './updates.ts';
import type { WithStartWorkflowOperation } from './with-start.ts';
import {
  createWorkflowHandle,
  nameOf,
  type WorkflowHandle,
  type WorkflowHandleOptions,
  type WorkflowHandleWithSignaledRunId,
  type WorkflowHandleWithStartDetails,
} from './workflow-handle.ts';

export interface WorkflowClientOptions extends BaseClientOptions {
  interceptors?: WorkflowClientInterceptor[] | WorkflowClientInterceptors;
  /** @defaultValue NONE */
  queryRejectCondition?: QueryRejectCondition;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments of users' handlers are of any type
type Args = any[];

type UpdateWithStartOptions<W extends Workflow, A extends Args> = WorkflowUpdateOptions & { args?: A; startWorkflowOperation: WithStartWorkflowOperation<W> };

export class WorkflowClient extends BaseClient {
  readonly #interceptors: WorkflowClientOptions['interceptors'];

  constructor(options: WorkflowClientOptions) {
    super(options, options.queryRejectCondition);
    this.#interceptors = options.interceptors;
  }

  /**
   * Starts a workflow.
   *
   * @param workflow its function, or the name under which the worker knows it
   * @returns once the start is durable
   * @throws {WorkflowExecutionAlreadyStartedError} if the id is taken
   */
  async start<W extends Workflow>(workflow: string | W, options: WorkflowStartOptions<W>): Promise<WorkflowHandleWithStartDetails<W>> {
    const { runId, eagerlyStarted } = await this.#start(workflow, options);
    // No run id: the handle goes on working when the workflow continues as new.
    const handle = this.#handle<W>({
      workflowId: options.workflowId,
      firstExecutionRunId: runId,
      runIdForResult: runId,
      followRuns: options.followRuns ?? true,
    });
    return Object.assign(handle, { firstExecutionRunId: runId, eagerlyStarted });
  }

  /** Starts a workflow and waits for its result. Throws as `start` and `result` do. */
  async execute<W extends Workflow>(workflow: string | W, options: WorkflowStartOptions<W>): Promise<WorkflowResultType<W>> {
    const { runId } = await this.#start(workflow, options);
    return this.result<W>(options.workflowId, runId, present({ followRuns: options.followRuns }));
  }

  /** Signals the open run of the id, or starts one whose second event is the signal: one or the other, atomically. */
  async signalWithStart<W extends Workflow, SignalArgs extends Args = []>(
    workflow: string | W,
    options: WithWorkflowArgs<W, WorkflowSignalWithStartOptions<SignalArgs>>,
  ): Promise<WorkflowHandleWithSignaledRunId<W>> {
    const { signal, signalArgs, ...rest } = options as WorkflowSignalWithStartOptions<Args> & { args?: Args };
    const { workflowId } = rest;
    const compiled = compileWorkflowOptions(rest);
    const send = composeInterceptors(interceptorsOf(this.#interceptors, { workflowId }), 'signalWithStart', (input) =>
      signalWithStartWorkflow(this.call, input),
    );
    const input = { workflowType: extractWorkflowType(workflow), signalName: nameOf(signal), signalArgs: signalArgs ?? [], headers: {}, options: compiled };
    const signaledRunId = await send(input);
    return Object.assign(this.#handle<W>({ workflowId, runIdForResult: signaledRunId, followRuns: rest.followRuns ?? true }), { signaledRunId });
  }

  /**
   * Waits for a workflow to end.
   *
   * @param runId without it, the run that is open now or was the last
   */
  async result<W extends Workflow>(workflowId: string, runId?: string, options: WorkflowResultOptions = {}): Promise<WorkflowResultType<W>> {
    return (await workflowResult(this.call, { workflowId, ...present({ runId }) }, options.followRuns ?? true)) as WorkflowResultType<W>;
  }

  /** Sends nothing: whether there is such a workflow shows when the handle is used. */
  getHandle<W extends Workflow>(workflowId: string, runId?: string, options: GetWorkflowHandleOptions = {}): WorkflowHandle<W> {
    const { firstExecutionRunId, followRuns = true } = options;
    return this.#handle<W>({ workflowId, runId, firstExecutionRunId, runIdForResult: runId ?? firstExecutionRunId, followRuns });
  }

  list(options: ListOptions = {}): AsyncWorkflowListIterable {
    return listWorkflows(this.call, options);
  }

  async count(query?: string): Promise<CountWorkflowExecution> {
    return countWorkflows(this.call, query);
  }

  /** Starts or finds a workflow, sends it an update and waits for the update's result. */
  async executeUpdateWithStart<W extends Workflow, Ret, A extends Args>(
    update: UpdateDefinition<Ret, A> | string,
    options: UpdateWithStartOptions<W, A>,
  ): Promise<Ret> {
    const handle = await this.#startUpdateWithStart<W, Ret>(nameOf(update), 'COMPLETED', options);
    return handle.result();
  }

  /** As `executeUpdateWithStart`, but waits only until the update is accepted or rejected. */
  startUpdateWithStart<W extends Workflow, Ret, A extends Args>(
    update: UpdateDefinition<Ret, A> | string,
    options: UpdateWithStartOptions<W, A> & { waitForStage: 'ACCEPTED' },
  ): Promise<WorkflowUpdateHandle<Ret>> {
    return this.#startUpdateWithStart<W, Ret>(nameOf(update), options.waitForStage, options);
  }

  async #start<W extends Workflow>(workflow: string | W, options: WorkflowStartOptions<W>): Promise<WorkflowStartOutput> {
    const workflowType = extractWorkflowType(workflow);
    const compiled = compileWorkflowOptions(options);
    const start = composeInterceptors(interceptorsOf(this.#interceptors, { workflowId: options.workflowId }), 'startWithDetails', async (input) => {
      const { runId } = await startWorkflow(this.call, input);
      return { runId, eagerlyStarted: false };
    });
    return start({ workflowType, options: compiled, headers: {} });
  }

  async #startUpdateWithStart<W extends Workflow, Ret>(
    updateName: string,
    stage: UpdateStage,
    { args, updateId, startWorkflowOperation: operation }: UpdateWithStartOptions<W, Args>,
  ): Promise<WorkflowUpdateHandle<Ret>> {
    const settle = operation.begin();
    try {
      const options = compileWorkflowOptions(operation.options);
      const { workflowId } = options;
      const onStart = ({ runId }: StartWorkflowExecutionResponse) =>
        settle.resolve(this.#handle<W>({ workflowId, firstExecutionRunId: runId, runIdForResult: runId, followRuns: options.followRuns ?? true }));
      const send = composeInterceptors(interceptorsOf(this.#interceptors, { workflowId }), 'startUpdateWithStart', (input) =>
        startUpdateWithStart(this.call, stage, input, onStart),
      );
      const output = await send({
        workflowType: extractWorkflowType(operation.workflow),
        workflowStartOptions: options,
        workflowStartHeaders: {},
        updateName,
        updateArgs: args ?? [],
        updateOptions: present({ updateId }),
        updateHeaders: {},
      });
      return updateHandle<Ret>(this.call, output.updateId, output.workflowExecution, output.updateOutcome);
    } catch (error) {
      settle.reject(error); // without effect once the workflow was started
      throw error;
    }
  }

  #handle<W extends Workflow>(options: Omit<WorkflowHandleOptions, 'client' | 'call' | 'interceptors'>): WorkflowHandle<W> {
    const { workflowId, runId } = options;
    return createWorkflowHandle<W>({
      ...options,
      client: this,
      call: this.call,
      interceptors: interceptorsOf(this.#interceptors, { workflowId, ...present({ runId }) }),
    });
  }
}
