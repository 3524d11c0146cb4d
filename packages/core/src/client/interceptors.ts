/** What may stand between a caller and the service. Names and order are Temporal's: the first interceptor is the outermost. */
import type { QueryRejectCondition } from '../common/enums.ts';
import type { Headers } from '../common/interceptors.ts';
import type { UpdateOutcome, WorkflowExecutionRef } from '../history/events.ts';
import type { DescribeWorkflowExecutionResponse } from '../protocol/workflow-service.ts';
import type { CompiledWorkflowOptions, WorkflowUpdateOptions } from './options.ts';

export interface WorkflowStartInput {
  readonly workflowType: string;
  readonly headers: Headers;
  readonly options: CompiledWorkflowOptions;
}
export interface WorkflowStartOutput {
  readonly runId: string;
  readonly eagerlyStarted: boolean;
}

export interface WorkflowSignalInput {
  readonly signalName: string;
  readonly args: unknown[];
  readonly workflowExecution: WorkflowExecutionRef;
  readonly headers: Headers;
}

export interface WorkflowSignalWithStartInput {
  readonly workflowType: string;
  readonly signalName: string;
  readonly signalArgs: unknown[];
  readonly headers: Headers;
  readonly options: CompiledWorkflowOptions;
}

export interface WorkflowQueryInput {
  readonly queryType: string;
  readonly args: unknown[];
  readonly workflowExecution: WorkflowExecutionRef;
  readonly queryRejectCondition?: QueryRejectCondition;
  readonly headers: Headers;
}

export interface WorkflowStartUpdateInput {
  readonly updateName: string;
  readonly args: unknown[];
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
  readonly headers: Headers;
  readonly options: WorkflowUpdateOptions;
}
export interface WorkflowStartUpdateOutput {
  readonly updateId: string;
  readonly workflowRunId?: string;
  readonly outcome?: UpdateOutcome;
}

export interface WorkflowStartUpdateWithStartInput {
  readonly workflowType: string;
  readonly workflowStartOptions: CompiledWorkflowOptions;
  readonly workflowStartHeaders: Headers;
  readonly updateName: string;
  readonly updateArgs: unknown[];
  readonly updateOptions: WorkflowUpdateOptions;
  readonly updateHeaders: Headers;
}
export interface WorkflowStartUpdateWithStartOutput {
  readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
  readonly updateId: string;
  readonly updateOutcome?: UpdateOutcome;
}

export interface WorkflowTerminateInput {
  readonly workflowExecution: WorkflowExecutionRef;
  readonly reason?: string;
  readonly details?: unknown[];
  readonly firstExecutionRunId?: string;
}
export interface WorkflowCancelInput {
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
}
export interface WorkflowDescribeInput {
  readonly workflowExecution: WorkflowExecutionRef;
}

/** Does something before or after what `next` stands for, or instead of it. */
export type Around<Input, Output> = (input: Input, next: (input: Input) => Promise<Output>) => Promise<Output>;

export interface WorkflowClientInterceptor {
  /** @deprecated use `startWithDetails`, which is preferred where an interceptor has both */
  start?: Around<WorkflowStartInput, string>;
  startWithDetails?: Around<WorkflowStartInput, WorkflowStartOutput>;
  startUpdate?: Around<WorkflowStartUpdateInput, WorkflowStartUpdateOutput>;
  startUpdateWithStart?: Around<WorkflowStartUpdateWithStartInput, WorkflowStartUpdateWithStartOutput>;
  signal?: Around<WorkflowSignalInput, void>;
  signalWithStart?: Around<WorkflowSignalWithStartInput, string>;
  query?: Around<WorkflowQueryInput, unknown>;
  terminate?: Around<WorkflowTerminateInput, void>;
  cancel?: Around<WorkflowCancelInput, void>;
  describe?: Around<WorkflowDescribeInput, DescribeWorkflowExecutionResponse>;
}

/** @deprecated give a list of interceptors */
export interface WorkflowClientInterceptors {
  calls?: ((input: { readonly workflowId: string; readonly runId?: string }) => WorkflowClientInterceptor)[];
}

export interface ClientInterceptors {
  workflow?: WorkflowClientInterceptor[] | WorkflowClientInterceptors;
}

/** The interceptors of one call. */
export function interceptorsOf(
  interceptors: WorkflowClientInterceptor[] | WorkflowClientInterceptors | undefined,
  { workflowId, runId }: WorkflowExecutionRef,
): readonly WorkflowClientInterceptor[] {
  if (interceptors === undefined) return [];
  const list = Array.isArray(interceptors)
    ? interceptors
    : (interceptors.calls ?? []).map((make) => make(runId === undefined ? { workflowId } : { workflowId, runId }));
  return list.map(withStartDetails);
}

/** Lets an interceptor that has only the older `start` take part in `startWithDetails`. */
function withStartDetails(interceptor: WorkflowClientInterceptor): WorkflowClientInterceptor {
  if (interceptor.startWithDetails || !interceptor.start) return interceptor;
  const start = interceptor.start.bind(interceptor);
  const adapted: WorkflowClientInterceptor = Object.create(interceptor);
  adapted.startWithDetails = async (input, next) => {
    let eagerlyStarted = false;
    const runId = await start(input, async (changed) => {
      const output = await next(changed);
      eagerlyStarted = output.eagerlyStarted;
      return output.runId;
    });
    return { runId, eagerlyStarted };
  };
  return adapted;
}
