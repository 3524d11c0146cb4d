import { describe, expect, test } from 'vitest';
import { seededRng, uuid } from '../common/rng.ts';
import { ServiceError, type ServiceErrorCode } from '../common/service-error.ts';
import type { CloseEvent, HistoryEvent } from '../history/events.ts';
import type { DescribeWorkflowExecutionResponse, GetWorkflowExecutionHistoryRequest } from '../protocol/workflow-service.ts';
import { Client, type ClientOptions } from './client.ts';
import { type Answers, fakeService } from './service.test-kit.ts';

const firstUuid = uuid(seededRng(1));
const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

function handleOf(answers: Answers, options: Partial<ClientOptions> = {}, runId?: string, followRuns = true) {
  const { service, calls } = fakeService(answers);
  const client = new Client({ service, identity: 'me', rng: seededRng(1), ...options });
  return { handle: client.workflow.getHandle('w', runId, { followRuns }), calls, client };
}

const refusing =
  (code: ServiceErrorCode, message: string, details = {}) =>
  () => {
    throw new ServiceError(code, message, { details });
  };

describe('result', () => {
  const ends: Record<string, Pick<CloseEvent, 'type' | 'attributes'>> = {
    completed: { type: 'WorkflowExecutionCompleted', attributes: { result: [json({ a: 1 })], workflowTaskCompletedEventId: 4 } },
    'completed without a value': { type: 'WorkflowExecutionCompleted', attributes: { workflowTaskCompletedEventId: 4 } },
    failed: {
      type: 'WorkflowExecutionFailed',
      attributes: {
        failure: { message: 'it broke', applicationFailureInfo: { type: 'Broken', nonRetryable: true } },
        retryState: 'RETRY_POLICY_NOT_SET',
        workflowTaskCompletedEventId: 4,
      },
    },
    cancelled: { type: 'WorkflowExecutionCanceled', attributes: { details: [json('d')], workflowTaskCompletedEventId: 4 } },
    terminated: { type: 'WorkflowExecutionTerminated', attributes: { reason: 'because' } },
    'terminated without a reason': { type: 'WorkflowExecutionTerminated', attributes: {} },
    'timed out': { type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'TIMEOUT' } },
  };
  const endingWith = (end: Pick<CloseEvent, 'type' | 'attributes'>): Answers => ({
    getWorkflowExecutionHistory: () => ({ runId: 'r', more: false, events: [{ eventId: 5, eventTime: 0, ...end } as CloseEvent] }),
  });

  test.each([
    ['completed', { a: 1 }],
    ['completed without a value', undefined],
  ])('%s: the value', async (end, value) => {
    expect(await handleOf(endingWith(ends[end] as CloseEvent)).handle.result()).toEqual(value);
  });

  test.each<[string, object, object]>([
    [
      'failed',
      { message: 'Workflow execution failed', retryState: 'RETRY_POLICY_NOT_SET' },
      { name: 'ApplicationFailure', message: 'it broke', type: 'Broken', nonRetryable: true },
    ],
    [
      'cancelled',
      { message: 'Workflow execution cancelled', retryState: 'NON_RETRYABLE_FAILURE' },
      { name: 'CancelledFailure', message: 'Workflow canceled', details: ['d'] },
    ],
    ['terminated', { message: 'because', retryState: 'NON_RETRYABLE_FAILURE' }, { name: 'TerminatedFailure', message: 'because' }],
    [
      'terminated without a reason',
      { message: 'Workflow execution terminated', retryState: 'NON_RETRYABLE_FAILURE' },
      { name: 'TerminatedFailure', message: 'Workflow execution terminated' },
    ],
    [
      'timed out',
      { message: 'Workflow execution timed out', retryState: 'TIMEOUT' },
      { name: 'TimeoutFailure', message: 'Workflow execution timed out', timeoutType: 'START_TO_CLOSE', lastHeartbeatDetails: undefined },
    ],
  ])('%s: a WorkflowFailedError with its cause', async (end, error, cause) => {
    await expect(handleOf(endingWith(ends[end] as CloseEvent)).handle.result()).rejects.toMatchObject({
      name: 'WorkflowFailedError',
      ...error,
      cause: { ...cause, stack: '' },
    });
  });

  const chain: Answers = {
    getWorkflowExecutionHistory: ({ workflowExecution: { runId = 'r1' } }) => {
      const next = `r${Number(runId.slice(1)) + 1}`;
      const events: Record<string, Pick<CloseEvent, 'type' | 'attributes'>> = {
        r1: {
          type: 'WorkflowExecutionContinuedAsNew',
          attributes: { newExecutionRunId: next, workflowType: 't', taskQueue: 'q', workflowTaskCompletedEventId: 4 },
        },
        r2: {
          type: 'WorkflowExecutionFailed',
          attributes: { failure: { message: 'x' }, retryState: 'IN_PROGRESS', workflowTaskCompletedEventId: 4, newExecutionRunId: next },
        },
        r3: { type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'IN_PROGRESS', newExecutionRunId: next } },
        r4: { type: 'WorkflowExecutionCompleted', attributes: { result: [json(4)], workflowTaskCompletedEventId: 4, newExecutionRunId: next } },
        r5: { type: 'WorkflowExecutionCompleted', attributes: { result: [json(5)], workflowTaskCompletedEventId: 4 } },
      };
      return { runId, more: false, events: [{ eventId: 5, eventTime: 0, ...events[runId] } as CloseEvent] };
    },
  };

  test('follows continue-as-new, retries, timeouts and cron to the last run', async () => {
    const { handle, calls } = handleOf(chain);
    expect(await handle.result()).toBe(5);
    expect(calls.map(([, request]) => (request as GetWorkflowExecutionHistoryRequest).workflowExecution.runId)).toEqual([undefined, 'r2', 'r3', 'r4', 'r5']);
  });

  test('stays with the run that it was asked for when followRuns is false', async () => {
    await expect(handleOf(chain, {}, 'r1', false).handle.result()).rejects.toMatchObject({
      name: 'WorkflowExecutionContinuedAsNewError',
      message: 'Workflow execution continued as new',
      newExecutionRunId: 'r2',
    });
    await expect(handleOf(chain, {}, 'r2', false).handle.result()).rejects.toMatchObject({ name: 'WorkflowFailedError', retryState: 'IN_PROGRESS' });
    expect(await handleOf(chain, {}, 'r4', false).handle.result()).toBe(4);
  });

  test('asks again, for the same run, when a long poll comes back empty', async () => {
    let polls = 0;
    const { handle, calls } = handleOf({
      getWorkflowExecutionHistory: () => ({
        runId: 'r',
        more: false,
        events: polls++ < 2 ? [] : [{ eventId: 5, eventTime: 0, ...ends['completed'] } as CloseEvent],
      }),
    });
    expect(await handle.result()).toEqual({ a: 1 });
    expect(calls.map(([, request]) => (request as GetWorkflowExecutionHistoryRequest).workflowExecution.runId)).toEqual([undefined, 'r', 'r']);
  });

  test('of a handle that is kept to a chain of runs begins with its first', async () => {
    const { client, calls } = handleOf(chain);
    await client.workflow.getHandle('w', undefined, { firstExecutionRunId: 'r4' }).result();
    await client.workflow.getHandle('w', 'r5', { firstExecutionRunId: 'r4' }).result();
    expect(calls.map(([, request]) => (request as GetWorkflowExecutionHistoryRequest).workflowExecution.runId)).toEqual(['r4', 'r5', 'r5']);
  });

  test('an unknown workflow is a WorkflowNotFoundError', async () => {
    await expect(handleOf({ getWorkflowExecutionHistory: refusing('NotFound', 'no workflow "w"') }, {}, 'r').handle.result()).rejects.toMatchObject({
      name: 'WorkflowNotFoundError',
      message: 'no workflow "w"',
      workflowId: 'w',
      runId: 'r',
    });
  });
});

