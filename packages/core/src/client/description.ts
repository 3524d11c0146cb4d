/** What the service says of a workflow, in the form that callers read: dates, decoded memo and search attributes, decoded failures. */
import { decodeArrayFromPayloads, decodeFailureToError, decodeMapFromPayloads, type LoadedDataConverter } from '../common/data-converter.ts';
import type { Durability } from '../common/durability.ts';
import { decodeSearchAttributes, decodeTypedSearchAttributes, type SearchAttributeValue, type TypedSearchAttributes } from '../common/search-attributes.ts';
import type {
  DescribeWorkflowExecutionResponse,
  PendingActivity,
  PendingChild,
  PendingWorkflowTask,
  WorkflowExecutionSummary,
} from '../protocol/workflow-service.ts';
import { statusCode, type WorkflowExecutionStatusName } from './status.ts';

export interface WorkflowExecutionInfo<Raw = WorkflowExecutionSummary> {
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string;
  readonly status: { readonly code: number; readonly name: WorkflowExecutionStatusName };
  readonly historyLength: number;
  readonly historySize?: number;
  readonly startTime: Date;
  readonly executionTime?: Date;
  readonly closeTime?: Date;
  readonly memo?: Record<string, unknown>;
  /** @deprecated use `typedSearchAttributes` */
  readonly searchAttributes: Record<string, SearchAttributeValue>;
  readonly typedSearchAttributes: TypedSearchAttributes;
  readonly parentExecution?: { readonly workflowId: string; readonly runId: string };
  readonly rootExecution?: { readonly workflowId: string; readonly runId: string };
  readonly firstExecutionRunId: string;
  readonly raw: Raw;
}

/** An activity that has not ended, with its last failure and heartbeat decoded. */
export interface PendingActivityInfo {
  readonly activityId: string;
  readonly activityType: string;
  readonly state: PendingActivity['state'];
  /** From 1. */
  readonly attempt: number;
  /** 0: unlimited. */
  readonly maximumAttempts: number;
  readonly taskQueue: string;
  readonly scheduledTime: Date;
  readonly lastStartedTime?: Date;
  readonly nextAttemptScheduleTime?: Date;
  readonly lastHeartbeatTime?: Date;
  readonly heartbeatDetails?: unknown;
  readonly lastFailure?: Error;
  readonly lastWorkerIdentity?: string;
}

export interface PendingTimerInfo {
  readonly timerId: string;
  readonly startTime: Date;
  readonly fireTime: Date;
}

export interface WorkflowExecutionDescription extends WorkflowExecutionInfo<DescribeWorkflowExecutionResponse> {
  readonly pendingActivities: readonly PendingActivityInfo[];
  readonly pendingTimers: readonly PendingTimerInfo[];
  readonly pendingChildren: readonly PendingChild[];
  readonly pendingWorkflowTask?: PendingWorkflowTask;
  readonly cancelRequested: boolean;
  /** How durable what this engine acknowledges is. */
  readonly durability: Durability;
}

export async function executionInfo<Raw>(summary: WorkflowExecutionSummary, converter: LoadedDataConverter, raw: Raw): Promise<WorkflowExecutionInfo<Raw>> {
  const { namespace, workflowId, runId, workflowType, taskQueue, status, historyLength, historySizeBytes, firstExecutionRunId } = summary;
  return {
    type: workflowType,
    workflowId,
    runId,
    taskQueue,
    status: { code: statusCode(status), name: status },
    historyLength,
    historySize: historySizeBytes,
    startTime: new Date(summary.startTime),
    executionTime: new Date(summary.executionTime),
    ...(summary.closeTime === undefined ? undefined : { closeTime: new Date(summary.closeTime) }),
    ...(summary.memo && { memo: await decodeMapFromPayloads(converter, summary.memo, { type: 'workflow', namespace, workflowId }) }),
    searchAttributes: decodeSearchAttributes(summary.searchAttributes),
    typedSearchAttributes: decodeTypedSearchAttributes(summary.searchAttributes),
    ...(summary.parentExecution && { parentExecution: withRunId(summary.parentExecution) }),
    ...(summary.rootExecution && { rootExecution: withRunId(summary.rootExecution) }),
    firstExecutionRunId,
    raw,
  };
}

export async function description(response: DescribeWorkflowExecutionResponse, converter: LoadedDataConverter): Promise<WorkflowExecutionDescription> {
  const { summary, pendingChildren, pendingWorkflowTask, cancelRequested, durability } = response;
  return {
    ...(await executionInfo(summary, converter, response)),
    pendingActivities: await Promise.all(response.pendingActivities.map((activity) => pendingActivity(activity, summary, converter))),
    pendingTimers: response.pendingTimers.map(({ timerId, startTime, fireTime }) => ({
      timerId,
      startTime: new Date(startTime),
      fireTime: new Date(fireTime),
    })),
    pendingChildren,
    ...(pendingWorkflowTask && { pendingWorkflowTask }),
    cancelRequested,
    durability,
  };
}

async function pendingActivity(
  activity: PendingActivity,
  { namespace, workflowId }: WorkflowExecutionSummary,
  converter: LoadedDataConverter,
): Promise<PendingActivityInfo> {
  const { activityId, activityType, state, attempt, maximumAttempts, taskQueue, lastWorkerIdentity } = activity;
  const context = { type: 'activity', namespace, workflowId, activityId, isLocal: false } as const;
  return {
    activityId,
    activityType,
    state,
    attempt,
    maximumAttempts,
    taskQueue,
    scheduledTime: new Date(activity.scheduledTime),
    ...(activity.lastStartedTime === undefined ? undefined : { lastStartedTime: new Date(activity.lastStartedTime) }),
    ...(activity.nextAttemptScheduleTime === undefined ? undefined : { nextAttemptScheduleTime: new Date(activity.nextAttemptScheduleTime) }),
    ...(activity.lastHeartbeatTime === undefined ? undefined : { lastHeartbeatTime: new Date(activity.lastHeartbeatTime) }),
    ...(activity.heartbeatDetails && { heartbeatDetails: (await decodeArrayFromPayloads(converter, activity.heartbeatDetails, context))[0] }),
    ...(activity.lastFailure && { lastFailure: await decodeFailureToError(converter, activity.lastFailure, context) }),
    ...(lastWorkerIdentity === undefined ? undefined : { lastWorkerIdentity }),
  };
}

const withRunId = ({ workflowId, runId }: { readonly workflowId: string; readonly runId?: string }) => ({ workflowId, runId: runId ?? '' });
