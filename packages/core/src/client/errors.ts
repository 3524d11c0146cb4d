/** What a client's caller catches, and how refusals of the service become it. */

import type { RetryState } from '../common/enums.ts';
import { brandError } from '../common/error-brand.ts';
import { NamespaceNotFoundError, WorkflowNotFoundError } from '../common/errors.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { WorkflowExecutionRef } from '../history/events.ts';

const causeOf = (cause: unknown): ErrorOptions | undefined => (cause === undefined ? undefined : { cause });

/** The workflow ended in another way than completing; `cause` says how. */
export class WorkflowFailedError extends Error {
  declare readonly cause: Error | undefined;
  readonly retryState: RetryState;
  constructor(message: string, cause: Error | undefined, retryState: RetryState) {
    super(message, causeOf(cause));
    this.retryState = retryState;
  }
  static {
    brandError(WorkflowFailedError, 'WorkflowFailedError');
  }
}

/** The update was rejected by its validator, or its handler failed; `cause` says why. */
export class WorkflowUpdateFailedError extends Error {
  declare readonly cause: Error | undefined;
  constructor(message: string, cause: Error | undefined) {
    super(message, causeOf(cause));
  }
  static {
    brandError(WorkflowUpdateFailedError, 'WorkflowUpdateFailedError');
  }
}

/** The call was given up; what became of the update is not known. Ask again with the same update id. */
export class WorkflowUpdateRPCTimeoutOrCancelledError extends Error {
  constructor(message: string, options?: { readonly cause: Error }) {
    super(message, options);
  }
  static {
    brandError(WorkflowUpdateRPCTimeoutOrCancelledError, 'WorkflowUpdateRPCTimeoutOrCancelledError');
  }
}

/** The run continued as new, and the caller had asked for this run alone (`followRuns: false`). */
export class WorkflowContinuedAsNewError extends Error {
  readonly newExecutionRunId: string;
  constructor(message: string, newExecutionRunId: string) {
    super(message);
    this.newExecutionRunId = newExecutionRunId;
  }
  static {
    // Not the name of the class: Temporal's brand for it.
    brandError(WorkflowContinuedAsNewError, 'WorkflowExecutionContinuedAsNewError');
  }
}

/** The query's handler failed, or there is none; the message lists those that there are. */
export class QueryNotRegisteredError extends Error {
  /** gRPC's INVALID_ARGUMENT, as Temporal has it. */
  readonly code: number = 3;
  constructor(message: string, options?: { readonly cause: Error }) {
    super(message, options);
  }
  static {
    brandError(QueryNotRegisteredError, 'QueryNotRegisteredError');
  }
}

/** The client's `queryRejectCondition` does not allow queries in the workflow's state. */
export class QueryRejectedError extends Error {
  /** Temporal's number of the workflow's status; `statusName` is its name. */
  readonly status: number;
  readonly statusName: string;
  constructor(status: number, statusName: string) {
    super('Query rejected');
    this.status = status;
    this.statusName = statusName;
  }
  static {
    brandError(QueryRejectedError, 'QueryRejectedError');
  }
}

/** No such activity is under way: never, no longer, or this attempt of it no longer. */
export class ActivityNotFoundError extends Error {
  static {
    brandError(ActivityNotFoundError, 'ActivityNotFoundError');
  }
}

/** An activity could not be completed, failed or cancelled from outside. */
export class ActivityCompletionError extends Error {
  static {
    brandError(ActivityCompletionError, 'ActivityCompletionError');
  }
}

/** The answer to a heartbeat: the workflow asks the activity to stop. */
export class ActivityCancelledError extends Error {
  static {
    brandError(ActivityCancelledError, 'ActivityCancelledError');
  }
}

export class ActivityPausedError extends Error {
  static {
    brandError(ActivityPausedError, 'ActivityPausedError');
  }
}

export class ActivityResetError extends Error {
  static {
    brandError(ActivityResetError, 'ActivityResetError');
  }
}

/**
 * Throws the class that Temporal's clients throw for a refusal, or a `ServiceError` of the same code that says what failed.
 *
 * @param doing what the client was about to do, as in "Failed to start Workflow"
 */
export function rethrow(error: unknown, doing: string, execution: WorkflowExecutionRef, namespace: string): never {
  rethrowNamespaceNotFound(error, namespace);
  if (isServiceError(error, 'NotFound')) throw new WorkflowNotFoundError(error.message || 'Workflow not found', execution.workflowId, execution.runId);
  throw asServiceError(error, doing);
}

export function rethrowOfUpdate(error: unknown, doing: string, execution: WorkflowExecutionRef, namespace: string): never {
  if (isServiceError(error, 'DeadlineExceeded') || isServiceError(error, 'Cancelled'))
    throw new WorkflowUpdateRPCTimeoutOrCancelledError(error.message || 'Workflow update call timeout or cancelled', { cause: error });
  rethrow(error, doing, execution, namespace);
}

export function rethrowNamespaceNotFound(error: unknown, namespace: string): void {
  if (!isServiceError(error, 'NamespaceNotFound')) return;
  const { namespace: named } = error.details;
  throw new NamespaceNotFoundError(typeof named === 'string' ? named : namespace);
}

export function asServiceError(error: unknown, doing: string): ServiceError {
  const code = isServiceError(error) ? error.code : 'Internal';
  const details = isServiceError(error) ? error.details : {};
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceError(code, `${doing}: ${reason}`, { details, cause: error });
}
