/** Interceptors of workflow code: their interfaces. */
import type { Headers, Next } from '../common/interceptors.ts';
import type { WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import type { ActivityOptions, ChildWorkflowOptionsWithDefaults, ContinueAsNewOptions, LocalActivityOptions, TimerOptions } from './options.ts';

export type { Headers, Next };

export interface WorkflowExecuteInput {
  readonly args: unknown[];
  readonly headers: Headers;
}
export interface UpdateInput {
  readonly updateId: string;
  readonly name: string;
  readonly args: unknown[];
  readonly headers: Headers;
}
export interface SignalInput {
  readonly signalName: string;
  readonly args: unknown[];
  readonly headers: Headers;
}
export interface QueryInput {
  readonly queryId: string;
  readonly queryName: string;
  readonly args: unknown[];
  readonly headers: Headers;
}

/** Calls into workflow code. */
export interface WorkflowInboundCallsInterceptor {
  execute?(input: WorkflowExecuteInput, next: (input: WorkflowExecuteInput) => Promise<unknown>): Promise<unknown>;
  handleUpdate?(input: UpdateInput, next: (input: UpdateInput) => Promise<unknown>): Promise<unknown>;
  validateUpdate?(input: UpdateInput, next: (input: UpdateInput) => void): void;
  handleSignal?(input: SignalInput, next: (input: SignalInput) => Promise<void>): Promise<void>;
  handleQuery?(input: QueryInput, next: (input: QueryInput) => Promise<unknown>): Promise<unknown>;
}

export interface TimerInput {
  readonly durationMs: number;
  readonly seq: number;
  readonly options?: TimerOptions | undefined;
}
export interface ActivityInput {
  readonly activityType: string;
  readonly args: unknown[];
  readonly options: ActivityOptions;
  readonly headers: Headers;
  readonly seq: number;
}
export interface LocalActivityInput {
  readonly activityType: string;
  readonly args: unknown[];
  readonly options: LocalActivityOptions;
  readonly headers: Headers;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly originalScheduleTime?: number | undefined;
  readonly attempt: number;
}
export interface StartChildWorkflowExecutionInput {
  readonly workflowType: string;
  readonly options: ChildWorkflowOptionsWithDefaults;
  readonly headers: Headers;
  readonly seq: number;
}
export interface SignalWorkflowInput {
  readonly seq: number;
  readonly signalName: string;
  readonly args: unknown[];
  readonly headers: Headers;
  readonly target:
    | { readonly type: 'external'; readonly workflowExecution: { readonly workflowId: string; readonly runId?: string | undefined } }
    | { readonly type: 'child'; readonly childWorkflowId: string };
}
export interface ContinueAsNewInput {
  readonly args: unknown[];
  readonly headers: Headers;
  readonly options: ContinueAsNewOptions & { readonly workflowType: string };
}
export type GetLogAttributesInput = Record<string, unknown>;

/** Calls out of workflow code. */
export interface WorkflowOutboundCallsInterceptor {
  startTimer?(input: TimerInput, next: (input: TimerInput) => Promise<void>): Promise<void>;
  scheduleActivity?(input: ActivityInput, next: (input: ActivityInput) => Promise<unknown>): Promise<unknown>;
  scheduleLocalActivity?(input: LocalActivityInput, next: (input: LocalActivityInput) => Promise<unknown>): Promise<unknown>;
  startChildWorkflowExecution?(
    input: StartChildWorkflowExecutionInput,
    next: (input: StartChildWorkflowExecutionInput) => Promise<[Promise<string>, Promise<unknown>]>,
  ): Promise<[Promise<string>, Promise<unknown>]>;
  signalWorkflow?(input: SignalWorkflowInput, next: (input: SignalWorkflowInput) => Promise<void>): Promise<void>;
  continueAsNew?(input: ContinueAsNewInput, next: (input: ContinueAsNewInput) => Promise<never>): Promise<never>;
  getLogAttributes?(input: GetLogAttributesInput, next: (input: GetLogAttributesInput) => Record<string, unknown>): Record<string, unknown>;
}

export interface ActivateInput {
  readonly activation: WorkflowActivation;
  readonly batchIndex: number;
}
export interface ConcludeActivationInput {
  readonly commands: WorkflowCommand[];
}
export type ConcludeActivationOutput = ConcludeActivationInput;
export type DisposeInput = Readonly<Record<string, never>>;

/** The sandbox at work. For libraries; most interceptors need no such thing. */
export interface WorkflowInternalsInterceptor {
  activate?(input: ActivateInput, next: (input: ActivateInput) => void): void;
  concludeActivation?(input: ConcludeActivationInput, next: (input: ConcludeActivationInput) => ConcludeActivationOutput): ConcludeActivationOutput;
  dispose?(input: DisposeInput, next: (input: DisposeInput) => void): void;
}

export interface WorkflowInterceptors {
  inbound?: WorkflowInboundCallsInterceptor[];
  outbound?: WorkflowOutboundCallsInterceptor[];
  internals?: WorkflowInternalsInterceptor[];
}

/** Called once for each run, before its code. */
export type WorkflowInterceptorsFactory = () => WorkflowInterceptors;