describe('signal, cancel, terminate', () => {
  test('send what they were given', async () => {
    const nothing = () => undefined;
    const { service, calls } = fakeService({ signalWorkflowExecution: nothing, requestCancelWorkflowExecution: nothing, terminateWorkflowExecution: nothing });
    const client = new Client({ service, identity: 'me', rng: seededRng(1) });
    const handle = client.workflow.getHandle('w', undefined, { firstExecutionRunId: 'first' });
    await handle.signal('add', 1);
    await handle.cancel();
    await handle.terminate('because');
    const rng = seededRng(1);
    const common = { namespace: 'default', identity: 'me', workflowExecution: { workflowId: 'w' } };
    expect(calls).toEqual([
      ['signalWorkflowExecution', { ...common, requestId: uuid(rng), signalName: 'add', input: [json(1)] }],
      ['requestCancelWorkflowExecution', { ...common, requestId: uuid(rng), firstExecutionRunId: 'first' }],
      ['terminateWorkflowExecution', { ...common, firstExecutionRunId: 'first', reason: 'because' }],
    ]);
  });

  test('of a closed or unknown workflow are a WorkflowNotFoundError', async () => {
    const refuse = refusing('NotFound', 'closed');
    const { handle } = handleOf({ signalWorkflowExecution: refuse, requestCancelWorkflowExecution: refuse, terminateWorkflowExecution: refuse });
    for (const call of [handle.signal('x'), handle.cancel(), handle.terminate()])
      await expect(call).rejects.toMatchObject({ name: 'WorkflowNotFoundError', message: 'closed' });
  });
});

