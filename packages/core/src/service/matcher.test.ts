import { expect, test } from 'vitest';
import { createMemoryDatabase } from '../storage/memory.ts';
import {
  activity,
  activityTask,
  complete,
  eventTypes,
  finish,
  manualClock,
  on,
  open,
  outcome,
  poll,
  quiet,
  requestId,
  signalRequest,
  startRequest,
  timer,
  workflowTask,
} from './service.test-kit.ts';
import type { EngineService } from './service.ts';

const signal = (service: EngineService, workflowId: string) => service.signalWorkflowExecution(signalRequest(workflowId));

test('a run prefers the worker that has it in its cache, which gets only what is new', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service, 'a'), timer('1', 1_000));
  const [b, a] = [workflowTask(service, 'b'), workflowTask(service, 'a')];
  await quiet();
  await signal(service, 'wf');
  const task = await a;
  expect(task).toMatchObject({ isFull: false, previousStartedEventId: 3, historyLength: 8 });
  expect(task.history.map(({ type }) => type)).toEqual([
    'WorkflowTaskCompleted',
    'TimerStarted',
    'WorkflowExecutionSignaled',
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
  ]);
  expect(await outcome(b)).toBe('pending');
});

test('another worker gets a run with its whole history', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service, 'a'), timer('1', 1_000));
  await signal(service, 'wf');
  const task = await workflowTask(service, 'b');
  expect(task.isFull).toBe(true);
  expect(task.history.map(({ eventId }) => eventId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('R13 after a failed workflow task the same worker gets the whole history', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), timer('1', 1_000));
  await signal(service, 'wf');
  const task = await workflowTask(service);
  expect(task.isFull).toBe(false);
  await service.respondWorkflowTaskFailed({
    taskToken: task.taskToken,
    cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE',
    failure: { message: 'oops' },
    identity: 'w',
  });
  await clock.advance(600);
  expect(await workflowTask(service)).toMatchObject({ isFull: true, attempt: 2 });
});

test('R13 the whole history comes also when news makes the task after a failed one a fresh one', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), timer('1', 1_000));
  await signal(service, 'wf');
  const { taskToken } = await workflowTask(service);
  await signal(service, 'wf');
  await service.respondWorkflowTaskFailed({ taskToken, cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message: 'oops' }, identity: 'w' });
  expect(await workflowTask(service)).toMatchObject({ isFull: true, attempt: 1 });
});

test('a command that cannot be carried out fails the task, and its worker is told why after the commit', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const refused = complete(service, await workflowTask(service), timer('1', 1_000), timer('1', 1_000));
  await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument', details: { cause: 'START_TIMER_DUPLICATE_ID' } });
  expect((await eventTypes(service, 'wf')).at(-1)).toBe('WorkflowTaskFailed');
  await clock.advance(600);
  expect(await workflowTask(service)).toMatchObject({ isFull: true, attempt: 2 });
});

test('workers are served in the order in which they polled, runs in the order in which they offered', async () => {
  const { service } = await open();
  const polls = ['a', 'b', 'c'].map((workerId) => workflowTask(service, workerId));
  for (const id of ['1', '2', '3', '4', '5']) await service.startWorkflowExecution(startRequest(id));
  expect((await Promise.all(polls)).map(({ workflowId }) => workflowId)).toEqual(['1', '2', '3']);
  expect((await workflowTask(service)).workflowId).toBe('4');
  expect((await workflowTask(service)).workflowId).toBe('5');
});

test('a task queue gives only what is its own', async () => {
  const { service } = await open();
  const other = service.pollWorkflowTaskQueue({ ...poll(), taskQueue: 'other' });
  await service.startWorkflowExecution(startRequest('wf'));
  expect(await outcome(other)).toBe('pending');
  await complete(service, await workflowTask(service), activity('1', { taskQueue: 'other' }));
  expect(await outcome(service.pollActivityTaskQueue(poll()))).toBe('pending');
  expect((await service.pollActivityTaskQueue({ ...poll(), taskQueue: 'other' }))?.taskQueue).toBe('other');
});

test('R22 an answer of an older attempt is refused, and the newer one stands', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1', { startToCloseTimeout: 1_000 }));
  const first = await activityTask(service);
  await clock.advance(2_000);
  const second = await activityTask(service);
  expect(second.attempt).toBe(2);
  await expect(service.respondActivityTaskCompleted({ taskToken: first.taskToken, identity: 'w' })).rejects.toMatchObject({ code: 'NotFound' });
  await service.respondActivityTaskCompleted({ taskToken: second.taskToken, identity: 'w' });
});

