/** Errors of the workflow sandbox: what workflow code did wrong, and two that only carry a message to the engine. */
import { brandError } from '../common/error-brand.ts';
import type { ActivityResolution, WorkflowCommand } from '../protocol/activation.ts';

/** Any error of the sandbox that is not a failure of the workflow. */
export class WorkflowError extends Error {
  static {
    brandError(WorkflowError, 'WorkflowError');
  }
}

/** Workflow code did what cannot be repeated in a replay. Fails the workflow task. */
export class DeterminismViolationError extends WorkflowError {
  static {
    brandError(DeterminismViolationError, 'DeterminismViolationError');
  }
}

/** A promise of workflow code was rejected and nobody listened. Fails the workflow task. */
export class UnhandledRejectionError extends Error {
  constructor(reason: unknown) {
    super(`Unhandled Promise rejection: ${String(reason)}`, { cause: reason });
  }
  static {
    brandError(UnhandledRejectionError, 'UnhandledRejectionError');
  }
}

/** Tells `scheduleLocalActivity` that the next attempt is so far off that a timer of the workflow should wait for it. */
export class LocalActivityDoBackoff extends Error {
  readonly backoff: Extract<ActivityResolution, { status: 'backoff' }>;
  constructor(backoff: Extract<ActivityResolution, { status: 'backoff' }>) {
    super();
    this.backoff = backoff;
  }
  static {
    brandError(LocalActivityDoBackoff, 'LocalActivityDoBackoff');
  }
}

export type ContinueAsNewCommand = Extract<WorkflowCommand, { type: 'continueAsNewWorkflowExecution' }>;

/** Thrown to end this run and go on in a new one: `continueAsNew()` makes it, do not catch it. */
export class ContinueAsNew extends Error {
  readonly command: ContinueAsNewCommand;
  constructor(command: ContinueAsNewCommand) {
    super('Workflow continued as new');
    this.command = command;
  }
  static {
    brandError(ContinueAsNew, 'ContinueAsNew');
  }
}
