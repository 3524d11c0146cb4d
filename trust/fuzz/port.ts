/** What comes in at a port or a channel: messages of Comlink's form and of none, and calls of every method with arguments that are nearly right. */
import fc from 'fast-check';
import { SERVICE_METHODS } from '../../packages/core/src/protocol/workflow-service.ts';
import { readBootMessage } from '../../packages/core/src/transport/boot-message.ts';
import { exposeService } from '../../packages/core/src/transport/endpoint.ts';
import { checkedService } from '../../packages/core/src/transport/request-guard.ts';
import type { Target } from './target.ts';
import { anything, intruder, mutated, name } from './values.ts';
import { createWorld, NAMESPACE, openTasks, startRequest, WORKER } from './world.ts';

const on = { namespace: NAMESPACE, workflowExecution: { workflowId: 'with activities' } };
const payloads = [{ encoding: 'json/plain', data: '1' }];
const start = {
  ...startRequest('new'),
  input: payloads,
  memo: { a: payloads[0] },
  searchAttributes: { CustomIntField: { encoding: 'json/plain', data: '1' } },
  header: { h: payloads[0] },
  retryPolicy: { initialInterval: 1_000, backoffCoefficient: 2, maximumAttempts: 3, maximumInterval: 10_000, nonRetryableErrorTypes: ['a'] },
  cronSchedule: '* * * * *',
  workflowRunTimeout: 60_000,
};
const update = { updateId: 'u', updateName: 'set', args: payloads, waitStage: 'ACCEPTED' };
const failure = { message: 'no', source: 'x', applicationFailureInfo: { type: 'T', nonRetryable: false, details: payloads } };
const byId = { namespace: NAMESPACE, workflowId: 'with activities', activityId: '2', identity: 'worker' };

/** A right argument for each method that takes one. The tokens are of nobody: those of somebody are in `tokens.ts`. */
const ARGUMENTS: Readonly<Record<(typeof SERVICE_METHODS)[number], object>> = {
  startWorkflowExecution: start,
  signalWorkflowExecution: { ...on, signalName: 'go', requestId: 'r', input: payloads, header: {}, identity: 'me' },
  signalWithStartWorkflowExecution: { ...start, signalName: 'go', signalInput: payloads },
  requestCancelWorkflowExecution: { ...on, requestId: 'c', reason: 'enough' },
  terminateWorkflowExecution: { ...on, reason: 'enough', details: payloads },
  describeWorkflowExecution: on,
  getWorkflowExecutionHistory: { ...on, afterEventId: 1, maximumPageSize: 5, historyEventFilterType: 'ALL_EVENT', waitNewEvent: false },
  listWorkflowExecutions: { namespace: NAMESPACE, query: 'ExecutionStatus = "Running"', pageSize: 10 },
  countWorkflowExecutions: { namespace: NAMESPACE, query: 'ExecutionStatus = "Running"' },
  queryWorkflow: { ...on, queryType: 'q', queryArgs: payloads, queryRejectCondition: 'NONE' },
  updateWorkflowExecution: { ...on, ...update },
  updateWithStartWorkflowExecution: { start, update },
  pollWorkflowExecutionUpdate: { ...on, updateId: 'u', waitStage: 'ACCEPTED' },
  pollWorkflowTaskQueue: WORKER,
  respondWorkflowTaskCompleted: {
    taskToken: '["workflow","default","w","r",2,3,1000,1,"x"]',
    commands: [{ type: 'StartTimer', attributes: { timerId: '1', startToFireTimeout: 5 } }],
    identity: 'me',
  },
  respondWorkflowTaskFailed: {
    taskToken: '["workflow","default","w","r",2,3,1000,1,"x"]',
    cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE',
    failure,
    identity: 'me',
  },
  respondQueryTaskCompleted: { taskToken: '["query","q"]', result: payloads },
  pollActivityTaskQueue: WORKER,
  respondActivityTaskCompleted: { ...byId, result: payloads },
  respondActivityTaskFailed: { ...byId, failure },
  respondActivityTaskCanceled: { ...byId, details: payloads },
  recordActivityTaskHeartbeat: { ...byId, details: payloads },
  pollWorkerCommands: { workerId: 'worker' },
  shutdownWorker: { workerId: 'other', lost: false },
  registerNamespace: { namespace: 'another', retention: 86_400_000, description: 'd', data: { a: 'b' } },
  describeNamespace: { namespace: NAMESPACE },
  updateNamespace: { namespace: 'another', retention: 86_400_000 },
  listNamespaces: { pageSize: 5 },
  deprecateNamespace: { namespace: 'another' },
  deleteNamespace: { namespace: 'another' },
  fireTimer: { ...on, timerId: '1' },
  retryActivityTask: { ...on, activityId: '1' },
  deleteWorkflowExecution: { namespace: NAMESPACE, workflowExecution: { workflowId: 'another' } },
  getEngineStatus: {},
  getEngineInfo: {},
  watchChanges: { namespace: NAMESPACE, cursor: 0 },
};

