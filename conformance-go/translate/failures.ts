/** Failures that an SDK makes, in the words of the other. What a user or the server wrote stays. */
import { isJson, type Json } from './event.ts';
import type { Ids } from './ids.ts';

/** The failures of Go's SDK by their type, as TypeScript's SDK writes them. */
const OF_SDK: Readonly<Record<string, Json>> = {
  // A plain Temporal failure, of no kind of its own.
  UnknownExternalWorkflowExecutionError: { message: 'Unable to signal external workflow because it was not found' },
};

export function translateFailure(failure: Json, ids: Ids): Json {
  const { cause, activityFailureInfo: activity, childWorkflowExecutionFailureInfo: child, applicationFailureInfo: application } = failure;
  const ofSdk = isJson(application) ? OF_SDK[String(application['type'])] : undefined;
  if (ofSdk) return ofSdk;
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
