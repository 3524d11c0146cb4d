/**
 * Outcomes keep Go's names of errors: a port tells them so. What is translated are ids, and the words of errors that the client's SDK
 * makes up itself, which stand in no history.
 */
import type { RecordedRun } from '../../conformance/compare.ts';
import { attributesOf, isJson, type Json } from './event.ts';
import { UNKNOWN_EXTERNAL } from './failures.ts';
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
      return timeout(error);
    case 'ApplicationError':
      return type === 'UnknownExternalWorkflowExecutionError' ? { name, message: UNKNOWN_EXTERNAL } : { ...error, ...unknownUpdate(String(message)) };
    default:
      return error;
  }
}

/** TypeScript's failure converter leaves out the cause of a timeout; the history has it. */
function timeout({ cause: _, ...error }: Json): Json {
  return { ...error, message: error['message'] === 'Workflow timeout' ? 'Workflow execution timed out' : error['message'] };
}

/** TypeScript's SDK rejects an update without a handler by an error of its own. */
function unknownUpdate(message: string): Json {
  const [, update] = /^unknown update (\w+)\. /.exec(message) ?? [];
  return update === undefined ? {} : { message: `No registered handler for update: ${update}`, type: 'Error', nonRetryable: true };
}

function terminationReason(runs: readonly RecordedRun[]): unknown {
  const last = runs.flatMap(({ events }) => events).findLast(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED');
  return last && attributesOf(last)['reason'];
}
