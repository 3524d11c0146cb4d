import { expect, test } from 'vitest';
import type { Limits } from '../engine/limits.ts';
import { sizeOfValue } from '../engine/size.ts';
import type { LimitWarning } from '../protocol/limit-warning.ts';
import { answer, child, story, tell } from './family.test-kit.ts';
import { activity, activityTask, complete, finish, on, open, signalRequest, startRequest, workflowTask } from './service.test-kit.ts';

const payloads = (length: number) => [{ encoding: 'json/plain', data: 'x'.repeat(length) }];
const allowed = sizeOfValue(payloads(500));
const small: Partial<Limits> = { blobBytes: { warn: allowed, error: allowed }, memoBytes: { warn: allowed, error: allowed } };

test('R73 a request that brings more than a payload may have is refused with the bytes found and allowed, and nothing changes', async () => {
  const { service, store } = await open({ limits: small, onWarning: () => {} });
  await service.startWorkflowExecution(startRequest('wf', { input: payloads(499) }));
  await complete(service, await workflowTask(service));
  store.batches.length = 0;
  const calls: [string, (length: number) => Promise<unknown>][] = [
    ['input', (length) => service.startWorkflowExecution(startRequest(`start-${length}`, { input: payloads(length) }))],
    ['input', (length) => service.signalWorkflowExecution({ ...signalRequest('wf'), input: payloads(length) })],
    ['signalInput', (length) => service.signalWithStartWorkflowExecution({ ...startRequest('wf'), signalName: 's', signalInput: payloads(length) })],
  ];
  for (const [field, call] of calls) {
    const error = {
      code: 'InvalidArgument',
      details: { field, found: allowed + 1, allowed },
      message: expect.stringContaining('Blob data size exceeds limit'),
    };
    await expect(call(501)).rejects.toMatchObject(error);
  }
  for (const call of [
    service.queryWorkflow({ ...on('wf'), queryType: 'q', queryArgs: payloads(501) }),
    service.updateWorkflowExecution({ ...on('wf'), updateId: 'u', updateName: 'u', waitStage: 'COMPLETED', args: payloads(501) }),
    service.terminateWorkflowExecution({ ...on('wf'), details: payloads(501) }),
    service.startWorkflowExecution(startRequest('memo', { memo: { a: { encoding: 'json/plain', data: 'x'.repeat(501) } } })),
  ])
    await expect(call).rejects.toMatchObject({ code: 'InvalidArgument' });
  expect(store.batches).toEqual([]);
  for (const [, call] of calls) await call(500);
  await service.stop();
});

test('R74 a workflow task whose command brings too much is told why, the run stays open, and new code can go on', async () => {
  const { service, clock } = await open({ limits: small });
  await service.startWorkflowExecution(startRequest('wf'));
  const result = { type: 'CompleteWorkflowExecution', attributes: { result: payloads(501) } } as const;
  await expect(complete(service, await workflowTask(service), result)).rejects.toMatchObject({
    code: 'InvalidArgument',
    message: `PayloadsTooLarge: result of CompleteWorkflowExecution has ${allowed + 1} bytes; at most ${allowed} are allowed`,
    details: { cause: 'PAYLOADS_TOO_LARGE' },
  });
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('RUNNING');
  await clock.advance(1_000);
  await complete(service, await workflowTask(service), finish);
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('COMPLETED');
});

test('R74 a run whose history is beyond the limit is terminated with the reason, and its children with it, in memory or not', async () => {
  for (const idleBytes of [0, 1_048_576]) {
    const { service, clock } = await open({ idleBytes, limits: { historyEvents: { suggest: 20, warn: 40, error: 30 } } });
    await service.startWorkflowExecution(startRequest('wf'));
    await answer(service, { wf: [child('c')] });
    for (let task = 0; task < 2; task++) await complete(service, await workflowTask(service));
    for (let index = 0; index < 25; index++) await service.signalWorkflowExecution(signalRequest('wf'));
    await clock.advance(0);
    const { summary } = await service.describeWorkflowExecution(on('wf'));
    expect(summary).toMatchObject({ status: 'TERMINATED' });
    expect(await story(service, 'c')).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionTerminated']);
    const { events } = await service.getWorkflowExecutionHistory({ ...on('wf'), maximumPageSize: 1_000 });
    expect(events.at(-1)).toMatchObject({ type: 'WorkflowExecutionTerminated', attributes: { reason: 'Workflow history count exceeds limit.' } });
    await service.stop();
  }
});

