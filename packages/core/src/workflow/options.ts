/** What workflow code passes to the API, and what it is told about itself. */
import type { Workflow } from '../common/definitions.ts';
import type { Duration } from '../common/duration.ts';
import type {
  ActivityCancellationType,
  ChildWorkflowCancellationType,
  HandlerUnfinishedPolicy,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
} from '../common/enums.ts';
import type { RetryOptions } from '../common/retry-options.ts';
import type { SearchAttributePair, SearchAttributes, TypedSearchAttributes } from '../common/search-attributes.ts';

export interface TimerOptions {
  /** For people who look at the workflow. */
  readonly summary?: string | undefined;
}

interface CommonActivityOptions {
  /** From the first schedule to the end, retries included. This or `startToCloseTimeout` is required. */
  readonly scheduleToCloseTimeout?: Duration | undefined;
  /** For one attempt. */
  readonly startToCloseTimeout?: Duration | undefined;
  /** How long an attempt may wait for a worker; never retried. */
  readonly scheduleToStartTimeout?: Duration | undefined;
  /** Given fields override the default one by one: 1 s, doubling, at most 100 times the first, for ever. */
  readonly retry?: RetryOptions | undefined;
  /** @defaultValue TRY_CANCEL */
  readonly cancellationType?: ActivityCancellationType | undefined;
  readonly summary?: string | undefined;
}

export interface ActivityOptions extends CommonActivityOptions {
  /** @defaultValue the number of the activity in its run, from "1" */
  readonly activityId?: string | undefined;
  /** @defaultValue the workflow's */
  readonly taskQueue?: string | undefined;
  /** The activity fails if it is silent for longer. */
  readonly heartbeatTimeout?: Duration | undefined;
  /** Accepted for Temporal's sake: dispatch is as eager as it can be. */
  readonly allowEagerDispatch?: boolean | undefined;
}

export interface LocalActivityOptions extends CommonActivityOptions {
  /** A back-off longer than this is waited for by a timer of the workflow. @defaultValue 1 minute */
  readonly localRetryThreshold?: Duration | undefined;
}

export interface ChildWorkflowOptions {
  /** @defaultValue a UUID of the run's own randomness */
  readonly workflowId?: string | undefined;
  /** @defaultValue the parent's */
  readonly taskQueue?: string | undefined;
  readonly workflowExecutionTimeout?: Duration | undefined;
  readonly workflowRunTimeout?: Duration | undefined;
  readonly workflowTaskTimeout?: Duration | undefined;
  /** @defaultValue WAIT_CANCELLATION_COMPLETED */
  readonly cancellationType?: ChildWorkflowCancellationType | undefined;
  /** @defaultValue TERMINATE */
  readonly parentClosePolicy?: ParentClosePolicy | undefined;
  readonly workflowIdReusePolicy?: WorkflowIdReusePolicy | undefined;
  /** @defaultValue none */
  readonly retry?: RetryOptions | undefined;
  readonly cronSchedule?: string | undefined;
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
  /** @deprecated use `typedSearchAttributes` */
  readonly searchAttributes?: SearchAttributes | undefined;
  readonly typedSearchAttributes?: readonly SearchAttributePair[] | TypedSearchAttributes | undefined;
  readonly staticSummary?: string | undefined;
  readonly staticDetails?: string | undefined;
}

export type ChildWorkflowOptionsWithDefaults = ChildWorkflowOptions & {
  readonly workflowId: string;
  readonly cancellationType: ChildWorkflowCancellationType;
  readonly args: readonly unknown[];
};

/** What is not given is the current run's. */
export interface ContinueAsNewOptions {
  readonly workflowType?: string | undefined;
  readonly taskQueue?: string | undefined;
  readonly workflowRunTimeout?: Duration | undefined;
  readonly workflowTaskTimeout?: Duration | undefined;
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
  /** @deprecated use `typedSearchAttributes` */
  readonly searchAttributes?: SearchAttributes | undefined;
  readonly typedSearchAttributes?: readonly SearchAttributePair[] | TypedSearchAttributes | undefined;
}

