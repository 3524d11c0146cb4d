/** The timeouts of a run as Temporal's server fills them. */
import type { Millis } from '../common/brand.ts';

export const DEFAULT_WORKFLOW_TASK_TIMEOUT: Millis = 10_000;
export const LONGEST_WORKFLOW_TASK_TIMEOUT: Millis = 120_000;

interface Timeouts {
  readonly workflowExecutionTimeout?: Millis;
  readonly workflowRunTimeout?: Millis;
  readonly workflowTaskTimeout?: Millis;
}

/** A run lasts no longer than its chain, a task no longer than its run. 0 stands for none. */
export function timeoutsOf({ workflowExecutionTimeout, workflowRunTimeout, workflowTaskTimeout }: Timeouts): {
  workflowRunTimeout?: Millis;
  workflowTaskTimeout: Millis;
} {
  const run = Math.min(workflowRunTimeout || Number.POSITIVE_INFINITY, workflowExecutionTimeout || Number.POSITIVE_INFINITY);
  const task = Math.min(workflowTaskTimeout || DEFAULT_WORKFLOW_TASK_TIMEOUT, LONGEST_WORKFLOW_TASK_TIMEOUT, run);
  return Number.isFinite(run) ? { workflowRunTimeout: run, workflowTaskTimeout: task } : { workflowTaskTimeout: task };
}