test('R73 a signal of another workflow to a run that has had all that it may get fails in the sender', async () => {
  const { service } = await open({ limits: { signals: 2 } });
  await service.startWorkflowExecution(startRequest('target'));
  await answer(service, { target: [] });
  await service.startWorkflowExecution(startRequest('wf'));
  await answer(service, { wf: [tell('target'), tell('target'), tell('target')] });
  expect(await story(service, 'target')).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionSignaled', 'WorkflowExecutionSignaled']);
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(events.flatMap((event) => (event.type === 'SignalExternalWorkflowExecutionFailed' ? [event.attributes.cause] : []))).toEqual([
    'SIGNAL_COUNT_LIMIT_EXCEEDED',
  ]);
  await expect(service.signalWorkflowExecution(signalRequest('target'))).rejects.toMatchObject({ code: 'InvalidArgument' });
  await service.stop();
});

test('R73 a run that comes near to a limit is warned of once, whatever happens to it afterwards', async () => {
  const warnings: LimitWarning[] = [];
  const limits: Partial<Limits> = {
    historyEvents: { suggest: 5, warn: 10, error: 1_000 },
    historyBytes: { suggest: 5, warn: 5_000, error: 1_000_000 },
    blobBytes: { warn: 2_000, error: 10_000 },
    memoBytes: { warn: 100, error: 10_000 },
    stateBytes: { warn: 6_000, error: 100_000 },
  };
  const { service } = await open({ limits, onWarning: (warning) => warnings.push(warning) });
  const memo = { note: { encoding: 'json/plain', data: 'x'.repeat(200) } };
  const { runId } = await service.startWorkflowExecution(startRequest('wf', { memo }));
  await complete(service, await workflowTask(service), activity('1'));
  const task = await activityTask(service);
  for (let index = 0; index < 3; index++) await service.recordActivityTaskHeartbeat({ taskToken: task.taskToken, identity: 'w', details: payloads(5_000) });
  for (let index = 0; index < 10; index++) await service.signalWorkflowExecution({ ...signalRequest('wf'), input: payloads(3_000) });
  expect(warnings.map(({ limit }) => limit).sort()).toEqual(['blobBytes', 'historyBytes', 'historyEvents', 'memoBytes', 'stateBytes']);
  expect(warnings.find(({ limit }) => limit === 'historyEvents')).toEqual({
    namespace: 'default',
    workflowId: 'wf',
    runId,
    limit: 'historyEvents',
    found: 11,
    allowed: 1_000,
    message: `run ${runId} of workflow "wf" has 11 events in its history; let it continue as new (the limit is 1000)`,
  });
  await service.stop();
});

test('R73 a page of a history has 256 events unless another number is asked for', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  for (let index = 0; index < 255; index++) await service.signalWorkflowExecution(signalRequest('wf'));
  const { events, more } = await service.getWorkflowExecutionHistory(on('wf'));
  expect([events.length, more]).toEqual([256, true]);
  expect((await service.getWorkflowExecutionHistory({ ...on('wf'), afterEventId: 1 })).more).toBe(false);
  await service.stop();
});

test('R73 an id in a request has at most a thousand characters', async () => {
  const { service } = await open();
  for (const length of [999, 1_000]) await service.startWorkflowExecution(startRequest('i'.repeat(length)));
  for (const field of ['workflowId', 'workflowType', 'taskQueue', 'requestId'] as const)
    await expect(service.startWorkflowExecution(startRequest('wf', { [field]: 'i'.repeat(1_001) }))).rejects.toMatchObject({
      code: 'InvalidArgument',
      details: { field },
      message: expect.stringContaining('1001 characters'),
    });
  await service.stop();
});
