/** The plain data that the seam carries. Times are in ms since the epoch, durations in ms, sizes in bytes. */
import type { EngineInfo as CoreEngineInfo, EngineStatus, PendingActivityInfo } from '@perdure/core/client';
import type { Failure, PayloadMap, WirePayloads } from '@perdure/core/common';

export type RunStatus = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'CONTINUED_AS_NEW' | 'TIMED_OUT';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

export interface RunSummary extends Execution {
  readonly namespace: string;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly status: RunStatus;
  readonly startTime: number;
  readonly executionTime: number;
  readonly closeTime?: number;
  readonly historyLength: number;
  readonly historySizeBytes: number;
  readonly firstExecutionRunId: string;
  readonly parentExecution?: Partial<Execution>;
  readonly rootExecution?: Partial<Execution>;
  readonly memo?: PayloadMap;
  readonly searchAttributes?: PayloadMap;
  /** In words, when the run's history was found to be damaged. */
  readonly damage?: string;
}

export interface PendingActivity {
  readonly activityId: string;
  readonly activityType: string;
  readonly scheduledEventId: number;
  readonly state: PendingActivityInfo['state'];
  readonly attempt: number;
  /** 0: as many as it takes. */
  readonly maximumAttempts: number;
  readonly taskQueue: string;
  readonly input?: WirePayloads;
  readonly scheduledTime: number;
  readonly lastStartedTime?: number;
  readonly nextAttemptScheduleTime?: number;
  readonly lastHeartbeatTime?: number;
  readonly heartbeatDetails?: WirePayloads;
  readonly lastFailure?: Failure;
  readonly lastWorkerIdentity?: string;
}
export interface PendingTimer {
  readonly timerId: string;
  readonly startedEventId: number;
  readonly startTime: number;
  readonly fireTime: number;
}
export interface PendingChild {
  readonly workflowId: string;
  readonly runId?: string;
  readonly workflowType: string;
  readonly initiatedEventId: number;
}
export interface PendingWorkflowTask {
  readonly state: 'SCHEDULED' | 'STARTED' | 'BACKING_OFF';
  readonly attempt: number;
  readonly scheduledTime: number;
  readonly startedTime?: number;
  readonly notBefore?: number;
}

export interface DescribedRun {
  readonly summary: RunSummary;
  readonly pendingActivities: readonly PendingActivity[];
  readonly pendingTimers: readonly PendingTimer[];
  readonly pendingChildren: readonly PendingChild[];
  readonly pendingWorkflowTask?: PendingWorkflowTask;
  readonly cancelRequested: boolean;
  readonly durability: string;
  readonly workflowExecutionTimeout?: number;
  readonly workflowRunTimeout?: number;
  readonly workflowTaskTimeout: number;
}

export interface NamedHandler {
  readonly name: string;
  readonly description?: string;
}
export interface RegisteredCode {
  /** The workflow types that the code exports; absent where nobody can tell. */
  readonly workflowTypes?: readonly string[];
  /** What the run has registered so far. */
  readonly signals: readonly NamedHandler[];
  readonly queries: readonly NamedHandler[];
  readonly updates: readonly NamedHandler[];
}

export interface NamespaceInfo {
  readonly name: string;
  readonly state: 'REGISTERED' | 'DEPRECATED';
  readonly description: string;
  /** 0: closed runs are kept for ever. */
  readonly retention: number;
}

/** What the browser says of the origin's storage. Sizes are of all that the origin keeps. */
export interface StorageInfo {
  readonly usage: number;
  readonly quota: number;
  /** Of databases alone, where the browser tells it. */
  readonly databases?: number;
  /** Whether the browser has promised not to evict it. */
  readonly isPersisted: boolean;
}
export interface EngineInfo {
  readonly status: EngineStatus;
  /** What the engine told of itself; absent while there is none that answers, or it is of a version that does not tell. */
  readonly engine?: CoreEngineInfo;
  /** Absent where the browser does not tell. */
  readonly storage?: StorageInfo;
}

/** A place in source code, as far as it could be told. */
export interface SourcePlace {
  readonly functionName: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
/** One thing that workflow code waits for, with the calls that led to it, innermost first. */
export interface Wait {
  readonly frames: readonly SourcePlace[];
}
