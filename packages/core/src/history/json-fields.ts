/**
 * The fields of every event in Temporal's JSON, in protobuf's order: one map, complete by its type. `needed` marks what Temporal's own replayer needs too;
 * what it can do without has protobuf's default.
 */
import type { EventAttributes, EventType } from './events.ts';
import { duration, eventId, type Fields, flag, int64, type JsonObject, mapOf, moment, needed, number, orElse, text, timeout } from './json-codec.ts';
import {
  cancelExternalFailedCause,
  execution,
  failure,
  initiator,
  parentClosePolicy,
  retryPolicy,
  retryState,
  sdkMetadata,
  signalExternalFailedCause,
  startChildFailedCause,
  taskQueue,
  timeoutType,
  typeName,
  updateMeta,
  updateOrigin,
  updateOutcome,
  updateRequest,
  workflowIdReusePolicy,
  workflowTaskFailedCause,
} from './json-messages.ts';
import { header, memo, payloads, searchAttributes } from './json-payload.ts';

const id = orElse(text, '');
const reference = orElse(eventId, 0);
const state = orElse(retryState, 'RETRY_POLICY_NOT_SET');
const anyFailure = orElse(failure, { message: '' });

const childClosed = {
  namespace: text,
  workflowExecution: orElse(execution, { workflowId: '' }),
  workflowType: orElse(typeName, ''),
  initiatedEventId: needed(eventId),
  startedEventId: reference,
};
const externalFailed = {
  workflowTaskCompletedEventId: reference,
  namespace: text,
  workflowExecution: orElse(execution, { workflowId: '' }),
  initiatedEventId: needed(eventId),
};
const externalDone = { initiatedEventId: needed(eventId), namespace: text, workflowExecution: orElse(execution, { workflowId: '' }) };

