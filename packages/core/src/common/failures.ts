/**
 * The failures that user code throws and catches. In histories and messages they are plain data (`failure.ts`); the failure converter
 * makes one from the other. Names, fields and messages are Temporal's.
 */
import type { Duration } from './duration.ts';
import type { ApplicationFailureCategory, RetryState, TimeoutType } from './enums.ts';
import { brandError, errorMessage, isError } from './error-brand.ts';
import type { Failure } from './failure.ts';

/** Names what wrote a failure; Temporal's name for it, since its tools show a stack trace by it. */
export const FAILURE_SOURCE = 'TypeScriptSDK';

/** What crosses the borders of workflows and activities. Do not extend it; the one to throw is `ApplicationFailure`. */
export class TemporalFailure extends Error {
  declare readonly cause?: Error;
  /** The data that this error was made from; absent when it was made by code. */
  declare failure?: Failure;

  constructor(message?: string | null, cause?: Error) {
    super(message ?? undefined, cause === undefined ? undefined : { cause });
  }
  static {
    brandError(TemporalFailure, 'TemporalFailure');
  }
}

/** A failure of the engine. */
export class ServerFailure extends TemporalFailure {
  readonly nonRetryable: boolean;
  constructor(message: string | undefined, nonRetryable: boolean, cause?: Error) {
    super(message, cause);
    this.nonRetryable = nonRetryable;
  }
  static {
    brandError(ServerFailure, 'ServerFailure');
  }
}

export interface ApplicationFailureOptions {
  message?: string;
  /** Compared with `RetryPolicy.nonRetryableErrorTypes`. */
  type?: string;
  /** @defaultValue false */
  nonRetryable?: boolean;
  /** Converted by the payload converter. */
  details?: unknown[];
  /** The wait before the next attempt, in place of the retry policy's; its limits still hold. */
  nextRetryDelay?: Duration;
  cause?: Error;
  category?: ApplicationFailureCategory;
}

/** A failure that application code throws: in a workflow it fails the run, in an activity the attempt. */
export class ApplicationFailure extends TemporalFailure {
  readonly type: string | undefined | null;
  readonly nonRetryable: boolean | undefined | null;
  readonly details: unknown[] | undefined | null;
  readonly nextRetryDelay: Duration | undefined | null;
  readonly category: ApplicationFailureCategory | undefined | null;

  constructor(
    message?: string | null,
    type?: string | null,
    nonRetryable?: boolean | null,
    details?: unknown[] | null,
    cause?: Error,
    nextRetryDelay?: Duration | null,
    category?: ApplicationFailureCategory | null,
  ) {
    super(message, cause);
    this.type = type;
    this.nonRetryable = nonRetryable;
    this.details = details;
    this.nextRetryDelay = nextRetryDelay;
    this.category = category;
  }

  /** Any thrown value as an `ApplicationFailure`, with the fields in `overrides` replaced. */
  static fromError(error: unknown, overrides?: ApplicationFailureOptions): ApplicationFailure {
    const failure = ensureApplicationFailure(error);
    // What it was made from no longer tells what it is, and would be sent in its place.
    if (overrides) delete failure.failure;
    return Object.assign(failure, overrides);
  }

  /** Retryable unless the options or the retry policy say otherwise. */
  static create({ message, type, nonRetryable = false, details, nextRetryDelay, cause, category }: ApplicationFailureOptions): ApplicationFailure {
    return new ApplicationFailure(message, type, nonRetryable, details, cause, nextRetryDelay, category);
  }

  static retryable(message?: string | null, type?: string | null, ...details: unknown[]): ApplicationFailure {
    return new ApplicationFailure(message, type ?? 'Error', false, details);
  }

  static nonRetryable(message?: string | null, type?: string | null, ...details: unknown[]): ApplicationFailure {
    return new ApplicationFailure(message, type ?? 'Error', true, details);
  }

  static {
    brandError(ApplicationFailure, 'ApplicationFailure');
  }
}

/** Cancellation was requested. Let it propagate to be cancelled, catch it to go on; it comes once. */
export class CancelledFailure extends TemporalFailure {
  readonly details: unknown[];
  constructor(message?: string, details: unknown[] = [], cause?: Error) {
    super(message, cause);
    this.details = details;
  }
  static {
    brandError(CancelledFailure, 'CancelledFailure');
  }
}

