/** An engine that dies between two commits, and one whose store fails for a while: nothing is done twice, and nothing is lost. */
import { expect, test } from 'vitest';
import { ServiceError } from '../common/service-error.ts';
import { databaseAfter } from './family.test-kit.ts';
import { activity, complete, eventTypes, finish, on, open, outcome, poll, quiet, signalRequest, startRequest, timer, type World } from './service.test-kit.ts';

/** A workflow whose activity fails once and is tried again, then a timer, then its end; plays on from wherever the engine found it. */
async function play({ service, clock }: World): Promise<number> {
  let attempts = 0;
  for (let turn = 0; turn < 12; turn++) {
    const workerId = `worker-${turn}`;
    void service.pollWorkflowTaskQueue(poll(workerId)).then(async (task) => {
      if (!task) return;
      const types = task.history.map(({ type }) => type);
      if (types.includes('TimerFired')) await complete(service, task, finish);
      else if (types.includes('ActivityTaskCompleted')) await complete(service, task, ...(types.includes('TimerStarted') ? [] : [timer('t', 1_000)]));
      else await complete(service, task, ...(types.includes('ActivityTaskScheduled') ? [] : [activity('1', { retryPolicy: { initialInterval: 1_000 } })]));
    });
    void service.pollActivityTaskQueue(poll(workerId)).then(async (task) => {
      if (!task) return;
      attempts++;
      const answer = { taskToken: task.taskToken, identity: 'w' };
      if (task.attempt === 1) await service.respondActivityTaskFailed({ ...answer, failure: { message: 'once' } });
      else await service.respondActivityTaskCompleted(answer);
    });
    await quiet();
    await service.shutdownWorker({ workerId });
    await clock.advance(1_000);
  }
  return attempts;
}

const STORY = ['WorkflowExecutionStarted', 'ActivityTaskScheduled', 'ActivityTaskStarted', 'ActivityTaskCompleted', 'TimerStarted', 'TimerFired'];
const storyOf = async ({ service }: World): Promise<string[]> => (await eventTypes(service, 'wf')).filter((type) => !type.startsWith('WorkflowTask'));

test('B23: an engine that takes over after any commit, with an attempt under way or not, brings an activity to the same end, once', async () => {
  const first = await open();
  await first.service.startWorkflowExecution(startRequest('wf'));
  expect(await play(first)).toBe(2);
  expect(await storyOf(first)).toEqual([...STORY, 'WorkflowExecutionCompleted']);
  const { batches } = first.store;
  expect(batches.length).toBeGreaterThan(6);
  for (let count = 1; count <= batches.length; count++) {
    const world = await open({ database: await databaseAfter(batches.slice(0, count)), seed: count + 1 });
    await world.clock.advance(120_000); // an attempt that was under way runs into its timeout
    await play(world);
    expect([count, await storyOf(world)]).toEqual([count, [...STORY, 'WorkflowExecutionCompleted']]);
    expect(await world.store.range('busy', {})).toEqual([]);
    await world.service.stop();
  }
});

test('B25: keys are made of texts and finite numbers alone', async () => {
  const world = await open();
  await world.service.registerNamespace({ namespace: 'other', retention: 1_000 });
  await world.service.startWorkflowExecution(startRequest('wf', { workflowStartDelay: 500, memo: { m: { encoding: 'json/plain', data: '1' } } }));
  await world.service.startWorkflowExecution(startRequest('cron', { namespace: 'other', cronSchedule: '@every 1s' }));
  await play(world);
  const keys = world.store.batches.flatMap(({ puts, deletes }) => [...puts.map(([, key]) => key), ...deletes.map(([, key]) => key)]);
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => key.length === 0 || !key.every((part) => typeof part === 'string' || Number.isFinite(part)))).toEqual([]);
});

test('B18: a store that fails nine times in a row costs no leadership: the engine goes on under its epoch, and nothing was taken on meanwhile', async () => {
  const { service, store, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const { epoch } = await service.getEngineStatus();
  store.failCommits(new ServiceError('StorageUnavailable', 'by plan', { details: { retryable: true } }));
  for (let failure = 1; failure <= 9; failure++) {
    expect(await outcome(service.signalWorkflowExecution(signalRequest('wf')))).toBe('StorageUnavailable');
    await clock.advance(10_000);
  }
  store.failCommits(undefined);
  await clock.advance(10_000);
  await service.signalWorkflowExecution(signalRequest('wf'));
  expect(await service.getEngineStatus()).toMatchObject({ state: 'running', role: 'leader', epoch });
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(events.filter(({ type }) => type === 'WorkflowExecutionSignaled')).toHaveLength(1);
});
