/** `WorkflowInfo`, made from what initialises a run. */
import { decompileRetryPolicy } from '../common/retry-options.ts';
import { decodeSearchAttributes, decodeTypedSearchAttributes } from '../common/search-attributes.ts';
import { fromWire, fromWireMap } from '../common/wire.ts';
import type { InitializeWorkflow, WorkflowActivation } from '../protocol/activation.ts';
import type { Activator } from './activator.ts';
import { HostDate, hostNow, hostRandom } from './host.ts';
import type { UnsafeRandomSource, WorkflowInfo } from './options.ts';
import { fillFrom, uuid4From } from './random.ts';

const unsafeRandom: UnsafeRandomSource = {
  random: hostRandom,
  uuid4: () => uuid4From(hostRandom),
  fillRandom: (bytes) => fillFrom(hostRandom, bytes),
};
// Functions are left out of JSON; an object of them would be an empty one.
Object.defineProperty(unsafeRandom, 'toJSON', { value: () => undefined, enumerable: true });

export function workflowInfoOf(
  init: InitializeWorkflow,
  activation: WorkflowActivation,
  { payloadConverter, failureConverter, context }: Activator,
): WorkflowInfo {
  const { isReplaying, runId } = activation;
  const lastResult = init.lastCompletionResult?.[0];
  const retryPolicy = decompileRetryPolicy(init.retryPolicy);
  return {
    workflowId: init.workflowId,
    runId,
    workflowType: init.workflowType,
    searchAttributes: decodeSearchAttributes(init.searchAttributes),
    typedSearchAttributes: decodeTypedSearchAttributes(init.searchAttributes),
    memo: fromWireMap(payloadConverter, init.memo, context),
    ...(init.parentWorkflowInfo && { parent: init.parentWorkflowInfo }),
    ...(init.rootWorkflow && { root: init.rootWorkflow }),
    ...(lastResult && { lastResult: fromWire(payloadConverter, lastResult, context) }),
    ...(init.continuedFailure && { lastFailure: failureConverter.failureToError(init.continuedFailure, payloadConverter, context) }),
    historyLength: activation.historyLength,
    historySize: activation.historySize,
    continueAsNewSuggested: activation.continueAsNewSuggested,
    taskQueue: init.taskQueue,
    namespace: init.namespace,
    firstExecutionRunId: init.firstExecutionRunId,
    originalExecutionRunId: init.randomnessSeed,
    ...(init.continuedFromExecutionRunId && { continuedFromExecutionRunId: init.continuedFromExecutionRunId }),
    startTime: new HostDate(init.startTime),
    runStartTime: new HostDate(init.runStartTime),
    ...(init.workflowExecutionTimeout && { executionTimeoutMs: init.workflowExecutionTimeout }),
    ...(init.workflowExecutionExpirationTime && { executionExpirationTime: new HostDate(init.workflowExecutionExpirationTime) }),
    ...(init.workflowRunTimeout && { runTimeoutMs: init.workflowRunTimeout }),
    taskTimeoutMs: init.workflowTaskTimeout,
    ...(retryPolicy && { retryPolicy }),
    attempt: init.attempt,
    ...(init.cronSchedule && { cronSchedule: init.cronSchedule }),
    ...(init.cronScheduleToScheduleInterval && { cronScheduleToScheduleInterval: init.cronScheduleToScheduleInterval }),
    unsafe: { now: hostNow, isReplaying, isReplayingHistoryEvents: isReplaying, random: unsafeRandom },
  };
}
