import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { activity, activityTask, complete, eventTypes, finish, on, open, outcome, poll, quiet, startRequest, timer, workflowTask } from './service.test-kit.ts';
import type { EngineService } from './service.ts';

const HOUR = 3_600_000;

async function sleeper(service: EngineService, workflowId: string, duration: number): Promise<void> {
  await service.startWorkflowExecution(startRequest(workflowId));
  await complete(service, await workflowTask(service), timer('1', duration));
}

test('R37 a timer fires when it is due and not before', async () => {
  const { service, clock } = await open();
  await sleeper(service, 'wf', HOUR);
  await clock.advance(HOUR - 1);
  expect(await eventTypes(service, 'wf')).not.toContain('TimerFired');
  await clock.advance(1);
  expect(await eventTypes(service, 'wf')).toContain('TimerFired');
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  const fired = events.find(({ type }) => type === 'TimerFired');
  expect(fired?.eventTime).toBe((events[0]?.eventTime ?? 0) + HOUR);
});

test('B24, R37: a thousand timers that came due while no engine ran fire in due order', async () => {
  const { service, database, clock } = await open({ idleBytes: 0 });
  const rng = seededRng(7);
  const due: [number, string][] = [];
  for (let i = 0; i < 1_000; i++) {
    const duration = 1 + (rng.uint32() % 500);
    await sleeper(service, `wf-${i}`, duration);
    due.push([clock.now() + duration, `wf-${i}`]);
  }
  await service.stop();
  clock.jump(HOUR);
  const { service: next } = await open({ database, clock, seed: 2, idleBytes: 0 });
  const woken: string[] = [];
  for (let i = 0; i < 1_000; i++) {
    const task = await workflowTask(next);
    woken.push(task.workflowId);
    await complete(next, task, finish);
  }
  const dueAt = new Map(due.map(([at, id]) => [id, at]));
  expect(woken.map((id) => dueAt.get(id))).toEqual(due.map(([at]) => at).sort((a, b) => a - b));
  expect(new Set(woken).size).toBe(1_000);
}, 30_000);

test('R37 due order holds between runs that were busy and runs that slept, over many pages', async () => {
  const { service, database, clock } = await open({ idleBytes: 0 });
  await service.startWorkflowExecution(startRequest('busy'));
  await complete(service, await workflowTask(service), timer('1', 1_000), activity('1', { startToCloseTimeout: 10 * HOUR }));
  await activityTask(service);
  for (let i = 1; i <= 300; i++) await sleeper(service, `wf-${i}`, i);
  await quiet();
  await service.stop();
  clock.jump(HOUR);
  const { service: next } = await open({ database, clock, seed: 2, idleBytes: 0 });
  const woken: string[] = [];
  for (let i = 0; i <= 300; i++) woken.push((await workflowTask(next)).workflowId);
  expect(woken).toEqual([...Array.from({ length: 300 }, (_, i) => `wf-${i + 1}`), 'busy']);
});

test('a sleeping run that left memory wakes when it is due, and only then is loaded', async () => {
  const { service, clock } = await open({ idleBytes: 0 });
  for (let i = 0; i < 10; i++) await sleeper(service, `wf-${i}`, HOUR + i * HOUR);
  await quiet();
  expect((await service.getEngineStatus()).loadedRuns).toBe(1);
  const start = clock.now();
  expect((await service.getEngineStatus()).nextWake).toBe(start + HOUR);
  await clock.advance(HOUR);
  expect((await service.getEngineStatus()).loadedRuns).toBeLessThanOrEqual(2);
  await clock.advance(9 * HOUR);
  for (let i = 0; i < 10; i++) {
    const { events } = await service.getWorkflowExecutionHistory(on(`wf-${i}`));
    expect(events.find(({ type }) => type === 'TimerFired')?.eventTime).toBe(start + HOUR + i * HOUR);
  }
});

test('a wall clock that jumps forward is noticed within a minute', async () => {
  const { service, clock } = await open();
  await sleeper(service, 'wf', HOUR);
  clock.jump(2 * HOUR);
  expect(await eventTypes(service, 'wf')).not.toContain('TimerFired');
  await clock.advance(60_000);
  expect(await eventTypes(service, 'wf')).toContain('TimerFired');
});

test('a wall clock that jumps back delays what is due, and loses nothing', async () => {
  const { service, clock } = await open();
  await sleeper(service, 'wf', 1_000);
  clock.jump(-5_000);
  await clock.advance(5_000);
  expect(await eventTypes(service, 'wf')).not.toContain('TimerFired');
  await clock.advance(1_000);
  expect(await eventTypes(service, 'wf')).toContain('TimerFired');
  await complete(service, await workflowTask(service), finish);
});

test('an activity that backs off is offered when its pause is over', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1'));
  const first = await activityTask(service);
  await service.respondActivityTaskFailed({ taskToken: first.taskToken, failure: { message: 'no' }, identity: 'w' });
  const second = service.pollActivityTaskQueue(poll());
  await clock.advance(999);
  expect(await outcome(second)).toBe('pending');
  expect((await service.describeWorkflowExecution(on('wf'))).pendingActivities).toMatchObject([{ state: 'BACKING_OFF', attempt: 2 }]);
  await clock.advance(1);
  expect(await second).toMatchObject({ attempt: 2, activityId: '1' });
});

test('a workflow task that its worker does not answer times out and is offered again, with the whole history', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const first = await workflowTask(service);
  await clock.advance(10_000);
  const second = await workflowTask(service);
  expect(second).toMatchObject({ attempt: 2, isFull: true });
  expect(second.history.map(({ eventId, type }) => [eventId, type])).toEqual([
    [1, 'WorkflowExecutionStarted'],
    [2, 'WorkflowTaskScheduled'],
    [3, 'WorkflowTaskStarted'],
    [4, 'WorkflowTaskTimedOut'],
    [5, 'WorkflowTaskScheduled'],
    [6, 'WorkflowTaskStarted'],
  ]);
  expect([second.scheduledEventId, second.startedEventId, second.historyLength]).toEqual([5, 6, 6]);
  await expect(complete(service, first, finish)).rejects.toMatchObject({ code: 'NotFound' });
  await complete(service, second, finish);
});

test('an engine that is stopped leaves no timer of the clock behind', async () => {
  const { service, clock } = await open();
  await sleeper(service, 'wf', HOUR);
  expect(clock.timers).toBe(1);
  await service.stop();
  expect(clock.timers).toBe(0);
});
