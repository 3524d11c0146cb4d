/** A workflow's status as Temporal's clients show it: the short name with its number. */
import type { WorkflowExecutionStatus } from '../protocol/workflow-service.ts';

export type WorkflowExecutionStatusName = WorkflowExecutionStatus;

const CODES: Readonly<Record<WorkflowExecutionStatus, number>> = {
  RUNNING: 1,
  COMPLETED: 2,
  FAILED: 3,
  CANCELLED: 4,
  TERMINATED: 5,
  CONTINUED_AS_NEW: 6,
  TIMED_OUT: 7,
};

/** 0, Temporal's "unspecified", for a name that is none. */
export const statusCode = (name: string): number => (Object.hasOwn(CODES, name) ? CODES[name as WorkflowExecutionStatus] : 0);
