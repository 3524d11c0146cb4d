/** Starting workflows: `start` and `signalWithStart` as requests. */
import { encodeMapToPayloads, encodeToPayloads } from '../common/data-converter.ts';
import { decodeWorkflowIdConflictPolicy, decodeWorkflowIdReusePolicy, encodeWorkflowIdConflictPolicy, encodeWorkflowIdReusePolicy } from '../common/enums.ts';
import { WorkflowExecutionAlreadyStartedError } from '../common/failures.ts';
import type { Headers } from '../common/interceptors.ts';
import type { PayloadMap } from '../common/payload.ts';
import type { SerializationContext } from '../common/payload-converter.ts';
import { compileRetryPolicy } from '../common/retry-options.ts';
import { uuid } from '../common/rng.ts';
import { encodeSearchAttributes } from '../common/search-attributes.ts';
import { isServiceError } from '../common/service-error.ts';
import { payloadToWire } from '../common/wire.ts';
import type { StartWorkflowExecutionRequest, StartWorkflowExecutionResponse } from '../protocol/workflow-service.ts';
import { rethrow } from './errors.ts';
import type { WorkflowSignalWithStartInput, WorkflowStartInput } from './interceptors.ts';
import { type CallContext, present } from './options.ts';

export const workflowContext = ({ namespace }: CallContext, workflowId: string): SerializationContext => ({ type: 'workflow', namespace, workflowId });

export async function startWorkflow(call: CallContext, input: WorkflowStartInput): Promise<StartWorkflowExecutionResponse> {
  const request = await startRequest(call, input);
  try {
    return await call.service.startWorkflowExecution(request);
  } catch (error) {
    return rethrowOfStart(call, error, request, 'Failed to start Workflow');
  }
}

export async function signalWithStartWorkflow(call: CallContext, input: WorkflowSignalWithStartInput): Promise<string> {
  const start = await startRequest(call, input);
  const signalInput = await encodeToPayloads(call.dataConverter, input.signalArgs, workflowContext(call, start.workflowId));
  try {
    const { runId } = await call.service.signalWithStartWorkflowExecution({ ...start, signalName: input.signalName, ...present({ signalInput }) });
    return runId;
  } catch (error) {
    return rethrowOfStart(call, error, start, 'Failed to signalWithStart Workflow');
  }
}

/** Absent where there are none. Headers pass no codec: interceptors wrote them as payloads. */
export function headerFields(headers: Headers): { readonly header?: PayloadMap } {
  const entries = Object.entries(headers).map(([name, payload]) => [name, payloadToWire(payload)] as const);
  return entries.length === 0 ? {} : { header: Object.fromEntries(entries) };
}

export async function startRequest(call: CallContext, { workflowType, headers, options }: WorkflowStartInput): Promise<StartWorkflowExecutionRequest> {
  const { namespace, identity, dataConverter, rng } = call;
  const { workflowId, taskQueue, memo, retry } = options;
  const context = workflowContext(call, workflowId);
  const searchAttributes = encodeSearchAttributes(options.searchAttributes, options.typedSearchAttributes);
  return {
    namespace,
    identity,
    requestId: uuid(rng),
    workflowId,
    workflowType,
    taskQueue,
    ...headerFields(headers),
    ...present({
      input: await encodeToPayloads(dataConverter, options.args, context),
      workflowExecutionTimeout: options.workflowExecutionTimeout,
      workflowRunTimeout: options.workflowRunTimeout,
      workflowTaskTimeout: options.workflowTaskTimeout,
      workflowStartDelay: options.startDelay,
      // There and back: checks the value, and shortens a deprecated spelling.
      workflowIdReusePolicy: decodeWorkflowIdReusePolicy(encodeWorkflowIdReusePolicy(options.workflowIdReusePolicy)),
      workflowIdConflictPolicy: decodeWorkflowIdConflictPolicy(encodeWorkflowIdConflictPolicy(options.workflowIdConflictPolicy)),
      retryPolicy: retry && compileRetryPolicy(retry),
      cronSchedule: options.cronSchedule || undefined,
      memo: memo && (await encodeMapToPayloads(dataConverter, memo, context)),
      searchAttributes: Object.keys(searchAttributes).length > 0 ? searchAttributes : undefined,
    }),
  };
}

export function rethrowOfStart({ namespace }: CallContext, error: unknown, { workflowId, workflowType }: StartWorkflowExecutionRequest, doing: string): never {
  if (isServiceError(error, 'AlreadyStarted')) throw new WorkflowExecutionAlreadyStartedError('Workflow execution already started', workflowId, workflowType);
  rethrow(error, doing, { workflowId }, namespace);
}