export interface ParentWorkflowInfo {
  readonly workflowId: string;
  readonly runId: string;
  readonly namespace: string;
}
export interface RootWorkflowInfo {
  readonly workflowId: string;
  readonly runId: string;
}

/** The machine's chance, not the run's: other numbers in each replay. */
export interface UnsafeRandomSource {
  random(): number;
  uuid4(): string;
  fillRandom(bytes: Uint8Array): Uint8Array;
}

/** What must not decide anything in workflow code, for it differs in a replay. */
export interface UnsafeWorkflowInfo {
  /** The machine's clock. */
  readonly now: () => number;
  readonly isReplaying: boolean;
  /** As `isReplaying`, but false in queries and update validators. */
  readonly isReplayingHistoryEvents: boolean;
  readonly random: UnsafeRandomSource;
}

/** The run that the code runs in. A new object for each change: keep what you need, not the object. */
export interface WorkflowInfo {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  /** @deprecated use `typedSearchAttributes` */
  readonly searchAttributes: SearchAttributes;
  readonly typedSearchAttributes: TypedSearchAttributes;
  readonly memo?: Record<string, unknown>;
  readonly parent?: ParentWorkflowInfo;
  /** Absent in a workflow that has no parent. */
  readonly root?: RootWorkflowInfo;
  /** The result of the last run of the chain that completed: for cron. */
  readonly lastResult?: unknown;
  readonly lastFailure?: Error;
  /** Events in the history when the current task started. */
  readonly historyLength: number;
  /** Bytes. */
  readonly historySize: number;
  readonly continueAsNewSuggested: boolean;
  readonly taskQueue: string;
  readonly namespace: string;
  /** The first run of the chain of continue-as-new, retry and cron. */
  readonly firstExecutionRunId: string;
  readonly originalExecutionRunId: string;
  readonly continuedFromExecutionRunId?: string;
  readonly startTime: Date;
  readonly runStartTime: Date;
  readonly executionTimeoutMs?: number;
  readonly executionExpirationTime?: Date;
  readonly runTimeoutMs?: number;
  readonly taskTimeoutMs: number;
  readonly retryPolicy?: RetryOptions;
  /** From 1. */
  readonly attempt: number;
  readonly cronSchedule?: string;
  readonly cronScheduleToScheduleInterval?: number;
  readonly unsafe: UnsafeWorkflowInfo;
}

/** The update whose handler or validator is running. */
export interface UpdateInfo {
  readonly id: string;
  readonly name: string;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever its constructor takes
export type ErrorClass = new (...args: any[]) => Error;

export interface WorkflowDefinitionOptions {
  /** Errors that fail the workflow instead of its task. `Error` stands for all. */
  readonly failureExceptionTypes?: readonly ErrorClass[];
}
export type WorkflowDefinitionOptionsOrGetter = WorkflowDefinitionOptions | (() => WorkflowDefinitionOptions);

/** A workflow with the options that `setWorkflowOptions` gave it. */
export type WorkflowFunctionWithOptions = Workflow & { workflowDefinitionOptions?: WorkflowDefinitionOptionsOrGetter };

export type DefaultSignalHandler = (signalName: string, ...args: unknown[]) => void | Promise<void>;
export type DefaultUpdateHandler = (updateName: string, ...args: unknown[]) => Promise<unknown> | unknown;
export type DefaultQueryHandler = (queryName: string, ...args: unknown[]) => unknown;

export interface QueryHandlerOptions {
  readonly description?: string | undefined;
}
export interface SignalHandlerOptions {
  readonly description?: string | undefined;
  readonly unfinishedPolicy?: HandlerUnfinishedPolicy | undefined;
}
// biome-ignore lint/suspicious/noExplicitAny: the arguments of the definition
export interface UpdateHandlerOptions<Args extends any[]> {
  /** Refuses the update by throwing, before anything of it is recorded. Synchronous, and it must change nothing. */
  readonly validator?: ((...args: Args) => void) | undefined;
  readonly description?: string | undefined;
  readonly unfinishedPolicy?: HandlerUnfinishedPolicy | undefined;
}
