/** `@perdure/core/workflow`: what workflow code imports. */
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
export type { Duration } from '../common/duration.ts';
export {
  ActivityCancellationType,
  ChildWorkflowCancellationType,
  decodeActivityCancellationType,
  decodeChildWorkflowCancellationType,
  decodeParentClosePolicy,
  decodeWorkflowIdConflictPolicy,
  decodeWorkflowIdReusePolicy,
  encodeActivityCancellationType,
  encodeChildWorkflowCancellationType,
  encodeParentClosePolicy,
  encodeWorkflowIdConflictPolicy,
  encodeWorkflowIdReusePolicy,
  HandlerUnfinishedPolicy,
  ParentClosePolicy,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '../common/enums.ts';
export { IllegalStateError, NamespaceNotFoundError, PayloadConverterError, ValueError, WorkflowNotFoundError } from '../common/errors.ts';
export type { ApplicationFailureOptions } from '../common/failures.ts';
export {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  isCancellation,
  rootCause,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
} from '../common/failures.ts';
export type { Headers, Next } from '../common/interceptors.ts';
export type { Payload, PayloadConverter } from '../common/payload-converter.ts';
export { defaultPayloadConverter } from '../common/payload-converter.ts';
export type { RetryOptions as RetryPolicy } from '../common/retry-options.ts';
export type {
  SearchAttributeKey,
  SearchAttributePair,
  SearchAttributes,
  SearchAttributeUpdatePair,
  SearchAttributeValue,
} from '../common/search-attributes.ts';
export type { ActivityFunctionWithOptions, ActivityInterfaceFor, LocalActivityInterfaceFor } from '../workflow/activities.ts';
export { NotAnActivityMethod, proxyActivities, proxyLocalActivities, scheduleActivity, scheduleLocalActivity } from '../workflow/activities.ts';
export type { ChildWorkflowHandle, ExternalWorkflowHandle } from '../workflow/children.ts';
export { addDefaultWorkflowOptions, executeChild, getExternalWorkflowHandle, startChild } from '../workflow/children.ts';
export { AsyncLocalStorage } from '../workflow/context.ts';
export { continueAsNew, makeContinueAsNewFunc } from '../workflow/continue-as-new.ts';
export type { Handler } from '../workflow/definitions.ts';
export {
  defineQuery,
  defineSignal,
  defineUpdate,
  setDefaultQueryHandler,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
} from '../workflow/definitions.ts';
export { ContinueAsNew, DeterminismViolationError, LocalActivityDoBackoff, WorkflowError } from '../workflow/errors.ts';
export type {
  ActivateInput,
  ActivityInput,
  ConcludeActivationInput,
  ConcludeActivationOutput,
  ContinueAsNewInput,
  DisposeInput,
  GetLogAttributesInput,
  LocalActivityInput,
  QueryInput,
  SignalInput,
  SignalWorkflowInput,
  StartChildWorkflowExecutionInput,
  TimerInput,
  UpdateInput,
  WorkflowExecuteInput,
  WorkflowInboundCallsInterceptor,
  WorkflowInterceptors,
  WorkflowInterceptorsFactory,
  WorkflowInternalsInterceptor,
  WorkflowOutboundCallsInterceptor,
} from '../workflow/interceptors.ts';
export type { WorkflowLogger } from '../workflow/log.ts';
export { log } from '../workflow/log.ts';
export { mutableSideEffect, sideEffect } from '../workflow/markers.ts';
export type {
  ActivityOptions,
  ChildWorkflowOptions,
  ContinueAsNewOptions,
  DefaultQueryHandler,
  DefaultSignalHandler,
  DefaultUpdateHandler,
  LocalActivityOptions,
  ParentWorkflowInfo,
  QueryHandlerOptions,
  RootWorkflowInfo,
  SignalHandlerOptions,
  TimerOptions,
  UnsafeRandomSource,
  UnsafeWorkflowInfo,
  UpdateHandlerOptions,
  UpdateInfo,
  WorkflowDefinitionOptions,
  WorkflowDefinitionOptionsOrGetter,
  WorkflowInfo,
} from '../workflow/options.ts';
export type { WorkflowRandomStream } from '../workflow/random-streams.ts';
export { getRandomStream, workflowRandom } from '../workflow/random-streams.ts';
export type { CancellationScopeOptions } from '../workflow/scope.ts';
export { CancellationScope } from '../workflow/scope.ts';
export type { SignalChannel } from '../workflow/signal-channel.ts';
export { getSignalChannel } from '../workflow/signal-channel.ts';
export type { Sink, SinkCall, SinkFunction, Sinks } from '../workflow/sinks.ts';
export { proxySinks } from '../workflow/sinks.ts';
export type { EnhancedStackTrace, StackTrace, StackTraceFileLocation, StackTraceFileSlice } from '../workflow/stack-traces.ts';
export { enhancedStackTraceQuery, stackTraceQuery } from '../workflow/stack-traces.ts';
export { condition, sleep } from '../workflow/timers.ts';
export { Trigger } from '../workflow/trigger.ts';
export { currentUpdateInfo } from '../workflow/update-scope.ts';
export type { WorkflowMetadata } from '../workflow/workflow-info.ts';
export {
  allHandlersFinished,
  deprecatePatch,
  getCurrentDetails,
  inWorkflowContext,
  patched,
  setCurrentDetails,
  setWorkflowOptions,
  upsertMemo,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
  workflowMetadataQuery,
} from '../workflow/workflow-info.ts';
