/**
 * The guard of requests: each field of a call has the type that its method takes, before the service sees it. Fields that are not known pass.
 * What a value must be beyond its type (an id not too long, a duration not below 0) is for the service to say.
 */
import { ServiceError } from '../common/service-error.ts';
import { SERVICE_METHODS, type WorkflowService } from '../protocol/workflow-service.ts';
import type { CallMethod } from './call.ts';
import { MAX_DEPTH } from './plain-data.ts';

/** @returns `undefined`, or where and what is wrong */
type Shape = (value: unknown, path: string) => string | undefined;
type Fields = Readonly<Record<string, Shape>>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (path: string, expected: string, value: unknown): string =>
  `${path}: expected ${expected}, but found ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`}`;

const text: Shape = (value, path) => (typeof value === 'string' ? undefined : wrong(path, 'a text', value));
const number: Shape = (value, path) => (typeof value === 'number' ? undefined : wrong(path, 'a number', value));
const flag: Shape = (value, path) => (typeof value === 'boolean' ? undefined : wrong(path, 'true or false', value));
const record: Shape = (value, path) => (isRecord(value) ? undefined : wrong(path, 'an object', value));

const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? undefined : shape(value, path);

const listOf =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) return wrong(path, 'a list', value);
    for (let index = 0; index < value.length; index++) {
      const problem = shape(value[index], `${path}[${index}]`);
      if (problem) return problem;
    }
    return undefined;
  };

const mapOf =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!isRecord(value)) return wrong(path, 'an object', value);
    for (const key of Object.keys(value)) {
      const problem = shape(value[key], `${path}.${key}`);
      if (problem) return problem;
    }
    return undefined;
  };

function object(fields: Fields): Shape {
  const entries = Object.entries(fields);
  return (value, path) => {
    if (!isRecord(value)) return wrong(path, 'an object', value);
    for (const [name, shape] of entries) {
      const problem = shape(Object.hasOwn(value, name) ? value[name] : undefined, path === '' ? name : `${path}.${name}`);
      if (problem) return problem;
    }
    return undefined;
  };
}

const [maybeText, maybeNumber, maybeFlag] = [optional(text), optional(number), optional(flag)];

const payload = object({ encoding: text, data: maybeText, base64: maybeFlag, metadata: optional(mapOf(text)), binaryMetadata: optional(mapOf(text)) });
const payloads = optional(listOf(payload));
const payloadMap = optional(mapOf(payload));

const failureFields: Fields = {
  message: text,
  source: maybeText,
  stackTrace: maybeText,
  encodedAttributes: optional(payload),
  applicationFailureInfo: optional(object({ type: maybeText, nonRetryable: maybeFlag, details: payloads, nextRetryDelay: maybeNumber, category: maybeText })),
  timeoutFailureInfo: optional(object({ timeoutType: text, lastHeartbeatDetails: payloads })),
  canceledFailureInfo: optional(object({ details: payloads })),
  terminatedFailureInfo: optional(record),
  serverFailureInfo: optional(object({ nonRetryable: maybeFlag })),
  resetWorkflowFailureInfo: optional(object({ lastHeartbeatDetails: payloads })),
  activityFailureInfo: optional(object({ activityType: text, activityId: text, retryState: text, identity: maybeText })),
  childWorkflowExecutionFailureInfo: optional(
    object({ namespace: text, workflowExecution: object({ workflowId: text }), workflowType: text, retryState: text }),
  ),
};
const oneFailure = object(failureFields);

/** Its causes one after the other: the depth of a message is bounded already. */
const failure: Shape = (value, path) => {
  let [current, place]: [unknown, string] = [value, path];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const problem = oneFailure(current, place);
    if (problem) return problem;
    const { cause } = current as { cause?: unknown };
    if (cause === undefined) return undefined;
    [current, place] = [cause, `${place}.cause`];
  }
  return `${path}: expected at most ${MAX_DEPTH} causes, but found more`;
};

const execution = object({ workflowId: text, runId: maybeText });
const onRun: Fields = { namespace: text, workflowExecution: execution, firstExecutionRunId: maybeText, identity: maybeText };
const start: Fields = {
  namespace: text,
  workflowId: text,
  workflowType: text,
  taskQueue: text,
  requestId: text,
  identity: maybeText,
  input: payloads,
  workflowExecutionTimeout: maybeNumber,
  workflowRunTimeout: maybeNumber,
  workflowTaskTimeout: maybeNumber,
  workflowStartDelay: maybeNumber,
  workflowIdReusePolicy: maybeText,
  workflowIdConflictPolicy: maybeText,
  retryPolicy: optional(
    object({
      initialInterval: maybeNumber,
      backoffCoefficient: maybeNumber,
      maximumInterval: maybeNumber,
      maximumAttempts: maybeNumber,
      nonRetryableErrorTypes: optional(listOf(text)),
    }),
  ),
  cronSchedule: maybeText,
  memo: payloadMap,
  searchAttributes: payloadMap,
  header: payloadMap,
};
const update: Fields = { updateId: text, updateName: text, args: payloads, header: payloadMap, identity: maybeText, waitStage: text };
const poll = object({ namespace: text, taskQueue: text, identity: text, workerId: text });
const namespace = object({ namespace: text });
const namespaceFields: Fields = { namespace: text, description: maybeText, ownerEmail: maybeText, data: optional(mapOf(text)) };

/** By its token, or by workflow and activity id. */
function onActivity(fields: Fields): Shape {
  const [byToken, byId] = [
    object({ ...fields, taskToken: text }),
    object({ ...fields, namespace: text, workflowId: text, runId: maybeText, activityId: text }),
  ];
  return (value, path) => (isRecord(value) && Object.hasOwn(value, 'taskToken') ? byToken(value, path) : byId(value, path));
}

/** One that has a `result`, also an absent one, is an answer; else it is a failure. */
const queryAnswer: Shape = (value, path) =>
  isRecord(value) && Object.hasOwn(value, 'result')
    ? object({ taskToken: text, result: listOf(payload) })(value, path)
    : object({ taskToken: text, failure })(value, path);

const event = object({ eventId: number, eventTime: number, type: text, attributes: record });

const SHAPES: Readonly<Record<CallMethod, Shape>> = {
  startWorkflowExecution: object(start),
  signalWorkflowExecution: object({ ...onRun, signalName: text, input: payloads, requestId: text, header: payloadMap }),
  signalWithStartWorkflowExecution: object({ ...start, signalName: text, signalInput: payloads }),
  requestCancelWorkflowExecution: object({ ...onRun, requestId: text, reason: maybeText }),
  terminateWorkflowExecution: object({ ...onRun, reason: maybeText, details: payloads }),
  describeWorkflowExecution: object(onRun),
  getWorkflowExecutionHistory: object({
    ...onRun,
    afterEventId: maybeNumber,
    waitNewEvent: maybeFlag,
    historyEventFilterType: maybeText,
    maximumPageSize: maybeNumber,
  }),
  listWorkflowExecutions: object({ namespace: text, query: maybeText, pageSize: maybeNumber, nextPageToken: maybeText }),
  countWorkflowExecutions: object({ namespace: text, query: maybeText }),
  queryWorkflow: object({ ...onRun, queryType: text, queryArgs: payloads, header: payloadMap, queryRejectCondition: maybeText }),
  updateWorkflowExecution: object({ ...onRun, ...update }),
  updateWithStartWorkflowExecution: object({ start: object(start), update: object(update) }),
  pollWorkflowExecutionUpdate: object({ ...onRun, updateId: text, waitStage: text }),
  pollWorkflowTaskQueue: poll,
  respondWorkflowTaskCompleted: object({
    taskToken: text,
    commands: listOf(object({ type: text, attributes: record })),
    identity: text,
    sdkMetadata: optional(record),
    forceCreateNewWorkflowTask: maybeFlag,
  }),
  respondWorkflowTaskFailed: object({ taskToken: text, cause: text, failure, identity: text }),
  respondQueryTaskCompleted: queryAnswer,
  pollActivityTaskQueue: poll,
  respondActivityTaskCompleted: onActivity({ identity: text, result: payloads }),
  respondActivityTaskFailed: onActivity({ identity: text, failure, lastHeartbeatDetails: payloads }),
  respondActivityTaskCanceled: onActivity({ identity: text, details: payloads }),
  recordActivityTaskHeartbeat: onActivity({ identity: text, details: payloads }),
  pollWorkerCommands: object({ workerId: text }),
  shutdownWorker: object({ workerId: text, lost: maybeFlag }),
  fireTimer: object({ ...onRun, timerId: text }),
  retryActivityTask: object({ ...onRun, activityId: text }),
  deleteWorkflowExecution: object(onRun),
  registerNamespace: object({ ...namespaceFields, retention: number }),
  describeNamespace: namespace,
  updateNamespace: object({ ...namespaceFields, retention: maybeNumber }),
  listNamespaces: object({ pageSize: maybeNumber, nextPageToken: maybeText }),
  deprecateNamespace: namespace,
  deleteNamespace: namespace,
  getEngineStatus: () => undefined,
  getEngineInfo: () => undefined,
  watchChanges: object({ namespace: text, cursor: maybeNumber }),
  openReplay: object({ namespace: text, workflowId: text, events: listOf(event) }),
  readReplay: object({ replayId: text, from: number }),
  queryReplay: object({ replayId: text, eventId: number, queryType: text, queryArgs: payloads }),
  closeReplay: object({ replayId: text }),
};

/** @throws {ServiceError} `InvalidArgument` with the field, what it should be and what it is */
export function checkRequest(method: CallMethod, request: unknown): void {
  const problem = SHAPES[method](request, '');
  if (problem === undefined) return;
  const field = problem.slice(0, problem.indexOf(':')) || 'the request';
  throw new ServiceError('InvalidArgument', `${method}: ${problem.startsWith(':') ? `the request${problem}` : problem}`, { details: { field } });
}

/** A service whose requests are checked before it sees them: for calls that come from outside of its realm. */
export function checkedService(service: WorkflowService): WorkflowService {
  const checked: Record<string, unknown> = {};
  for (const method of SERVICE_METHODS)
    checked[method] = async (request: unknown) => {
      checkRequest(method, request);
      return (service[method] as (request: unknown) => Promise<unknown>)(request);
    };
  return checked as unknown as WorkflowService;
}
