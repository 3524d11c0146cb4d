/** What a change of a run means for activities that are under way: which workers have to be told to stop what. */
import type { Input } from '../engine/input.ts';
import { isEvent } from '../engine/input.ts';
import type { ActivityState, RunState } from '../engine/run-state.ts';
import { isCloseEvent } from '../history/events.ts';
import type { WorkerCommand } from '../protocol/workflow-service.ts';
import type { RunName } from './rows.ts';
import { activityTaskToken } from './tokens.ts';

type Tell = (workerId: string, command: WorkerCommand) => void;

/** @param before the state before the inputs */
export function tellWorkers(run: RunName, before: RunState, inputs: readonly Input[], tell: Tell): void {
  if (before.activities.size === 0) return;
  for (const input of inputs) {
    if (isEvent(input)) {
      if (isCloseEvent(input)) for (const activity of before.activities.values()) cancel(run, activity, 'WORKFLOW_CLOSED', tell);
      else if (input.type === 'ActivityTaskCancelRequested') cancel(run, before.activities.get(input.attributes.scheduledEventId), 'CANCELLED', tell);
      else if (input.type === 'ActivityTaskTimedOut') cancel(run, before.activities.get(input.attributes.scheduledEventId), 'TIMED_OUT', tell);
    } else if (input.note === 'EventHeld' && input.attributes.type === 'ActivityTaskTimedOut')
      cancel(run, before.activities.get(input.attributes.attributes.scheduledEventId), 'TIMED_OUT', tell);
    else if (input.note === 'ActivityAttemptEnded' && input.attributes.failure.timeoutFailureInfo)
      cancel(run, before.activities.get(input.attributes.scheduledEventId), 'TIMED_OUT', tell);
  }
}

function cancel(run: RunName, activity: ActivityState | undefined, reason: WorkerCommand['reason'], tell: Tell): void {
  if (activity?.phase.tag !== 'started') return;
  const { scheduledEventId, attempt, phase } = activity;
  tell(phase.workerId, { type: 'cancelActivity', taskToken: activityTaskToken(run, { scheduledEventId, attempt, secret: phase.secret }), reason });
}
