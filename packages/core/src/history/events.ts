/**
 * Every event of a history, named once: the union, the validator, Temporal's JSON and the devtools all derive from this map.
 * Names and meaning are Temporal's; a duration or a moment is a number of milliseconds, an enum value its short name, a type or a
 * task queue its name, and payloads are lists of `WirePayload`.
 *
 * @see Temporal, "Events": https://docs.temporal.io/references/events
 */
import type { EventId, Millis } from '../common/brand.ts';
import type { Failure, RetryState, TimeoutType } from '../common/failure.ts';
import type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
import type { RetryPolicy } from '../common/retry-policy.ts';

export interface WorkflowExecutionRef {
  readonly workflowId: string;
  readonly runId?: string;
}

export type ContinueAsNewInitiator = 'WORKFLOW' | 'RETRY' | 'CRON_SCHEDULE';
export type ParentClosePolicy = 'TERMINATE' | 'ABANDON' | 'REQUEST_CANCEL';
export type WorkflowIdReusePolicy = 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' | 'REJECT_DUPLICATE' | 'TERMINATE_IF_RUNNING';
export type WorkflowIdConflictPolicy = 'FAIL' | 'USE_EXISTING' | 'TERMINATE_EXISTING';

export type WorkflowTaskFailedCause =
  | 'UNHANDLED_COMMAND'
  | 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES'
  | 'BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES'
  | 'BAD_START_TIMER_ATTRIBUTES'
  | 'BAD_CANCEL_TIMER_ATTRIBUTES'
  | 'BAD_RECORD_MARKER_ATTRIBUTES'
  | 'BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES'
  | 'BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES'
  | 'BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES'
  | 'BAD_CONTINUE_AS_NEW_ATTRIBUTES'
  | 'START_TIMER_DUPLICATE_ID'
  | 'RESET_STICKY_TASK_QUEUE'
  | 'WORKFLOW_WORKER_UNHANDLED_FAILURE'
  | 'BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES'
  | 'BAD_START_CHILD_EXECUTION_ATTRIBUTES'
  | 'FORCE_CLOSE_COMMAND'
  | 'FAILOVER_CLOSE_COMMAND'
  | 'BAD_SIGNAL_INPUT_SIZE'
  | 'RESET_WORKFLOW'
  | 'BAD_BINARY'
  | 'SCHEDULE_ACTIVITY_DUPLICATE_ID'
  | 'BAD_SEARCH_ATTRIBUTES'
  | 'NON_DETERMINISTIC_ERROR'
  | 'BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES'
  | 'PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED'
  | 'PENDING_ACTIVITIES_LIMIT_EXCEEDED'
  | 'PENDING_SIGNALS_LIMIT_EXCEEDED'
  | 'PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED'
  | 'BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE'
  | 'UNHANDLED_UPDATE'
  | 'PAYLOADS_TOO_LARGE'
  | 'GRPC_MESSAGE_TOO_LARGE';

export interface SdkMetadata {
  readonly coreUsedFlags?: readonly number[];
  readonly langUsedFlags?: readonly number[];
  readonly sdkName?: string;
  readonly sdkVersion?: string;
}

export interface UpdateRequest {
  readonly meta: { readonly updateId: string; readonly identity?: string };
  readonly input: { readonly header?: PayloadMap; readonly name: string; readonly args?: WirePayloads };
}
export type UpdateOutcome = { readonly success: WirePayloads } | { readonly failure: Failure };

interface ChildClosed {
  readonly namespace?: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly workflowType: string;
  readonly initiatedEventId: EventId;
  readonly startedEventId: EventId;
}

