/**
 * The service, as client and worker know it: Temporal's method names with requests and answers of plain data, so that it can be carried
 * by a function call, a MessagePort or a channel alike. A refused request rejects with a `ServiceError`.
 */
import type { Epoch, Millis } from '../common/brand.ts';
import type { StoreStatus } from '../common/durability.ts';
import type { Failure, RetryState } from '../common/failure.ts';
import type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
import type { RetryPolicy } from '../common/retry-policy.ts';
import type {
  HistoryEvent,
  SdkMetadata,
  UpdateOutcome,
  WorkflowExecutionRef,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowTaskFailedCause,
} from '../history/events.ts';
import type { Command } from './commands.ts';
import type { EngineInfo } from './engine-info.ts';

export type WorkflowExecutionStatus = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'CONTINUED_AS_NEW' | 'TIMED_OUT';

export interface StartWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowId: string;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly input?: WirePayloads;
  readonly workflowExecutionTimeout?: Millis;
  readonly workflowRunTimeout?: Millis;
  readonly workflowTaskTimeout?: Millis;
  readonly identity?: string;
  /** Repeating a request with the same id starts nothing and gives the same answer. */
  readonly requestId: string;
  readonly workflowIdReusePolicy?: WorkflowIdReusePolicy;
  readonly workflowIdConflictPolicy?: WorkflowIdConflictPolicy;
  readonly retryPolicy?: Partial<RetryPolicy>;
  readonly cronSchedule?: string;
  readonly workflowStartDelay?: Millis;
  readonly memo?: PayloadMap;
  readonly searchAttributes?: PayloadMap;
  readonly header?: PayloadMap;
}
export interface StartWorkflowExecutionResponse {
  readonly runId: string;
  readonly firstExecutionRunId: string;
  /** False when the request attached to a run that was there. */
  readonly started: boolean;
}

export interface SignalWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
  readonly signalName: string;
  readonly input?: WirePayloads;
  readonly identity?: string;
  readonly requestId: string;
  readonly header?: PayloadMap;
}
export interface SignalWithStartWorkflowExecutionRequest extends StartWorkflowExecutionRequest {
  readonly signalName: string;
  readonly signalInput?: WirePayloads;
}

export interface RequestCancelWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
  readonly identity?: string;
  readonly requestId: string;
  readonly reason?: string;
}
export interface TerminateWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
  readonly reason?: string;
  readonly details?: WirePayloads;
  readonly identity?: string;
}

export interface WorkflowExecutionSummary {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly status: WorkflowExecutionStatus;
  readonly startTime: Millis;
  readonly executionTime: Millis;
  readonly closeTime?: Millis;
  readonly historyLength: number;
  readonly historySizeBytes: number;
  readonly firstExecutionRunId: string;
  readonly parentExecution?: WorkflowExecutionRef;
  readonly rootExecution?: WorkflowExecutionRef;
  readonly memo?: PayloadMap;
  readonly searchAttributes?: PayloadMap;
  /** In words, when the run's history was found to be damaged: it is set apart, and goes on no more. */
  readonly damage?: string;
}

export interface PendingActivity {
  readonly activityId: string;
  readonly activityType: string;
  readonly scheduledEventId: number;
  readonly state: 'SCHEDULED' | 'STARTED' | 'CANCEL_REQUESTED' | 'BACKING_OFF';
  readonly attempt: number;
  readonly maximumAttempts: number;
  readonly taskQueue: string;
  readonly input?: WirePayloads;
  readonly scheduledTime: Millis;
  readonly lastStartedTime?: Millis;
  readonly nextAttemptScheduleTime?: Millis;
  readonly lastHeartbeatTime?: Millis;
  readonly heartbeatDetails?: WirePayloads;
  readonly lastFailure?: Failure;
  readonly lastWorkerIdentity?: string;
}
export interface PendingTimer {
  readonly timerId: string;
  readonly startedEventId: number;
  readonly startTime: Millis;
  readonly fireTime: Millis;
}
export interface PendingWorkflowTask {
  readonly state: 'SCHEDULED' | 'STARTED' | 'BACKING_OFF';
  readonly attempt: number;
  readonly scheduledTime: Millis;
  readonly startedTime?: Millis;
  readonly notBefore?: Millis;
}
export interface PendingChild {
  readonly workflowId: string;
  readonly runId?: string;
  readonly workflowType: string;
  readonly initiatedEventId: number;
}

