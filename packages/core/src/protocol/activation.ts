/**
 * The door of the sandbox: jobs go in, commands come out, both plain data. Names and order are those of the activation protocol
 * between Temporal's core and its TypeScript SDK, so that what is known of one holds for the other.
 */
import type { Millis, RunId } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
import type { RetryPolicy } from '../common/retry-policy.ts';
import type { ContinueAsNewInitiator, ParentClosePolicy, WorkflowExecutionRef, WorkflowIdReusePolicy } from '../history/events.ts';

export type ActivityCancellationType = 'TRY_CANCEL' | 'WAIT_CANCELLATION_COMPLETED' | 'ABANDON';
export type ChildWorkflowCancellationType = 'ABANDON' | 'TRY_CANCEL' | 'WAIT_CANCELLATION_COMPLETED' | 'WAIT_CANCELLATION_REQUESTED';

export type ActivityResolution =
  | { readonly status: 'completed'; readonly result?: WirePayload }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'cancelled'; readonly failure: Failure }
  | { readonly status: 'backoff'; readonly attempt: number; readonly backoffDuration: Millis; readonly originalScheduleTime: Millis };

export type ChildWorkflowResolution =
  | { readonly status: 'completed'; readonly result?: WirePayload }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'cancelled'; readonly failure: Failure };

export interface InitializeWorkflow {
  readonly type: 'initializeWorkflow';
  readonly namespace: string;
  readonly workflowType: string;
  readonly workflowId: string;
  /** The run whose id seeds the random numbers: `originalExecutionRunId`. */
  readonly randomnessSeed: string;
  readonly arguments: WirePayloads;
  readonly headers: PayloadMap;
  readonly taskQueue: string;
  readonly attempt: number;
  readonly firstExecutionRunId: string;
  readonly continuedFromExecutionRunId?: string;
  readonly continuedInitiator?: ContinueAsNewInitiator;
  readonly continuedFailure?: Failure;
  readonly lastCompletionResult?: WirePayloads;
  readonly parentWorkflowInfo?: { readonly namespace: string; readonly workflowId: string; readonly runId: string };
  readonly rootWorkflow?: { readonly workflowId: string; readonly runId: string };
  readonly workflowExecutionTimeout?: Millis;
  readonly workflowRunTimeout?: Millis;
  readonly workflowTaskTimeout: Millis;
  readonly workflowExecutionExpirationTime?: Millis;
  readonly cronSchedule?: string;
  readonly cronScheduleToScheduleInterval?: Millis;
  readonly retryPolicy?: RetryPolicy;
  readonly memo: PayloadMap;
  readonly searchAttributes: PayloadMap;
  /** When the chain's first run started, and when this run did. */
  readonly startTime: Millis;
  readonly runStartTime: Millis;
  /** Keeps where the code waits, for the queries `__stack_trace` and `__enhanced_stack_trace`. It costs more than the run itself. */
  readonly recordsWaits?: true;
}

