/** Checks of requests: each says which field is wrong, what was found there and what is expected. */
import type { Millis } from '../common/brand.ts';
import { ServiceError } from '../common/service-error.ts';
import type { WorkflowExecutionRef } from '../history/events.ts';
import type {
  PollRequest,
  SignalWithStartWorkflowExecutionRequest,
  StartWorkflowExecutionRequest,
  UpdateWorkflowExecutionRequest,
} from '../protocol/workflow-service.ts';

/** As in Temporal. */
export const LONGEST_ID = 1_000;
/** A thousand years: what is longer is a mistake. */
const LONGEST_DURATION: Millis = 1_000 * 365.25 * 86_400_000;

const CONFLICT_POLICIES = ['FAIL', 'USE_EXISTING', 'TERMINATE_EXISTING'];
const STAGES = ['ADMITTED', 'ACCEPTED', 'COMPLETED'];
const REUSE_POLICIES = ['ALLOW_DUPLICATE', 'ALLOW_DUPLICATE_FAILED_ONLY', 'REJECT_DUPLICATE', 'TERMINATE_IF_RUNNING'];

export function invalid(field: string, expected: string, found: unknown): never {
  throw new ServiceError('InvalidArgument', `${field}: expected ${expected}, but found ${show(found)}`, { details: { field, expected } });
}

export function checkStart(request: StartWorkflowExecutionRequest): void {
  checkId('workflowId', request.workflowId);
  checkId('workflowType', request.workflowType);
  checkId('taskQueue', request.taskQueue);
  checkId('requestId', request.requestId);
  checkDuration('workflowExecutionTimeout', request.workflowExecutionTimeout);
  checkDuration('workflowRunTimeout', request.workflowRunTimeout);
  checkDuration('workflowTaskTimeout', request.workflowTaskTimeout);
  checkDuration('workflowStartDelay', request.workflowStartDelay);
  checkOneOf('workflowIdConflictPolicy', CONFLICT_POLICIES, request.workflowIdConflictPolicy);
  checkOneOf('workflowIdReusePolicy', REUSE_POLICIES, request.workflowIdReusePolicy);
  const { retryPolicy: policy } = request;
  if (!policy) return;
  checkDuration('retryPolicy.initialInterval', policy.initialInterval);
  checkDuration('retryPolicy.maximumInterval', policy.maximumInterval);
  const { backoffCoefficient = 1, maximumAttempts = 0 } = policy;
  if (!(backoffCoefficient === 0 || backoffCoefficient >= 1)) invalid('retryPolicy.backoffCoefficient', 'a number of at least 1', backoffCoefficient);
  if (!Number.isInteger(maximumAttempts) || maximumAttempts < 0) invalid('retryPolicy.maximumAttempts', 'a whole number of at least 0', maximumAttempts);
}

export function checkSignalWithStart(request: SignalWithStartWorkflowExecutionRequest): void {
  checkId('signalName', request.signalName);
  checkStart(request);
}

export function checkUpdate({ updateId, updateName, waitStage }: Omit<UpdateWorkflowExecutionRequest, 'workflowExecution' | 'namespace'>): void {
  checkId('updateId', updateId);
  checkId('updateName', updateName);
  checkStage(waitStage);
}

export function checkStage(waitStage: unknown): void {
  if (waitStage === undefined) invalid('waitStage', `one of ${STAGES.join(', ')}`, waitStage);
  checkOneOf('waitStage', STAGES, waitStage);
}

export function checkExecution({ workflowId, runId }: WorkflowExecutionRef): void {
  checkId('workflowExecution.workflowId', workflowId);
  if (runId !== undefined && (typeof runId !== 'string' || runId.length > LONGEST_ID)) invalid('workflowExecution.runId', 'the id of a run', runId);
}

export function checkPoll({ taskQueue, workerId, identity }: PollRequest): void {
  checkId('taskQueue', taskQueue);
  checkId('workerId', workerId);
  if (typeof identity !== 'string') invalid('identity', 'a text', identity);
}

export function checkId(field: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') invalid(field, 'a text that is not empty', value);
  if ((value as string).length > LONGEST_ID) invalid(field, `at most ${LONGEST_ID} characters`, `${(value as string).length} characters`);
}

export function checkPageSize(field: string, value: number | undefined): void {
  if (value !== undefined && (!Number.isInteger(value) || value < 1)) invalid(field, 'a whole number of at least 1', value);
}

export function checkRetention(retention: unknown): void {
  if (typeof retention !== 'number' || !(retention > 0) || retention > LONGEST_DURATION)
    invalid('retention', 'a duration in milliseconds, above 0 and up to a thousand years', retention);
}

function checkDuration(field: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !(value >= 0) || value > LONGEST_DURATION) invalid(field, 'a duration in milliseconds, from 0 to a thousand years', value);
}

function checkOneOf(field: string, values: readonly string[], value: unknown): void {
  if (value !== undefined && !values.includes(value as string)) invalid(field, `one of ${values.join(', ')}`, value);
}

/** An object may have no text, or one that throws. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
