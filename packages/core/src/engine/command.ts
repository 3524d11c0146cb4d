/** What may be asked of a run. The service turns requests into these; each is decided by `transition`, in one step. */
import type { EventId, Millis } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { PayloadMap, WirePayloads } from '../common/payload.ts';
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { CloseEvent, EventAttributes, SdkMetadata, WorkflowExecutionRef, WorkflowTaskFailedCause } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';

/** Names one delivery of a workflow task: what its token carries. */
export interface WorkflowTaskRef {
  readonly scheduledEventId: EventId;
  readonly startedEventId: EventId;
  readonly startedAt: Millis;
  readonly attempt: number;
  readonly requestId: string;
}

/** Names one attempt of an activity by what its token carries, or an activity by its id. */
export type ActivityAttemptRef = { readonly scheduledEventId: EventId; readonly attempt: number; readonly secret: string } | { readonly activityId: string };

export interface EngineCommands {
  /** Opens a run: the state must be `EMPTY_RUN`. */
  StartWorkflowExecution: {
    readonly namespace: string;
    readonly runId: string;
    readonly requestId: string;
    readonly started: Omit<EventAttributes['WorkflowExecutionStarted'], 'originalExecutionRunId' | 'firstExecutionRunId'> & {
      readonly firstExecutionRunId?: string;
    };
    /** A signal that comes with the start is event 2. */
    readonly signal?: EventAttributes['WorkflowExecutionSignaled'];
    /** Signals that the run before has not seen: they come first of all, in order. */
    readonly signals?: readonly EventAttributes['WorkflowExecutionSignaled'][];
  };
  /** Requests that were answered elsewhere and are known to this run: another start that found it and takes it for its own, or what the run before has answered. */
  AttachRequests: { readonly requestIds: readonly string[] };
  SignalWorkflowExecution: EventAttributes['WorkflowExecutionSignaled'] & { readonly requestId: string };
  RequestCancelWorkflowExecution: {
    readonly requestId: string;
    readonly reason?: string;
    readonly identity?: string;
    readonly externalInitiatedEventId?: EventId;
    readonly externalWorkflowExecution?: WorkflowExecutionRef;
  };
  TerminateWorkflowExecution: { readonly reason?: string; readonly details?: WirePayloads; readonly identity?: string };

  /** An update waits for the workflow: a task is needed for it, unless one is there. */
  RequestUpdateTask: Record<never, never>;
  /** What became of a child that this run wanted to start. */
  RecordChildStart: {
    readonly initiatedEventId: EventId;
    readonly outcome: { readonly runId: string } | { readonly cause: 'WORKFLOW_ALREADY_EXISTS' | 'NAMESPACE_NOT_FOUND' };
  };
  /** The chain of a child has ended with this run. */
  RecordChildClose: { readonly initiatedEventId: EventId; readonly runId: string; readonly closed: CloseEvent };
  /** What became of a signal or cancel request to another run. */
  RecordExternal: {
    readonly initiatedEventId: EventId;
    readonly kind: 'signal' | 'cancel';
    readonly attributes: { readonly namespace?: string; readonly workflowExecution: WorkflowExecutionRef };
    readonly isFound: boolean;
    /** It was found, and has had as many signals as one run may have. */
    readonly isFull?: boolean;
  };

  /** A worker takes the workflow task that is scheduled. */
  StartWorkflowTask: { readonly identity: string; readonly requestId: string };
  /** The workflow task that is started goes to a worker again: the one that had it is gone, or the engine was started anew. */
  RedeliverWorkflowTask: { readonly identity: string; readonly requestId: string };
  CompleteWorkflowTask: {
    readonly task: WorkflowTaskRef;
    readonly commands: readonly Command[];
    readonly identity: string;
    readonly sdkMetadata?: SdkMetadata;
    readonly forceCreateNewWorkflowTask?: boolean;
    /** The search attributes that commands may set; without it they are not looked at. */
    readonly searchAttributeTypes?: SearchAttributeTypes;
    /** The id of the next run, should one follow. Needed when `mayOpenNext` says so, or when a command continues as new. */
    readonly newRunId?: string;
  };
  FailWorkflowTask: { readonly task: WorkflowTaskRef; readonly cause: WorkflowTaskFailedCause; readonly failure: Failure; readonly identity: string };

  /** A worker takes an activity that is offered. */
  StartActivityTask: {
    readonly scheduledEventId: EventId;
    readonly attempt: number;
    readonly secret: string;
    readonly workerId: string;
    readonly identity: string;
    readonly requestId: string;
  };
  CompleteActivityTask: { readonly activity: ActivityAttemptRef; readonly result?: WirePayloads; readonly identity: string };
  FailActivityTask: {
    readonly activity: ActivityAttemptRef;
    readonly failure: Failure;
    readonly identity: string;
    readonly lastHeartbeatDetails?: WirePayloads;
  };
  CancelActivityTask: { readonly activity: ActivityAttemptRef; readonly details?: WirePayloads; readonly identity: string };
  /** A person wants the timer to fire now. */
  FireTimer: { readonly timerId: string };
  /** A person wants the next attempt of an activity that backs off to be made now. */
  HastenActivityTask: { readonly activityId: string };
  RecordActivityTaskHeartbeat: { readonly activity: ActivityAttemptRef; readonly details?: WirePayloads; readonly identity: string };
  /** The activity's worker is gone: its attempts end as lost, and there is another at once where the retry policy has one left. */
  LoseWorker: { readonly workerId: string };

  /** Does all that is due: timers, timeouts, back-offs. */
  PassTime: { readonly newRunId?: string };
}

export type EngineCommandType = keyof EngineCommands;
export type EngineCommand<T extends EngineCommandType = EngineCommandType> = { [K in T]: { readonly type: K } & EngineCommands[K] }[T];

export type { PayloadMap };
