import { expect, test } from 'vitest';
import type { Command } from '../protocol/commands.ts';
import type { WorkflowTask } from '../protocol/workflow-service.ts';
import { again, answer, databaseAfter, fail, story, taskOf, workOff } from './family.test-kit.ts';
import { complete, finish, manualClock, on, open, quiet, signalRequest, startRequest, type World } from './service.test-kit.ts';

const RETRY = { initialInterval: 1_000, backoffCoefficient: 2, maximumAttempts: 2 };

const newest = async ({ service }: World, workflowId = 'wf') => (await service.describeWorkflowExecution(on(workflowId))).summary;

test('R44 the close of a run and the start of the next are one commit, and the workflow id means the new one', async () => {
  const world = await open();
  const { service, store } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const task = await taskOf(service, 'wf');
  await quiet();
  store.batches.length = 0;
  await complete(service, task, again);
  expect(store.batches).toHaveLength(1);
  const rows = store.batches[0]?.puts.map(([table, key]) => [table, ...(table === 'visibility' ? [key[1]] : [])]);
  expect(rows).toEqual([['history'], ['visibility', 1], ['history'], ['executions'], ['executions'], ['visibility', 0], ['busy']]);
  const next = await newest(world);
  expect(next).toMatchObject({ status: 'RUNNING', firstExecutionRunId: runId });
  expect((await service.describeWorkflowExecution(on('wf', runId))).summary.status).toBe('CONTINUED_AS_NEW');
  const { events } = await service.getWorkflowExecutionHistory(on('wf', runId));
  expect(events.at(-1)).toMatchObject({ type: 'WorkflowExecutionContinuedAsNew', attributes: { newExecutionRunId: next.runId } });
});

test('R45 the next run of a chain begins no earlier than the one before ended, also when the clock was set back', async () => {
  const world = await open();
  const { service, clock } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const task = await taskOf(service, 'wf');
  clock.jump(-30_000);
  await complete(service, task, again);
  const closedAt = (await service.describeWorkflowExecution(on('wf', runId))).summary.closeTime;
  expect(await newest(world)).toMatchObject({ status: 'RUNNING', startTime: closedAt });
});

test('R41 a tick of a schedule is not run again when the clock was set back', async () => {
  const world = await open({ clock: manualClock(60_000_000) });
  const { service, clock } = world;
  await service.startWorkflowExecution(startRequest('wf', { cronSchedule: '* * * * *' }));
  const ticks: number[] = [];
  for (let tick = 0; tick < 3; tick++) {
    await clock.advance(tick === 1 ? 110_000 : 60_000);
    const task = await taskOf(service, 'wf');
    if (tick === 0) clock.jump(-50_000);
    await complete(service, task, finish);
    ticks.push((await newest(world)).executionTime);
  }
  expect(ticks.map((time) => time % 60_000)).toEqual([0, 0, 0]);
  expect(new Set(ticks).size).toBe(3);
});

test('R44 a signal to a workflow id that continues as new over and over always finds a run, and arrives once', async () => {
  const world = await open();
  const { service } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  const signals: Promise<void>[] = [];
  for (let i = 0; i < 50; i++) {
    const task = await taskOf(service, 'wf');
    if (i % 2 === 0) signals.push(service.signalWorkflowExecution(signalRequest('wf', `before-${i}`)));
    const completed = complete(service, task, again).catch(() => {}); // a signal that it has not seen fails the task
    signals.push(service.signalWorkflowExecution(signalRequest('wf', `after-${i}`)));
    await completed;
  }
  await Promise.all(signals);
  const { executions } = await service.listWorkflowExecutions({ namespace: 'default', pageSize: 1_000 });
  const names: string[] = [];
  for (const { runId } of executions) {
    const { events } = await service.getWorkflowExecutionHistory(on('wf', runId));
    for (const event of events) if (event.type === 'WorkflowExecutionSignaled') names.push(event.attributes.signalName);
  }
  expect(executions.length).toBeGreaterThan(20);
  expect(names.sort()).toEqual(
    Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? [`before-${i}`, `after-${i}`] : [`after-${i}`]))
      .flat()
      .sort(),
  );
});

test('SIGNAL-ONCE a request that is sent again when the chain has gone on does nothing again, also after a restart', async () => {
  const world = await open();
  const { service } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  const signal = signalRequest('wf');
  const cancel = { ...on('wf'), requestId: 'cancel' };
  await service.signalWorkflowExecution(signal);
  await service.requestCancelWorkflowExecution(cancel);
  await answer(service, { wf: [again] });
  await answer(service, { wf: [again] });
  await service.signalWorkflowExecution(signal);
  await service.requestCancelWorkflowExecution(cancel);
  await service.stop();
  const { service: next } = await open({ database: world.database, clock: world.clock, seed: 2 });
  await next.signalWorkflowExecution(signal);
  await next.requestCancelWorkflowExecution(cancel);
  expect(await story(next, 'wf')).toEqual(['WorkflowExecutionStarted']);
  await next.requestCancelWorkflowExecution({ ...on('wf'), requestId: 'another' });
  expect(await story(next, 'wf')).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionCancelRequested']);
});