const call = fc
  .constantFrom(...SERVICE_METHODS)
  .chain((method) => fc.record({ method: fc.constant(method), argument: mutated(fc.constant(ARGUMENTS[method]), 2) }));
const wild = fc.record(
  { method: fc.oneof(name, fc.constantFrom(...SERVICE_METHODS), intruder), argument: intruder, timeoutMs: intruder },
  { requiredKeys: [] },
);
const message = (request: fc.Arbitrary<unknown>) =>
  fc.record({
    id: fc.constant('1'),
    type: fc.constant('APPLY'),
    path: fc.constant([] as string[]),
    argumentList: fc.tuple(fc.record({ type: fc.constant('RAW'), value: request })),
  });

const messages: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: message(call) },
  { weight: 3, arbitrary: message(wild) },
  { weight: 3, arbitrary: mutated(message(call), 3) },
  { weight: 1, arbitrary: anything },
);

interface Answer {
  readonly value?: {
    readonly ok?: boolean;
    readonly error?: { readonly code?: string; readonly message?: string; readonly details?: { readonly cause?: unknown } };
  };
}

/** An error that the engine says is its own. */
class InternalError extends Error {}
class RefusedError extends Error {}

export const port: Target<unknown> = {
  name: 'messages of the port',
  share: 16,
  inputs: messages,
  inputsOfProbe: 200,
  async create() {
    const world = await createWorld();
    await openTasks(world);
    const answers: Answer[] = [];
    let deliver = (_message: unknown): void => {};
    exposeService(checkedService(world.service), {
      postMessage: (answer) => void answers.push(answer as Answer),
      addEventListener: (_type, listener) => {
        deliver = (data) => listener({ data } as MessageEvent);
      },
      removeEventListener: () => {},
    });
    return {
      async check(message) {
        const before = world.commits();
        deliver(message);
        await world.settle();
        const errors = answers.map(({ value }) => value).filter((value) => value?.ok === false);
        const isAccepted = answers.length > errors.length;
        answers.length = 0;
        const [first] = errors;
        // A workflow task that asks for what cannot be has failed, which is recorded.
        if (!isAccepted && world.commits() !== before && first && first.error?.details?.cause === undefined)
          return `was refused (${first.error?.message}), and something was stored`;
        if (first?.error?.code === 'Internal') throw new InternalError(first.error.message);
        if (first) throw new RefusedError(first.error?.message);
        return undefined;
      },
      isRefusal: (error) => error instanceof RefusedError,
      close: () => world.service.stop(),
    };
  },
};

const status = {
  role: 'leader',
  state: 'running',
  store: { driver: 'memory', durability: 'none', state: 'open', commits: 0, puts: 0, deletes: 0 },
  now: 0,
  loadedRuns: 0,
};
const bootMessages = fc.oneof(
  mutated(
    fc.constantFrom<unknown>(
      { perdure: 'connect' },
      { perdure: 'page', isVisible: true },
      { perdure: 'status', status, tab: 'tab' },
      { perdure: 'failed', reason: 'no' },
    ),
    2,
  ),
  anything,
);

export const boot: Target<unknown> = {
  name: 'boot messages',
  share: 5,
  inputs: bootMessages,
  create: () => ({
    check(data) {
      const message = readBootMessage(data);
      if (message?.perdure !== 'status') return undefined;
      const { status } = message as { status: { role?: unknown; state?: unknown; store?: unknown } | null };
      const isStatus =
        typeof status === 'object' &&
        status !== null &&
        typeof status.role === 'string' &&
        typeof status.state === 'string' &&
        typeof status.store === 'object' &&
        status.store !== null;
      return isStatus ? undefined : 'a status passes that is none';
    },
    isRefusal: () => false,
  }),
};
