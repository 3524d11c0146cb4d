/** Errors that are no failures: they tell a caller what was wrong with a call, and are not recorded in histories as they are. */
import { brandError } from './error-brand.ts';

/** Thrown by code that is given a value it cannot handle. */
export class ValueError extends Error {
  constructor(message?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
  static {
    brandError(ValueError, 'ValueError');
  }
}

/** Thrown when a payload converter is misconfigured. */
export class PayloadConverterError extends ValueError {
  static {
    brandError(PayloadConverterError, 'PayloadConverterError');
  }
}

/** An operation that the object's state does not allow, such as using something that was closed. */
export class IllegalStateError extends Error {
  static {
    brandError(IllegalStateError, 'IllegalStateError');
  }
}

/** No such workflow: a wrong id, a closed one (for calls that need an open one), or one whose retention is over. */
export class WorkflowNotFoundError extends Error {
  readonly workflowId: string;
  readonly runId: string | undefined;
  constructor(message: string, workflowId: string, runId: string | undefined) {
    super(message);
    this.workflowId = workflowId;
    this.runId = runId;
  }
  static {
    brandError(WorkflowNotFoundError, 'WorkflowNotFoundError');
  }
}

export class NamespaceNotFoundError extends Error {
  readonly namespace: string;
  constructor(namespace: string) {
    super(`Namespace not found: '${namespace}'`);
    this.namespace = namespace;
  }
  static {
    brandError(NamespaceNotFoundError, 'NamespaceNotFoundError');
  }
}

/** Thrown by an activity that something outside will complete, by task token or by activity id. */
export class CompleteAsyncError extends Error {
  static {
    brandError(CompleteAsyncError, 'CompleteAsyncError');
  }
}