export type ActivationJob =
  | InitializeWorkflow
  | { readonly type: 'fireTimer'; readonly seq: number }
  | { readonly type: 'resolveActivity'; readonly seq: number; readonly result: ActivityResolution; readonly isLocal?: boolean }
  | {
      readonly type: 'resolveChildWorkflowExecutionStart';
      readonly seq: number;
      readonly result:
        | { readonly status: 'succeeded'; readonly runId: string }
        | { readonly status: 'failed'; readonly workflowId: string; readonly workflowType: string; readonly cause: 'WORKFLOW_ALREADY_EXISTS' }
        | { readonly status: 'cancelled'; readonly failure: Failure };
    }
  | { readonly type: 'resolveChildWorkflowExecution'; readonly seq: number; readonly result: ChildWorkflowResolution }
  | { readonly type: 'resolveSignalExternalWorkflow'; readonly seq: number; readonly failure?: Failure }
  | { readonly type: 'resolveRequestCancelExternalWorkflow'; readonly seq: number; readonly failure?: Failure }
  | { readonly type: 'cancelWorkflow'; readonly reason: string }
  | { readonly type: 'signalWorkflow'; readonly signalName: string; readonly input: WirePayloads; readonly identity: string; readonly headers: PayloadMap }
  | {
      readonly type: 'doUpdate';
      readonly id: string;
      readonly protocolInstanceId: string;
      readonly name: string;
      readonly input: WirePayloads;
      readonly headers: PayloadMap;
      readonly identity: string;
      readonly runValidator: boolean;
    }
  | { readonly type: 'queryWorkflow'; readonly queryId: string; readonly queryType: string; readonly arguments: WirePayloads; readonly headers: PayloadMap }
  | { readonly type: 'notifyHasPatch'; readonly patchId: string }
  | { readonly type: 'updateRandomSeed'; readonly randomnessSeed: string }
  /** Side effects that the history holds, by the order of their calls (`sideEffect`) or by their id (`mutableSideEffect`). */
  | { readonly type: 'resolveMarker'; readonly markerName: string; readonly details: Readonly<Record<string, WirePayloads>> }
  | { readonly type: 'removeFromCache'; readonly reason: string };

/** One step of one run. Jobs stand in the order in which the sandbox handles them. */
export interface WorkflowActivation {
  readonly runId: RunId;
  /** The time of the workflow task's start: what `Date.now()` tells in the workflow. */
  readonly timestamp: Millis;
  readonly isReplaying: boolean;
  readonly historyLength: number;
  readonly historySize: number;
  readonly continueAsNewSuggested: boolean;
  /** Lang flags that the history carries up to here. */
  readonly availableInternalFlags: readonly number[];
  readonly jobs: readonly ActivationJob[];
}

