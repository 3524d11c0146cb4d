import { describe, expect, expectTypeOf, test } from 'vitest';
import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '../common/definitions.ts';
import { NamespaceNotFoundError, ValueError } from '../common/errors.ts';
import { WorkflowExecutionAlreadyStartedError } from '../common/failures.ts';
import { seededRng, uuid } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import { Client, type ClientOptions } from './client.ts';
import { type Answers, fakeService } from './service.test-kit.ts';

async function greet(_name: string, _times: number): Promise<string> {
  return '';
}
async function tick(): Promise<void> {}

const started = { startWorkflowExecution: () => ({ runId: 'run-1', firstExecutionRunId: 'run-1', started: true }) };
const firstUuid = uuid(seededRng(1));
const base = { workflowId: 'w', taskQueue: 'q' };
const add = { type: 'signal', name: 'add' } as SignalDefinition<[number]>;

function clientOf(answers: Answers, options: Partial<ClientOptions> = {}) {
  const { service, calls } = fakeService(answers);
  return { client: new Client({ service, identity: 'me', rng: seededRng(1), ...options }), calls };
}

describe('start', () => {
  test('sends type, arguments and task queue, and nothing that was not given', async () => {
    const { client, calls } = clientOf(started);
    const handle = await client.workflow.start(greet, { ...base, args: ['you', 2] });
    expect(calls).toEqual([
      [
        'startWorkflowExecution',
        {
          namespace: 'default',
          identity: 'me',
          requestId: firstUuid,
          workflowId: 'w',
          workflowType: 'greet',
          taskQueue: 'q',
          input: [
            { encoding: 'json/plain', data: '"you"' },
            { encoding: 'json/plain', data: '2' },
          ],
        },
      ],
    ]);
    expect(handle).toMatchObject({ workflowId: 'w', firstExecutionRunId: 'run-1', eagerlyStarted: false });
    expect(handle.client).toBe(client.workflow);
  });

  test('passes every option on, durations in milliseconds', async () => {
    const { client, calls } = clientOf(started, { namespace: 'n' });
    await client.workflow.start('byName', {
      ...base,
      startDelay: '1s',
      workflowExecutionTimeout: '1 hour',
      workflowRunTimeout: 60_000,
      workflowTaskTimeout: '5s',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      retry: { maximumAttempts: 2 },
      cronSchedule: '@every 1h',
      memo: { note: 'x' },
      searchAttributes: { Color: ['red'] },
    });
    expect(calls[0]?.[1]).toEqual({
      namespace: 'n',
      identity: 'me',
      requestId: firstUuid,
      workflowId: 'w',
      workflowType: 'byName',
      taskQueue: 'q',
      workflowStartDelay: 1_000,
      workflowExecutionTimeout: 3_600_000,
      workflowRunTimeout: 60_000,
      workflowTaskTimeout: 5_000,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      retryPolicy: { initialInterval: 1_000, maximumAttempts: 2 },
      cronSchedule: '@every 1h',
      memo: { note: { encoding: 'json/plain', data: '"x"' } },
      searchAttributes: { Color: { encoding: 'json/plain', data: '["red"]' } },
    });
  });

  test('every call has its own request id', async () => {
    const { client, calls } = clientOf(started);
    await client.workflow.start(tick, base);
    await client.workflow.start(tick, base);
    const [first, second] = calls.map(([, request]) => (request as { requestId: string }).requestId);
    expect(first).not.toBe(second);
  });

  test.each<[string, unknown, object, string]>([
    ['no task queue', tick, { workflowId: 'w' }, 'Missing WorkflowOptions.taskQueue'],
    ['no workflow id', tick, { taskQueue: 'q' }, 'Missing WorkflowOptions.workflowId'],
    ['an anonymous function', (() => async () => {})(), base, 'Invalid workflow type: the workflow function is anonymous'],
    ['no workflow', undefined, base, "Invalid workflow type: expected either a string or a function, got 'undefined'"],
    ['a bad duration', tick, { ...base, startDelay: 'soon' }, "Invalid duration string: 'soon' for startDelay"],
    ['an eager start', tick, { ...base, requestEagerStart: true }, 'WorkflowOptions.requestEagerStart is not supported'],
  ])('%s is a TypeError, and nothing is sent', async (_, workflow, options, message) => {
    const { client, calls } = clientOf(started);
    const start = client.workflow.start(workflow as typeof tick, options as typeof base);
    await expect(start).rejects.toThrow(TypeError);
    await expect(start).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });

  test.each<[object]>([[{ args: [1n] }], [{ retry: { maximumAttempts: -1 } }], [{ workflowIdReusePolicy: 'SOMETIMES' }]])(
    '%# a bad value is a ValueError, and nothing is sent',
    async (options) => {
      const { client, calls } = clientOf(started);
      await expect(client.workflow.start('t', { ...base, ...options })).rejects.toThrow(ValueError);
      expect(calls).toEqual([]);
    },
  );

  test.each([
    [new ServiceError('AlreadyStarted', 'x'), WorkflowExecutionAlreadyStartedError, 'Workflow execution already started'],
    [new ServiceError('NamespaceNotFound', 'x', { details: { namespace: 'gone' } }), NamespaceNotFoundError, "Namespace not found: 'gone'"],
    [new ServiceError('StorageUnavailable', 'the disk is full'), ServiceError, 'Failed to start Workflow: the disk is full'],
    [new RangeError('a bug'), ServiceError, 'Failed to start Workflow: a bug'],
  ])('%s becomes the error that callers know', async (refusal, errorClass, message) => {
    const { client } = clientOf({
      startWorkflowExecution: () => {
        throw refusal;
      },
    });
    const start = client.workflow.start(tick, base);
    await expect(start).rejects.toBeInstanceOf(errorClass);
    await expect(start).rejects.toThrow(message);
  });

  test('a refusal keeps its code, its details and its cause', async () => {
    const refusal = new ServiceError('ResourceExhausted', 'too many', { details: { limit: 5 } });
    const { client } = clientOf({
      startWorkflowExecution: () => {
        throw refusal;
      },
    });
    await expect(client.workflow.start(tick, base)).rejects.toMatchObject({ code: 'ResourceExhausted', details: { limit: 5 }, cause: refusal });
  });
});