describe('query', () => {
  test('sends its arguments and the condition, and gives the answer', async () => {
    const { handle, calls } = handleOf({ queryWorkflow: () => ({ result: [json('answer')] }) }, { queryRejectCondition: 'NOT_OPEN' }, 'r');
    expect(await handle.query('q', 1, 'two')).toBe('answer');
    expect(calls).toEqual([
      [
        'queryWorkflow',
        {
          namespace: 'default',
          workflowExecution: { workflowId: 'w', runId: 'r' },
          queryType: 'q',
          queryArgs: [json(1), json('two')],
          queryRejectCondition: 'NOT_OPEN',
        },
      ],
    ]);
  });

  test("a client's reject condition may stand where Temporal has it", async () => {
    const { handle, calls } = handleOf({ queryWorkflow: () => ({ result: [] }) }, { workflow: { queryRejectCondition: 'NOT_COMPLETED_CLEANLY' } });
    expect(await handle.query('q')).toBeUndefined();
    expect(calls[0]?.[1]).toMatchObject({ queryRejectCondition: 'NOT_COMPLETED_CLEANLY' });
  });

  test('a handler that fails or is missing is a QueryNotRegisteredError with its words', async () => {
    const failure = { message: 'did not find a handler for q; known: [a b]', applicationFailureInfo: { type: 'ReferenceError' } };
    await expect(handleOf({ queryWorkflow: refusing('QueryFailed', 'query failed', { failure }) }).handle.query('q')).rejects.toMatchObject({
      name: 'QueryNotRegisteredError',
      message: 'did not find a handler for q; known: [a b]',
      code: 3,
      cause: { name: 'ApplicationFailure', type: 'ReferenceError' },
    });
  });

  test('a rejected query tells the status', async () => {
    await expect(handleOf({ queryWorkflow: refusing('QueryRejected', 'x', { status: 'COMPLETED' }) }).handle.query('q')).rejects.toMatchObject({
      name: 'QueryRejectedError',
      message: 'Query rejected',
      status: 2,
      statusName: 'COMPLETED',
    });
  });

  test('an answer that cannot be read is the ValueError that it is', async () => {
    await expect(handleOf({ queryWorkflow: () => ({ result: [{ encoding: 'my/own' }] }) }).handle.query('q')).rejects.toMatchObject({ name: 'ValueError' });
  });
});

