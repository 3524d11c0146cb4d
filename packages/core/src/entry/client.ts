/** `@perdure/core/client`: starts workflows and talks to them. */
export type { FullActivityId } from '../client/async-completion-client.ts';
export { AsyncCompletionClient } from '../client/async-completion-client.ts';
export type { ClientOptions } from '../client/client.ts';
export { Client } from '../client/client.ts';
export type { PendingActivityInfo, PendingTimerInfo, WorkflowExecutionDescription, WorkflowExecutionInfo } from '../client/description.ts';
export {
  ActivityCancelledError,
  ActivityCompletionError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '../client/errors.ts';
export type { History, HistoryAndWorkflowId } from '../client/history.ts';
export type {
  ClientInterceptors,
  WorkflowCancelInput,
  WorkflowClientInterceptor,
  WorkflowClientInterceptors,
  WorkflowDescribeInput,
  WorkflowQueryInput,
  WorkflowSignalInput,
  WorkflowSignalWithStartInput,
  WorkflowStartInput,
  WorkflowStartOutput,
  WorkflowStartUpdateInput,
  WorkflowStartUpdateOutput,
  WorkflowStartUpdateWithStartInput,
  WorkflowStartUpdateWithStartOutput,
  WorkflowTerminateInput,
} from '../client/interceptors.ts';
export type { AsyncWorkflowListIterable, CountWorkflowExecution, IntoHistoriesOptions } from '../client/list.ts';
export type {
  BaseClientOptions,
  CompiledWorkflowOptions,
  ConnectionLike,
  GetWorkflowHandleOptions,
  ListOptions,
  WorkflowOptions,
  WorkflowResultOptions,
  WorkflowSignalWithStartOptions,
  WorkflowStartOptions,
  WorkflowUpdateOptions,
} from '../client/options.ts';
export type { WorkflowExecutionStatusName } from '../client/status.ts';
export type { DescribeNamespaceResponse, NamespaceService, ProtoDuration, TemporalService } from '../client/temporal-service.ts';
export type { WorkflowUpdateHandle } from '../client/updates.ts';
export { WithStartWorkflowOperation } from '../client/with-start.ts';
export type { WorkflowClientOptions } from '../client/workflow-client.ts';
export { WorkflowClient } from '../client/workflow-client.ts';
export type {
  WorkflowHandle,
  WorkflowHandleWithFirstExecutionRunId,
  WorkflowHandleWithSignaledRunId,
  WorkflowHandleWithStartDetails,
} from '../client/workflow-handle.ts';
export { QueryRejectCondition, WorkflowIdConflictPolicy, WorkflowIdReusePolicy, WorkflowUpdateStage } from '../common/enums.ts';
export { NamespaceNotFoundError, WorkflowNotFoundError } from '../common/errors.ts';
export { WorkflowExecutionAlreadyStartedError } from '../common/failures.ts';
export { ServiceError } from '../common/service-error.ts';
export type { CommitFigures, EngineInfo, TabInfo, WorkerInfo, WorkerPoll } from '../protocol/engine-info.ts';
export type { LimitWarning } from '../protocol/limit-warning.ts';
export type {
  HandlerDefinition,
  Moment,
  MomentCommand,
  MomentLog,
  OpenReplayRequest,
  QueryAnswer,
  QueryReplayRequest,
  ReplayFailure,
  ReplayPage,
  ReplayService,
  Scope,
} from '../protocol/moments.ts';
export type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
export { type Connection, type ConnectOptions, connect, type PageWorkerOptions } from '../transport/connect.ts';