export interface DescribeWorkflowExecutionResponse {
  readonly summary: WorkflowExecutionSummary;
  readonly pendingActivities: readonly PendingActivity[];
  readonly pendingTimers: readonly PendingTimer[];
  readonly pendingChildren: readonly PendingChild[];
  readonly pendingWorkflowTask?: PendingWorkflowTask;
  readonly cancelRequested: boolean;
  /** How durable an acknowledgement of this engine is. */
  readonly durability: StoreStatus['durability'];
  readonly workflowExecutionTimeout?: Millis;
  readonly workflowRunTimeout?: Millis;
  readonly workflowTaskTimeout: Millis;
}

export interface GetWorkflowExecutionHistoryRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  /** Only events after this one. */
  readonly afterEventId?: number;
  /** Answer only when there is such an event: new ones (ALL_EVENT) or the one that closes the run (CLOSE_EVENT). */
  readonly waitNewEvent?: boolean;
  readonly historyEventFilterType?: 'ALL_EVENT' | 'CLOSE_EVENT';
  readonly maximumPageSize?: number;
  /** Of a run whose history is damaged, give what can be read before the damage, instead of refusing with `DataLoss`. */
  readonly readable?: boolean;
}
export interface GetWorkflowExecutionHistoryResponse {
  readonly runId: string;
  readonly events: readonly HistoryEvent[];
  /** True when more events are there than the page holds. */
  readonly more: boolean;
  /** In words, when the rest of the history is damaged. */
  readonly damage?: string;
}

export interface ListWorkflowExecutionsRequest {
  readonly namespace: string;
  /** Temporal's filter language; the empty query lists all, newest first, open before closed. */
  readonly query?: string;
  readonly pageSize?: number;
  readonly nextPageToken?: string;
}
export interface ListWorkflowExecutionsResponse {
  readonly executions: readonly WorkflowExecutionSummary[];
  readonly nextPageToken?: string;
}

export interface CountWorkflowExecutionsResponse {
  readonly count: number;
  /** For a query that ends with GROUP BY: how many there are of each value. */
  readonly groups: readonly { readonly groupValues: readonly string[]; readonly count: number }[];
}

export interface QueryWorkflowRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly queryType: string;
  readonly queryArgs?: WirePayloads;
  readonly header?: PayloadMap;
  readonly queryRejectCondition?: 'NONE' | 'NOT_OPEN' | 'NOT_COMPLETED_CLEANLY';
}

export type UpdateStage = 'ADMITTED' | 'ACCEPTED' | 'COMPLETED';
export interface UpdateWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
  readonly updateId: string;
  readonly updateName: string;
  readonly args?: WirePayloads;
  readonly header?: PayloadMap;
  readonly identity?: string;
  readonly waitStage: UpdateStage;
}
export interface UpdateWorkflowExecutionResponse {
  readonly workflowExecution: WorkflowExecutionRef;
  readonly updateId: string;
  readonly stage: UpdateStage;
  readonly outcome?: UpdateOutcome;
}

export interface PollWorkflowExecutionUpdateRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly updateId: string;
  readonly waitStage: UpdateStage;
}

/** In Temporal one of the forms of `ExecuteMultiOperation`. */
export interface UpdateWithStartWorkflowExecutionRequest {
  readonly start: StartWorkflowExecutionRequest;
  /** For the run that is started or found: namespace and workflow id are those of the start. */
  readonly update: Omit<UpdateWorkflowExecutionRequest, 'namespace' | 'workflowExecution' | 'firstExecutionRunId'>;
}
export interface UpdateWithStartWorkflowExecutionResponse {
  readonly start: StartWorkflowExecutionResponse;
  readonly update: UpdateWorkflowExecutionResponse;
}

export interface PollRequest {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly identity: string;
  /** One per worker process: names whose cache holds a run, and whose tasks are lost with it. */
  readonly workerId: string;
}
export interface ActivityPollRequest extends PollRequest {
  /** So many may come with one answer; the others stand in `more` of the first. @defaultValue 1 */
  readonly maximumTasks?: number;
}