test('B30: a worker that comes back after 25 hours is refused by its token, and what others have done meanwhile stands', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service, 'frozen'), activity('1', { startToCloseTimeout: 3_600_000 }), activity('2'));
  const frozen = await activityTask(service, 'frozen');
  await service.signalWorkflowExecution(signalRequest('wf'));
  const task = await workflowTask(service, 'frozen');
  await clock.advance(25 * 3_600_000);
  const other = await activityTask(service, 'other');
  await service.respondActivityTaskCompleted({ taskToken: other.taskToken, identity: 'other', result: [{ encoding: 'json/plain', data: '"other"' }] });
  const before = await eventTypes(service, 'wf');
  const late = { taskToken: frozen.taskToken, identity: 'frozen' };
  for (const answer of [
    service.respondActivityTaskCompleted(late),
    service.respondActivityTaskFailed({ ...late, failure: { message: 'late' } }),
    service.recordActivityTaskHeartbeat(late),
    complete(service, task, finish),
  ])
    await expect(answer).rejects.toMatchObject({ code: 'NotFound' });
  expect(await eventTypes(service, 'wf')).toEqual(before);
});

test('R32 an activity is completed by its id', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1'));
  await service.respondActivityTaskCompleted({ namespace: 'default', workflowId: 'wf', activityId: '1', identity: 'w' });
  expect(await eventTypes(service, 'wf')).toContain('ActivityTaskCompleted');
  const late = service.respondActivityTaskCompleted({ namespace: 'default', workflowId: 'wf', activityId: '1', identity: 'w' });
  await expect(late).rejects.toMatchObject({ code: 'NotFound' });
});

test('R29 a heartbeat answers that a cancellation is asked for, which the worker is told of at once besides (K13)', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1'));
  const { taskToken } = await activityTask(service);
  expect(await service.recordActivityTaskHeartbeat({ taskToken, identity: 'w' })).toEqual({ cancelRequested: false });
  const told = service.pollWorkerCommands({ workerId: 'worker' });
  await signal(service, 'wf');
  await complete(service, await workflowTask(service), { type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } });
  expect(await told).toEqual([{ type: 'cancelActivity', taskToken, reason: 'CANCELLED' }]);
  expect(await service.recordActivityTaskHeartbeat({ taskToken, identity: 'w' })).toEqual({ cancelRequested: true });
});

test('a worker is told that an activity timed out, and that a workflow was closed', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1', { startToCloseTimeout: 1_000 }));
  const first = await activityTask(service);
  await clock.advance(2_000);
  expect(await service.pollWorkerCommands({ workerId: 'worker' })).toEqual([{ type: 'cancelActivity', taskToken: first.taskToken, reason: 'TIMED_OUT' }]);
  const second = await activityTask(service);
  await service.terminateWorkflowExecution(on('wf'));
  expect(await service.pollWorkerCommands({ workerId: 'worker' })).toEqual([
    { type: 'cancelActivity', taskToken: second.taskToken, reason: 'WORKFLOW_CLOSED' },
  ]);
});

test('what a lost worker had under way is offered again at once', async () => {
  const lost = new Map<string, () => void>();
  const { service } = await open({
    watchWorker: (workerId, onLost) => {
      lost.set(workerId, onLost);
      return () => lost.delete(workerId);
    },
  });
  await service.startWorkflowExecution(startRequest('wf'));
  const first = await workflowTask(service, 'a');
  const idle = service.pollActivityTaskQueue(poll('a'));
  await quiet();
  lost.get('a')?.();
  expect(await idle).toBeNull();
  const again = await workflowTask(service, 'b');
  expect(again).toMatchObject({ attempt: 1, isFull: true, startedEventId: 3 });
  await expect(complete(service, first, finish)).rejects.toMatchObject({ code: 'NotFound' });
  await complete(service, again, activity('1'));
  const act = await activityTask(service, 'b');
  await service.shutdownWorker({ workerId: 'b', lost: true });
  const second = await activityTask(service, 'c');
  expect(second).toMatchObject({ activityId: '1', attempt: 2 });
  await expect(service.respondActivityTaskCompleted({ taskToken: act.taskToken, identity: 'b' })).rejects.toMatchObject({ code: 'NotFound' });
  expect([...lost.keys()]).toEqual(['c']);
});

