import { expect, test } from 'vitest';
import type { QueryWorkflowRequest, WorkflowTask } from '../protocol/workflow-service.ts';
import { activity, complete, eventTypes, finish, on, open, outcome, quiet, signalRequest, startRequest, timer, workflowTask } from './service.test-kit.ts';
import type { EngineService } from './service.ts';

const ask = (service: EngineService, workflowId = 'wf', more: Partial<QueryWorkflowRequest> = {}) =>
  service.queryWorkflow({ ...on(workflowId), queryType: 'state', ...more });
const answer = (service: EngineService, { taskToken }: WorkflowTask, data = '1') =>
  service.respondQueryTaskCompleted({ taskToken, result: [{ encoding: 'json/plain', data }] });

async function started() {
  const world = await open();
  await world.service.startWorkflowExecution(startRequest('wf'));
  await complete(world.service, await workflowTask(world.service), timer('1', 3_600_000));
  return world;
}

test('R64 a query goes to a worker by itself when no workflow task is pending, and writes nothing', async () => {
  const { service, store } = await started();
  const before = await eventTypes(service, 'wf');
  store.batches.length = 0;
  const asked = ask(service, 'wf', { queryArgs: [{ encoding: 'json/plain', data: '7' }] });
  const task = await workflowTask(service);
  expect(task).toMatchObject({ isFull: false, scheduledEventId: 0, startedEventId: 0, query: { queryType: 'state', queryArgs: [{ data: '7' }], header: {} } });
  expect(task.history.map(({ type }) => type)).toEqual(['WorkflowTaskCompleted', 'TimerStarted']);
  await answer(service, task, '42');
  expect(await asked).toEqual({ result: [{ encoding: 'json/plain', data: '42' }] });
  expect(await eventTypes(service, 'wf')).toEqual(before);
  expect(store.batches).toEqual([]);
});

test('R64 a query sees a signal that was acknowledged before it', async () => {
  const { service } = await started();
  await service.signalWorkflowExecution(signalRequest('wf'));
  const asked = ask(service);
  const task = await workflowTask(service);
  expect(task.query).toBeUndefined();
  const next = workflowTask(service);
  expect(await outcome(next)).toBe('pending');
  await complete(service, task);
  const query = await next;
  expect(query.query?.queryType).toBe('state');
  expect(query.previousStartedEventId).toBe(task.startedEventId);
  await answer(service, query);
  await asked;
});

test('R64 a query sees a signal that is held while a workflow task runs', async () => {
  const { service } = await started();
  await service.signalWorkflowExecution(signalRequest('wf', 'one'));
  const first = await workflowTask(service);
  await service.signalWorkflowExecution(signalRequest('wf', 'two'));
  const asked = ask(service);
  await complete(service, first);
  const second = await workflowTask(service);
  expect(second.query).toBeUndefined();
  expect(second.history.map(({ type }) => type)).toContain('WorkflowExecutionSignaled');
  await complete(service, second);
  const query = await workflowTask(service);
  expect(query.query?.queryType).toBe('state');
  await answer(service, query);
  await asked;
});

test('R64 a query waits for the first workflow task', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const asked = ask(service);
  const task = await workflowTask(service);
  expect(task.query).toBeUndefined();
  await complete(service, task, activity('1'));
  const query = await workflowTask(service);
  expect(query.query).toBeDefined();
  await answer(service, query);
  await asked;
});

test('R64 a query that sees more than is committed is answered after the commit', async () => {
  const { service, store } = await started();
  await service.signalWorkflowExecution(signalRequest('wf'));
  const task = await workflowTask(service);
  const asked = ask(service);
  await quiet();
  const release = store.holdCommits();
  void complete(service, task);
  await answer(service, await workflowTask(service));
  expect(await outcome(asked)).toBe('pending');
  release();
  await asked;
});

