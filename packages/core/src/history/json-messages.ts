/** The messages that events hold, in protobuf's JSON: names of types and queues, executions, failures, retry policies, updates. */
import type { Failure, RetryState, TimeoutType } from '../common/failure.ts';
import { completeRetryPolicy, type RetryPolicy } from '../common/retry-policy.ts';
import type {
  ContinueAsNewInitiator,
  ParentClosePolicy,
  SdkMetadata,
  UpdateOutcome,
  UpdateRequest,
  WorkflowExecutionRef,
  WorkflowIdReusePolicy,
  WorkflowTaskFailedCause,
} from './events.ts';
import {
  type Codec,
  duration,
  eventId,
  flag,
  HistoryFormatError,
  isJsonObject,
  type JsonObject,
  lazily,
  listOf,
  message,
  needed,
  number,
  oneOf,
  orElse,
  text,
  timeout,
  wrapped,
} from './json-codec.ts';
import { header, payload, payloads } from './json-payload.ts';

export const retryState: Codec<RetryState> = oneOf('RETRY_STATE', {
  IN_PROGRESS: 1,
  NON_RETRYABLE_FAILURE: 1,
  TIMEOUT: 1,
  MAXIMUM_ATTEMPTS_REACHED: 1,
  RETRY_POLICY_NOT_SET: 1,
  INTERNAL_SERVER_ERROR: 1,
  CANCEL_REQUESTED: 1,
});
export const timeoutType: Codec<TimeoutType> = oneOf('TIMEOUT_TYPE', { START_TO_CLOSE: 1, SCHEDULE_TO_START: 1, SCHEDULE_TO_CLOSE: 1, HEARTBEAT: 1 });
export const initiator: Codec<ContinueAsNewInitiator> = oneOf('CONTINUE_AS_NEW_INITIATOR', { WORKFLOW: 1, RETRY: 1, CRON_SCHEDULE: 1 });
export const parentClosePolicy: Codec<ParentClosePolicy> = oneOf('PARENT_CLOSE_POLICY', { TERMINATE: 1, ABANDON: 1, REQUEST_CANCEL: 1 });
export const workflowIdReusePolicy: Codec<WorkflowIdReusePolicy> = oneOf('WORKFLOW_ID_REUSE_POLICY', {
  ALLOW_DUPLICATE: 1,
  ALLOW_DUPLICATE_FAILED_ONLY: 1,
  REJECT_DUPLICATE: 1,
  TERMINATE_IF_RUNNING: 1,
});
export const workflowTaskFailedCause: Codec<WorkflowTaskFailedCause> = oneOf('WORKFLOW_TASK_FAILED_CAUSE', {
  UNHANDLED_COMMAND: 1,
  BAD_SCHEDULE_ACTIVITY_ATTRIBUTES: 1,
  BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES: 1,
  BAD_START_TIMER_ATTRIBUTES: 1,
  BAD_CANCEL_TIMER_ATTRIBUTES: 1,
  BAD_RECORD_MARKER_ATTRIBUTES: 1,
  BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES: 1,
  BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES: 1,
  BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES: 1,
  BAD_CONTINUE_AS_NEW_ATTRIBUTES: 1,
  START_TIMER_DUPLICATE_ID: 1,
  RESET_STICKY_TASK_QUEUE: 1,
  WORKFLOW_WORKER_UNHANDLED_FAILURE: 1,
  BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES: 1,
  BAD_START_CHILD_EXECUTION_ATTRIBUTES: 1,
  FORCE_CLOSE_COMMAND: 1,
  FAILOVER_CLOSE_COMMAND: 1,
  BAD_SIGNAL_INPUT_SIZE: 1,
  RESET_WORKFLOW: 1,
  BAD_BINARY: 1,
  SCHEDULE_ACTIVITY_DUPLICATE_ID: 1,
  BAD_SEARCH_ATTRIBUTES: 1,
  NON_DETERMINISTIC_ERROR: 1,
  BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES: 1,
  PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED: 1,
  PENDING_ACTIVITIES_LIMIT_EXCEEDED: 1,
  PENDING_SIGNALS_LIMIT_EXCEEDED: 1,
  PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED: 1,
  BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE: 1,
  UNHANDLED_UPDATE: 1,
  PAYLOADS_TOO_LARGE: 1,
  GRPC_MESSAGE_TOO_LARGE: 1,
});
export const startChildFailedCause: Codec<'WORKFLOW_ALREADY_EXISTS' | 'NAMESPACE_NOT_FOUND'> = oneOf('START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE', {
  WORKFLOW_ALREADY_EXISTS: 1,
  NAMESPACE_NOT_FOUND: 1,
});
export const signalExternalFailedCause: Codec<'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND' | 'NAMESPACE_NOT_FOUND' | 'SIGNAL_COUNT_LIMIT_EXCEEDED'> = oneOf(
  'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE',
  { EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND: 1, NAMESPACE_NOT_FOUND: 1, SIGNAL_COUNT_LIMIT_EXCEEDED: 1 },
);
export const cancelExternalFailedCause: Codec<'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND' | 'NAMESPACE_NOT_FOUND'> = oneOf(
  'CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE',
  {
    EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND: 1,
    NAMESPACE_NOT_FOUND: 1,
  },
);
export const updateOrigin: Codec<'REAPPLY'> = oneOf('UPDATE_ADMITTED_EVENT_ORIGIN', { REAPPLY: 1 });