/** A workflow task, or a query that travels without one. */
export interface WorkflowTask {
  readonly taskToken: string;
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly attempt: number;
  /** The task's own events; 0 for a query. */
  readonly scheduledEventId: number;
  readonly startedEventId: number;
  /** The last event that an earlier completed task has seen; 0 before the first. */
  readonly previousStartedEventId: number;
  /** The time of the task's start: when the query was asked, for a query. */
  readonly startedTime: Millis;
  /**
   * Events from 1 when `isFull`; else those since the last task that this worker completed, that task's completion and commands included.
   * A task that is being tried again (attempt above 1) has its own two events at the end of the list, though the store has not.
   */
  readonly history: readonly HistoryEvent[];
  readonly isFull: boolean;
  /** Ends the list in every case; what `history` would reach if it were complete. */
  readonly historyLength: number;
  readonly historySize: number;
  readonly continueAsNewSuggested: boolean;
  readonly workflowTaskTimeout: Millis;
  readonly query?: { readonly queryType: string; readonly queryArgs: WirePayloads; readonly header: PayloadMap };
  /** Updates to deliver with this task: admitted and not yet accepted. */
  readonly updates: readonly { readonly protocolInstanceId: string; readonly request: import('../history/events.ts').UpdateRequest }[];
}

export interface RespondWorkflowTaskCompletedRequest {
  readonly taskToken: string;
  readonly commands: readonly Command[];
  readonly identity: string;
  readonly sdkMetadata?: SdkMetadata;
  /** A heartbeat of a task that local activities hold open: it completes, and the next one starts at once. */
  readonly forceCreateNewWorkflowTask?: boolean;
}
export interface RespondWorkflowTaskFailedRequest {
  readonly taskToken: string;
  readonly cause: WorkflowTaskFailedCause;
  readonly failure: Failure;
  readonly identity: string;
}
export type RespondQueryTaskCompletedRequest = { readonly taskToken: string } & ({ readonly result: WirePayloads } | { readonly failure: Failure });

export interface ActivityTask {
  readonly taskToken: string;
  readonly namespace: string;
  readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
  readonly workflowType: string;
  readonly activityId: string;
  readonly activityType: string;
  readonly taskQueue: string;
  readonly header: PayloadMap;
  readonly input: WirePayloads;
  readonly heartbeatDetails?: WirePayloads;
  readonly scheduledTime: Millis;
  readonly currentAttemptScheduledTime: Millis;
  readonly startedTime: Millis;
  readonly attempt: number;
  readonly scheduleToCloseTimeout?: Millis;
  readonly startToCloseTimeout?: Millis;
  readonly heartbeatTimeout?: Millis;
  readonly retryPolicy?: RetryPolicy;
  /** Other tasks that came with the same answer, where the poll said that it takes more than one. */
  readonly more?: readonly ActivityTask[];
}

/** Names an activity by its task token, or by workflow and activity id. */
export type ActivityRef =
  | { readonly taskToken: string }
  | { readonly namespace: string; readonly workflowId: string; readonly runId?: string; readonly activityId: string };

export type RespondActivityTaskCompletedRequest = ActivityRef & { readonly result?: WirePayloads; readonly identity: string };
export type RespondActivityTaskFailedRequest = ActivityRef & {
  readonly failure: Failure;
  readonly identity: string;
  readonly lastHeartbeatDetails?: WirePayloads;
};
export type RespondActivityTaskCanceledRequest = ActivityRef & { readonly details?: WirePayloads; readonly identity: string };
export type RecordActivityTaskHeartbeatRequest = ActivityRef & { readonly details?: WirePayloads; readonly identity: string };
export interface RecordActivityTaskHeartbeatResponse {
  readonly cancelRequested: boolean;
}

/** Orders of a person who develops or repairs; what they bring about stands in the history as if it had come by itself. */
export interface FireTimerRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly timerId: string;
}
export interface RetryActivityTaskRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly activityId: string;
}
export interface DeleteWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
}

/** What the engine tells a worker of its own accord. */
export type WorkerCommand = {
  readonly type: 'cancelActivity';
  readonly taskToken: string;
  readonly reason: 'CANCELLED' | 'TIMED_OUT' | 'WORKFLOW_CLOSED' | 'NOT_FOUND';
};

