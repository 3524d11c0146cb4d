/** What a person orders of a run: fire a timer, try an activity again, delete. */
import { expect, test } from 'vitest';
import { validateHistory } from '../history/validate.ts';
import {
  activity,
  activityTask,
  complete,
  eventTypes,
  finish,
  on,
  open,
  outcome,
  signalRequest,
  startRequest,
  timer,
  workflowTask,
} from './service.test-kit.ts';

const HOUR = 3_600_000;

test('a timer fires when a person wants it, and not again when its time comes', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), timer('long', HOUR), timer('longer', 2 * HOUR));
  await service.fireTimer({ ...on('wf'), timerId: 'longer' });
  await complete(service, await workflowTask(service));
  expect(await eventTypes(service, 'wf')).toEqual([
    'WorkflowExecutionStarted',
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
    'WorkflowTaskCompleted',
    'TimerStarted',
    'TimerStarted',
    'TimerFired',
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
    'WorkflowTaskCompleted',
  ]);
  await clock.advance(3 * HOUR);
  await complete(service, await workflowTask(service), finish);
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(events.filter(({ type }) => type === 'TimerFired').map(({ attributes }) => (attributes as { timerId: string }).timerId)).toEqual(['longer', 'long']);
  validateHistory(events);
  await service.stop();
});

test('a timer that is fired while a workflow task runs is held, and fires once', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), timer('t', HOUR));
  await service.signalWorkflowExecution(signalRequest('wf'));
  const task = await workflowTask(service);
  await service.fireTimer({ ...on('wf'), timerId: 't' });
  expect(await outcome(service.fireTimer({ ...on('wf'), timerId: 't' }))).toBe('NotFound');
  await complete(service, task);
  expect((await eventTypes(service, 'wf')).slice(-2)).toEqual(['TimerFired', 'WorkflowTaskScheduled']);
  await service.stop();
});

test.each(['none', ''])('a timer that is not pending is refused by name: "%s"', async (timerId) => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), timer('t', HOUR));
  const before = await eventTypes(service, 'wf');
  expect(await outcome(service.fireTimer({ ...on('wf'), timerId }))).toBe(timerId === '' ? 'InvalidArgument' : 'NotFound');
  expect(await eventTypes(service, 'wf')).toEqual(before);
  await service.stop();
});

test('an activity that backs off is tried again at once, with its attempt counted, also by an engine that starts behind that', async () => {
  const { service, database } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const retryPolicy = { initialInterval: HOUR, backoffCoefficient: 1, maximumInterval: HOUR, maximumAttempts: 0, nonRetryableErrorTypes: [] };
  await complete(service, await workflowTask(service), activity('a', { retryPolicy }));
  const first = await activityTask(service);
  expect(await outcome(service.retryActivityTask({ ...on('wf'), activityId: 'a' }))).toBe('FailedPrecondition');
  await service.respondActivityTaskFailed({ taskToken: first.taskToken, failure: { message: 'gateway' }, identity: 'w' });
  await service.retryActivityTask({ ...on('wf'), activityId: 'a' });
  expect(await activityTask(service)).toMatchObject({ attempt: 2, activityId: 'a' });
  await service.stop();

  const next = await open({ database });
  const { pendingActivities } = await next.service.describeWorkflowExecution(on('wf'));
  expect(pendingActivities).toMatchObject([{ attempt: 2, lastFailure: { message: 'gateway' } }]);
  await next.service.stop();
});

test.each(['unknown', ''])('an activity that there is not is refused: "%s"', async (activityId) => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('a'));
  expect(await outcome(service.retryActivityTask({ ...on('wf'), activityId }))).toBe(activityId === '' ? 'InvalidArgument' : 'NotFound');
  await service.stop();
});

test('a run that is deleted leaves no row, whether it was open or closed; its workflow id is free', async () => {
  const { service, store } = await open();
  for (const isOpen of [true, false]) {
    await service.startWorkflowExecution(startRequest('wf'));
    await complete(service, await workflowTask(service), isOpen ? timer('t', HOUR) : finish);
    await service.deleteWorkflowExecution(on('wf'));
    expect(await outcome(service.describeWorkflowExecution(on('wf')))).toBe('NotFound');
    for (const table of ['executions', 'history', 'visibility', 'busy', 'wake'] as const)
      expect(await store.range(table, { prefix: [], limit: 10 })).toEqual([]);
  }
  expect(await outcome(service.deleteWorkflowExecution(on('wf')))).toBe('NotFound');
  await service.stop();
});

test('who waits for the end of a run that is deleted is told that it was terminated', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const waiting = service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  const deleting = service.deleteWorkflowExecution(on('wf'));
  await clock.advance(1_000);
  await deleting;
  expect((await waiting).events).toMatchObject([{ type: 'WorkflowExecutionTerminated' }]);
  await service.stop();
});