export interface EventAttributes {
  WorkflowExecutionStarted: {
    readonly workflowType: string;
    readonly workflowId: string;
    readonly parentWorkflowNamespace?: string;
    readonly parentWorkflowExecution?: WorkflowExecutionRef;
    readonly parentInitiatedEventId?: EventId;
    readonly rootWorkflowExecution?: WorkflowExecutionRef;
    readonly taskQueue: string;
    readonly input?: WirePayloads;
    readonly workflowExecutionTimeout?: Millis;
    readonly workflowRunTimeout?: Millis;
    readonly workflowTaskTimeout: Millis;
    readonly continuedExecutionRunId?: string;
    readonly initiator?: ContinueAsNewInitiator;
    readonly continuedFailure?: Failure;
    readonly lastCompletionResult?: WirePayloads;
    readonly originalExecutionRunId: string;
    readonly firstExecutionRunId: string;
    readonly identity?: string;
    readonly retryPolicy?: RetryPolicy;
    readonly attempt: number;
    /** A moment, not a duration. */
    readonly workflowExecutionExpirationTime?: Millis;
    readonly cronSchedule?: string;
    readonly firstWorkflowTaskBackoff?: Millis;
    readonly memo?: PayloadMap;
    readonly searchAttributes?: PayloadMap;
    readonly header?: PayloadMap;
  };
  WorkflowExecutionCompleted: { readonly result?: WirePayloads; readonly workflowTaskCompletedEventId: EventId; readonly newExecutionRunId?: string };
  WorkflowExecutionFailed: {
    readonly failure: Failure;
    readonly retryState: RetryState;
    readonly workflowTaskCompletedEventId: EventId;
    readonly newExecutionRunId?: string;
  };
  WorkflowExecutionTimedOut: { readonly retryState: RetryState; readonly newExecutionRunId?: string };
  WorkflowExecutionCanceled: { readonly details?: WirePayloads; readonly workflowTaskCompletedEventId: EventId };
  WorkflowExecutionTerminated: { readonly reason?: string; readonly details?: WirePayloads; readonly identity?: string };
  WorkflowExecutionContinuedAsNew: {
    readonly newExecutionRunId: string;
    readonly workflowType: string;
    readonly taskQueue: string;
    readonly input?: WirePayloads;
    readonly workflowRunTimeout?: Millis;
    readonly workflowTaskTimeout?: Millis;
    readonly backoffStartInterval?: Millis;
    readonly initiator?: ContinueAsNewInitiator;
    readonly failure?: Failure;
    readonly lastCompletionResult?: WirePayloads;
    readonly header?: PayloadMap;
    readonly memo?: PayloadMap;
    readonly searchAttributes?: PayloadMap;
    readonly workflowTaskCompletedEventId: EventId;
  };
  WorkflowExecutionSignaled: {
    readonly signalName: string;
    readonly input?: WirePayloads;
    readonly identity?: string;
    readonly header?: PayloadMap;
    readonly externalWorkflowExecution?: WorkflowExecutionRef;
    readonly requestId?: string;
  };
  WorkflowExecutionCancelRequested: {
    readonly cause?: string;
    readonly externalInitiatedEventId?: EventId;
    readonly externalWorkflowExecution?: WorkflowExecutionRef;
    readonly identity?: string;
  };
  WorkflowExecutionOptionsUpdated: { readonly attachedRequestId?: string };

  WorkflowTaskScheduled: { readonly taskQueue: string; readonly startToCloseTimeout: Millis; readonly attempt: number };
  WorkflowTaskStarted: {
    readonly scheduledEventId: EventId;
    readonly identity?: string;
    readonly requestId?: string;
    readonly historySizeBytes?: number;
    readonly suggestContinueAsNew?: boolean;
  };
  WorkflowTaskCompleted: {
    readonly scheduledEventId: EventId;
    readonly startedEventId: EventId;
    readonly identity?: string;
    readonly sdkMetadata?: SdkMetadata;
  };
  WorkflowTaskTimedOut: { readonly scheduledEventId: EventId; readonly startedEventId: EventId; readonly timeoutType: TimeoutType };
  WorkflowTaskFailed: {
    readonly scheduledEventId: EventId;
    readonly startedEventId: EventId;
    readonly cause: WorkflowTaskFailedCause;
    readonly failure?: Failure;
    readonly identity?: string;
    readonly baseRunId?: string;
    readonly newRunId?: string;
    readonly forkEventVersion?: number;
  };

