import { expect, test } from 'vitest';
import type { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '../history/events.ts';
import type { WorkflowExecutionStatus } from '../protocol/workflow-service.ts';
import { complete, eventTypes, finish, on, open, requestId, signalRequest, startRequest, type World, workflowTask } from './service.test-kit.ts';

test('R46 a start request that is repeated finds the run that it started, open, closed and after a restart', async () => {
  const { service, database, clock } = await open();
  const request = startRequest('wf');
  const first = await service.startWorkflowExecution(request);
  expect(await service.startWorkflowExecution(request)).toEqual(first);
  await service.terminateWorkflowExecution(on('wf'));
  expect(await service.startWorkflowExecution(request)).toEqual(first);
  await service.stop();
  const { service: next } = await open({ database, clock, seed: 2 });
  expect(await next.startWorkflowExecution(request)).toEqual(first);
});

test('R46 a repeated start finds its run when the workflow id has newer ones', async () => {
  const { service } = await open();
  const request = startRequest('wf');
  const first = await service.startWorkflowExecution(request);
  for (let i = 0; i < 3; i++) {
    await service.terminateWorkflowExecution(on('wf'));
    await service.startWorkflowExecution(startRequest('wf'));
  }
  await service.terminateWorkflowExecution(on('wf'));
  expect(await service.startWorkflowExecution(request)).toEqual(first);
});

test('R46 a start request that is repeated finds its run while a later one of its chain is open, also before that one is stored', async () => {
  const { service, store } = await open();
  const requests = [startRequest('wf'), startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' })];
  for (const request of requests) {
    const first = await service.startWorkflowExecution(request);
    const task = await workflowTask(service);
    const release = store.holdCommits();
    const completed = complete(service, task, { type: 'ContinueAsNewWorkflowExecution', attributes: {} });
    const repeated = service.startWorkflowExecution(request);
    release();
    await completed;
    expect(await repeated).toEqual(first);
    expect(await service.startWorkflowExecution(request)).toEqual(first);
    await workflowTask(service);
  }
});

test('R52 a signal-with-start that is repeated while a later run of the chain is open signals nothing again', async () => {
  const { service } = await open();
  const request = { ...startRequest('wf'), signalName: 'go' };
  const first = await service.signalWithStartWorkflowExecution(request);
  await complete(service, await workflowTask(service), { type: 'ContinueAsNewWorkflowExecution', attributes: {} });
  expect(await service.signalWithStartWorkflowExecution(request)).toEqual(first);
  expect(await eventTypes(service, 'wf')).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
});

test('R47 of two starts at once with one workflow id, one runs', async () => {
  const { service } = await open();
  const starts = [service.startWorkflowExecution(startRequest('wf')), service.startWorkflowExecution(startRequest('wf'))];
  const [first, second] = await Promise.allSettled(starts);
  expect(first?.status).toBe('fulfilled');
  const { runId } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'AlreadyStarted', details: { workflowId: 'wf', runId, workflowType: 'type' } } });
});

const CONFLICTS: [WorkflowIdConflictPolicy | undefined, string][] = [
  [undefined, 'AlreadyStarted'],
  ['FAIL', 'AlreadyStarted'],
  ['USE_EXISTING', 'existing'],
  ['TERMINATE_EXISTING', 'new'],
];
for (const [policy, expected] of CONFLICTS)
  test(`R47 a start on a running workflow id with conflict policy ${policy ?? 'of the default'}: ${expected}`, async () => {
    const { service, store } = await open();
    const { runId } = await service.startWorkflowExecution(startRequest('wf'));
    store.batches.length = 0;
    const request = startRequest('wf', policy ? { workflowIdConflictPolicy: policy } : {});
    const second = await service.startWorkflowExecution(request).catch((error) => error);
    if (expected === 'AlreadyStarted') expect(second).toMatchObject({ code: 'AlreadyStarted', details: { runId } });
    if (expected === 'existing') {
      expect(second).toEqual({ runId, firstExecutionRunId: runId, started: false });
      expect(await service.startWorkflowExecution(request)).toEqual(second);
    }
    if (expected === 'new') {
      expect(second).toMatchObject({ started: true });
      expect(second.runId > runId).toBe(true);
      expect(store.batches).toHaveLength(1);
      expect(await eventTypes(service, 'wf', runId)).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowExecutionTerminated']);
    }
  });

