/** How a workflow task fails: the cause that the engine records, and the failure that people read. */
import { isError } from '../common/error-brand.ts';
import type { Failure } from '../common/failure.ts';
import { FAILURE_SOURCE } from '../common/failures.ts';
import type { WorkflowTaskFailedCause } from '../history/events.ts';
import { NonDeterminismError } from './determinism.ts';

/** Thrown to fail the workflow task; the run stays as it is, and the task is tried again. */
export class WorkflowTaskFailure extends Error {
  override readonly name = 'WorkflowTaskFailure';
  readonly failedCause: WorkflowTaskFailedCause;
  readonly failure: Failure;

  constructor(failure: Failure, failedCause: WorkflowTaskFailedCause = 'WORKFLOW_WORKER_UNHANDLED_FAILURE') {
    super(failure.message);
    this.failure = failure;
    this.failedCause = failedCause;
  }
}

/** Any error that ends the handling of a task, as its failure. */
export function toTaskFailure(error: unknown): WorkflowTaskFailure {
  if (error instanceof WorkflowTaskFailure) return error;
  const failure: Failure = {
    message: isError(error) ? error.message : String(error),
    source: FAILURE_SOURCE,
    ...(isError(error) && error.stack ? { stackTrace: error.stack } : {}),
  };
  return new WorkflowTaskFailure(failure, error instanceof NonDeterminismError ? 'NON_DETERMINISTIC_ERROR' : 'WORKFLOW_WORKER_UNHANDLED_FAILURE');
}