test('execute waits for the run that it started', async () => {
  const { client, calls } = clientOf({
    ...started,
    getWorkflowExecutionHistory: () => ({
      runId: 'run-1',
      more: false,
      events: [
        {
          eventId: 5,
          eventTime: 0,
          type: 'WorkflowExecutionCompleted',
          attributes: { result: [{ encoding: 'json/plain', data: '"hi"' }], workflowTaskCompletedEventId: 4 },
        },
      ],
    }),
  });
  const result: string = await client.workflow.execute(greet, { ...base, args: ['you', 1] });
  expect(result).toBe('hi');
  expect(calls[1]).toEqual([
    'getWorkflowExecutionHistory',
    { namespace: 'default', workflowExecution: { workflowId: 'w', runId: 'run-1' }, waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' },
  ]);
});

describe('signalWithStart', () => {
  const signaled = { signalWithStartWorkflowExecution: () => ({ runId: 'run-2', firstExecutionRunId: 'run-1', started: false }) };

  test('sends start and signal as one request', async () => {
    const { client, calls } = clientOf(signaled);
    const handle = await client.workflow.signalWithStart(tick, { ...base, signal: add, signalArgs: [1] });
    expect(calls).toEqual([
      [
        'signalWithStartWorkflowExecution',
        {
          namespace: 'default',
          identity: 'me',
          requestId: firstUuid,
          workflowId: 'w',
          workflowType: 'tick',
          taskQueue: 'q',
          signalName: 'add',
          signalInput: [{ encoding: 'json/plain', data: '1' }],
        },
      ],
    ]);
    expect(handle.signaledRunId).toBe('run-2');
    await expect(handle.result()).rejects.toThrow();
    expect(calls[1]?.[1]).toMatchObject({ workflowExecution: { workflowId: 'w', runId: 'run-2' } });
  });

  test('a closed run that may not be followed is an error of its own', async () => {
    const { client } = clientOf({
      signalWithStartWorkflowExecution: () => {
        throw new ServiceError('AlreadyStarted', 'x');
      },
    });
    await expect(client.workflow.signalWithStart(tick, { ...base, signal: 'go' })).rejects.toMatchObject({
      name: 'WorkflowExecutionAlreadyStartedError',
      workflowId: 'w',
      workflowType: 'tick',
    });
  });
});

describe('list', () => {
  const summary = (runId: string) => ({
    namespace: 'default',
    workflowId: 'w',
    runId,
    workflowType: 'tick',
    taskQueue: 'q',
    status: 'COMPLETED' as const,
    startTime: 1,
    executionTime: 2,
    closeTime: 3,
    historyLength: 5,
    historySizeBytes: 100,
    firstExecutionRunId: runId,
    memo: { note: { encoding: 'json/plain', data: '"x"' } },
  });
  const pages: Answers = {
    listWorkflowExecutions: ({ nextPageToken }) =>
      nextPageToken === undefined ? { executions: [summary('a'), summary('b')], nextPageToken: 'next' } : { executions: [summary('c')] },
    getWorkflowExecutionHistory: ({ workflowExecution: { runId } }) => ({ runId: runId ?? '', events: [], more: false }),
  };

  test('goes through the pages as they are needed', async () => {
    const { client, calls } = clientOf(pages);
    const found = [];
    for await (const info of client.workflow.list({ query: 'q', pageSize: 2 })) found.push(info);
    expect(found.map(({ runId, memo, status, startTime, closeTime }) => ({ runId, memo, status, startTime, closeTime }))).toEqual(
      ['a', 'b', 'c'].map((runId) => ({ runId, memo: { note: 'x' }, status: { code: 2, name: 'COMPLETED' }, startTime: new Date(1), closeTime: new Date(3) })),
    );
    expect(calls).toEqual([
      ['listWorkflowExecutions', { namespace: 'default', query: 'q', pageSize: 2 }],
      ['listWorkflowExecutions', { namespace: 'default', query: 'q', pageSize: 2, nextPageToken: 'next' }],
    ]);
  });

  test.each([1, 2, 5])('gives histories in place of summaries, %i at a time', async (concurrency) => {
    const { service } = fakeService(pages);
    let [running, most] = [0, 0];
    const getWorkflowExecutionHistory: typeof service.getWorkflowExecutionHistory = async (request) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => setImmediate(resolve)); // all that can begin meanwhile has begun
      running--;
      return service.getWorkflowExecutionHistory(request);
    };
    const client = new Client({
      service: new Proxy(service, {
        get: (target, method, receiver) => (method === 'getWorkflowExecutionHistory' ? getWorkflowExecutionHistory : Reflect.get(target, method, receiver)),
      }),
    });
    const found: string[] = [];
    for await (const { workflowId, history } of client.workflow.list().intoHistories({ concurrency })) found.push(`${workflowId} ${history.events.length}`);
    expect(found).toEqual(['w 0', 'w 0', 'w 0']);
    expect(most).toBe(Math.min(concurrency, 3));
  });

  test('an error ends the iteration with its message', async () => {
    const { client } = clientOf({
      listWorkflowExecutions: () => {
        throw new ServiceError('InvalidArgument', 'no such attribute');
      },
    });
    await expect(client.workflow.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: 'Failed to list workflows: no such attribute',
    });
  });

  test('count sends the query', async () => {
    const { client, calls } = clientOf({ countWorkflowExecutions: () => ({ count: 3, groups: [{ groupValues: ['Running'], count: 3 }] }) });
    expect(await client.workflow.count('x')).toEqual({ count: 3, groups: [{ groupValues: ['Running'], count: 3 }] });
    expect(calls).toEqual([['countWorkflowExecutions', { namespace: 'default', query: 'x' }]]);
  });
});

