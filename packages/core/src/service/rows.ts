/** The rows that the service keeps, but for those of histories: nothing is stored but what finds a run again. */
import type { Millis, RunId, WorkflowId } from '../common/brand.ts';
import type { Key } from '../storage/store.ts';

export interface RunName {
  readonly namespace: string;
  readonly workflowId: WorkflowId;
  readonly runId: RunId;
}

/** What never changes of a run; the row of a workflow id's newest run has the key without run id. */
export interface ExecutionRow {
  readonly runId: RunId;
  readonly firstExecutionRunId: RunId;
  /** The start request, so that repeating it finds this run as long as it is kept. */
  readonly requestId: string;
}

export function isExecutionRow(row: unknown): row is ExecutionRow {
  if (typeof row !== 'object' || row === null) return false;
  const { runId, firstExecutionRunId, requestId } = row as Record<string, unknown>;
  return typeof runId === 'string' && typeof firstExecutionRunId === 'string' && typeof requestId === 'string';
}

export const currentKey = (namespace: string, workflowId: WorkflowId): Key => [namespace, workflowId];
export const runKey = ({ namespace, workflowId, runId }: RunName): Key => [namespace, workflowId, runId];
export const historyKey = ({ namespace, workflowId, runId }: RunName, firstInput: number): Key => [namespace, workflowId, runId, firstInput];
export const wakeKey = (wakeAt: Millis, { namespace, workflowId, runId }: RunName): Key => [wakeAt, namespace, workflowId, runId];
export const openKey = ({ namespace, runId }: RunName, startTime: Millis): Key => [namespace, 0, -startTime, runId];
export const closedKey = ({ namespace, runId }: RunName, closeTime: Millis): Key => [namespace, 1, -closeTime, runId];

/** The run that the last three parts of a key name. */
export function runOfKey(key: Key): RunName {
  const [namespace, workflowId, runId] = key.slice(-3);
  return { namespace: String(namespace), workflowId: String(workflowId), runId: String(runId) };
}