export const EVENT_FIELDS: { readonly [T in EventType]: Fields<EventAttributes[T]> } = {
  WorkflowExecutionStarted: {
    workflowType: needed(typeName),
    parentWorkflowNamespace: text,
    parentWorkflowExecution: execution,
    parentInitiatedEventId: eventId,
    taskQueue: needed(taskQueue),
    input: payloads,
    workflowExecutionTimeout: timeout,
    workflowRunTimeout: timeout,
    workflowTaskTimeout: needed(timeout),
    continuedExecutionRunId: text,
    initiator,
    continuedFailure: failure,
    lastCompletionResult: payloads,
    originalExecutionRunId: needed(text),
    identity: text,
    firstExecutionRunId: id,
    retryPolicy,
    attempt: orElse(number, 1),
    workflowExecutionExpirationTime: moment,
    cronSchedule: text,
    firstWorkflowTaskBackoff: timeout,
    memo,
    searchAttributes,
    header,
    workflowId: id,
    rootWorkflowExecution: execution,
  },
  WorkflowExecutionCompleted: { result: payloads, workflowTaskCompletedEventId: reference, newExecutionRunId: text },
  WorkflowExecutionFailed: { failure: anyFailure, retryState: state, workflowTaskCompletedEventId: reference, newExecutionRunId: text },
  WorkflowExecutionTimedOut: { retryState: state, newExecutionRunId: text },
  WorkflowExecutionCanceled: { details: payloads, workflowTaskCompletedEventId: reference },
  WorkflowExecutionTerminated: { reason: text, details: payloads, identity: text },
  WorkflowExecutionContinuedAsNew: {
    newExecutionRunId: id,
    workflowType: orElse(typeName, ''),
    taskQueue: orElse(taskQueue, ''),
    input: payloads,
    workflowRunTimeout: timeout,
    workflowTaskTimeout: timeout,
    workflowTaskCompletedEventId: reference,
    backoffStartInterval: timeout,
    initiator,
    failure,
    lastCompletionResult: payloads,
    header,
    memo,
    searchAttributes,
  },
  WorkflowExecutionSignaled: { signalName: needed(text), input: payloads, identity: text, header, externalWorkflowExecution: execution, requestId: text },
  WorkflowExecutionCancelRequested: { cause: text, externalInitiatedEventId: eventId, externalWorkflowExecution: execution, identity: text },
  WorkflowExecutionOptionsUpdated: { attachedRequestId: text },

  WorkflowTaskScheduled: { taskQueue: orElse(taskQueue, ''), startToCloseTimeout: orElse(duration, 0), attempt: orElse(number, 1) },
  WorkflowTaskStarted: { scheduledEventId: needed(eventId), identity: text, requestId: text, historySizeBytes: int64, suggestContinueAsNew: flag },
  WorkflowTaskCompleted: { scheduledEventId: needed(eventId), startedEventId: reference, identity: text, sdkMetadata },
  WorkflowTaskTimedOut: { scheduledEventId: needed(eventId), startedEventId: reference, timeoutType: orElse(timeoutType, 'START_TO_CLOSE') },
  WorkflowTaskFailed: {
    scheduledEventId: needed(eventId),
    startedEventId: reference,
    cause: orElse(workflowTaskFailedCause, 'WORKFLOW_WORKER_UNHANDLED_FAILURE'),
    failure,
    identity: text,
    baseRunId: text,
    newRunId: text,
    forkEventVersion: int64,
  },

  ActivityTaskScheduled: {
    activityId: needed(text),
    activityType: needed(typeName),
    taskQueue: orElse(taskQueue, ''),
    header,
    input: payloads,
    scheduleToCloseTimeout: timeout,
    scheduleToStartTimeout: timeout,
    startToCloseTimeout: timeout,
    heartbeatTimeout: timeout,
    workflowTaskCompletedEventId: reference,
    retryPolicy,
  },
  ActivityTaskStarted: { scheduledEventId: needed(eventId), identity: text, requestId: text, attempt: orElse(number, 1), lastFailure: failure },
  ActivityTaskCompleted: { result: payloads, scheduledEventId: needed(eventId), startedEventId: reference, identity: text },
  ActivityTaskFailed: { failure: anyFailure, scheduledEventId: needed(eventId), startedEventId: reference, identity: text, retryState: state },
  ActivityTaskTimedOut: { failure: anyFailure, scheduledEventId: needed(eventId), startedEventId: eventId, retryState: state },
  ActivityTaskCancelRequested: { scheduledEventId: needed(eventId), workflowTaskCompletedEventId: reference },
  ActivityTaskCanceled: {
    details: payloads,
    latestCancelRequestedEventId: eventId,
    scheduledEventId: needed(eventId),
    startedEventId: eventId,
    identity: text,
  },

  TimerStarted: { timerId: needed(text), startToFireTimeout: orElse(duration, 0), workflowTaskCompletedEventId: reference },
  TimerFired: { timerId: needed(text), startedEventId: needed(eventId) },
  TimerCanceled: { timerId: needed(text), startedEventId: reference, workflowTaskCompletedEventId: reference, identity: text },

  MarkerRecorded: { markerName: needed(text), details: mapOf(payloads), workflowTaskCompletedEventId: reference, header, failure },
  UpsertWorkflowSearchAttributes: { workflowTaskCompletedEventId: reference, searchAttributes: orElse(searchAttributes, {}) },
  WorkflowPropertiesModified: { workflowTaskCompletedEventId: reference, upsertedMemo: memo },

  StartChildWorkflowExecutionInitiated: {
    namespace: text,
    workflowId: needed(text),
    workflowType: needed(typeName),
    taskQueue: orElse(taskQueue, ''),
    input: payloads,
    workflowExecutionTimeout: timeout,
    workflowRunTimeout: timeout,
    workflowTaskTimeout: timeout,
    parentClosePolicy: orElse(parentClosePolicy, 'TERMINATE'),
    workflowTaskCompletedEventId: reference,
    workflowIdReusePolicy,
    retryPolicy,
    cronSchedule: text,
    header,
    memo,
    searchAttributes,
  },
  StartChildWorkflowExecutionFailed: {
    namespace: text,
    workflowId: id,
    workflowType: orElse(typeName, ''),
    cause: needed(startChildFailedCause),
    initiatedEventId: needed(eventId),
    workflowTaskCompletedEventId: reference,
  },
  ChildWorkflowExecutionStarted: {
    namespace: text,
    initiatedEventId: needed(eventId),
    workflowExecution: needed(execution),
    workflowType: orElse(typeName, ''),
    header,
  },
  ChildWorkflowExecutionCompleted: { result: payloads, ...childClosed },
  ChildWorkflowExecutionFailed: { failure: anyFailure, ...childClosed, retryState: state },
  ChildWorkflowExecutionCanceled: { details: payloads, ...childClosed },
  ChildWorkflowExecutionTimedOut: { ...childClosed, retryState: state },
  ChildWorkflowExecutionTerminated: childClosed,

  SignalExternalWorkflowExecutionInitiated: {
    workflowTaskCompletedEventId: reference,
    namespace: text,
    workflowExecution: orElse(execution, { workflowId: '' }),
    signalName: id,
    input: payloads,
    childWorkflowOnly: flag,
    header,
  },
  SignalExternalWorkflowExecutionFailed: { cause: orElse(signalExternalFailedCause, 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND'), ...externalFailed },
  ExternalWorkflowExecutionSignaled: externalDone,
  RequestCancelExternalWorkflowExecutionInitiated: {
    workflowTaskCompletedEventId: reference,
    namespace: text,
    workflowExecution: orElse(execution, { workflowId: '' }),
    reason: text,
    childWorkflowOnly: flag,
  },
  RequestCancelExternalWorkflowExecutionFailed: { cause: orElse(cancelExternalFailedCause, 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND'), ...externalFailed },
  ExternalWorkflowExecutionCancelRequested: externalDone,

  WorkflowExecutionUpdateAdmitted: { request: needed(updateRequest), origin: updateOrigin },
  WorkflowExecutionUpdateAccepted: {
    protocolInstanceId: needed(text),
    acceptedRequestMessageId: text,
    acceptedRequestSequencingEventId: eventId,
    acceptedRequest: updateRequest,
  },
  WorkflowExecutionUpdateCompleted: { meta: orElse(updateMeta, { updateId: '' }), acceptedEventId: reference, outcome: orElse(updateOutcome, { success: [] }) },
};

/** What Temporal writes and we need not keep, because it is always the same here: a run of ours has no build of its own to pin. */
export const CONSTANT_FIELDS: { readonly [T in EventType]?: JsonObject } = {
  WorkflowExecutionContinuedAsNew: { inheritBuildId: true },
  StartChildWorkflowExecutionInitiated: { inheritBuildId: true },
};