/** Never called: what the compiler says of it is the test. */
export async function typesOf({ workflow }: Client): Promise<void> {
  const update = { type: 'update', name: 'u' } as UpdateDefinition<string, [number]>;
  const query = { type: 'query', name: 'q' } as QueryDefinition<number, [string]>;
  const handle = await workflow.start(greet, { ...base, args: ['you', 1] });
  // @ts-expect-error arguments are missing
  await workflow.start(greet, base);
  // @ts-expect-error an argument is of another type
  await workflow.start(greet, { ...base, args: [1, 1] });
  // @ts-expect-error the signal takes an argument
  await workflow.signalWithStart(tick, { ...base, signal: add });
  await handle.signal(add, 1);
  // @ts-expect-error the signal takes a number
  await handle.signal(add, 'one');
  expectTypeOf(await handle.result()).toEqualTypeOf<string>();
  expectTypeOf(await handle.query(query, 'x')).toEqualTypeOf<number>();
  // @ts-expect-error the query takes a string
  await handle.query(query, 1);
  expectTypeOf(await handle.executeUpdate(update, { args: [1] })).toEqualTypeOf<string>();
  expectTypeOf(await handle.executeUpdate<number, [], string>('byName')).toEqualTypeOf<number>();
  // @ts-expect-error the update takes a number
  await handle.executeUpdate(update);
  const started = await handle.startUpdate(update, { args: [1], waitForStage: 'ACCEPTED' });
  expectTypeOf(await started.result()).toEqualTypeOf<string>();
  expectTypeOf(await workflow.getHandle<typeof greet>('w').result()).toEqualTypeOf<string>();
}

test('a client without a service says where to get one', () => {
  expect(() => new Client({})).toThrow('A client needs a service to talk to; give { service }, or { connection } with what connect() returned');
});

test('a connection with a service serves as well', async () => {
  const { service, calls } = fakeService(started);
  const client = new Client({ connection: { service } });
  await new Client({ connection: client.connection }).workflow.start(tick, base);
  expect(calls).toHaveLength(1);
});