const CLOSES: [WorkflowExecutionStatus, (world: World) => Promise<void>][] = [
  ['COMPLETED', async ({ service }) => complete(service, await workflowTask(service), finish)],
  [
    'FAILED',
    async ({ service }) => complete(service, await workflowTask(service), { type: 'FailWorkflowExecution', attributes: { failure: { message: 'no' } } }),
  ],
  ['CANCELLED', async ({ service }) => complete(service, await workflowTask(service), { type: 'CancelWorkflowExecution', attributes: {} })],
  ['TERMINATED', async ({ service }) => service.terminateWorkflowExecution(on('wf'))],
  ['TIMED_OUT', async ({ clock }) => clock.advance(60_000)],
];
const REUSES: [WorkflowIdReusePolicy | undefined, (status: WorkflowExecutionStatus) => boolean][] = [
  [undefined, () => true],
  ['ALLOW_DUPLICATE', () => true],
  ['ALLOW_DUPLICATE_FAILED_ONLY', (status) => status !== 'COMPLETED'],
  ['REJECT_DUPLICATE', () => false],
  ['TERMINATE_IF_RUNNING', () => true],
];
for (const [status, close] of CLOSES)
  for (const [policy, isAllowed] of REUSES)
    test(`R47 a start after a run that is ${status} with reuse policy ${policy ?? 'of the default'} is ${isAllowed(status) ? 'allowed' : 'refused'}`, async () => {
      const world = await open();
      const { runId } = await world.service.startWorkflowExecution(startRequest('wf', { workflowRunTimeout: 60_000 }));
      await close(world);
      expect((await world.service.describeWorkflowExecution(on('wf'))).summary.status).toBe(status);
      const again = world.service.startWorkflowExecution(startRequest('wf', policy ? { workflowIdReusePolicy: policy } : {}));
      if (!isAllowed(status)) return expect(again).rejects.toMatchObject({ code: 'AlreadyStarted', details: { runId } });
      const { runId: next } = await again;
      expect(next > runId).toBe(true);
      expect((await world.service.describeWorkflowExecution(on('wf'))).summary).toMatchObject({ runId: next, status: 'RUNNING' });
      expect((await world.service.describeWorkflowExecution(on('wf', runId))).summary).toMatchObject({ runId, status });
    });

test('R52 the signal of a signal-with-start is event 2 of a new run', async () => {
  const { service } = await open();
  const request = { ...startRequest('wf'), signalName: 'go', signalInput: [{ encoding: 'json/plain', data: '1' }] };
  const first = await service.signalWithStartWorkflowExecution(request);
  expect(first.started).toBe(true);
  expect(await eventTypes(service, 'wf')).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  expect(await service.signalWithStartWorkflowExecution(request)).toEqual(first);
  expect(await eventTypes(service, 'wf')).toHaveLength(3);
});

test('R52 of two signal-with-starts at once one starts, and both signals arrive', async () => {
  const { service } = await open();
  const requests = [1, 2].map(() => ({ ...startRequest('wf'), signalName: 'go' }));
  const answers = await Promise.all(requests.map((request) => service.signalWithStartWorkflowExecution(request)));
  expect(answers.map(({ started }) => started)).toEqual([true, false]);
  expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
  expect((await eventTypes(service, 'wf')).filter((type) => type === 'WorkflowExecutionSignaled')).toHaveLength(2);
});

test('R50 a signal that is repeated is delivered once, also when the run has closed meanwhile', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const signal = signalRequest('wf');
  await service.signalWorkflowExecution(signal);
  await service.signalWorkflowExecution(signal);
  await service.terminateWorkflowExecution(on('wf'));
  await service.signalWorkflowExecution(signal);
  expect((await eventTypes(service, 'wf')).filter((type) => type === 'WorkflowExecutionSignaled')).toHaveLength(1);
  await expect(service.signalWorkflowExecution(signalRequest('wf'))).rejects.toMatchObject({ code: 'NotFound', details: { status: 'TERMINATED' } });
  await expect(service.signalWorkflowExecution(signalRequest('other'))).rejects.toMatchObject({ code: 'NotFound', details: { workflowId: 'other' } });
});

test('R54 a cancel request is idempotent, and succeeds on a closed run', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  for (let i = 0; i < 2; i++) await service.requestCancelWorkflowExecution({ ...on('wf'), requestId: requestId() });
  expect((await eventTypes(service, 'wf')).filter((type) => type === 'WorkflowExecutionCancelRequested')).toHaveLength(1);
  await service.terminateWorkflowExecution(on('wf'));
  await service.requestCancelWorkflowExecution({ ...on('wf'), requestId: requestId() });
});