export type WorkflowCommand =
  | { readonly type: 'startTimer'; readonly seq: number; readonly startToFireTimeout: Millis }
  | { readonly type: 'cancelTimer'; readonly seq: number }
  | {
      readonly type: 'scheduleActivity';
      readonly seq: number;
      readonly activityId: string;
      readonly activityType: string;
      readonly taskQueue?: string;
      readonly headers: PayloadMap;
      readonly arguments: WirePayloads;
      readonly scheduleToCloseTimeout?: Millis;
      readonly scheduleToStartTimeout?: Millis;
      readonly startToCloseTimeout?: Millis;
      readonly heartbeatTimeout?: Millis;
      readonly retryPolicy?: Partial<RetryPolicy>;
      readonly cancellationType: ActivityCancellationType;
    }
  | { readonly type: 'requestCancelActivity'; readonly seq: number }
  | {
      readonly type: 'scheduleLocalActivity';
      readonly seq: number;
      readonly activityId: string;
      readonly activityType: string;
      readonly attempt: number;
      readonly originalScheduleTime?: Millis;
      readonly headers: PayloadMap;
      readonly arguments: WirePayloads;
      readonly scheduleToCloseTimeout?: Millis;
      readonly scheduleToStartTimeout?: Millis;
      readonly startToCloseTimeout?: Millis;
      readonly retryPolicy?: Partial<RetryPolicy>;
      readonly localRetryThreshold?: Millis;
      readonly cancellationType: ActivityCancellationType;
    }
  | { readonly type: 'requestCancelLocalActivity'; readonly seq: number }
  | {
      readonly type: 'startChildWorkflowExecution';
      readonly seq: number;
      readonly workflowId: string;
      readonly workflowType: string;
      readonly taskQueue?: string;
      readonly input: WirePayloads;
      readonly workflowExecutionTimeout?: Millis;
      readonly workflowRunTimeout?: Millis;
      readonly workflowTaskTimeout?: Millis;
      readonly parentClosePolicy: ParentClosePolicy;
      readonly workflowIdReusePolicy?: WorkflowIdReusePolicy;
      readonly retryPolicy?: Partial<RetryPolicy>;
      readonly cronSchedule?: string;
      readonly headers: PayloadMap;
      readonly memo?: PayloadMap;
      readonly searchAttributes?: PayloadMap;
      readonly cancellationType: ChildWorkflowCancellationType;
    }
  | { readonly type: 'cancelChildWorkflowExecution'; readonly childWorkflowSeq: number; readonly reason: string }
  | {
      readonly type: 'signalExternalWorkflowExecution';
      readonly seq: number;
      readonly target: { readonly workflowExecution: WorkflowExecutionRef } | { readonly childWorkflowId: string };
      readonly signalName: string;
      readonly args: WirePayloads;
      readonly headers: PayloadMap;
    }
  | { readonly type: 'cancelSignalWorkflow'; readonly seq: number }
  | { readonly type: 'requestCancelExternalWorkflowExecution'; readonly seq: number; readonly workflowExecution: WorkflowExecutionRef; readonly reason: string }
  | { readonly type: 'setPatchMarker'; readonly patchId: string; readonly deprecated: boolean }
  /** Side effects: Go's markers ("SideEffect", "MutableSideEffect"), which the TypeScript SDK lacks. */
  | {
      readonly type: 'recordMarker';
      readonly markerName: string;
      readonly details: Readonly<Record<string, WirePayloads>>;
      /** For a new "MutableSideEffect": the worker adds the detail `side-effect-id`, which is this id, "_" and the id of the marker's own event. */
      readonly mutableSideEffectId?: string;
    }
  | { readonly type: 'upsertWorkflowSearchAttributes'; readonly searchAttributes: PayloadMap }
  | { readonly type: 'modifyWorkflowProperties'; readonly upsertedMemo: PayloadMap }
  | { readonly type: 'respondToQuery'; readonly queryId: string; readonly result: { readonly succeeded: WirePayload } | { readonly failed: Failure } }
  | {
      readonly type: 'updateResponse';
      readonly protocolInstanceId: string;
      readonly response:
        | { readonly status: 'accepted' }
        | { readonly status: 'rejected'; readonly failure: Failure }
        | { readonly status: 'completed'; readonly result: WirePayload };
    }
  | { readonly type: 'completeWorkflowExecution'; readonly result?: WirePayload }
  | { readonly type: 'failWorkflowExecution'; readonly failure: Failure }
  | { readonly type: 'cancelWorkflowExecution' }
  | {
      readonly type: 'continueAsNewWorkflowExecution';
      readonly workflowType?: string;
      readonly taskQueue?: string;
      readonly arguments: WirePayloads;
      readonly workflowRunTimeout?: Millis;
      readonly workflowTaskTimeout?: Millis;
      readonly memo?: PayloadMap;
      readonly headers: PayloadMap;
      readonly searchAttributes?: PayloadMap;
      readonly retryPolicy?: Partial<RetryPolicy>;
    };

export interface SinkCall {
  readonly ifaceName: string;
  readonly fnName: string;
  readonly args: readonly unknown[];
  readonly callDuringReplay: boolean;
}

/** The answer to an activation. A failed one fails the workflow task, never the workflow. */
export type ActivationCompletion =
  | {
      readonly status: 'successful';
      readonly runId: RunId;
      readonly commands: readonly WorkflowCommand[];
      readonly usedInternalFlags: readonly number[];
      readonly sinkCalls?: readonly SinkCall[];
    }
  | {
      readonly status: 'failed';
      readonly runId: RunId;
      readonly failure: Failure;
      readonly cause?: 'NON_DETERMINISTIC_ERROR';
      readonly sinkCalls?: readonly SinkCall[];
    };

/**
 * Where workflow code runs: in this realm (Node, edge), or in a Worker that can be ended.
 * Runs are kept until `removeFromCache`; activations of one run are never given at the same time.
 */
export interface Sandbox {
  activate(activation: WorkflowActivation): Promise<ActivationCompletion>;
  /** The workflow types that are registered; empty while unknown. Rejects when the user's module does not load. */
  ready(): Promise<readonly string[]>;
  close(): Promise<void>;
}
