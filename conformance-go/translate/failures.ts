/** Failures that an SDK makes, in the words of the other. What a user or the server wrote stays. */
import { isJson, type Json } from './event.ts';
import type { Ids } from './ids.ts';

export const UNKNOWN_EXTERNAL = 'Unable to signal external workflow because it was not found';

export function translateFailure(failure: Json, ids: Ids): Json {
  const { cause, activityFailureInfo: activity, childWorkflowExecutionFailureInfo: child, applicationFailureInfo: application } = failure;
  if (isJson(application)) {
    // In TypeScript a plain failure, of no kind of its own.
    if (application['type'] === 'UnknownExternalWorkflowExecutionError') return { message: UNKNOWN_EXTERNAL };
    // Go's panic is TypeScript's error: what a failed workflow task tells of it is the message alone.
    if (application['type'] === 'PanicError') return { message: failure['message'] };
  }
  return {
    ...failure,
    ...(isJson(cause) && { cause: translateFailure(cause, ids) }),
    ...(isJson(activity) && { activityFailureInfo: { ...activity, activityId: ids.activity(String(activity['activityId'])) } }),
    ...(isJson(activity) && { message: ending('Activity task', cause) }),
    ...(isJson(child) && { message: ending('Child Workflow execution', cause) }),
  };
}

/** Go says "activity error" and "child workflow execution error"; TypeScript's core tells how it ended. */
function ending(what: string, cause: unknown): string {
  if (!isJson(cause)) return `${what} failed`;
  if (isJson(cause['timeoutFailureInfo'])) return `${what} timed out`;
  return isJson(cause['canceledFailureInfo']) ? `${what} cancelled` : `${what} failed`;
}
