/** Calls to a workflow that is there: signal, query, cancel, terminate, describe, as requests and with their errors. */
import { decodeFailureToError, decodeFromPayloadsAtIndex, encodeToPayloads } from '../common/data-converter.ts';
import { decodeQueryRejectCondition, encodeQueryRejectCondition } from '../common/enums.ts';
import { uuid } from '../common/rng.ts';
import { isServiceError } from '../common/service-error.ts';
import type { DescribeWorkflowExecutionResponse } from '../protocol/workflow-service.ts';
import { QueryNotRegisteredError, QueryRejectedError, rethrow } from './errors.ts';
import type { WorkflowCancelInput, WorkflowDescribeInput, WorkflowQueryInput, WorkflowSignalInput, WorkflowTerminateInput } from './interceptors.ts';
import { type CallContext, present } from './options.ts';
import { headerFields, workflowContext } from './start.ts';
import { statusCode } from './status.ts';

export async function signalWorkflow(call: CallContext, { signalName, args, workflowExecution, headers }: WorkflowSignalInput): Promise<void> {
  const { namespace, identity, dataConverter, rng, service } = call;
  const input = await encodeToPayloads(dataConverter, args, workflowContext(call, workflowExecution.workflowId));
  try {
    await service.signalWorkflowExecution({
      namespace,
      identity,
      workflowExecution,
      signalName,
      requestId: uuid(rng),
      ...headerFields(headers),
      ...present({ input }),
    });
  } catch (error) {
    rethrow(error, 'Failed to signal Workflow', workflowExecution, namespace);
  }
}

export async function queryWorkflow(call: CallContext, input: WorkflowQueryInput): Promise<unknown> {
  const { namespace, dataConverter, service } = call;
  const { queryType, workflowExecution } = input;
  const context = workflowContext(call, workflowExecution.workflowId);
  const queryArgs = await encodeToPayloads(dataConverter, input.args, context);
  const queryRejectCondition = decodeQueryRejectCondition(encodeQueryRejectCondition(input.queryRejectCondition));
  const request = { namespace, workflowExecution, queryType, ...headerFields(input.headers), ...present({ queryArgs, queryRejectCondition }) };
  const { result } = await service.queryWorkflow(request).catch((error: unknown) => rethrowOfQuery(call, error, input));
  return decodeFromPayloadsAtIndex(dataConverter, 0, result, context);
}

export async function requestCancelWorkflow(
  { namespace, identity, rng, service }: CallContext,
  { workflowExecution, firstExecutionRunId }: WorkflowCancelInput,
): Promise<void> {
  try {
    await service.requestCancelWorkflowExecution({ namespace, identity, requestId: uuid(rng), workflowExecution, ...present({ firstExecutionRunId }) });
  } catch (error) {
    rethrow(error, 'Failed to cancel workflow', workflowExecution, namespace);
  }
}

export async function terminateWorkflow(
  call: CallContext,
  { workflowExecution, firstExecutionRunId, reason, details: values }: WorkflowTerminateInput,
): Promise<void> {
  const { namespace, identity, dataConverter, service } = call;
  const details = await encodeToPayloads(dataConverter, values ?? [], workflowContext(call, workflowExecution.workflowId));
  try {
    await service.terminateWorkflowExecution({ namespace, identity, workflowExecution, ...present({ firstExecutionRunId, reason, details }) });
  } catch (error) {
    rethrow(error, 'Failed to terminate Workflow', workflowExecution, namespace);
  }
}

export async function describeWorkflow(
  { namespace, service }: CallContext,
  { workflowExecution }: WorkflowDescribeInput,
): Promise<DescribeWorkflowExecutionResponse> {
  try {
    return await service.describeWorkflowExecution({ namespace, workflowExecution });
  } catch (error) {
    rethrow(error, 'Failed to describe workflow', workflowExecution, namespace);
  }
}

async function rethrowOfQuery(call: CallContext, error: unknown, { workflowExecution }: WorkflowQueryInput): Promise<never> {
  if (isServiceError(error, 'QueryFailed')) {
    const { failure } = error.details;
    const cause = failure && (await decodeFailureToError(call.dataConverter, failure, workflowContext(call, workflowExecution.workflowId)));
    throw new QueryNotRegisteredError(cause?.message || error.message, { cause: cause ?? error });
  }
  if (isServiceError(error, 'QueryRejected')) {
    const status = error.details.status ?? 'UNSPECIFIED';
    throw new QueryRejectedError(statusCode(status), status);
  }
  rethrow(error, 'Failed to query Workflow', workflowExecution, call.namespace);
}
