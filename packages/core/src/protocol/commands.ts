/** What a workflow task may ask of the engine when it completes. Names and fields are Temporal's commands. */
import type { Millis } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { PayloadMap, WirePayloads } from '../common/payload.ts';
import type { RetryPolicy } from '../common/retry-policy.ts';
import type {
  ContinueAsNewInitiator,
  ParentClosePolicy,
  UpdateOutcome,
  UpdateRequest,
  WorkflowExecutionRef,
  WorkflowIdReusePolicy,
} from '../history/events.ts';

export interface CommandAttributes {
  ScheduleActivityTask: {
    readonly activityId: string;
    readonly activityType: string;
    readonly taskQueue?: string;
    readonly header?: PayloadMap;
    readonly input?: WirePayloads;
    readonly scheduleToCloseTimeout?: Millis;
    readonly scheduleToStartTimeout?: Millis;
    readonly startToCloseTimeout?: Millis;
    readonly heartbeatTimeout?: Millis;
    readonly retryPolicy?: Partial<RetryPolicy>;
  };
  RequestCancelActivityTask: { readonly scheduledEventId: number };
  StartTimer: { readonly timerId: string; readonly startToFireTimeout: Millis };
  CancelTimer: { readonly timerId: string };
  CompleteWorkflowExecution: { readonly result?: WirePayloads };
  FailWorkflowExecution: { readonly failure: Failure };
  CancelWorkflowExecution: { readonly details?: WirePayloads };
  ContinueAsNewWorkflowExecution: {
    readonly workflowType?: string;
    readonly taskQueue?: string;
    readonly input?: WirePayloads;
    readonly workflowRunTimeout?: Millis;
    readonly workflowTaskTimeout?: Millis;
    readonly backoffStartInterval?: Millis;
    readonly retryPolicy?: Partial<RetryPolicy>;
    readonly initiator?: ContinueAsNewInitiator;
    readonly header?: PayloadMap;
    readonly memo?: PayloadMap;
    readonly searchAttributes?: PayloadMap;
    readonly cronSchedule?: string;
  };
  RecordMarker: {
    readonly markerName: string;
    readonly details?: Readonly<Record<string, WirePayloads>>;
    readonly header?: PayloadMap;
    readonly failure?: Failure;
  };
  UpsertWorkflowSearchAttributes: { readonly searchAttributes: PayloadMap };
  ModifyWorkflowProperties: { readonly upsertedMemo: PayloadMap };
  StartChildWorkflowExecution: {
    readonly namespace?: string;
    readonly workflowId: string;
    readonly workflowType: string;
    readonly taskQueue?: string;
    readonly input?: WirePayloads;
    readonly workflowExecutionTimeout?: Millis;
    readonly workflowRunTimeout?: Millis;
    readonly workflowTaskTimeout?: Millis;
    readonly parentClosePolicy?: ParentClosePolicy;
    readonly workflowIdReusePolicy?: WorkflowIdReusePolicy;
    readonly retryPolicy?: Partial<RetryPolicy>;
    readonly cronSchedule?: string;
    readonly header?: PayloadMap;
    readonly memo?: PayloadMap;
    readonly searchAttributes?: PayloadMap;
  };
  RequestCancelExternalWorkflowExecution: {
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly childWorkflowOnly?: boolean;
    readonly reason?: string;
  };
  SignalExternalWorkflowExecution: {
    readonly namespace?: string;
    readonly workflowExecution: WorkflowExecutionRef;
    readonly signalName: string;
    readonly input?: WirePayloads;
    readonly header?: PayloadMap;
    readonly childWorkflowOnly?: boolean;
  };
  /** In Temporal three messages beside the commands (acceptance, rejection, outcome); here commands, at their place. */
  AcceptUpdate: { readonly protocolInstanceId: string; readonly request: UpdateRequest };
  RejectUpdate: { readonly protocolInstanceId: string; readonly request: UpdateRequest; readonly failure: Failure };
  CompleteUpdate: { readonly protocolInstanceId: string; readonly outcome: UpdateOutcome };
}

export type CommandType = keyof CommandAttributes;

export type Command<T extends CommandType = CommandType> = { [K in T]: { readonly type: K; readonly attributes: CommandAttributes[K] } }[T];

/** Commands that end the run; at most one counts, and it comes last. */
export const CLOSE_COMMANDS: ReadonlySet<CommandType> = new Set([
  'CompleteWorkflowExecution',
  'FailWorkflowExecution',
  'CancelWorkflowExecution',
  'ContinueAsNewWorkflowExecution',
]);
