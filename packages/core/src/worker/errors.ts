/** Errors of workers as a whole. Those of a workflow task are in `task-failure.ts`. */
import { brandError } from '../common/error-brand.ts';

/** A history could not be replayed, for another reason than that code and history disagree. */
export class ReplayError extends Error {
  static {
    brandError(ReplayError, 'ReplayError');
  }
}

/** Running activities did not end in time after a shutdown. */
export class GracefulShutdownPeriodExpiredError extends Error {
  static {
    brandError(GracefulShutdownPeriodExpiredError, 'GracefulShutdownPeriodExpiredError');
  }
}

/** Of `runUntil`: the worker failed and the given promise was rejected. */
export class CombinedWorkerRunError extends Error {
  override readonly cause: { readonly workerError: unknown; readonly innerError: unknown };
  constructor(message: string, cause: { readonly workerError: unknown; readonly innerError: unknown }) {
    super(message);
    this.cause = cause;
  }
  static {
    brandError(CombinedWorkerRunError, 'CombinedWorkerRunError');
  }
}
