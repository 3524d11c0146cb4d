/** The first job of a run, from the first event of its history. */
import type { Millis } from '../common/brand.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { InitializeWorkflow } from '../protocol/activation.ts';
import { defined } from './machine.ts';

/** @param runStartTime when the run's first workflow task started */
export function initializeJob(
  event: HistoryEvent & { readonly type: 'WorkflowExecutionStarted' },
  namespace: string,
  runStartTime: Millis,
  recordsWaits: boolean,
): InitializeWorkflow {
  const { attributes: started, eventTime } = event;
  const { parentWorkflowExecution: parent, rootWorkflowExecution: root } = started;
  const isChained = started.initiator !== undefined;
  return defined<InitializeWorkflow>({
    type: 'initializeWorkflow',
    namespace,
    workflowType: started.workflowType,
    workflowId: started.workflowId,
    randomnessSeed: started.originalExecutionRunId,
    arguments: started.input ?? [],
    headers: started.header ?? {},
    taskQueue: started.taskQueue,
    attempt: started.attempt,
    firstExecutionRunId: started.firstExecutionRunId,
    continuedFromExecutionRunId: started.continuedExecutionRunId,
    continuedInitiator: started.initiator,
    continuedFailure: started.continuedFailure,
    lastCompletionResult: started.lastCompletionResult,
    parentWorkflowInfo: parent && { namespace: started.parentWorkflowNamespace ?? namespace, workflowId: parent.workflowId, runId: parent.runId ?? '' },
    rootWorkflow: root && { workflowId: root.workflowId, runId: root.runId ?? '' },
    workflowExecutionTimeout: started.workflowExecutionTimeout,
    workflowRunTimeout: started.workflowRunTimeout,
    workflowTaskTimeout: started.workflowTaskTimeout,
    workflowExecutionExpirationTime: started.workflowExecutionExpirationTime,
    cronSchedule: started.cronSchedule,
    cronScheduleToScheduleInterval: started.cronSchedule || isChained ? started.firstWorkflowTaskBackoff : undefined,
    retryPolicy: started.retryPolicy,
    memo: started.memo ?? {},
    searchAttributes: started.searchAttributes ?? {},
    startTime: eventTime,
    runStartTime,
    recordsWaits: recordsWaits || undefined,
  });
}
