/** Temporal's enums as objects of strings, long deprecated spellings included, and converters to and from their numbers. */
import { ValueError } from './errors.ts';

/** When a workflow learns that an activity it cancelled is over. Unset behaves as TRY_CANCEL, as in Temporal, whatever its documentation says. */
export const ActivityCancellationType = {
  TRY_CANCEL: 'TRY_CANCEL',
  WAIT_CANCELLATION_COMPLETED: 'WAIT_CANCELLATION_COMPLETED',
  ABANDON: 'ABANDON',
} as const;
export type ActivityCancellationType = (typeof ActivityCancellationType)[keyof typeof ActivityCancellationType];

/** @defaultValue WAIT_CANCELLATION_COMPLETED */
export const ChildWorkflowCancellationType = {
  ABANDON: 'ABANDON',
  TRY_CANCEL: 'TRY_CANCEL',
  WAIT_CANCELLATION_COMPLETED: 'WAIT_CANCELLATION_COMPLETED',
  WAIT_CANCELLATION_REQUESTED: 'WAIT_CANCELLATION_REQUESTED',
} as const;
export type ChildWorkflowCancellationType = (typeof ChildWorkflowCancellationType)[keyof typeof ChildWorkflowCancellationType];

/** What becomes of a child when its parent closes. @defaultValue TERMINATE */
export const ParentClosePolicy = {
  TERMINATE: 'TERMINATE',
  ABANDON: 'ABANDON',
  REQUEST_CANCEL: 'REQUEST_CANCEL',
  /** @deprecated */
  PARENT_CLOSE_POLICY_UNSPECIFIED: undefined,
  /** @deprecated */
  PARENT_CLOSE_POLICY_TERMINATE: 'TERMINATE',
  /** @deprecated */
  PARENT_CLOSE_POLICY_ABANDON: 'ABANDON',
  /** @deprecated */
  PARENT_CLOSE_POLICY_REQUEST_CANCEL: 'REQUEST_CANCEL',
} as const;
export type ParentClosePolicy = 'TERMINATE' | 'ABANDON' | 'REQUEST_CANCEL';

/** What a start does when a closed run has the workflow id. @defaultValue ALLOW_DUPLICATE */
export const WorkflowIdReusePolicy = {
  ALLOW_DUPLICATE: 'ALLOW_DUPLICATE',
  ALLOW_DUPLICATE_FAILED_ONLY: 'ALLOW_DUPLICATE_FAILED_ONLY',
  REJECT_DUPLICATE: 'REJECT_DUPLICATE',
  /** @deprecated use `WorkflowIdConflictPolicy.TERMINATE_EXISTING` */
  TERMINATE_IF_RUNNING: 'TERMINATE_IF_RUNNING',
  /** @deprecated */
  WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED: undefined,
  /** @deprecated */
  WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE: 'ALLOW_DUPLICATE',
  /** @deprecated */
  WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY: 'ALLOW_DUPLICATE_FAILED_ONLY',
  /** @deprecated */
  WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE: 'REJECT_DUPLICATE',
  /** @deprecated */
  WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING: 'TERMINATE_IF_RUNNING',
} as const;
export type WorkflowIdReusePolicy = 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' | 'REJECT_DUPLICATE' | 'TERMINATE_IF_RUNNING';

/** What a start does when an open run has the workflow id. Unset: FAIL for start, USE_EXISTING for signal-with-start. */
export const WorkflowIdConflictPolicy = {
  FAIL: 'FAIL',
  USE_EXISTING: 'USE_EXISTING',
  TERMINATE_EXISTING: 'TERMINATE_EXISTING',
} as const;
export type WorkflowIdConflictPolicy = (typeof WorkflowIdConflictPolicy)[keyof typeof WorkflowIdConflictPolicy];

/** In which states of a workflow a query is refused. @defaultValue NONE */
export const QueryRejectCondition = {
  NONE: 'NONE',
  NOT_OPEN: 'NOT_OPEN',
  NOT_COMPLETED_CLEANLY: 'NOT_COMPLETED_CLEANLY',
  /** @deprecated */
  QUERY_REJECT_CONDITION_UNSPECIFIED: undefined,
  /** @deprecated */
  QUERY_REJECT_CONDITION_NONE: 'NONE',
  /** @deprecated */
  QUERY_REJECT_CONDITION_NOT_OPEN: 'NOT_OPEN',
  /** @deprecated */
  QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY: 'NOT_COMPLETED_CLEANLY',
} as const;
export type QueryRejectCondition = 'NONE' | 'NOT_OPEN' | 'NOT_COMPLETED_CLEANLY';

/** How far an update has come. */
export const WorkflowUpdateStage = {
  ADMITTED: 'ADMITTED',
  ACCEPTED: 'ACCEPTED',
  COMPLETED: 'COMPLETED',
} as const;
export type WorkflowUpdateStage = (typeof WorkflowUpdateStage)[keyof typeof WorkflowUpdateStage];