test('R8 a run does not continue as new over a signal that it has not seen', async () => {
  const world = await open();
  const { service } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const task = await taskOf(service, 'wf');
  await service.signalWorkflowExecution(signalRequest('wf'));
  await expect(complete(service, task, again)).rejects.toMatchObject({ code: 'InvalidArgument', details: { cause: 'UNHANDLED_COMMAND' } });
  await answer(service, { wf: [again] });
  expect(await story(service, 'wf', runId)).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionSignaled', 'WorkflowExecutionContinuedAsNew']);
  expect((await newest(world)).runId).not.toBe(runId);
});

test('a run that fails is retried after its pause, as long as its policy allows', async () => {
  const world = await open();
  const { service, clock } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf', { retryPolicy: RETRY }));
  await answer(service, { wf: [fail()] });
  const second = await newest(world);
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(events).toMatchObject([
    {
      type: 'WorkflowExecutionStarted',
      attributes: { attempt: 2, initiator: 'RETRY', firstWorkflowTaskBackoff: 1_000, continuedExecutionRunId: runId, firstExecutionRunId: runId },
    },
  ]);
  await clock.advance(1_000);
  await answer(service, { wf: [fail()] });
  expect(await newest(world)).toMatchObject({ runId: second.runId, status: 'FAILED' });
});

test('a schedule starts the next run whether the one before succeeded, failed or timed out', async () => {
  const world = await open();
  const { service, clock } = world;
  await service.startWorkflowExecution(startRequest('wf', { cronSchedule: '@every 10s', workflowRunTimeout: 5_000 }));
  await clock.advance(10_000);
  await answer(service, { wf: [{ type: 'CompleteWorkflowExecution', attributes: { result: [{ encoding: 'json/plain', data: '1' }] } }] });
  await clock.advance(10_000);
  await answer(service, { wf: [fail()] });
  await clock.advance(15_000); // nobody takes the task of the third
  const { executions } = await service.listWorkflowExecutions({ namespace: 'default' });
  expect(executions.map(({ status }) => status)).toEqual(['RUNNING', 'TIMED_OUT', 'FAILED', 'COMPLETED']);
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(events[0]?.attributes).toMatchObject({ lastCompletionResult: [{ data: '1' }], initiator: 'CRON_SCHEDULE' });
});

test('who waits for the end of a run learns which one goes on with it', async () => {
  const world = await open();
  const { service } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const waiting = service.getWorkflowExecutionHistory({ ...on('wf', runId), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  await answer(service, { wf: [again] });
  const [closed] = (await waiting).events;
  const next = closed?.type === 'WorkflowExecutionContinuedAsNew' ? closed.attributes.newExecutionRunId : '';
  const end = service.getWorkflowExecutionHistory({ ...on('wf', next), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  await answer(service, { wf: [finish] });
  expect((await end).events.map(({ type }) => type)).toEqual(['WorkflowExecutionCompleted']);
});

test('R55 a request for the chain of a first run reaches its newest run', async () => {
  const world = await open();
  const { service } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  await answer(service, { wf: [again] });
  await service.terminateWorkflowExecution({ ...on('wf'), firstExecutionRunId: runId });
  expect(await newest(world)).toMatchObject({ status: 'TERMINATED', firstExecutionRunId: runId });
});

test('R46 a repeated start finds its run although the chain has gone on', async () => {
  const world = await open();
  const { service } = world;
  const request = startRequest('wf');
  const first = await service.startWorkflowExecution(request);
  await answer(service, { wf: [again] });
  await answer(service, { wf: [finish] });
  expect(await service.startWorkflowExecution(request)).toEqual(first);
});

/** Two runs by continue-as-new. The second ends with the first signal it has. */
function play({ history: [started, ...rest] }: WorkflowTask): Command[] {
  if (started?.type === 'WorkflowExecutionStarted' && started.attributes.continuedExecutionRunId === undefined) return [again];
  return rest.some(({ type }) => type === 'WorkflowExecutionSignaled') ? [finish] : [];
}

test('an engine that takes over after any commit brings a chain to the same end, with the same runs', async () => {
  const first = await open();
  await first.service.startWorkflowExecution(startRequest('wf'));
  await workOff(first.service, play);
  const { executions } = await first.service.listWorkflowExecutions({ namespace: 'default' });
  expect(executions.map(({ status }) => status)).toEqual(['RUNNING', 'CONTINUED_AS_NEW']);
  const { batches } = first.store;
  for (let count = 1; count <= batches.length; count++) {
    const { service } = await open({ database: await databaseAfter(batches.slice(0, count)), seed: count + 1 });
    await workOff(service, play);
    await service.signalWorkflowExecution(signalRequest('wf', 'end', `end-${count}`));
    await workOff(service, play);
    const after = await service.listWorkflowExecutions({ namespace: 'default' });
    expect([count, after.executions.map(({ status }) => status).sort()]).toEqual([count, ['COMPLETED', 'CONTINUED_AS_NEW']]);
  }
});