test('R64 a query fails at once while the workflow task fails again and again', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const asked = ask(service);
  void asked.catch(() => {});
  for (let i = 0; i < 2; i++) {
    const { taskToken } = await workflowTask(service);
    await service.respondWorkflowTaskFailed({ taskToken, cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message: 'no' }, identity: 'w' });
    await clock.advance(2_000);
  }
  await expect(asked).rejects.toMatchObject({ code: 'FailedPrecondition', message: expect.stringContaining('attempt 3') });
  await expect(ask(service)).rejects.toMatchObject({ code: 'FailedPrecondition' });
});

test('R65 a closed run is queried by replay of its whole history, also when it has left memory', async () => {
  const { service, database, clock } = await started();
  await service.signalWorkflowExecution(signalRequest('wf'));
  await complete(service, await workflowTask(service), finish);
  await service.stop();
  const { service: next } = await open({ database, clock, seed: 2 });
  const asked = ask(next);
  const query = await workflowTask(next);
  expect(query).toMatchObject({ isFull: true, historyLength: 10 });
  expect(query.history.at(-1)?.type).toBe('WorkflowExecutionCompleted');
  await answer(next, query, '"end"');
  expect(await asked).toEqual({ result: [{ encoding: 'json/plain', data: '"end"' }] });
});

test('R65 the history for a query of a terminated run ends with its end', async () => {
  const { service } = await started();
  await service.terminateWorkflowExecution(on('wf'));
  const asked = ask(service);
  const query = await workflowTask(service);
  expect(query.history.at(-1)?.type).toBe('WorkflowExecutionTerminated');
  await answer(service, query);
  await asked;
});

test('R65 reject conditions look at the status', async () => {
  const { service } = await started();
  expect(await outcome(ask(service, 'wf', { queryRejectCondition: 'NOT_OPEN' }))).toBe('pending');
  await service.terminateWorkflowExecution(on('wf'));
  for (const queryRejectCondition of ['NOT_OPEN', 'NOT_COMPLETED_CLEANLY'] as const)
    await expect(ask(service, 'wf', { queryRejectCondition })).rejects.toMatchObject({ code: 'QueryRejected', details: { status: 'TERMINATED' } });
});

test('a query of a run that closed before its first workflow task fails at once', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const asked = ask(service);
  void asked.catch(() => {});
  await quiet();
  await service.terminateWorkflowExecution(on('wf'));
  await expect(asked).rejects.toMatchObject({ code: 'FailedPrecondition' });
  await expect(ask(service)).rejects.toMatchObject({ code: 'FailedPrecondition' });
});

test('a query that the handler fails is answered with its failure', async () => {
  const { service } = await started();
  const asked = ask(service);
  void asked.catch(() => {});
  const { taskToken } = await workflowTask(service);
  await service.respondQueryTaskCompleted({ taskToken, failure: { message: 'not known' } });
  await expect(asked).rejects.toMatchObject({ code: 'QueryFailed', details: { failure: { message: 'not known' } } });
  await expect(service.respondQueryTaskCompleted({ taskToken, result: [] })).rejects.toMatchObject({ code: 'NotFound' });
});

test('a query that no worker takes ends at its deadline, and says why', async () => {
  const { service, clock } = await started();
  const asked = outcome(ask(service)).then(() => undefined);
  const second = ask(service);
  void second.catch(() => {});
  await asked;
  await clock.advance(10_000);
  await expect(second).rejects.toMatchObject({ code: 'DeadlineExceeded', message: expect.stringContaining('no worker polled the task queue "queue"') });
  expect(await outcome(workflowTask(service))).toBe('pending');
});

test('a query that a lost worker had is asked of another', async () => {
  const { service } = await started();
  const asked = ask(service);
  await workflowTask(service, 'a');
  await service.shutdownWorker({ workerId: 'a', lost: true });
  const query = await workflowTask(service, 'b');
  expect(query).toMatchObject({ isFull: true });
  await answer(service, query);
  await asked;
});