  ActivityTaskScheduled: {
    readonly activityId: string;
    readonly activityType: string;
    readonly taskQueue: string;
    readonly header?: PayloadMap;
    readonly input?: WirePayloads;
    readonly scheduleToCloseTimeout?: Millis;
    readonly scheduleToStartTimeout?: Millis;
    readonly startToCloseTimeout?: Millis;
    readonly heartbeatTimeout?: Millis;
    readonly retryPolicy?: RetryPolicy;
    readonly workflowTaskCompletedEventId: EventId;
  };
  ActivityTaskStarted: {
    readonly scheduledEventId: EventId;
    readonly identity?: string;
    readonly requestId?: string;
    readonly attempt: number;
    readonly lastFailure?: Failure;
  };
  ActivityTaskCompleted: { readonly result?: WirePayloads; readonly scheduledEventId: EventId; readonly startedEventId: EventId; readonly identity?: string };
  ActivityTaskFailed: {
    readonly failure: Failure;
    readonly scheduledEventId: EventId;
    readonly startedEventId: EventId;
    readonly identity?: string;
    readonly retryState: RetryState;
  };
  ActivityTaskTimedOut: { readonly failure: Failure; readonly scheduledEventId: EventId; readonly startedEventId?: EventId; readonly retryState: RetryState };
  ActivityTaskCancelRequested: { readonly scheduledEventId: EventId; readonly workflowTaskCompletedEventId: EventId };
  ActivityTaskCanceled: {
    readonly details?: WirePayloads;
    readonly latestCancelRequestedEventId?: EventId;
    readonly scheduledEventId: EventId;
    readonly startedEventId?: EventId;
    readonly identity?: string;
  };

  TimerStarted: { readonly timerId: string; readonly startToFireTimeout: Millis; readonly workflowTaskCompletedEventId: EventId };
  TimerFired: { readonly timerId: string; readonly startedEventId: EventId };
  TimerCanceled: { readonly timerId: string; readonly startedEventId: EventId; readonly workflowTaskCompletedEventId: EventId; readonly identity?: string };

  MarkerRecorded: {
    readonly markerName: string;
    readonly details?: Readonly<Record<string, WirePayloads>>;
    readonly workflowTaskCompletedEventId: EventId;
    readonly header?: PayloadMap;
    readonly failure?: Failure;
  };
  UpsertWorkflowSearchAttributes: { readonly workflowTaskCompletedEventId: EventId; readonly searchAttributes: PayloadMap };
  WorkflowPropertiesModified: { readonly workflowTaskCompletedEventId: EventId; readonly upsertedMemo?: PayloadMap };

  StartChildWorkflowExecutionInitiated: {
    readonly namespace?: string;
    readonly workflowId: string;
    readonly workflowType: string;
    readonly taskQueue: string;
    readonly input?: WirePayloads;
    readonly workflowExecutionTimeout?: Millis;
    readonly workflowRunTimeout?: Millis;
    readonly workflowTaskTimeout?: Millis;
    readonly parentClosePolicy: ParentClosePolicy;
    readonly workflowTaskCompletedEventId: EventId;
    readonly workflowIdReusePolicy?: WorkflowIdReusePolicy;
    readonly retryPolicy?: RetryPolicy;
    readonly cronSchedule?: string;
    readonly header?: PayloadMap;
    readonly memo?: PayloadMap;
    readonly searchAttributes?: PayloadMap;
  };
  StartChildWorkflowExecutionFailed: {
    readonly namespace?: string;
    readonly workflowId: string;
    readonly workflowType: string;
    readonly cause: 'WORKFLOW_ALREADY_EXISTS' | 'NAMESPACE_NOT_FOUND';
    readonly initiatedEventId: EventId;
    readonly workflowTaskCompletedEventId: EventId;
  };
  ChildWorkflowExecutionStarted: {
    readonly namespace?: string;
    readonly initiatedEventId: EventId;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly workflowType: string;
    readonly header?: PayloadMap;
  };
  ChildWorkflowExecutionCompleted: ChildClosed & { readonly result?: WirePayloads };
  ChildWorkflowExecutionFailed: ChildClosed & { readonly failure: Failure; readonly retryState: RetryState };
  ChildWorkflowExecutionCanceled: ChildClosed & { readonly details?: WirePayloads };
  ChildWorkflowExecutionTimedOut: ChildClosed & { readonly retryState: RetryState };
  ChildWorkflowExecutionTerminated: ChildClosed;

