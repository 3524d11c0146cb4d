/** Signals and cancel requests from one workflow to another: sent, and answered in the same commit. */
import type { EventId } from '../common/brand.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import type { EngineCommands } from './command.ts';
import { type Draft, record, recordOrHold } from './draft.ts';
import { refuse } from './refused.ts';
import { isOpen } from './run-state.ts';
import { scheduleWorkflowTask } from './workflow-task.ts';

export function signalExternal(draft: Draft, command: CommandAttributes['SignalExternalWorkflowExecution'], workflowTaskCompletedEventId: EventId): void {
  const namespace = checkTarget(draft, command);
  if (command.signalName === '') refuse('BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES', 'BadSignalWorkflowExecutionAttributes: the signal name is empty');
  const attributes = { ...command, namespace, workflowTaskCompletedEventId };
  const { eventId } = record(draft, 'SignalExternalWorkflowExecutionInitiated', attributes);
  draft.sends.push({ kind: 'signal', initiatedEventId: eventId, attributes });
}

export function cancelExternal(
  draft: Draft,
  command: CommandAttributes['RequestCancelExternalWorkflowExecution'],
  workflowTaskCompletedEventId: EventId,
): void {
  const attributes = { ...command, namespace: checkTarget(draft, command), workflowTaskCompletedEventId };
  const { eventId } = record(draft, 'RequestCancelExternalWorkflowExecutionInitiated', attributes);
  draft.sends.push({ kind: 'cancel', initiatedEventId: eventId, attributes });
}

/** What became of a signal or a cancel request that this run has sent. */
export function recordExternal(
  draft: Draft,
  { initiatedEventId, kind, attributes: { namespace, workflowExecution }, isFound, isFull = false }: EngineCommands['RecordExternal'],
): void {
  if (!isOpen(draft.state)) return; // it has sent this with its last task
  const common = { initiatedEventId, workflowExecution, ...(namespace === undefined ? {} : { namespace }) };
  const failed = { ...common, cause: 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND', workflowTaskCompletedEventId: 0 } as const;
  if (kind === 'signal') {
    if (isFound && isFull) recordOrHold(draft, 'SignalExternalWorkflowExecutionFailed', { ...failed, cause: 'SIGNAL_COUNT_LIMIT_EXCEEDED' });
    else if (isFound) recordOrHold(draft, 'ExternalWorkflowExecutionSignaled', common);
    else recordOrHold(draft, 'SignalExternalWorkflowExecutionFailed', failed);
  } else if (isFound) recordOrHold(draft, 'ExternalWorkflowExecutionCancelRequested', common);
  else recordOrHold(draft, 'RequestCancelExternalWorkflowExecutionFailed', failed);
  scheduleWorkflowTask(draft);
}

function checkTarget(
  { state }: Draft,
  { namespace = state.namespace, workflowExecution }: { readonly namespace?: string; readonly workflowExecution: { readonly workflowId: string } },
): string {
  if (workflowExecution.workflowId === '')
    refuse('BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES', 'BadSignalWorkflowExecutionAttributes: the workflow id of the target is empty');
  if (namespace !== state.namespace)
    refuse(
      'BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES',
      `BadSignalWorkflowExecutionAttributes: the target is in namespace "${namespace}" and the sender in "${state.namespace}"; nothing crosses a namespace`,
    );
  return namespace;
}
