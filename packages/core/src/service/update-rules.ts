/** How many updates a run may have, and what becomes of those that it does not answer. */
import type { Failure } from '../common/failure.ts';
import { ServiceError } from '../common/service-error.ts';
import { isOpen, type RunState, type UpdateState } from '../engine/run-state.ts';
import type { UpdateOutcome } from '../history/events.ts';
import type { UpdateStage } from '../protocol/workflow-service.ts';

/** Temporal's limits. */
const MOST_IN_FLIGHT = 10;
const MOST_BYTES_IN_FLIGHT = 20 * 1_024 * 1_024;
const MOST_IN_ALL = 2_000;

const STAGES: readonly UpdateStage[] = ['ADMITTED', 'ACCEPTED', 'COMPLETED'];

/** Temporal's words for an update whose workflow closed before it was done with it. */
const WORKFLOW_CLOSED: Failure = {
  message: 'Workflow Update failed because the Workflow completed before the Update completed.',
  source: 'Server',
  applicationFailureInfo: { type: 'AcceptedUpdateCompletedWorkflow', nonRetryable: true },
};

/** Temporal's words for an update that a worker was given with a task and did not answer. */
export const UNPROCESSED: Failure = {
  message: "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker.",
  source: 'Server',
  applicationFailureInfo: { type: 'UnprocessedUpdate', nonRetryable: true },
};

export const isReached = (wanted: UpdateStage, reached: UpdateStage): boolean => STAGES.indexOf(reached) >= STAGES.indexOf(wanted);

/** How an accepted update has ended, if it has: with its run at the latest. */
export function outcomeOf({ phase }: UpdateState, state: RunState): UpdateOutcome | undefined {
  if (phase.tag === 'completed') return phase.outcome;
  return isOpen(state) ? undefined : { failure: WORKFLOW_CLOSED };
}

/**
 * @param admitted the bytes of those that wait for the workflow
 * @param bytes those of the new one
 * @throws {ServiceError} `NotFound` for a closed run, `ResourceExhausted` if there are too many, `FailedPrecondition` if there will never be room
 */
export function expectRoom(state: RunState, admitted: readonly number[], bytes: number): void {
  const { workflowId, runId, status, updates, openUpdates } = state;
  const details = { workflowId, runId, status };
  if (!isOpen(state))
    throw new ServiceError('NotFound', `workflow execution already completed: run ${runId} of workflow "${workflowId}" is closed (${status})`, { details });
  if (openUpdates + admitted.length >= MOST_IN_FLIGHT)
    throw new ServiceError('ResourceExhausted', `workflow "${workflowId}" has ${MOST_IN_FLIGHT} updates in flight; wait for one to complete`, { details });
  if (admitted.reduce((sum, each) => sum + each, bytes) > MOST_BYTES_IN_FLIGHT)
    throw new ServiceError(
      'ResourceExhausted',
      `the updates in flight of workflow "${workflowId}" would exceed ${MOST_BYTES_IN_FLIGHT} bytes; send less at a time`,
      {
        details,
      },
    );
  if (updates.size + admitted.length >= MOST_IN_ALL)
    throw new ServiceError('FailedPrecondition', `run ${runId} of workflow "${workflowId}" has had ${MOST_IN_ALL} updates; let it continue as new`, {
      details,
    });
}
