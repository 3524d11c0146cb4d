/** The result of a workflow: waits for the event that closes it, follows its chain of runs, and turns the end into a value or an error. */
import { decodeArrayFromPayloads, decodeFailureToError, decodeFromPayloadsAtIndex } from '../common/data-converter.ts';
import type { RetryState } from '../common/enums.ts';
import { CancelledFailure, type TemporalFailure, TerminatedFailure, TimeoutFailure } from '../common/failures.ts';
import { unreachable } from '../common/invariant.ts';
import { type CloseEvent, isCloseEvent, type WorkflowExecutionRef } from '../history/events.ts';
import { rethrow, WorkflowContinuedAsNewError, WorkflowFailedError } from './errors.ts';
import type { CallContext } from './options.ts';
import { workflowContext } from './start.ts';

/** @param execution without a run id, the run that is open now or was the last */
export async function workflowResult(call: CallContext, execution: WorkflowExecutionRef, followRuns: boolean): Promise<unknown> {
  let run = execution;
  for (;;) {
    const event = await closeEvent(call, run);
    const next = nextRunId(event);
    if (next === undefined || !followRuns) return outcome(call, event, run.workflowId);
    run = { workflowId: run.workflowId, runId: next };
  }
}

async function closeEvent({ service, namespace }: CallContext, execution: WorkflowExecutionRef): Promise<CloseEvent> {
  let workflowExecution = execution;
  for (;;) {
    try {
      const { runId, events } = await service.getWorkflowExecutionHistory({
        namespace,
        workflowExecution,
        waitNewEvent: true,
        historyEventFilterType: 'CLOSE_EVENT',
      });
      const event = events.find(isCloseEvent);
      if (event) return event;
      // The wait goes on for the run that it began with, even if another one takes its id.
      workflowExecution = { workflowId: execution.workflowId, runId };
    } catch (error) {
      rethrow(error, 'Failed to get Workflow execution history', execution, namespace);
    }
  }
}

/** The run that goes on in place of this one: continued as new, a retry, or the next of a cron schedule. */
const nextRunId = ({ attributes }: CloseEvent): string | undefined =>
  'newExecutionRunId' in attributes ? attributes.newExecutionRunId || undefined : undefined;

async function outcome(call: CallContext, event: CloseEvent, workflowId: string): Promise<unknown> {
  const { dataConverter } = call;
  const context = workflowContext(call, workflowId);
  switch (event.type) {
    case 'WorkflowExecutionCompleted':
      return decodeFromPayloadsAtIndex(dataConverter, 0, event.attributes.result, context);
    case 'WorkflowExecutionFailed': {
      const { failure, retryState } = event.attributes;
      throw new WorkflowFailedError('Workflow execution failed', await decodeFailureToError(dataConverter, failure, context), retryState);
    }
    case 'WorkflowExecutionCanceled': {
      const details = await decodeArrayFromPayloads(dataConverter, event.attributes.details, context);
      throw failed('Workflow execution cancelled', new CancelledFailure('Workflow canceled', details), 'NON_RETRYABLE_FAILURE');
    }
    case 'WorkflowExecutionTerminated': {
      const reason = event.attributes.reason || 'Workflow execution terminated';
      throw failed(reason, new TerminatedFailure(reason), 'NON_RETRYABLE_FAILURE');
    }
    case 'WorkflowExecutionTimedOut': {
      const message = 'Workflow execution timed out';
      throw failed(message, new TimeoutFailure(message, undefined, 'START_TO_CLOSE'), event.attributes.retryState);
    }
    case 'WorkflowExecutionContinuedAsNew':
      throw new WorkflowContinuedAsNewError('Workflow execution continued as new', event.attributes.newExecutionRunId);
    default:
      return unreachable(event);
  }
}

function failed(message: string, cause: TemporalFailure, retryState: RetryState): WorkflowFailedError {
  // It happened in the engine; a stack of this client would tell nothing about it.
  cause.stack = '';
  return new WorkflowFailedError(message, cause, retryState);
}