export const TimeoutType = {
  START_TO_CLOSE: 'START_TO_CLOSE',
  SCHEDULE_TO_START: 'SCHEDULE_TO_START',
  SCHEDULE_TO_CLOSE: 'SCHEDULE_TO_CLOSE',
  HEARTBEAT: 'HEARTBEAT',
  /** @deprecated */
  TIMEOUT_TYPE_UNSPECIFIED: undefined,
  /** @deprecated */
  TIMEOUT_TYPE_START_TO_CLOSE: 'START_TO_CLOSE',
  /** @deprecated */
  TIMEOUT_TYPE_SCHEDULE_TO_START: 'SCHEDULE_TO_START',
  /** @deprecated */
  TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: 'SCHEDULE_TO_CLOSE',
  /** @deprecated */
  TIMEOUT_TYPE_HEARTBEAT: 'HEARTBEAT',
} as const;
export type TimeoutType = 'START_TO_CLOSE' | 'SCHEDULE_TO_START' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT';

/** Why a failed activity or workflow was not tried again. */
export const RetryState = {
  IN_PROGRESS: 'IN_PROGRESS',
  NON_RETRYABLE_FAILURE: 'NON_RETRYABLE_FAILURE',
  TIMEOUT: 'TIMEOUT',
  MAXIMUM_ATTEMPTS_REACHED: 'MAXIMUM_ATTEMPTS_REACHED',
  RETRY_POLICY_NOT_SET: 'RETRY_POLICY_NOT_SET',
  INTERNAL_SERVER_ERROR: 'INTERNAL_SERVER_ERROR',
  CANCEL_REQUESTED: 'CANCEL_REQUESTED',
  /** @deprecated */
  RETRY_STATE_UNSPECIFIED: undefined,
  /** @deprecated */
  RETRY_STATE_IN_PROGRESS: 'IN_PROGRESS',
  /** @deprecated */
  RETRY_STATE_NON_RETRYABLE_FAILURE: 'NON_RETRYABLE_FAILURE',
  /** @deprecated */
  RETRY_STATE_TIMEOUT: 'TIMEOUT',
  /** @deprecated */
  RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED: 'MAXIMUM_ATTEMPTS_REACHED',
  /** @deprecated */
  RETRY_STATE_RETRY_POLICY_NOT_SET: 'RETRY_POLICY_NOT_SET',
  /** @deprecated */
  RETRY_STATE_INTERNAL_SERVER_ERROR: 'INTERNAL_SERVER_ERROR',
  /** @deprecated */
  RETRY_STATE_CANCEL_REQUESTED: 'CANCEL_REQUESTED',
} as const;
export type RetryState =
  | 'IN_PROGRESS'
  | 'NON_RETRYABLE_FAILURE'
  | 'TIMEOUT'
  | 'MAXIMUM_ATTEMPTS_REACHED'
  | 'RETRY_POLICY_NOT_SET'
  | 'INTERNAL_SERVER_ERROR'
  | 'CANCEL_REQUESTED';

/** BENIGN: expected, so that an activity that fails with it is not logged as an error. */
export const ApplicationFailureCategory = { BENIGN: 'BENIGN' } as const;
export type ApplicationFailureCategory = (typeof ApplicationFailureCategory)[keyof typeof ApplicationFailureCategory];

/** What happens when a workflow closes while a signal or update handler runs. @defaultValue WARN_AND_ABANDON */
export const HandlerUnfinishedPolicy = {
  WARN_AND_ABANDON: 'WARN_AND_ABANDON',
  ABANDON: 'ABANDON',
} as const;
export type HandlerUnfinishedPolicy = (typeof HandlerUnfinishedPolicy)[keyof typeof HandlerUnfinishedPolicy];

export const SearchAttributeType = {
  TEXT: 'TEXT',
  KEYWORD: 'KEYWORD',
  INT: 'INT',
  DOUBLE: 'DOUBLE',
  BOOL: 'BOOL',
  DATETIME: 'DATETIME',
  KEYWORD_LIST: 'KEYWORD_LIST',
} as const;
export type SearchAttributeType = (typeof SearchAttributeType)[keyof typeof SearchAttributeType];

type Encode<Name extends string> = (value: Name | `${string}${Name}` | number | null | undefined) => number | undefined;
type Decode<Name extends string> = (value: number | null | undefined) => Name | undefined;