describe('updates', () => {
  const execution = { workflowId: 'w', runId: 'r' };
  const completed = (value: unknown) => ({ workflowExecution: execution, updateId: 'u', stage: 'COMPLETED' as const, outcome: { success: [json(value)] } });

  test('executeUpdate sends the update and gives its result', async () => {
    const { handle, calls } = handleOf({ updateWorkflowExecution: () => completed(7) });
    expect(await handle.executeUpdate('add', { args: [1] })).toBe(7);
    expect(calls).toEqual([
      [
        'updateWorkflowExecution',
        {
          namespace: 'default',
          identity: 'me',
          workflowExecution: { workflowId: 'w' },
          updateId: firstUuid,
          updateName: 'add',
          waitStage: 'COMPLETED',
          args: [json(1)],
        },
      ],
    ]);
  });

  test('startUpdate comes back at acceptance, and its handle polls for the result in that run', async () => {
    const { handle, calls } = handleOf({
      updateWorkflowExecution: () => ({ workflowExecution: execution, updateId: 'u', stage: 'ACCEPTED' }),
      pollWorkflowExecutionUpdate: () => completed('late'),
    });
    const update = await handle.startUpdate('add', { updateId: 'u', waitForStage: 'ACCEPTED' });
    expect(update).toMatchObject({ updateId: 'u', workflowId: 'w', workflowRunId: 'r' });
    expect(await update.result()).toBe('late');
    expect(calls[0]?.[1]).toMatchObject({ updateId: 'u', waitStage: 'ACCEPTED' });
    expect(calls[1]).toEqual(['pollWorkflowExecutionUpdate', { namespace: 'default', workflowExecution: execution, updateId: 'u', waitStage: 'COMPLETED' }]);
  });

  test('an update that is only admitted is asked for again, with the same id', async () => {
    let calls = 0;
    const fake = handleOf({
      updateWorkflowExecution: () => (calls++ === 0 ? { workflowExecution: execution, updateId: 'u', stage: 'ADMITTED' } : completed(1)),
    });
    expect(await fake.handle.executeUpdate('add')).toBe(1);
    expect(fake.calls[0]).toEqual(fake.calls[1]);
  });

  test('getUpdateHandle asks for an update that was sent before', async () => {
    const { handle, calls } = handleOf({ pollWorkflowExecutionUpdate: () => completed(1) });
    expect(await handle.getUpdateHandle('u', { workflowRunId: 'r' }).result()).toBe(1);
    expect(calls).toHaveLength(1);
  });

  test('a rejected or failed update is a WorkflowUpdateFailedError with its cause', async () => {
    const outcome = { failure: { message: 'negative', applicationFailureInfo: { type: 'Error' } } };
    const { handle } = handleOf({ updateWorkflowExecution: () => ({ ...completed(0), outcome }) });
    await expect(handle.executeUpdate('add')).rejects.toMatchObject({
      name: 'WorkflowUpdateFailedError',
      message: 'Workflow Update failed',
      cause: { name: 'ApplicationFailure', message: 'negative', type: 'Error' },
    });
  });

  test('a call that is given up does not say what became of the update', async () => {
    const { handle } = handleOf({ updateWorkflowExecution: refusing('DeadlineExceeded', 'too late') });
    await expect(handle.executeUpdate('add')).rejects.toMatchObject({ name: 'WorkflowUpdateRPCTimeoutOrCancelledError', message: 'too late' });
  });
});