/** The cause when a workflow was terminated. */
export class TerminatedFailure extends TemporalFailure {
  static {
    brandError(TerminatedFailure, 'TerminatedFailure');
  }
}

export class TimeoutFailure extends TemporalFailure {
  readonly lastHeartbeatDetails: unknown;
  readonly timeoutType: TimeoutType;
  constructor(message: string | undefined, lastHeartbeatDetails: unknown, timeoutType: TimeoutType) {
    super(message);
    this.lastHeartbeatDetails = lastHeartbeatDetails;
    this.timeoutType = timeoutType;
  }
  static {
    brandError(TimeoutFailure, 'TimeoutFailure');
  }
}

/** An activity did not complete; `cause` says why. */
export class ActivityFailure extends TemporalFailure {
  readonly activityType: string;
  readonly activityId: string | undefined;
  readonly retryState: RetryState;
  readonly identity: string | undefined;
  constructor(
    message: string | undefined,
    activityType: string,
    activityId: string | undefined,
    retryState: RetryState,
    identity: string | undefined,
    cause?: Error,
  ) {
    super(message, cause);
    this.activityType = activityType;
    this.activityId = activityId;
    this.retryState = retryState;
    this.identity = identity;
  }
  static {
    brandError(ActivityFailure, 'ActivityFailure');
  }
}

/** A child workflow did not complete; `cause` says why. */
export class ChildWorkflowFailure extends TemporalFailure {
  readonly namespace: string | undefined;
  readonly execution: { readonly workflowId: string; readonly runId: string };
  readonly workflowType: string;
  readonly retryState: RetryState;
  constructor(
    namespace: string | undefined,
    execution: { readonly workflowId: string; readonly runId: string },
    workflowType: string,
    retryState: RetryState,
    cause?: Error,
  ) {
    super('Child Workflow execution failed', cause);
    this.namespace = namespace;
    this.execution = execution;
    this.workflowType = workflowType;
    this.retryState = retryState;
  }
  static {
    brandError(ChildWorkflowFailure, 'ChildWorkflowFailure');
  }
}

/** The workflow id is taken: by an open run, or by a closed one that the reuse policy does not let go. */
export class WorkflowExecutionAlreadyStartedError extends TemporalFailure {
  readonly workflowId: string;
  readonly workflowType: string;
  constructor(message: string, workflowId: string, workflowType: string) {
    super(message);
    this.workflowId = workflowId;
    this.workflowType = workflowType;
  }
  static {
    brandError(WorkflowExecutionAlreadyStartedError, 'WorkflowExecutionAlreadyStartedError');
  }
}

/**
 * Any thrown value as an `ApplicationFailure`; one that is one already is returned as it is. Of another, `type` is the name of its
 * constructor, message and stack are copied, and its `cause` is kept.
 */
export function ensureApplicationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const record = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : undefined;
  const failure = new ApplicationFailure(
    (record && record['message'] !== undefined && String(record['message'])) || String(error),
    record && typeName(record),
    false,
    undefined,
    record && isError(record['cause']) ? record['cause'] : undefined,
  );
  failure.stack = typeof record?.['stack'] === 'string' ? record['stack'] : '';
  return failure;
}

/** Any thrown value as a `TemporalFailure`; one that is one already is returned as it is. */
export const ensureTemporalFailure = (error: unknown): TemporalFailure => (error instanceof TemporalFailure ? error : ensureApplicationFailure(error));

/** The message of the last cause in a chain of Temporal's failures, or the error's own. */
export function rootCause(error: unknown): string | undefined {
  if (!(error instanceof TemporalFailure)) return errorMessage(error);
  return error.cause ? rootCause(error.cause) : error.message;
}

/** True if an error is a cancellation, or an activity's or child's failure because of one. */
export function isCancellation(error: unknown): boolean {
  if (error instanceof CancelledFailure) return true;
  return (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) && isCancellation(error.cause);
}

function typeName(record: Record<string, unknown>): string | undefined {
  const name = (record['constructor'] as { name?: unknown } | undefined)?.name ?? record['name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
