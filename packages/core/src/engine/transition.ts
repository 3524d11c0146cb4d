/**
 * The decision: what a command makes of a run. Pure and synchronous: no promise, clock, store or randomness. All of the engine's rules
 * are behind this one function; the rest of the package carries its inputs and outputs.
 */
import type { Millis } from '../common/brand.ts';
import { unreachable } from '../common/invariant.ts';
import type { WorkflowTaskFailedCause } from '../history/events.ts';
import {
  cancelActivityTask,
  completeActivityTask,
  failActivityTask,
  hastenActivityTask,
  loseWorker,
  recordHeartbeat,
  startActivityTask,
  timeOutActivities,
} from './activity.ts';
import { recordChildClose, recordChildStart } from './child.ts';
import type { EngineCommand } from './command.ts';
import { type Draft, openDraft } from './draft.ts';
import { attachRequests, passExecutionTimeouts, requestCancel, signalExecution, startExecution, terminateExecution } from './execution.ts';
import { recordExternal } from './external.ts';
import type { Input } from './input.ts';
import type { Limits } from './limits.ts';
import { boundRun, endExcessiveRun } from './run-limits.ts';
import { isOpen, type RunState } from './run-state.ts';
import { type Send, sendOnClose } from './sends.ts';
import { fireTimer, fireTimers } from './timer.ts';
import {
  boundHeld,
  completeWorkflowTask,
  failWorkflowTask,
  isFirstTaskDue,
  redeliverWorkflowTask,
  requestUpdateTask,
  scheduleWorkflowTask,
  startWorkflowTask,
  timeOutWorkflowTask,
} from './workflow-task.ts';

export interface Transition {
  readonly state: RunState;
  /** What is to be stored: the inputs that lead from the state before to this one, in order. Empty when nothing changed. */
  readonly inputs: readonly Input[];
  /** The next run of the chain: to be opened in the same commit, as the newest of its workflow id. */
  readonly opens?: EngineCommand<'StartWorkflowExecution'>;
  /** What is asked of other runs: to be applied, in order, in the same commit. */
  readonly sends?: readonly Send[];
  /** A workflow task was completed with a command that cannot be carried out: the task has failed with this cause, and its worker is told. */
  readonly refused?: { readonly cause: WorkflowTaskFailedCause; readonly message: string };
}

/**
 * @throws {ServiceError} when the command is refused: the state stays as it was. `NotFound` for a closed run, a stale token or an unknown activity.
 */
export function transition(state: RunState, command: EngineCommand, now: Millis, limits?: Limits): Transition {
  const draft = openDraft(state, now, 'newRunId' in command ? command.newRunId : undefined, limits);
  const refused = decide(draft, command);
  boundHeld(draft);
  boundRun(draft, state);
  sendOnClose(draft, state);
  return {
    state: draft.state,
    inputs: draft.inputs,
    ...(draft.opens ? { opens: draft.opens } : {}),
    ...(draft.sends.length > 0 ? { sends: draft.sends } : {}),
    ...(refused ? { refused } : {}),
  };
}

function decide(draft: Draft, command: EngineCommand): Transition['refused'] {
  switch (command.type) {
    case 'StartWorkflowExecution':
      return void startExecution(draft, command);
    case 'AttachRequests':
      return void attachRequests(draft, command);
    case 'SignalWorkflowExecution':
      return void signalExecution(draft, command);
    case 'RequestCancelWorkflowExecution':
      return void requestCancel(draft, command);
    case 'TerminateWorkflowExecution':
      return void terminateExecution(draft, command);
    case 'StartWorkflowTask':
      return void startWorkflowTask(draft, command);
    case 'RedeliverWorkflowTask':
      return void redeliverWorkflowTask(draft, command);
    case 'CompleteWorkflowTask':
      return completeWorkflowTask(draft, command);
    case 'FailWorkflowTask':
      return void failWorkflowTask(draft, command);
    case 'StartActivityTask':
      return void startActivityTask(draft, command);
    case 'CompleteActivityTask':
      return void completeActivityTask(draft, command);
    case 'FailActivityTask':
      return void failActivityTask(draft, command);
    case 'CancelActivityTask':
      return void cancelActivityTask(draft, command);
    case 'FireTimer':
      return void fireTimer(draft, command);
    case 'HastenActivityTask':
      return void hastenActivityTask(draft, command);
    case 'RecordActivityTaskHeartbeat':
      return void recordHeartbeat(draft, command);
    case 'LoseWorker':
      return void loseWorker(draft, command);
    case 'RequestUpdateTask':
      return void requestUpdateTask(draft);
    case 'RecordChildStart':
      return void recordChildStart(draft, command);
    case 'RecordChildClose':
      return void recordChildClose(draft, command);
    case 'RecordExternal':
      return void recordExternal(draft, command);
    case 'PassTime':
      return void passTime(draft);
    default:
      return unreachable(command);
  }
}

/** Does all that is due, the ends of the run first. */
function passTime(draft: Draft): void {
  if (!isOpen(draft.state)) return;
  if (draft.state.excess) return endExcessiveRun(draft);
  passExecutionTimeouts(draft);
  if (!isOpen(draft.state)) return;
  timeOutWorkflowTask(draft);
  const hasFired = fireTimers(draft);
  const hasTimedOut = timeOutActivities(draft);
  if (hasFired || hasTimedOut || isFirstTaskDue(draft)) scheduleWorkflowTask(draft);
}