test('R55 a request for the chain of a first run does not hit another chain', async () => {
  const { service } = await open();
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  await service.terminateWorkflowExecution({ ...on('wf'), firstExecutionRunId: runId });
  await service.startWorkflowExecution(startRequest('wf'));
  for (const request of [
    service.terminateWorkflowExecution({ ...on('wf'), firstExecutionRunId: runId }),
    service.requestCancelWorkflowExecution({ ...on('wf'), firstExecutionRunId: runId, requestId: requestId() }),
  ])
    await expect(request).rejects.toMatchObject({ code: 'NotFound' });
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('RUNNING');
});

test('run ids of one workflow id grow although the clock goes back', async () => {
  const { service, clock } = await open({ workflowIdReuse: { burst: Number.POSITIVE_INFINITY, interval: 0 } });
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) {
    ids.push((await service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' }))).runId);
    clock.jump(-1_000);
  }
  expect(ids).toEqual([...ids].sort());
});

test('a request that says something impossible is refused with the field, what was found and what is expected', async () => {
  const { service } = await open();
  const refused: [Promise<unknown>, string][] = [
    [service.startWorkflowExecution(startRequest('')), 'workflowId: expected a text that is not empty, but found ""'],
    [service.startWorkflowExecution(startRequest('x'.repeat(1_001))), 'workflowId: expected at most 1000 characters, but found "1001 characters"'],
    [
      service.startWorkflowExecution(startRequest('wf', { workflowRunTimeout: -1 })),
      'workflowRunTimeout: expected a duration in milliseconds, from 0 to a thousand years, but found -1',
    ],
    [
      service.startWorkflowExecution(startRequest('wf', { workflowTaskTimeout: Number.NaN })),
      'workflowTaskTimeout: expected a duration in milliseconds, from 0 to a thousand years, but found NaN',
    ],
    [
      service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'MAYBE' as never })),
      'workflowIdConflictPolicy: expected one of FAIL, USE_EXISTING, TERMINATE_EXISTING, but found "MAYBE"',
    ],
    [
      service.startWorkflowExecution(startRequest('wf', { retryPolicy: { backoffCoefficient: 0.5 } })),
      'retryPolicy.backoffCoefficient: expected a number of at least 1, but found 0.5',
    ],
    [
      service.describeWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId: '' } }),
      'workflowExecution.workflowId: expected a text that is not empty, but found ""',
    ],
    [
      service.respondWorkflowTaskCompleted({ taskToken: 'no', commands: [], identity: '' }),
      'taskToken: expected the token of a task (workflow), as a poll gave it, but found "no"',
    ],
  ];
  for (const [promise, message] of refused) await expect(promise).rejects.toMatchObject({ code: 'InvalidArgument', message });
  await expect(service.startWorkflowExecution(startRequest('wf', { namespace: 'other' }))).rejects.toMatchObject({ code: 'NamespaceNotFound' });
});

test('a start with a search attribute that may not be set is refused, and leaves none; one that may gets its type', async () => {
  const { service } = await open();
  const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });
  for (const searchAttributes of [{ NoSuchField: json('x') }, { CustomIntField: json('x') }, { ExecutionStatus: json('Running') }]) {
    const request = startRequest('wf', { searchAttributes } as never);
    for (const refused of [service.startWorkflowExecution(request), service.signalWithStartWorkflowExecution({ ...request, signalName: 'go' })])
      await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument', details: { field: 'searchAttributes' } });
  }
  await service.startWorkflowExecution(startRequest('wf', { searchAttributes: { CustomIntField: json([7]) } }));
  const typed = { CustomIntField: { ...json([7]), metadata: { type: 'Int' } } };
  expect((await service.describeWorkflowExecution(on('wf'))).summary.searchAttributes).toEqual(typed);
});

test('an engine may have other search attributes', async () => {
  const { service } = await open({ searchAttributes: { Color: 'KEYWORD' } });
  const json = { encoding: 'json/plain', data: '"red"' };
  await service.startWorkflowExecution(startRequest('wf', { searchAttributes: { Color: json } }));
  expect(await service.countWorkflowExecutions({ namespace: 'default', query: 'Color = "red"' })).toMatchObject({ count: 1 });
  await expect(service.startWorkflowExecution(startRequest('other', { searchAttributes: { CustomKeywordField: json } }))).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
});
