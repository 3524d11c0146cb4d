/** Between errors and the plain failures that histories hold. */
import { optionalMillis } from './duration.ts';
import { isError } from './error-brand.ts';
import type { Failure } from './failure.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  FAILURE_SOURCE,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from './failures.ts';
import type { WirePayloads } from './payload.ts';
import type { PayloadConverter, SerializationContext } from './payload-converter.ts';
import { fromWire, fromWireList, toWire, toWireList } from './wire.ts';

export interface FailureConverter {
  errorToFailure(error: unknown, payloadConverter: PayloadConverter, context?: SerializationContext): Failure;
  /** @returns a `TemporalFailure` */
  failureToError(failure: Failure, payloadConverter: PayloadConverter, context?: SerializationContext): Error;
}

export interface DefaultFailureConverterOptions {
  /** Puts message and stack trace into a payload, so that codecs can encrypt them. @defaultValue false */
  readonly encodeCommonAttributes: boolean;
}

/** What the payload of `encodeCommonAttributes` holds; the names are Temporal's, in all its SDKs. */
export interface DefaultEncodedFailureAttributes {
  readonly message: string;
  readonly stack_trace: string;
}

type Infos = Omit<Failure, 'message' | 'source' | 'stackTrace' | 'cause' | 'encodedAttributes'>;

/**
 * Temporal's default. An error that is no `TemporalFailure` becomes a failure without an info; call `ensureApplicationFailure` or
 * `ensureTemporalFailure` first where its type should be kept, as activities and workflows do when they fail.
 */
export class DefaultFailureConverter implements FailureConverter {
  readonly options: DefaultFailureConverterOptions;

  constructor(options: Partial<DefaultFailureConverterOptions> = {}) {
    this.options = { encodeCommonAttributes: options.encodeCommonAttributes ?? false };
  }

  errorToFailure(error: unknown, payloadConverter: PayloadConverter, context?: SerializationContext): Failure {
    return this.convert(error, payloadConverter, context, new Set());
  }

  failureToError(failure: Failure, payloadConverter: PayloadConverter, context?: SerializationContext): Error {
    const plain = withDecodedAttributes(failure, payloadConverter, context);
    const cause = plain.cause && this.failureToError(plain.cause, payloadConverter, context);
    const error = toError(plain, cause, payloadConverter, context);
    error.stack = plain.stackTrace ?? '';
    error.failure = plain;
    return error;
  }

  /** @param seen the errors whose causes we are among: a chain that bites its tail ends there */
  private convert(error: unknown, converter: PayloadConverter, context: SerializationContext | undefined, seen: Set<unknown>): Failure {
    if (error instanceof TemporalFailure && error.failure) return error.failure;
    seen.add(error);
    const { cause } = isError(error) ? (error as { cause?: unknown }) : { cause: undefined };
    const failure: Failure = {
      message: messageOf(error),
      source: FAILURE_SOURCE,
      ...(isError(error) ? { stackTrace: cutoffStackTrace(error.stack) } : undefined),
      ...(cause && !seen.has(cause) ? { cause: this.convert(cause, converter, context, seen) } : undefined),
      ...(error instanceof TemporalFailure ? toInfos(error, converter, context) : undefined),
    };
    if (!this.options.encodeCommonAttributes) return failure;
    const attributes: DefaultEncodedFailureAttributes = { message: failure.message, stack_trace: failure.stackTrace ?? '' };
    return { ...failure, message: 'Encoded failure', stackTrace: '', encodedAttributes: toWire(converter, attributes, context) };
  }
}

export const defaultFailureConverter: DefaultFailureConverter = new DefaultFailureConverter();

