/**
 * Outcomes keep Go's names of errors: a port tells them so. What is translated are ids, and the words of errors that the client's SDK
 * makes up itself, which stand in no history.
 */
import type { RecordedRun } from '../../conformance/compare.ts';
import { attributesOf, isJson, type Json } from './event.ts';
import type { Ids } from './ids.ts';

/** Refusals, by Go's name: gRPC's code for it, which is what our errors are told apart by. Their words are the engine's own. */
const REFUSALS: Readonly<Record<string, string>> = {
  NotFound: 'NotFound',
  InvalidArgument: 'InvalidArgument',
  NamespaceNotFound: 'NamespaceNotFound',
  NamespaceAlreadyExists: 'AlreadyExists',
  NamespaceInvalidState: 'FailedPrecondition',
  QueryFailed: 'QueryNotRegisteredError',
};

export function translateOutcome(outcome: unknown, runs: readonly RecordedRun[], ids: Ids): unknown {
  const translated = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(translated);
    if (!isJson(value)) return value;
    return translateError(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, translated(item)])), runs, ids);
  };
  return translated(outcome);
}

function translateError(error: Json, runs: readonly RecordedRun[], ids: Ids): Json {
  const { name, type, message } = error;
  const refusal = REFUSALS[String(name)];
  if (refusal !== undefined) return { name: refusal };
  switch (name) {
    case 'ActivityError':
      return { ...error, activityId: ids.activity(String(error['activityId'])) };
    case 'ChildWorkflowExecutionError':
      return { ...error, message: 'Child Workflow execution failed' };
    case 'CanceledError':
      return { ...error, message: 'Workflow canceled' };
    case 'TerminatedError':
      // TypeScript's client takes the reason of the event
      return { ...error, message: terminationReason(runs) };
    case 'TimeoutError':
      return { ...error, message: message === 'Workflow timeout' ? 'Workflow execution timed out' : message };
    case 'ApplicationError':
      if (type === 'UnknownExternalWorkflowExecutionError') return { name, message: 'Unable to signal external workflow because it was not found' };
      return { ...error, message: String(message).replace(/^unknown update (\w+)\. .*/, 'No registered handler for update: $1') };
    default:
      return error;
  }
}

function terminationReason(runs: readonly RecordedRun[]): unknown {
  const last = runs.flatMap(({ events }) => events).findLast(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED');
  return last && attributesOf(last)['reason'];
}
