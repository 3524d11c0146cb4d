import { expect, test } from 'vitest';
import { activity, activityTask, complete, on, open, poll, quiet, startRequest, workflowTask } from './service.test-kit.ts';

test('workers are told of with what they poll for, and what they have under way', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1'));
  await activityTask(service);
  await service.startWorkflowExecution(startRequest('other'));
  await workflowTask(service);
  await clock.advance(1_000);
  void service.pollActivityTaskQueue({ ...poll('second'), taskQueue: 'mail' });
  await quiet();
  await clock.advance(1);
  const { namespace, taskQueue } = poll();
  expect((await service.getEngineInfo()).workers).toEqual([
    {
      workerId: 'second',
      identity: 'second',
      polls: [{ kind: 'activity', namespace, taskQueue: 'mail' }],
      lastPollTime: clock.now() - 1,
      workflowTasksUnderWay: 0,
      activityTasksUnderWay: 0,
    },
    {
      workerId: 'worker',
      identity: 'worker',
      polls: [
        { kind: 'workflow', namespace, taskQueue },
        { kind: 'activity', namespace, taskQueue },
      ],
      lastPollTime: clock.now() - 1_001,
      workflowTasksUnderWay: 1,
      activityTasksUnderWay: 1,
    },
  ]);
  await service.shutdownWorker({ workerId: 'second' });
  expect((await service.getEngineInfo()).workers.map(({ workerId }) => workerId)).toEqual(['worker']);
});

test('a hundred workers are remembered, however many were there', async () => {
  const { service } = await open();
  for (let each = 0; each < 120; each += 1) void service.pollWorkflowTaskQueue(poll(`worker-${each}`));
  await quiet();
  const { workers } = await service.getEngineInfo();
  expect([workers.length, workers.some(({ workerId }) => workerId === 'worker-0'), workers.some(({ workerId }) => workerId === 'worker-119')]).toEqual([
    100,
    false,
    true,
  ]);
});

test('commits are counted with the events that they wrote', async () => {
  const { service } = await open();
  expect((await service.getEngineInfo()).commits).toEqual({ seconds: 1, commits: 0, events: 0 });
  await service.startWorkflowExecution(startRequest('wf'));
  await service.terminateWorkflowExecution(on('wf'));
  const { commits } = await service.getEngineInfo();
  expect(commits).toMatchObject({ seconds: 1, commits: 2, events: 3, latency: { count: 2, p50: 0, p99: 0 } });
});
