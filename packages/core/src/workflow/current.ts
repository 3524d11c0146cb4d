/** Whose code is running: how the API finds its run. */
import { IllegalStateError } from '../common/errors.ts';
import type { Activator } from './activator.ts';
import { currentFrame } from './context.ts';

/** The run whose code is running, or `undefined` outside workflow code. */
export const maybeActivator = (): Activator | undefined => currentFrame()?.owner as Activator | undefined;

/**
 * @param message what to say when there is no run
 * @throws {IllegalStateError} outside workflow code
 * @throws {DeterminismViolationError} if the run's code goes on outside its activations, for then it awaited what the engine does not own
 */
export function assertInWorkflowContext(message: string): Activator {
  const activator = maybeActivator();
  if (activator === undefined) throw new IllegalStateError(message);
  if (!activator.isActive) throw activator.escaped();
  return activator;
}

/** As `assertInWorkflowContext`, for calls that change the run: queries and update validators may not. */
export function assertMayCommand(what: string): Activator {
  const activator = assertInWorkflowContext(`${what} may only be used from a Workflow Execution`);
  activator.assertMayCommand(what);
  return activator;
}
