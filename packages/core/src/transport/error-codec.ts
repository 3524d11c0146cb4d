/** How an error crosses a port: by its code. Cloning alone would lose the class and every field of our own. */
import { ServiceError, type ServiceErrorCode, type ServiceErrorDetails } from '../common/service-error.ts';
import { checkPlainData } from './plain-data.ts';

export interface WireError {
  readonly code: ServiceErrorCode;
  readonly message: string;
  readonly details?: ServiceErrorDetails;
}

const CODES: Readonly<Record<ServiceErrorCode, true>> = {
  NotFound: true,
  AlreadyStarted: true,
  AlreadyExists: true,
  NamespaceNotFound: true,
  InvalidArgument: true,
  FailedPrecondition: true,
  QueryFailed: true,
  QueryRejected: true,
  ResourceExhausted: true,
  DeadlineExceeded: true,
  Cancelled: true,
  Unavailable: true,
  Fenced: true,
  StorageUnavailable: true,
  DataLoss: true,
  Unimplemented: true,
  Internal: true,
};

/** What is not a `ServiceError` is a bug of ours and crosses as `Internal`; the cause stays on this side. */
export function encodeError(error: unknown): WireError {
  if (!(error instanceof ServiceError)) return { code: 'Internal', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  const { code, message, details } = error;
  return Object.keys(details).length > 0 && isPlain(details) ? { code, message, details } : { code, message };
}

/** Takes anything: what does not look like one of our errors becomes `Internal`. */
export function decodeError(wire: unknown): ServiceError {
  const { code, message, details } = (typeof wire === 'object' && wire !== null ? wire : {}) as Partial<WireError>;
  if (typeof code !== 'string' || !Object.hasOwn(CODES, code))
    return new ServiceError('Internal', `the engine answered with an unknown error: ${String(message)}`);
  return new ServiceError(code, String(message), typeof details === 'object' && details !== null ? { details } : {});
}

function isPlain(details: unknown): boolean {
  try {
    checkPlainData(details, 'details');
    return true;
  } catch {
    return false; // details that cannot cross are left out: code and message say what happened
  }
}
