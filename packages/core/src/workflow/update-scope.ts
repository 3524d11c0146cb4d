/** Which update's handler is running: a value of the context. */
import { assertContextSurvives, contextValue } from './context.ts';
import { assertInWorkflowContext } from './current.ts';
import type { UpdateInfo } from './options.ts';

/** The key of the context. */
export const UPDATE_SCOPE = {};

/**
 * The update whose handler or validator is running, `undefined` elsewhere.
 *
 * @throws {Error} in browsers if the workflow's code is not lowered, since the answer would be wrong after an await
 */
export function currentUpdateInfo(): UpdateInfo | undefined {
  assertInWorkflowContext('Workflow.currentUpdateInfo(...) may only be used from a Workflow Execution.');
  assertContextSurvives('currentUpdateInfo()', undefined);
  return contextValue(UPDATE_SCOPE) as UpdateInfo | undefined;
}
