import { expect, test } from 'vitest';
import type { ActivityTask } from '../protocol/workflow-service.ts';
import { activity, activityTask, complete, on, open, outcome, poll, quiet, startRequest, type World, workflowTask } from './service.test-kit.ts';

const pollMany = ({ service }: World, maximumTasks: number, workerId = 'worker'): Promise<ActivityTask | null> =>
  service.pollActivityTaskQueue({ ...poll(workerId), maximumTasks });

const idsOf = (task: ActivityTask | null): string[] => (task ? [task.activityId, ...(task.more ?? []).map(({ activityId }) => activityId)] : []);

/** A workflow whose task asks for activities of these ids. */
async function scheduled(world: World, ids: readonly string[], workflowId = 'wf'): Promise<void> {
  await world.service.startWorkflowExecution(startRequest(workflowId));
  await complete(world.service, await workflowTask(world.service), ...ids.map((id) => activity(id)));
}

test('a poll brings as many activities as its worker has room for, in their order', async () => {
  const world = await open();
  await scheduled(world, ['1', '2', '3', '4', '5']);
  expect(idsOf(await pollMany(world, 3))).toEqual(['1', '2', '3']);
  expect(idsOf(await pollMany(world, 3))).toEqual(['4', '5']);
  expect(await outcome(pollMany(world, 3))).toBe('pending');
});

test('a poll that does not say how many it takes brings one', async () => {
  const world = await open();
  await scheduled(world, ['1', '2']);
  const first = await activityTask(world.service);
  expect([first.activityId, first.more]).toEqual(['1', undefined]);
});

test('a poll takes what runs offer until the commit of its first activity, of other runs too, in one commit', async () => {
  const world = await open();
  const { service, store } = world;
  for (const workflowId of ['a', 'b']) await service.startWorkflowExecution(startRequest(workflowId));
  const tasks = [await workflowTask(service), await workflowTask(service)] as const;
  const polled = pollMany(world, 3);
  await quiet();
  store.batches.length = 0;
  await Promise.all([complete(service, tasks[0], activity('1'), activity('2')), complete(service, tasks[1], activity('3'), activity('4'))]);
  expect(idsOf(await polled)).toEqual(['1', '2', '3']);
  expect(store.batches.length).toBe(1);
  expect(idsOf(await pollMany(world, 3))).toEqual(['4']);
});

test('a worker that has nothing yet comes before one that gets something already', async () => {
  const world = await open();
  const polls = [pollMany(world, 4, 'a'), pollMany(world, 4, 'a'), pollMany(world, 4, 'b')];
  await quiet();
  await scheduled(world, ['1', '2', '3', '4', '5']);
  expect(idsOf((await polls[0]) ?? null)).toEqual(['1', '3', '5']);
  expect(idsOf((await polls[2]) ?? null)).toEqual(['2', '4']);
  expect(await outcome(polls[1] as Promise<unknown>)).toBe('pending');
});

test('what has ended before its start is stored is left out of the answer', async () => {
  const world = await open();
  const { service, store } = world;
  for (const workflowId of ['a', 'b']) await service.startWorkflowExecution(startRequest(workflowId));
  const tasks = [await workflowTask(service), await workflowTask(service)] as const;
  const polled = pollMany(world, 3);
  await quiet();
  const release = store.holdCommits();
  void complete(service, tasks[0], activity('1'));
  void complete(service, tasks[1], activity('2'));
  await quiet();
  void service.terminateWorkflowExecution(on('a'));
  await quiet();
  release();
  expect(idsOf(await polled)).toEqual(['2']);
});

test('a lost worker gets no more of what is offered before the commit', async () => {
  const world = await open();
  const { service, store } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  const task = await workflowTask(service);
  const polled = pollMany(world, 3, 'lost');
  await quiet();
  const release = store.holdCommits();
  void complete(service, task, activity('1'));
  await service.shutdownWorker({ workerId: 'lost', lost: true });
  release();
  expect(await polled).toBeNull();
  expect(await activityTask(service, 'other')).toMatchObject({ activityId: '1', attempt: 2 });
});

test('when the commit of its activities fails the poll waits on, and gets them later', async () => {
  const world = await open();
  const { service, store, clock } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  const task = await workflowTask(service);
  const polled = pollMany(world, 3);
  await quiet();
  store.failCommits(new Error('the disk is full'));
  await complete(service, task, activity('1'), activity('2')).catch(() => {});
  store.failCommits(undefined);
  await clock.advance(1_000);
  await complete(service, await workflowTask(service), activity('1'), activity('2'));
  expect(idsOf(await polled)).toEqual(['1', '2']);
});

test('activities that back off are offered when their pause is over, each once', async () => {
  const world = await open();
  const { service, clock } = world;
  await scheduled(world, ['1', '2', '3']);
  const first = await pollMany(world, 3);
  const failure = { message: 'not yet', source: 'TypeScriptSDK', applicationFailureInfo: { type: 'NotYet' } };
  for (const [index, { taskToken }] of [first as ActivityTask, ...(first?.more ?? [])].entries())
    await service.respondActivityTaskFailed({
      taskToken,
      identity: 'w',
      failure: { ...failure, applicationFailureInfo: { nextRetryDelay: 1_000 * (3 - index) } },
    });
  const again = [pollMany(world, 1), pollMany(world, 1), pollMany(world, 1), pollMany(world, 1)];
  await quiet();
  for (const [index, activityId] of ['3', '2', '1'].entries()) {
    expect(await outcome(again[index] as Promise<unknown>)).toBe('pending');
    await clock.advance(1_000);
    expect(await again[index]).toMatchObject({ activityId, attempt: 2 });
  }
  expect(await outcome(again[3] as Promise<unknown>)).toBe('pending');
});

test('a poll that asks for no activity is refused', async () => {
  await expect(pollMany(await open(), 0)).rejects.toMatchObject({ code: 'InvalidArgument', details: { field: 'maximumTasks' } });
});