export interface EngineStatus {
  readonly role: 'leader' | 'follower';
  readonly state: 'starting' | 'running' | 'stopped' | 'failed';
  /** Why it is not running, in words. */
  readonly reason?: string;
  readonly epoch?: Epoch;
  readonly store: StoreStatus;
  readonly now: Millis;
  readonly loadedRuns: number;
  readonly nextWake?: Millis;
  /** Runs that were set apart because their history is not as it was written; a hundred at most. */
  readonly damagedRuns?: readonly DamagedRun[];
}

export interface DamagedRun {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly reason: string;
}

/** Says that something changed; what, the receiver reads. Best effort: a lost one does no harm. */
export interface ChangeNotice {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly historyLength: number;
  readonly status: WorkflowExecutionStatus;
}

export interface NamespaceDescription {
  readonly name: string;
  /** Nothing new starts in a namespace that is deprecated. */
  readonly state: 'REGISTERED' | 'DEPRECATED';
  readonly description: string;
  readonly ownerEmail: string;
  readonly data: Readonly<Record<string, string>>;
  /** How long closed runs are kept, in ms; then they are removed. 0, which only the namespace that is there from the start may have: for ever. */
  readonly retention: Millis;
}
export interface RegisterNamespaceRequest {
  readonly namespace: string;
  readonly retention: Millis;
  readonly description?: string;
  readonly ownerEmail?: string;
  readonly data?: Readonly<Record<string, string>>;
}
export type UpdateNamespaceRequest = Pick<RegisterNamespaceRequest, 'namespace'> & Partial<RegisterNamespaceRequest>;
export interface ListNamespacesRequest {
  readonly pageSize?: number;
  readonly nextPageToken?: string;
}
export interface ListNamespacesResponse {
  readonly namespaces: readonly NamespaceDescription[];
  readonly nextPageToken?: string;
}

