/** The handle of a workflow: everything that can be done with one that was started. */
import type { BaseWorkflowHandle, QueryDefinition, SignalDefinition, UpdateDefinition, Workflow, WorkflowResultType } from '../common/definitions.ts';
import { composeInterceptors } from '../common/interceptors.ts';
import type { UpdateStage } from '../protocol/workflow-service.ts';
import { description, type WorkflowExecutionDescription } from './description.ts';
import { describeWorkflow, queryWorkflow, requestCancelWorkflow, signalWorkflow, terminateWorkflow } from './execution-calls.ts';
import { fetchHistory, type History } from './history.ts';
import type { WorkflowClientInterceptor } from './interceptors.ts';
import { type CallContext, present, type WorkflowUpdateOptions } from './options.ts';
import { workflowResult } from './result.ts';
import { startUpdate, updateHandle, type WorkflowUpdateHandle } from './updates.ts';
import type { WorkflowClient } from './workflow-client.ts';

// biome-ignore lint/suspicious/noExplicitAny: arguments of users' handlers are of any type
type Args = any[];

type UpdateArgs<A extends Args> = A extends [unknown, ...unknown[]] ? { args: A } : { args?: A };

export interface WorkflowHandle<W extends Workflow = Workflow> extends BaseWorkflowHandle<W> {
  readonly client: WorkflowClient;
  /**
   * Waits for the workflow to end.
   *
   * @throws {WorkflowFailedError} if it did not complete
   * @throws {WorkflowContinuedAsNewError} if it continued as new and `followRuns` is false
   */
  result(): Promise<WorkflowResultType<W>>;
  /** @throws {WorkflowNotFoundError} if there is no such workflow, or it is closed */
  signal<A extends Args = [], Name extends string = string>(def: SignalDefinition<A, Name> | string, ...args: A): Promise<void>;
  /**
   * Asks the workflow's handler, after all that was acknowledged before.
   *
   * @throws {QueryNotRegisteredError} if there is no handler, or it failed
   * @throws {QueryRejectedError} if the client's `queryRejectCondition` says so
   */
  query<Ret, A extends Args = []>(def: QueryDefinition<Ret, A> | string, ...args: A): Promise<Ret>;
  /** Sends an update and waits for its result. @throws {WorkflowUpdateFailedError} if it was rejected or failed */
  executeUpdate<Ret, A extends Args, Name extends string = string>(
    def: UpdateDefinition<Ret, A, Name> | string,
    ...options: A extends [unknown, ...unknown[]] ? [WorkflowUpdateOptions & { args: A }] : [(WorkflowUpdateOptions & { args?: A })?]
  ): Promise<Ret>;
  /** Sends an update and waits until it is accepted or rejected. */
  startUpdate<Ret, A extends Args, Name extends string = string>(
    def: UpdateDefinition<Ret, A, Name> | string,
    options: WorkflowUpdateOptions & UpdateArgs<A> & { waitForStage: 'ACCEPTED' },
  ): Promise<WorkflowUpdateHandle<Ret>>;
  getUpdateHandle<Ret>(updateId: string, options?: { workflowRunId?: string }): WorkflowUpdateHandle<Ret>;
  /** Asks the workflow to cancel itself; it may clean up, or go on. */
  cancel(): Promise<void>;
  /** Ends the workflow at once, without its code having a say. */
  terminate(reason?: string): Promise<void>;
  describe(): Promise<WorkflowExecutionDescription>;
  fetchHistory(): Promise<History>;
}

export interface WorkflowHandleWithFirstExecutionRunId<W extends Workflow = Workflow> extends WorkflowHandle<W> {
  readonly firstExecutionRunId: string;
}
export interface WorkflowHandleWithStartDetails<W extends Workflow = Workflow> extends WorkflowHandleWithFirstExecutionRunId<W> {
  readonly eagerlyStarted: boolean;
}
export interface WorkflowHandleWithSignaledRunId<W extends Workflow = Workflow> extends WorkflowHandle<W> {
  readonly signaledRunId: string;
}

export interface WorkflowHandleOptions {
  readonly client: WorkflowClient;
  readonly call: CallContext;
  readonly interceptors: readonly WorkflowClientInterceptor[];
  readonly workflowId: string;
  /** The run to talk to; without it, the one that is open. */
  readonly runId?: string | undefined;
  readonly firstExecutionRunId?: string | undefined;
  /** The run whose result is asked for. */
  readonly runIdForResult?: string | undefined;
  readonly followRuns: boolean;
}

export function createWorkflowHandle<W extends Workflow>(options: WorkflowHandleOptions): WorkflowHandle<W> {
  const { client, call, interceptors, workflowId } = options;
  const workflowExecution = { workflowId, ...present({ runId: options.runId }) };
  const chain = present({ firstExecutionRunId: options.firstExecutionRunId });

  const update = async <Ret>(def: { readonly name: string } | string, stage: UpdateStage, { args = [], ...rest }: WorkflowUpdateOptions & { args?: Args }) => {
    const start = composeInterceptors(interceptors, 'startUpdate', (input) => startUpdate(call, stage, input));
    const { updateId } = rest;
    const { workflowRunId, outcome, ...output } = await start({
      workflowExecution,
      ...chain,
      updateName: nameOf(def),
      args,
      headers: {},
      options: present({ updateId }),
    });
    return updateHandle<Ret>(call, output.updateId, { workflowId, ...present({ runId: workflowRunId }) }, outcome);
  };

  return {
    client,
    workflowId,
    async result() {
      return (await workflowResult(call, { workflowId, ...present({ runId: options.runIdForResult }) }, options.followRuns)) as WorkflowResultType<W>;
    },
    async signal(def, ...args) {
      const signal = composeInterceptors(interceptors, 'signal', (input) => signalWorkflow(call, input));
      await signal({ workflowExecution, signalName: nameOf(def), args, headers: {} });
    },
    async query<Ret>(def: { readonly name: string } | string, ...args: Args) {
      const query = composeInterceptors(interceptors, 'query', (input) => queryWorkflow(call, input));
      return (await query({ workflowExecution, queryType: nameOf(def), args, headers: {}, queryRejectCondition: call.queryRejectCondition })) as Ret;
    },
    async executeUpdate<Ret>(def: { readonly name: string } | string, given?: WorkflowUpdateOptions & { args?: Args }) {
      const handle = await update<Ret>(def, 'COMPLETED', given ?? {});
      return handle.result();
    },
    startUpdate<Ret>(def: { readonly name: string } | string, given: WorkflowUpdateOptions & { args?: Args; waitForStage: 'ACCEPTED' }) {
      const { waitForStage, ...rest } = given;
      return update<Ret>(def, waitForStage, rest);
    },
    getUpdateHandle(updateId, given) {
      return updateHandle(call, updateId, { workflowId, ...present({ runId: given?.workflowRunId ?? options.runId }) });
    },
    async cancel() {
      const cancel = composeInterceptors(interceptors, 'cancel', (input) => requestCancelWorkflow(call, input));
      await cancel({ workflowExecution, ...chain });
    },
    async terminate(reason) {
      const terminate = composeInterceptors(interceptors, 'terminate', (input) => terminateWorkflow(call, input));
      await terminate({ workflowExecution, ...chain, ...present({ reason }) });
    },
    async describe() {
      const describe = composeInterceptors(interceptors, 'describe', (input) => describeWorkflow(call, input));
      return description(await describe({ workflowExecution }), call.dataConverter);
    },
    fetchHistory() {
      return fetchHistory(call, workflowExecution);
    },
  };
}

export const nameOf = (def: { readonly name: string } | string): string => (typeof def === 'string' ? def : def.name);
