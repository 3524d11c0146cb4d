/** What must hold of a run's workflow task after every commit. */
import type { StoredRun } from './checker.ts';

/** What a workflow has to be told of. */
const NEWS: ReadonlySet<string> = new Set([
  'WorkflowExecutionStarted',
  'WorkflowExecutionSignaled',
  'WorkflowExecutionCancelRequested',
  'TimerFired',
  'ActivityTaskCompleted',
  'ActivityTaskFailed',
  'ActivityTaskTimedOut',
  'ActivityTaskCanceled',
  'StartChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionStarted',
  'ChildWorkflowExecutionCompleted',
  'ChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionCanceled',
  'ChildWorkflowExecutionTimedOut',
  'ChildWorkflowExecutionTerminated',
  'ExternalWorkflowExecutionSignaled',
  'SignalExternalWorkflowExecutionFailed',
  'ExternalWorkflowExecutionCancelRequested',
  'RequestCancelExternalWorkflowExecutionFailed',
]);
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 600_000;

export function checkTask({ key, state, events }: StoredRun, violate: (statement: string) => void): void {
  const { workflowTask: task, firstTaskNotBefore, status } = state;
  const last = events.at(-1);
  if (status === 'RUNNING' && task.phase === 'none' && firstTaskNotBefore === undefined && last && NEWS.has(last.type))
    violate(`R19: the history of ${key.workflowId} ends with ${last.type}, and no workflow task is there to tell of it`);
  if (task.phase !== 'scheduled') return;
  if (task.mode === 'written' && task.attempt !== 1)
    violate(`R5: a workflow task of ${key.workflowId} that stands in the history is attempt ${task.attempt} before it has begun`);
  const least = Math.min(FIRST_PAUSE * 2 ** (task.attempt - 2), LONGEST_PAUSE);
  if (task.mode === 'retry' && task.attempt > 2 && task.notBefore - task.scheduledAt < least)
    violate(`R7: attempt ${task.attempt} of a workflow task of ${key.workflowId} follows after ${task.notBefore - task.scheduledAt} ms`);
}