export interface WorkflowService {
  startWorkflowExecution(request: StartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse>;
  signalWorkflowExecution(request: SignalWorkflowExecutionRequest): Promise<void>;
  signalWithStartWorkflowExecution(request: SignalWithStartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse>;
  requestCancelWorkflowExecution(request: RequestCancelWorkflowExecutionRequest): Promise<void>;
  terminateWorkflowExecution(request: TerminateWorkflowExecutionRequest): Promise<void>;
  describeWorkflowExecution(request: {
    readonly namespace: string;
    readonly workflowExecution: WorkflowExecutionRef;
  }): Promise<DescribeWorkflowExecutionResponse>;
  /** Long poll: answers when there is something to answer. The caller gives up by dropping the call. */
  getWorkflowExecutionHistory(request: GetWorkflowExecutionHistoryRequest): Promise<GetWorkflowExecutionHistoryResponse>;
  listWorkflowExecutions(request: ListWorkflowExecutionsRequest): Promise<ListWorkflowExecutionsResponse>;
  countWorkflowExecutions(request: { readonly namespace: string; readonly query?: string }): Promise<CountWorkflowExecutionsResponse>;
  queryWorkflow(request: QueryWorkflowRequest): Promise<{ readonly result: WirePayloads }>;
  updateWorkflowExecution(request: UpdateWorkflowExecutionRequest): Promise<UpdateWorkflowExecutionResponse>;
  /** Starts the workflow, or finds it as the policies say, and updates it: in one step, so that the update is with the first workflow task. */
  updateWithStartWorkflowExecution(request: UpdateWithStartWorkflowExecutionRequest): Promise<UpdateWithStartWorkflowExecutionResponse>;
  pollWorkflowExecutionUpdate(request: PollWorkflowExecutionUpdateRequest): Promise<UpdateWorkflowExecutionResponse>;

  /** Long polls: answer `null` when the worker is shut down by `shutdownWorker`. */
  pollWorkflowTaskQueue(request: PollRequest): Promise<WorkflowTask | null>;
  respondWorkflowTaskCompleted(request: RespondWorkflowTaskCompletedRequest): Promise<void>;
  respondWorkflowTaskFailed(request: RespondWorkflowTaskFailedRequest): Promise<void>;
  respondQueryTaskCompleted(request: RespondQueryTaskCompletedRequest): Promise<void>;
  pollActivityTaskQueue(request: ActivityPollRequest): Promise<ActivityTask | null>;
  respondActivityTaskCompleted(request: RespondActivityTaskCompletedRequest): Promise<void>;
  respondActivityTaskFailed(request: RespondActivityTaskFailedRequest): Promise<void>;
  respondActivityTaskCanceled(request: RespondActivityTaskCanceledRequest): Promise<void>;
  recordActivityTaskHeartbeat(request: RecordActivityTaskHeartbeatRequest): Promise<RecordActivityTaskHeartbeatResponse>;
  /** Long poll for what the engine has to tell this worker; the empty list when it is shut down. */
  pollWorkerCommands(request: { readonly workerId: string }): Promise<readonly WorkerCommand[]>;
  /** The worker takes no more tasks: its polls are answered. With `lost`, what it had under way is offered again at once. */
  shutdownWorker(request: { readonly workerId: string; readonly lost?: boolean }): Promise<void>;

  /** Fires a pending timer now, whatever its time. `NotFound` when it is not pending. Temporal has no such request. */
  fireTimer(request: FireTimerRequest): Promise<void>;
  /**
   * Ends the pause before an activity's next attempt, which is offered to workers at once; attempts go on being counted. `FailedPrecondition` when it
   * does not back off. In Temporal: `UnpauseActivity`.
   */
  retryActivityTask(request: RetryActivityTaskRequest): Promise<void>;
  /** Deletes a run with all of its rows; an open one is terminated first. Resolves when nothing of it is left. */
  deleteWorkflowExecution(request: DeleteWorkflowExecutionRequest): Promise<void>;

  registerNamespace(request: RegisterNamespaceRequest): Promise<void>;
  describeNamespace(request: { readonly namespace: string }): Promise<NamespaceDescription>;
  updateNamespace(request: UpdateNamespaceRequest): Promise<NamespaceDescription>;
  listNamespaces(request: ListNamespacesRequest): Promise<ListNamespacesResponse>;
  deprecateNamespace(request: { readonly namespace: string }): Promise<void>;
  /** With all that is in it, open runs too, of which nobody is told by an event. Resolves when nothing is left: then the name may be registered anew. */
  deleteNamespace(request: { readonly namespace: string }): Promise<void>;

  getEngineStatus(): Promise<EngineStatus>;
  /** Figures for those who look after the engine. Nothing is measured for it but what a commit can count by the way. */
  getEngineInfo(): Promise<EngineInfo>;
  /** Long poll for changes since `cursor` (from an earlier answer); answers at once when some are there. */
  watchChanges(request: {
    readonly namespace: string;
    readonly cursor?: number;
  }): Promise<{ readonly cursor: number; readonly changes: readonly ChangeNotice[] }>;
}

/** The methods that may be called from outside, by name: the allowlist of every transport. */
export const SERVICE_METHODS = [
  'startWorkflowExecution',
  'signalWorkflowExecution',
  'signalWithStartWorkflowExecution',
  'requestCancelWorkflowExecution',
  'terminateWorkflowExecution',
  'describeWorkflowExecution',
  'getWorkflowExecutionHistory',
  'listWorkflowExecutions',
  'countWorkflowExecutions',
  'queryWorkflow',
  'updateWorkflowExecution',
  'updateWithStartWorkflowExecution',
  'pollWorkflowExecutionUpdate',
  'pollWorkflowTaskQueue',
  'respondWorkflowTaskCompleted',
  'respondWorkflowTaskFailed',
  'respondQueryTaskCompleted',
  'pollActivityTaskQueue',
  'respondActivityTaskCompleted',
  'respondActivityTaskFailed',
  'respondActivityTaskCanceled',
  'recordActivityTaskHeartbeat',
  'pollWorkerCommands',
  'shutdownWorker',
  'fireTimer',
  'retryActivityTask',
  'deleteWorkflowExecution',
  'registerNamespace',
  'describeNamespace',
  'updateNamespace',
  'listNamespaces',
  'deprecateNamespace',
  'deleteNamespace',
  'getEngineStatus',
  'getEngineInfo',
  'watchChanges',
] as const;

export type { RetryState, WirePayload };
