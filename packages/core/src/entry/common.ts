/** `@perdure/core/common`: what clients, workers and workflows share. */
export type { Millis } from '../common/brand.ts';
export type { Clock } from '../common/clock.ts';
export { systemClock } from '../common/clock.ts';
export type { DataConverter, LoadedDataConverter, PayloadCodec } from '../common/data-converter.ts';
export { decodeWire, defaultDataConverter, encodeWire, loadDataConverter } from '../common/data-converter.ts';
export type {
  ActivityFunction,
  BaseWorkflowHandle,
  QueryDefinition,
  SignalDefinition,
  UntypedActivities,
  UpdateDefinition,
  WithWorkflowArgs,
  Workflow,
  WorkflowQueryType,
  WorkflowResultType,
  WorkflowReturnType,
  WorkflowSignalType,
  WorkflowUpdateType,
  WorkflowUpdateValidatorType,
} from '../common/definitions.ts';
export { extractWorkflowType } from '../common/definitions.ts';
export type { Durability, StoreStatus } from '../common/durability.ts';
export type { Duration } from '../common/duration.ts';
export {
  ActivityCancellationType,
  ApplicationFailureCategory,
  ChildWorkflowCancellationType,
  decodeRetryState,
  decodeTimeoutType,
  decodeWorkflowIdConflictPolicy,
  decodeWorkflowIdReusePolicy,
  encodeRetryState,
  encodeTimeoutType,
  encodeWorkflowIdConflictPolicy,
  encodeWorkflowIdReusePolicy,
  HandlerUnfinishedPolicy,
  ParentClosePolicy,
  QueryRejectCondition,
  RetryState,
  SearchAttributeType,
  TimeoutType,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowUpdateStage,
} from '../common/enums.ts';
export {
  CompleteAsyncError,
  IllegalStateError,
  NamespaceNotFoundError,
  PayloadConverterError,
  ValueError,
  WorkflowNotFoundError,
} from '../common/errors.ts';
export type { Failure } from '../common/failure.ts';
export type { DefaultEncodedFailureAttributes, DefaultFailureConverterOptions, FailureConverter } from '../common/failure-converter.ts';
export { cutoffStackTrace, DefaultFailureConverter, defaultFailureConverter } from '../common/failure-converter.ts';
export type { ApplicationFailureOptions } from '../common/failures.ts';
export {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ensureApplicationFailure,
  ensureTemporalFailure,
  FAILURE_SOURCE,
  isCancellation,
  rootCause,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
} from '../common/failures.ts';
export type { Headers, Next } from '../common/interceptors.ts';
export type { Logger, LogLevel, LogMetadata } from '../common/logger.ts';
export { SdkComponent } from '../common/logger.ts';
export type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
export type { Payload, PayloadConverter, PayloadConverterWithEncoding, SerializationContext } from '../common/payload-converter.ts';
export {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  DefaultPayloadConverter,
  defaultPayloadConverter,
  JsonPayloadConverter,
  METADATA_ENCODING_KEY,
  RawValue,
  UndefinedPayloadConverter,
} from '../common/payload-converter.ts';
export type { RetryOptions as RetryPolicy } from '../common/retry-options.ts';
export { compileRetryPolicy, decompileRetryPolicy } from '../common/retry-options.ts';
export type { Rng } from '../common/rng.ts';
export { seededRng, systemRng } from '../common/rng.ts';
export type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
export type {
  SearchAttributeKey,
  SearchAttributePair,
  SearchAttributes,
  SearchAttributeUpdatePair,
  SearchAttributeValue,
} from '../common/search-attributes.ts';
export { defineSearchAttributeKey, TypedSearchAttributes } from '../common/search-attributes.ts';
export type { ServiceErrorCode, ServiceErrorDetails } from '../common/service-error.ts';
export { isServiceError, ServiceError } from '../common/service-error.ts';
