/** The one error of a refused request. It crosses ports by its code; classes that users meet are made from it by the client. */
import type { Failure } from './failure.ts';

export type ServiceErrorCode =
  | 'NotFound'
  | 'AlreadyStarted'
  | 'AlreadyExists'
  | 'NamespaceNotFound'
  | 'InvalidArgument'
  | 'FailedPrecondition'
  | 'QueryFailed'
  | 'QueryRejected'
  | 'ResourceExhausted'
  | 'DeadlineExceeded'
  | 'Cancelled'
  | 'Unavailable'
  | 'Fenced'
  | 'StorageUnavailable'
  | 'DataLoss'
  | 'Unimplemented'
  | 'Internal';

export interface ServiceErrorDetails {
  /** For `AlreadyStarted`: the run that has the id. */
  readonly runId?: string;
  readonly workflowId?: string;
  readonly workflowType?: string;
  /** For `QueryRejected`: the status of the run. */
  readonly status?: string;
  /** For `QueryFailed`: the failure of the handler. */
  readonly failure?: Failure;
  readonly [name: string]: unknown;
}

/** @see ServiceErrorCode for what `code` may be; `message` says what was asked, what was found and what to do */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly details: ServiceErrorDetails;

  constructor(code: ServiceErrorCode, message: string, options: { readonly details?: ServiceErrorDetails; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export const isServiceError = (error: unknown, code?: ServiceErrorCode): error is ServiceError =>
  error instanceof ServiceError && (code === undefined || error.code === code);