test('a worker that is shut down gets no more tasks, and what it has goes on', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const task = await workflowTask(service, 'a');
  const polls = [service.pollWorkflowTaskQueue(poll('a')), service.pollActivityTaskQueue(poll('a')), service.pollWorkerCommands({ workerId: 'a' })];
  await quiet();
  await service.shutdownWorker({ workerId: 'a' });
  expect(await Promise.all(polls)).toEqual([null, null, []]);
  await complete(service, task, finish);
  expect((await eventTypes(service, 'wf')).at(-1)).toBe('WorkflowExecutionCompleted');
});

test('a poll that comes after its worker was shut down gets no task', async () => {
  const { service } = await open();
  await service.shutdownWorker({ workerId: 'a' });
  await service.startWorkflowExecution(startRequest('wf'));
  expect(await Promise.all([service.pollWorkflowTaskQueue(poll('a')), service.pollActivityTaskQueue(poll('a'))])).toEqual([null, null]);
  expect(await workflowTask(service, 'b')).toMatchObject({ workflowId: 'wf', attempt: 1 });
});

test('an activity that closes before its start is stored is not handed out, and its worker waits on', async () => {
  const { service, store } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const task = await workflowTask(service);
  const polled = service.pollActivityTaskQueue(poll());
  await quiet();
  const release = store.holdCommits();
  void complete(service, task, activity('1'));
  await quiet();
  void service.terminateWorkflowExecution(on('wf'));
  await quiet();
  release();
  expect(await outcome(polled)).toBe('pending');
  await service.startWorkflowExecution(startRequest('other'));
  await complete(service, await workflowTask(service), activity('2'));
  expect((await polled)?.activityId).toBe('2');
});

/** After each step the engine is replaced by another over the same database. */
const STEPS = ['started', 'task taken', 'activity scheduled', 'activity taken', 'activity done', 'signalled', 'task failed'] as const;
for (const step of STEPS)
  test(`a workflow goes on to its end when the engine restarts: ${step}`, async () => {
    const database = createMemoryDatabase();
    const clock = manualClock();
    let { service } = await open({ database, clock });
    const reached = async (name: (typeof STEPS)[number]): Promise<void> => {
      if (name !== step) return;
      await quiet();
      await service.stop();
      ({ service } = await open({ database, clock, seed: 2 }));
    };
    await service.startWorkflowExecution(startRequest('wf'));
    await reached('started');
    let task = await workflowTask(service);
    await reached('task taken');
    if (step === 'task taken') {
      const old = task;
      task = await workflowTask(service);
      await expect(complete(service, old, finish)).rejects.toMatchObject({ code: 'NotFound' });
      expect(task).toMatchObject({ attempt: 1, isFull: true, startedEventId: 3, historyLength: 3 });
    }
    if (step === 'task failed') {
      await service.respondWorkflowTaskFailed({ taskToken: task.taskToken, cause: 'NON_DETERMINISTIC_ERROR', failure: { message: 'no' }, identity: 'w' });
      await reached('task failed');
      await clock.advance(1_000);
      task = await workflowTask(service);
      expect(task).toMatchObject({ attempt: 2, isFull: true, scheduledEventId: 5, startedEventId: 6, historyLength: 6 });
    }
    await complete(service, task, activity('1'));
    await reached('activity scheduled');
    const act = await activityTask(service);
    await reached('activity taken');
    await service.respondActivityTaskCompleted({ taskToken: act.taskToken, identity: 'w' });
    await reached('activity done');
    await signal(service, 'wf');
    await reached('signalled');
    task = await workflowTask(service);
    expect(task.isFull).toBe(step !== 'started' && step !== 'task taken' && step !== 'task failed');
    await complete(service, task, finish);
    const { events } = await service.getWorkflowExecutionHistory(on('wf'));
    expect(events.map(({ eventId }) => eventId)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'ActivityTaskCompleted' || type === 'WorkflowExecutionSignaled')).toHaveLength(2);
    expect(events.at(-1)?.type).toBe('WorkflowExecutionCompleted');
    await service.requestCancelWorkflowExecution({ ...on('wf'), requestId: requestId() });
  });