/** The functions, innermost of ours, that call user code; from the first of them on a stack trace tells users nothing. */
const CUTOFF = /\s+at (?:async )?(?:\w+\.)?(?:startWorkflow|queryWorkflow|signalWorkflow|update|validateUpdate|executeActivity)NextHandler \(/;

/** The part of a stack trace that shows user code. */
export function cutoffStackTrace(stack?: string): string {
  const lines = (stack ?? '').split(/\r?\n/);
  const end = lines.findIndex((line) => CUTOFF.test(line));
  return (end === -1 ? lines : lines.slice(0, end)).join('\n');
}

const NOT_AN_ERROR = ' [A non-Error value was thrown from your code. We recommend throwing Error objects so that we can provide a stack trace]';

function messageOf(error: unknown): string {
  if (isError(error)) return String(error.message ?? '');
  if (typeof error !== 'object') return String(error) + NOT_AN_ERROR;
  try {
    return JSON.stringify(error) + NOT_AN_ERROR;
  } catch {
    return String(error) + NOT_AN_ERROR; // circular, or a toJSON that throws
  }
}

function toInfos(error: TemporalFailure, converter: PayloadConverter, context?: SerializationContext): Infos {
  if (error instanceof ActivityFailure) return { activityFailureInfo: activityInfo(error) };
  if (error instanceof ChildWorkflowFailure) return { childWorkflowExecutionFailureInfo: childInfo(error) };
  if (error instanceof ApplicationFailure) return { applicationFailureInfo: applicationInfo(error, converter, context) };
  if (error instanceof CancelledFailure) return { canceledFailureInfo: details(error.details, converter, context) };
  if (error instanceof TimeoutFailure) return { timeoutFailureInfo: timeoutInfo(error, converter, context) };
  if (error instanceof ServerFailure) return { serverFailureInfo: { nonRetryable: error.nonRetryable } };
  if (error instanceof TerminatedFailure) return { terminatedFailureInfo: {} };
  return {};
}

function activityInfo({ activityType, activityId, retryState, identity }: ActivityFailure): NonNullable<Failure['activityFailureInfo']> {
  return {
    scheduledEventId: 0,
    startedEventId: 0,
    activityType,
    activityId: activityId ?? '',
    retryState,
    ...(identity === undefined ? undefined : { identity }),
  };
}

function childInfo({ namespace, execution, workflowType, retryState }: ChildWorkflowFailure): NonNullable<Failure['childWorkflowExecutionFailureInfo']> {
  return { namespace: namespace ?? '', workflowExecution: execution, workflowType, initiatedEventId: 0, startedEventId: 0, retryState };
}

function applicationInfo(
  error: ApplicationFailure,
  converter: PayloadConverter,
  context?: SerializationContext,
): NonNullable<Failure['applicationFailureInfo']> {
  const nextRetryDelay = optionalMillis(error.nextRetryDelay, 'ApplicationFailure.nextRetryDelay');
  return {
    ...(error.type ? { type: error.type } : undefined),
    nonRetryable: Boolean(error.nonRetryable),
    ...details(error.details, converter, context),
    ...(nextRetryDelay === undefined ? undefined : { nextRetryDelay }),
    ...(error.category ? { category: error.category } : undefined),
  };
}

function timeoutInfo(error: TimeoutFailure, converter: PayloadConverter, context?: SerializationContext): NonNullable<Failure['timeoutFailureInfo']> {
  const { timeoutType, lastHeartbeatDetails } = error;
  if (lastHeartbeatDetails === undefined || lastHeartbeatDetails === null) return { timeoutType };
  return { timeoutType, lastHeartbeatDetails: [toWire(converter, lastHeartbeatDetails, context)] };
}

function details(values: unknown[] | null | undefined, converter: PayloadConverter, context?: SerializationContext): { readonly details?: WirePayloads } {
  return values && values.length > 0 ? { details: toWireList(converter, values, context) } : {};
}

function toError(failure: Failure, cause: Error | undefined, converter: PayloadConverter, context?: SerializationContext): TemporalFailure {
  const { message } = failure;
  if (failure.applicationFailureInfo) {
    const info = failure.applicationFailureInfo;
    return new ApplicationFailure(
      message,
      info.type,
      Boolean(info.nonRetryable),
      fromWireList(converter, info.details, context),
      cause,
      info.nextRetryDelay,
      info.category,
    );
  }
  if (failure.serverFailureInfo) return new ServerFailure(message, Boolean(failure.serverFailureInfo.nonRetryable), cause);
  if (failure.timeoutFailureInfo) {
    const last = failure.timeoutFailureInfo.lastHeartbeatDetails?.[0];
    return new TimeoutFailure(message, last && fromWire(converter, last, context), failure.timeoutFailureInfo.timeoutType);
  }
  if (failure.terminatedFailureInfo) return new TerminatedFailure(message, cause);
  if (failure.canceledFailureInfo) return new CancelledFailure(message, fromWireList(converter, failure.canceledFailureInfo.details, context), cause);
  if (failure.resetWorkflowFailureInfo) {
    return new ApplicationFailure(
      message,
      'ResetWorkflow',
      false,
      fromWireList(converter, failure.resetWorkflowFailureInfo.lastHeartbeatDetails, context),
      cause,
    );
  }
  if (failure.childWorkflowExecutionFailureInfo) {
    const { namespace, workflowExecution, workflowType, retryState } = failure.childWorkflowExecutionFailureInfo;
    return new ChildWorkflowFailure(namespace || undefined, workflowExecution, workflowType, retryState, cause);
  }
  if (failure.activityFailureInfo) {
    const { activityType, activityId, retryState, identity } = failure.activityFailureInfo;
    return new ActivityFailure(message, activityType, activityId || undefined, retryState, identity, cause);
  }
  return new TemporalFailure(message, cause);
}

/** Attributes that are not of the expected shape are left alone. */
function withDecodedAttributes(failure: Failure, converter: PayloadConverter, context?: SerializationContext): Failure {
  if (!failure.encodedAttributes) return failure;
  const attributes = fromWire(converter, failure.encodedAttributes, context);
  if (typeof attributes !== 'object' || attributes === null) return failure;
  const { message, stack_trace: stackTrace } = attributes as Partial<Record<keyof DefaultEncodedFailureAttributes, unknown>>;
  return {
    ...failure,
    ...(typeof message === 'string' ? { message } : undefined),
    ...(typeof stackTrace === 'string' ? { stackTrace } : undefined),
  };
}
