/** Updates: sending them, waiting for their outcome, and starting a workflow together with one. */
import { decodeFailureToError, decodeFromPayloadsAtIndex, encodeToPayloads } from '../common/data-converter.ts';
import { uuid } from '../common/rng.ts';
import { isServiceError } from '../common/service-error.ts';
import type { UpdateOutcome, WorkflowExecutionRef } from '../history/events.ts';
import type { StartWorkflowExecutionResponse, UpdateStage, UpdateWorkflowExecutionRequest } from '../protocol/workflow-service.ts';
import { rethrowOfUpdate, WorkflowUpdateFailedError } from './errors.ts';
import type {
  WorkflowStartUpdateInput,
  WorkflowStartUpdateOutput,
  WorkflowStartUpdateWithStartInput,
  WorkflowStartUpdateWithStartOutput,
} from './interceptors.ts';
import { type CallContext, present } from './options.ts';
import { headerFields, rethrowOfStart, startRequest, workflowContext } from './start.ts';

export interface WorkflowUpdateHandle<Ret> {
  readonly updateId: string;
  readonly workflowId: string;
  readonly workflowRunId?: string;
  /**
   * Waits for the update to complete.
   *
   * @throws {WorkflowUpdateFailedError} if it was rejected or failed
   */
  result(): Promise<Ret>;
}

export function updateHandle<Ret>(call: CallContext, updateId: string, execution: WorkflowExecutionRef, known?: UpdateOutcome): WorkflowUpdateHandle<Ret> {
  const { workflowId, runId } = execution;
  return {
    updateId,
    workflowId,
    ...(runId === undefined ? undefined : { workflowRunId: runId }),
    async result() {
      const outcome = known ?? (await pollUpdate(call, updateId, execution));
      const context = workflowContext(call, workflowId);
      if ('failure' in outcome)
        throw new WorkflowUpdateFailedError('Workflow Update failed', await decodeFailureToError(call.dataConverter, outcome.failure, context));
      return (await decodeFromPayloadsAtIndex(call.dataConverter, 0, outcome.success, context)) as Ret;
    },
  };
}

/** Sends the update until it is accepted at least; a repetition with the same id asks for the same update. */
export async function startUpdate(call: CallContext, stage: UpdateStage, input: WorkflowStartUpdateInput): Promise<WorkflowStartUpdateOutput> {
  const request = await updateRequest(call, stage === 'COMPLETED' ? 'COMPLETED' : 'ACCEPTED', input);
  try {
    for (;;) {
      const { stage: reached, workflowExecution, outcome } = await call.service.updateWorkflowExecution(request);
      if (reached === 'ADMITTED') continue;
      return { updateId: request.updateId, ...present({ workflowRunId: workflowExecution.runId, outcome }) };
    }
  } catch (error) {
    rethrowOfUpdate(error, 'Workflow Update failed', input.workflowExecution, call.namespace);
  }
}

/**
 * Starts the workflow, or finds it, and sends it the update, in one request.
 *
 * @param onStart told of the run once it is there and the update has come as far as is wanted
 */
export async function startUpdateWithStart(
  call: CallContext,
  stage: UpdateStage,
  input: WorkflowStartUpdateWithStartInput,
  onStart: (response: StartWorkflowExecutionResponse) => void,
): Promise<WorkflowStartUpdateWithStartOutput> {
  const { workflowType, workflowStartOptions: options, workflowStartHeaders: headers, updateName, updateArgs: args, updateOptions, updateHeaders } = input;
  const { workflowId } = options;
  const start = await startRequest(call, { workflowType, options, headers });
  const waitStage = stage === 'COMPLETED' ? 'COMPLETED' : 'ACCEPTED';
  const update = { workflowExecution: { workflowId }, updateName, args, headers: updateHeaders, options: updateOptions };
  const { namespace: _, workflowExecution: __, ...request } = await updateRequest(call, waitStage, update);
  try {
    const response = await call.service.updateWithStartWorkflowExecution({ start, update: request });
    onStart(response.start);
    const { workflowExecution, updateId, outcome } = response.update;
    const runId = workflowExecution.runId ?? response.start.runId;
    return { workflowExecution: { workflowId, runId }, updateId, ...(outcome === undefined ? undefined : { updateOutcome: outcome }) };
  } catch (error) {
    if (isServiceError(error, 'AlreadyStarted')) rethrowOfStart(call, error, start, 'Failed to start Workflow');
    rethrowOfUpdate(error, 'Workflow Update failed', { workflowId }, call.namespace);
  }
}

async function pollUpdate({ service, namespace }: CallContext, updateId: string, workflowExecution: WorkflowExecutionRef): Promise<UpdateOutcome> {
  try {
    for (;;) {
      const { outcome } = await service.pollWorkflowExecutionUpdate({ namespace, workflowExecution, updateId, waitStage: 'COMPLETED' });
      if (outcome) return outcome;
    }
  } catch (error) {
    rethrowOfUpdate(error, 'Workflow Update Poll failed', workflowExecution, namespace);
  }
}

async function updateRequest(call: CallContext, waitStage: UpdateStage, input: WorkflowStartUpdateInput): Promise<UpdateWorkflowExecutionRequest> {
  const { updateName, workflowExecution, firstExecutionRunId, headers, options } = input;
  const args = await encodeToPayloads(call.dataConverter, input.args, workflowContext(call, workflowExecution.workflowId));
  return {
    namespace: call.namespace,
    identity: call.identity,
    workflowExecution,
    updateId: options.updateId ?? uuid(call.rng),
    updateName,
    waitStage,
    ...headerFields(headers),
    ...present({ args, firstExecutionRunId }),
  };
}