test('describe gives dates, decoded memo and what is pending', async () => {
  const response: DescribeWorkflowExecutionResponse = {
    summary: {
      namespace: 'default',
      workflowId: 'w',
      runId: 'r',
      workflowType: 't',
      taskQueue: 'q',
      status: 'RUNNING',
      startTime: 1_000,
      executionTime: 2_000,
      historyLength: 9,
      historySizeBytes: 500,
      firstExecutionRunId: 'r0',
      parentExecution: { workflowId: 'p', runId: 'pr' },
      memo: { note: json('x') },
      searchAttributes: { Color: { ...json('red'), metadata: { type: 'Keyword' } } },
    },
    pendingActivities: [
      {
        activityId: '1',
        activityType: 'echo',
        scheduledEventId: 5,
        state: 'BACKING_OFF',
        attempt: 2,
        maximumAttempts: 0,
        taskQueue: 'q',
        scheduledTime: 1_000,
        nextAttemptScheduleTime: 3_000,
        heartbeatDetails: [json(42)],
        lastFailure: { message: 'flaky', applicationFailureInfo: { type: 'Flaky' } },
      },
    ],
    pendingTimers: [{ timerId: '2', startedEventId: 6, startTime: 1_000, fireTime: 61_000 }],
    pendingChildren: [],
    cancelRequested: false,
    durability: 'strict',
    workflowTaskTimeout: 10_000,
  };
  const { handle } = handleOf({ describeWorkflowExecution: () => response });
  const { typedSearchAttributes, pendingActivities, ...described } = await handle.describe();
  expect(described).toEqual({
    type: 't',
    workflowId: 'w',
    runId: 'r',
    taskQueue: 'q',
    status: { code: 1, name: 'RUNNING' },
    historyLength: 9,
    historySize: 500,
    startTime: new Date(1_000),
    executionTime: new Date(2_000),
    memo: { note: 'x' },
    searchAttributes: { Color: ['red'] },
    parentExecution: { workflowId: 'p', runId: 'pr' },
    firstExecutionRunId: 'r0',
    raw: response,
    pendingTimers: [{ timerId: '2', startTime: new Date(1_000), fireTime: new Date(61_000) }],
    pendingChildren: [],
    cancelRequested: false,
    durability: 'strict',
  });
  expect(typedSearchAttributes.getAll()).toEqual([{ key: { name: 'Color', type: 'KEYWORD' }, value: 'red' }]);
  expect(pendingActivities).toMatchObject([
    {
      activityId: '1',
      state: 'BACKING_OFF',
      attempt: 2,
      nextAttemptScheduleTime: new Date(3_000),
      heartbeatDetails: 42,
      lastFailure: { name: 'ApplicationFailure', message: 'flaky' },
    },
  ]);
});

test('fetchHistory puts the pages of one run together, and writes the JSON of Temporal', async () => {
  const event = (eventId: number): HistoryEvent => ({ eventId, eventTime: 0, type: 'TimerFired', attributes: { timerId: '1', startedEventId: 1 } });
  const { handle, calls } = handleOf({
    getWorkflowExecutionHistory: ({ afterEventId }) =>
      afterEventId === 0 ? { runId: 'r', events: [event(1), event(2)], more: true } : { runId: 'r', events: [event(3)], more: false },
  });
  const history = await handle.fetchHistory();
  expect(history.events).toEqual([event(1), event(2), event(3)]);
  expect(calls.map(([, request]) => request)).toEqual([
    { namespace: 'default', workflowExecution: { workflowId: 'w' }, afterEventId: 0 },
    { namespace: 'default', workflowExecution: { workflowId: 'w', runId: 'r' }, afterEventId: 2 },
  ]);
  const { events } = JSON.parse(JSON.stringify(history)) as { events: { eventType: string }[] };
  expect(events.map(({ eventType }) => eventType)).toEqual(['EVENT_TYPE_TIMER_FIRED', 'EVENT_TYPE_TIMER_FIRED', 'EVENT_TYPE_TIMER_FIRED']);
});
