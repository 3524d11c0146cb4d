/** Somebody outside who completes activities: in time, by their token or their name, or much too late. */
import { isServiceError } from '../../common/service-error.ts';
import type { WorkflowService } from '../../protocol/workflow-service.ts';
import type { Handed } from './activities.ts';
import { json, NAMESPACE, pause } from './client-calls.ts';
import type { Process } from './scheduler.ts';

/** By then an attempt is over: its token must be refused (R22). */
const TOO_LATE = 25_000;
const identity = 'somebody else';

export async function completeFromOutside(service: WorkflowService, process: Process, handed: Handed): Promise<void> {
  const { plan, attempt, taskToken, workflowId, runId } = handed;
  const isFatal = plan.fatal && plan.fails > 0;
  const isTooLate = !isFatal && attempt <= plan.fails;
  await pause(process, plan.takes + (isTooLate ? TOO_LATE : 0));
  const ref = plan.how === 'by id' && !isTooLate ? { namespace: NAMESPACE, workflowId, runId, activityId: plan.id } : { taskToken };
  try {
    if (isFatal) {
      const failure = { message: 'fatal by plan', applicationFailureInfo: { type: 'Fatal', nonRetryable: true } };
      await service.respondActivityTaskFailed({ ...ref, failure, identity });
    } else {
      if (attempt > 1) await service.recordActivityTaskHeartbeat({ ...ref, details: json(attempt), identity });
      await service.respondActivityTaskCompleted({ ...ref, result: json(`${plan.id}#${'taskToken' in ref ? attempt : '?'}`), identity });
    }
  } catch (error) {
    if (!isServiceError(error)) throw error; // too late, or its workflow is gone
  }
}