/** From names, short or with their prefix, to the numbers of Temporal's protocol, and back. 0 is "unspecified" unless a name has it. */
function converters<Name extends string>(numbers: Readonly<Record<Name, number>>, prefix: string): readonly [Encode<Name>, Decode<Name>] {
  const names = new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
  return [
    (value) => {
      if (value === undefined || value === null || typeof value === 'number') return value ?? undefined;
      const name = prefix !== '' && value.startsWith(prefix) ? value.slice(prefix.length) : value;
      if (!Object.hasOwn(numbers, name)) throw new ValueError(`Invalid enum value: '${value}'; give one of ${Object.keys(numbers).join(', ')}`);
      return numbers[name as Name];
    },
    (value) => {
      if (value === undefined || value === null) return undefined;
      return names.get(value) ?? (value === 0 ? undefined : (`unknown_${value}` as Name));
    },
  ];
}

const activityCancellationType = converters<ActivityCancellationType>({ TRY_CANCEL: 0, WAIT_CANCELLATION_COMPLETED: 1, ABANDON: 2 }, '');
export const encodeActivityCancellationType: Encode<ActivityCancellationType> = activityCancellationType[0];
export const decodeActivityCancellationType: Decode<ActivityCancellationType> = activityCancellationType[1];

const childWorkflowCancellationType = converters<ChildWorkflowCancellationType>(
  { ABANDON: 0, TRY_CANCEL: 1, WAIT_CANCELLATION_COMPLETED: 2, WAIT_CANCELLATION_REQUESTED: 3 },
  '',
);
export const encodeChildWorkflowCancellationType: Encode<ChildWorkflowCancellationType> = childWorkflowCancellationType[0];
export const decodeChildWorkflowCancellationType: Decode<ChildWorkflowCancellationType> = childWorkflowCancellationType[1];

const parentClosePolicy = converters<ParentClosePolicy>({ TERMINATE: 1, ABANDON: 2, REQUEST_CANCEL: 3 }, 'PARENT_CLOSE_POLICY_');
export const encodeParentClosePolicy: Encode<ParentClosePolicy> = parentClosePolicy[0];
export const decodeParentClosePolicy: Decode<ParentClosePolicy> = parentClosePolicy[1];

const workflowIdReusePolicy = converters<WorkflowIdReusePolicy>(
  { ALLOW_DUPLICATE: 1, ALLOW_DUPLICATE_FAILED_ONLY: 2, REJECT_DUPLICATE: 3, TERMINATE_IF_RUNNING: 4 },
  'WORKFLOW_ID_REUSE_POLICY_',
);
export const encodeWorkflowIdReusePolicy: Encode<WorkflowIdReusePolicy> = workflowIdReusePolicy[0];
export const decodeWorkflowIdReusePolicy: Decode<WorkflowIdReusePolicy> = workflowIdReusePolicy[1];

const workflowIdConflictPolicy = converters<WorkflowIdConflictPolicy>({ FAIL: 1, USE_EXISTING: 2, TERMINATE_EXISTING: 3 }, 'WORKFLOW_ID_CONFLICT_POLICY_');
export const encodeWorkflowIdConflictPolicy: Encode<WorkflowIdConflictPolicy> = workflowIdConflictPolicy[0];
export const decodeWorkflowIdConflictPolicy: Decode<WorkflowIdConflictPolicy> = workflowIdConflictPolicy[1];

const queryRejectCondition = converters<QueryRejectCondition>({ NONE: 1, NOT_OPEN: 2, NOT_COMPLETED_CLEANLY: 3 }, 'QUERY_REJECT_CONDITION_');
export const encodeQueryRejectCondition: Encode<QueryRejectCondition> = queryRejectCondition[0];
export const decodeQueryRejectCondition: Decode<QueryRejectCondition> = queryRejectCondition[1];

const workflowUpdateStage = converters<WorkflowUpdateStage>({ ADMITTED: 1, ACCEPTED: 2, COMPLETED: 3 }, 'UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_');
export const encodeWorkflowUpdateStage: Encode<WorkflowUpdateStage> = workflowUpdateStage[0];
export const decodeWorkflowUpdateStage: Decode<WorkflowUpdateStage> = workflowUpdateStage[1];

const timeoutType = converters<TimeoutType>({ START_TO_CLOSE: 1, SCHEDULE_TO_START: 2, SCHEDULE_TO_CLOSE: 3, HEARTBEAT: 4 }, 'TIMEOUT_TYPE_');
export const encodeTimeoutType: Encode<TimeoutType> = timeoutType[0];
export const decodeTimeoutType: Decode<TimeoutType> = timeoutType[1];

const retryState = converters<RetryState>(
  {
    IN_PROGRESS: 1,
    NON_RETRYABLE_FAILURE: 2,
    TIMEOUT: 3,
    MAXIMUM_ATTEMPTS_REACHED: 4,
    RETRY_POLICY_NOT_SET: 5,
    INTERNAL_SERVER_ERROR: 6,
    CANCEL_REQUESTED: 7,
  },
  'RETRY_STATE_',
);
export const encodeRetryState: Encode<RetryState> = retryState[0];
export const decodeRetryState: Decode<RetryState> = retryState[1];
