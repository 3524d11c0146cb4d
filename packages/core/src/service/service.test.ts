import { expect, test } from 'vitest';
import { activity, activityTask, complete, eventTypes, finish, on, open, startRequest, workflowTask } from './service.test-kit.ts';

test('a workflow with one activity runs from its start to its result', async () => {
  const { service } = await open();
  const polled = workflowTask(service);
  const polledActivity = activityTask(service);
  const { runId, started } = await service.startWorkflowExecution(startRequest('wf'));
  expect(started).toBe(true);
  const task = await polled;
  expect(task).toMatchObject({
    workflowId: 'wf',
    runId,
    attempt: 1,
    isFull: true,
    scheduledEventId: 2,
    startedEventId: 3,
    previousStartedEventId: 0,
    historyLength: 3,
  });
  expect(task.history.map(({ type }) => type)).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowTaskStarted']);
  await complete(service, task, activity('1'));
  const act = await polledActivity;
  expect(act).toMatchObject({ workflowExecution: { workflowId: 'wf', runId }, activityId: '1', activityType: 'act', attempt: 1 });
  const polledAgain = workflowTask(service);
  await service.respondActivityTaskCompleted({ taskToken: act.taskToken, identity: 'worker', result: [{ encoding: 'json/plain', data: '2' }] });
  const second = await polledAgain;
  expect(second).toMatchObject({ isFull: false, previousStartedEventId: 3, startedEventId: 9, historyLength: 9 });
  expect(second.history.map(({ eventId }) => eventId)).toEqual([4, 5, 6, 7, 8, 9]);
  const result = service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  await complete(service, second, finish);
  expect((await result).events.map(({ type }) => type)).toEqual(['WorkflowExecutionCompleted']);
  expect(await eventTypes(service, 'wf')).toEqual([
    'WorkflowExecutionStarted',
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
    'WorkflowTaskCompleted',
    'ActivityTaskScheduled',
    'ActivityTaskStarted',
    'ActivityTaskCompleted',
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
    'WorkflowTaskCompleted',
    'WorkflowExecutionCompleted',
  ]);
});
