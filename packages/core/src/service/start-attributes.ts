/** What the first event of a run says, from the request, or from the parent, that starts it. */
import type { Millis } from '../common/brand.ts';
import { completeRetryPolicy } from '../common/retry-policy.ts';
import type { EngineCommands } from '../engine/command.ts';
import type { EventAttributes } from '../history/events.ts';
import type { SignalWithStartWorkflowExecutionRequest, StartWorkflowExecutionRequest } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';

type Started = EngineCommands['StartWorkflowExecution']['started'];
export type Signal = NonNullable<EngineCommands['StartWorkflowExecution']['signal']> & { readonly requestId: string };
/** Whose child a run is. */
export type Family = Pick<Started, 'parentWorkflowNamespace' | 'parentWorkflowExecution' | 'parentInitiatedEventId' | 'rootWorkflowExecution'>;

export const signalOf = ({ signalName, signalInput, identity, header, requestId }: SignalWithStartWorkflowExecutionRequest): Signal => ({
  signalName,
  ...(signalInput ? { input: signalInput } : {}),
  ...(identity === undefined ? {} : { identity }),
  ...(header ? { header } : {}),
  requestId,
});

export function familyOf({ namespace, workflowId, runId, state }: LoadedRun, parentInitiatedEventId: number): Family {
  const parent = { workflowId, runId };
  return {
    parentWorkflowNamespace: namespace,
    parentWorkflowExecution: parent,
    parentInitiatedEventId,
    rootWorkflowExecution: state.root ?? parent,
  };
}

export function startOfChild(
  { namespace }: LoadedRun,
  attributes: EventAttributes['StartChildWorkflowExecutionInitiated'],
  requestId: string,
): StartWorkflowExecutionRequest {
  const { namespace: _, parentClosePolicy: __, workflowTaskCompletedEventId: ___, ...options } = attributes;
  return { ...options, namespace, requestId };
}

export function startedBy(request: StartWorkflowExecutionRequest, now: Millis): Started {
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
