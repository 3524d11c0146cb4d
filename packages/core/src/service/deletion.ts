/** Deletes a run because a person asks for it. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { summaryOf } from '../engine/derive.ts';
import { isOpen } from '../engine/run-state.ts';
import type { DeleteWorkflowExecutionRequest } from '../protocol/workflow-service.ts';
import type { Calls } from './calls.ts';
import type { ClosedRun } from './erasure.ts';
import { closedKey } from './rows.ts';
import type { Shard } from './shard.ts';

/** A run is read by somebody: it is tried again after so long, in ms, and so often. */
const PAUSE: Millis = 20;
const MOST_TRIES = 100;

/** @throws {ServiceError} `NotFound`; `DataLoss` for a damaged run; `Unavailable` when somebody reads the run all the time */
export async function deleteExecution(request: DeleteWorkflowExecutionRequest, calls: Calls, shard: Shard, clock: Clock): Promise<void> {
  const closed = await calls.onRun(request, async (run, reach): Promise<ClosedRun> => {
    if (isOpen(run.state)) shard.decisions.attempt(run, { type: 'TerminateWorkflowExecution', reason: 'Delete workflow execution' }, reach);
    await shard.commits.durable(run);
    const { state } = run;
    return [closedKey(run, state.closedAt ?? state.lastEventAt), summaryOf(state)];
  });
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    shard.expectRunning();
    if ((await shard.erasure.erase([closed])) > 0) return;
    await new Promise<void>((resolve) => void clock.setTimer(PAUSE, resolve));
  }
  const [, { workflowId, runId }] = closed;
  throw new ServiceError('Unavailable', `run ${runId} of workflow "${workflowId}" is closed, but is being read all the time and cannot be deleted; try again`, {
    details: { retryable: true },
  });
}
