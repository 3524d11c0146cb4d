/** How a decision is refused: by an exception that leaves the state as it was. */
import { ServiceError, type ServiceErrorCode, type ServiceErrorDetails } from '../common/service-error.ts';
import type { WorkflowTaskFailedCause } from '../history/events.ts';

/** A command of a workflow task that cannot be carried out: the task fails with this cause, and nothing of it is kept. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  readonly failedCause: WorkflowTaskFailedCause;

  constructor(failedCause: WorkflowTaskFailedCause, message: string) {
    super(message);
    this.failedCause = failedCause;
  }
}

export function refuse(failedCause: WorkflowTaskFailedCause, message: string): never {
  throw new CommandRefused(failedCause, message);
}

/** Refuses a request of a caller. */
export function deny(code: ServiceErrorCode, message: string, details?: ServiceErrorDetails): never {
  throw new ServiceError(code, message, details === undefined ? {} : { details });
}
