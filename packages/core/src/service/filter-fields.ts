/** What a filter may ask of a run: the fields that each run has, and the search attributes that workflows set. */
import type { SearchAttributeType } from '../common/enums.ts';
import { parseDatetime, type SearchAttributeTypes, searchAttributeValues } from '../common/search-attribute-types.ts';
import type { WorkflowExecutionStatus, WorkflowExecutionSummary } from '../protocol/workflow-service.ts';

export type FieldValue = string | number | boolean;

export interface Field {
  readonly name: string;
  readonly kind: SearchAttributeType | 'STATUS';
  /** Whether workflows set it. */
  readonly isAttribute: boolean;
  /** Several for a list; none where the run has no such value: then nothing holds but IS NULL. A moment is in ms since 1970. */
  readonly read: (summary: WorkflowExecutionSummary) => readonly FieldValue[];
}

/** Temporal's names of the statuses in lists. */
export const STATUS_NAMES: Readonly<Record<WorkflowExecutionStatus, string>> = {
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Canceled',
  TERMINATED: 'Terminated',
  CONTINUED_AS_NEW: 'ContinuedAsNew',
  TIMED_OUT: 'TimedOut',
};

type Read = (summary: WorkflowExecutionSummary) => FieldValue | undefined;

/** A closed run has a length and a duration; an open one's are not in lists. */
const ifClosed =
  (read: Read): Read =>
  (summary) =>
    summary.closeTime === undefined ? undefined : read(summary);

const FIELDS: Readonly<Record<string, readonly [Field['kind'], Read]>> = {
  ExecutionStatus: ['STATUS', ({ status }) => STATUS_NAMES[status]],
  WorkflowId: ['KEYWORD', ({ workflowId }) => workflowId],
  WorkflowType: ['KEYWORD', ({ workflowType }) => workflowType],
  RunId: ['KEYWORD', ({ runId }) => runId],
  TaskQueue: ['KEYWORD', ({ taskQueue }) => taskQueue],
  StartTime: ['DATETIME', ({ startTime }) => startTime],
  ExecutionTime: ['DATETIME', ({ executionTime }) => executionTime],
  CloseTime: ['DATETIME', ({ closeTime }) => closeTime],
  HistoryLength: ['INT', ifClosed(({ historyLength }) => historyLength)],
  HistorySizeBytes: ['INT', ifClosed(({ historySizeBytes }) => historySizeBytes)],
  /** In nanoseconds, as in Temporal. */
  ExecutionDuration: ['INT', ifClosed(({ closeTime = 0, executionTime }) => (closeTime - executionTime) * 1_000_000)],
  ParentWorkflowId: ['KEYWORD', ({ parentExecution }) => parentExecution?.workflowId],
  ParentRunId: ['KEYWORD', ({ parentExecution }) => parentExecution?.runId],
  RootWorkflowId: ['KEYWORD', ({ rootExecution, workflowId }) => rootExecution?.workflowId ?? workflowId],
  RootRunId: ['KEYWORD', ({ rootExecution, runId }) => rootExecution?.runId ?? runId],
};

export function fieldOf(name: string, types: SearchAttributeTypes): Field | undefined {
  const system = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (system) {
    const [kind, read] = system;
    return {
      name,
      kind,
      isAttribute: false,
      read: (summary) => {
        const value = read(summary);
        return value === undefined ? [] : [value];
      },
    };
  }
  const kind = Object.hasOwn(types, name) ? types[name] : undefined;
  return kind && { name, kind, isAttribute: true, read: ({ searchAttributes }) => valuesOf(searchAttributes?.[name], kind) };
}

export const fieldNames = (types: SearchAttributeTypes): string => [...Object.keys(FIELDS), ...Object.keys(types)].join(', ');

function valuesOf(payload: Parameters<typeof searchAttributeValues>[0] | undefined, kind: SearchAttributeType): readonly FieldValue[] {
  if (!payload) return [];
  const values = searchAttributeValues(payload) as readonly FieldValue[];
  return kind === 'DATETIME' ? values.map((value) => parseDatetime(String(value)) ?? Number.NaN) : values;
}