/** A workflow type or an activity type. */
export const typeName: Codec<string> = wrapped('name', text);

/** A sticky queue (one process's cache in Temporal) is read as a queue like any other: nothing is dispatched from it again. */
export const taskQueue: Codec<string> = {
  write: (name) => ({ name, kind: 'TASK_QUEUE_KIND_NORMAL' }),
  read: wrapped('name', text, '').read,
};

export const execution: Codec<WorkflowExecutionRef> = message<WorkflowExecutionRef>({ workflowId: orElse(text, ''), runId: text });
const fullExecution: Codec<{ readonly workflowId: string; readonly runId: string }> = message({ workflowId: orElse(text, ''), runId: orElse(text, '') });

export const sdkMetadata: Codec<SdkMetadata> = message<SdkMetadata>({
  coreUsedFlags: listOf(number),
  langUsedFlags: listOf(number),
  sdkName: text,
  sdkVersion: text,
});

const givenRetryPolicy: Codec<Partial<RetryPolicy>> = message<Partial<RetryPolicy>>({
  initialInterval: timeout,
  backoffCoefficient: number,
  maximumInterval: timeout,
  maximumAttempts: number,
  nonRetryableErrorTypes: listOf(text),
});
/** Complete in our events; a file may leave to the server's defaults what it does not say. */
export const retryPolicy: Codec<RetryPolicy> = {
  write({ nonRetryableErrorTypes, ...policy }) {
    return givenRetryPolicy.write(nonRetryableErrorTypes.length === 0 ? policy : { ...policy, nonRetryableErrorTypes });
  },
  read: (json, path) => completeRetryPolicy(givenRetryPolicy.read(json, path)),
};

const emptyMessage: Codec<Readonly<Record<string, never>>> = message({});
export const failure: Codec<Failure> = message<Failure>({
  message: orElse(text, ''),
  source: text,
  stackTrace: text,
  encodedAttributes: payload,
  cause: lazily(() => failure),
  applicationFailureInfo: message<NonNullable<Failure['applicationFailureInfo']>>({
    type: text,
    nonRetryable: flag,
    details: payloads,
    nextRetryDelay: duration,
    category: oneOf('APPLICATION_ERROR_CATEGORY', { BENIGN: 1 }),
  }),
  timeoutFailureInfo: message<NonNullable<Failure['timeoutFailureInfo']>>({ timeoutType: needed(timeoutType), lastHeartbeatDetails: payloads }),
  canceledFailureInfo: message<NonNullable<Failure['canceledFailureInfo']>>({ details: payloads }),
  terminatedFailureInfo: emptyMessage,
  serverFailureInfo: message<NonNullable<Failure['serverFailureInfo']>>({ nonRetryable: flag }),
  resetWorkflowFailureInfo: message<NonNullable<Failure['resetWorkflowFailureInfo']>>({ lastHeartbeatDetails: payloads }),
  activityFailureInfo: message<NonNullable<Failure['activityFailureInfo']>>({
    scheduledEventId: orElse(eventId, 0),
    startedEventId: orElse(eventId, 0),
    identity: text,
    activityType: needed(typeName),
    activityId: orElse(text, ''),
    retryState: orElse(retryState, 'RETRY_POLICY_NOT_SET'),
  }),
  childWorkflowExecutionFailureInfo: message<NonNullable<Failure['childWorkflowExecutionFailureInfo']>>({
    namespace: orElse(text, ''),
    workflowExecution: needed(fullExecution),
    workflowType: needed(typeName),
    initiatedEventId: orElse(eventId, 0),
    startedEventId: orElse(eventId, 0),
    retryState: orElse(retryState, 'RETRY_POLICY_NOT_SET'),
  }),
});

export const updateMeta: Codec<UpdateRequest['meta']> = message<UpdateRequest['meta']>({ updateId: needed(text), identity: text });
export const updateRequest: Codec<UpdateRequest> = message<UpdateRequest>({
  meta: needed(updateMeta),
  input: needed(message<UpdateRequest['input']>({ header, name: needed(text), args: payloads })),
});
export const updateOutcome: Codec<UpdateOutcome> = {
  write: (outcome): JsonObject => ('success' in outcome ? { success: payloads.write(outcome.success) } : { failure: failure.write(outcome.failure) }),
  read(json, path) {
    if (!isJsonObject(json)) throw new HistoryFormatError(path, 'an outcome with "success" or "failure" belongs here');
    const { success, failure: failed } = json;
    if (failed !== undefined && failed !== null) return { failure: failure.read(failed, `${path}.failure`) as Failure };
    return { success: payloads.read(success ?? {}, `${path}.success`) ?? [] };
  },
};
