/**
 * A run that wants to close while news keeps coming. Its first attempt that meets news it has not seen fails, as on Temporal's server, and the
 * task runs again with the news. From the second attempt in a row on the run gets through: one that continues as new takes the signals
 * that it has not seen along; for one that ends, new signals wait outside while its third attempt runs.
 */
import type { CommandAttributes } from '../protocol/commands.ts';
import type { EngineCommand } from './command.ts';
import type { HeldEvent } from './input.ts';
import type { RunState } from './run-state.ts';

type HeldSignal = HeldEvent<'WorkflowExecutionSignaled'>;

/** How often in a row a run must have been refused to close: before it takes signals along, and before they wait outside. */
const CARRY_AFTER = 1;
const WAIT_AFTER = 2;

/**
 * Whether the close that a command asks for is not to be: something has come that the workflow has not seen.
 *
 * @param refusedCloses how often in a row it was refused before this task
 */
export function isCloseRefused({ held }: RunState, type: keyof CommandAttributes, refusedCloses: number): boolean {
  if (held.length === 0) return false;
  return !(type === 'ContinueAsNewWorkflowExecution' && refusedCloses >= CARRY_AFTER && held.every(isSignal));
}

/** The signals that this run has not seen, for the run that continues its work. */
export const carriedSignals = ({ held }: RunState): NonNullable<EngineCommand<'StartWorkflowExecution'>['signals']> =>
  held.filter(isSignal).map(({ attributes }) => attributes);

/** Its last task was in vain because of what came meanwhile: more may wait than otherwise, so that the next one is not cut off by it. */
export const isPressed = ({ refusedCloses, wasCutOff }: RunState): boolean => wasCutOff || refusedCloses >= CARRY_AFTER;

/** Whether a signal from outside has to wait for the end of the workflow task that is under way. */
export const isWaitedOut = ({ workflowTask, refusedCloses }: RunState): boolean => refusedCloses >= WAIT_AFTER && workflowTask.phase === 'started';

const isSignal = (event: HeldEvent): event is HeldSignal => event.type === 'WorkflowExecutionSignaled';