  SignalExternalWorkflowExecutionInitiated: {
    readonly workflowTaskCompletedEventId: EventId;
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly signalName: string;
    readonly input?: WirePayloads;
    readonly childWorkflowOnly?: boolean;
    readonly header?: PayloadMap;
  };
  SignalExternalWorkflowExecutionFailed: {
    readonly cause: 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND' | 'NAMESPACE_NOT_FOUND' | 'SIGNAL_COUNT_LIMIT_EXCEEDED';
    readonly workflowTaskCompletedEventId: EventId;
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly initiatedEventId: EventId;
  };
  ExternalWorkflowExecutionSignaled: { readonly initiatedEventId: EventId; readonly namespace?: string; readonly workflowExecution: WorkflowExecutionRef };
  RequestCancelExternalWorkflowExecutionInitiated: {
    readonly workflowTaskCompletedEventId: EventId;
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly childWorkflowOnly?: boolean;
    readonly reason?: string;
  };
  RequestCancelExternalWorkflowExecutionFailed: {
    readonly cause: 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND' | 'NAMESPACE_NOT_FOUND';
    readonly workflowTaskCompletedEventId: EventId;
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly initiatedEventId: EventId;
  };
  ExternalWorkflowExecutionCancelRequested: {
    readonly initiatedEventId: EventId;
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
  };

  WorkflowExecutionUpdateAdmitted: { readonly request: UpdateRequest; readonly origin?: 'REAPPLY' };
  WorkflowExecutionUpdateAccepted: {
    readonly protocolInstanceId: string;
    readonly acceptedRequestMessageId?: string;
    readonly acceptedRequestSequencingEventId?: EventId;
    /** Absent where `WorkflowExecutionUpdateAdmitted` has it: the event before, after a reset. */
    readonly acceptedRequest?: UpdateRequest;
  };
  WorkflowExecutionUpdateCompleted: {
    readonly meta: { readonly updateId: string; readonly identity?: string };
    readonly acceptedEventId: EventId;
    readonly outcome: UpdateOutcome;
  };
}

export type EventType = keyof EventAttributes;

export type HistoryEvent<T extends EventType = EventType> = {
  [K in T]: { readonly eventId: EventId; readonly eventTime: Millis; readonly type: K; readonly attributes: EventAttributes[K] };
}[T];

/** Events that end a run: at most one, and the last. */
export const CLOSE_EVENTS = [
  'WorkflowExecutionCompleted',
  'WorkflowExecutionFailed',
  'WorkflowExecutionTimedOut',
  'WorkflowExecutionCanceled',
  'WorkflowExecutionTerminated',
  'WorkflowExecutionContinuedAsNew',
] as const;
export type CloseEventType = (typeof CLOSE_EVENTS)[number];
export type CloseEvent = HistoryEvent<CloseEventType>;

const closeEvents: ReadonlySet<string> = new Set(CLOSE_EVENTS);
export const isCloseEvent = (event: { readonly type: string }): event is CloseEvent => closeEvents.has(event.type);

export type { WirePayload };
