import { expect, test } from 'vitest';
import type { Command } from '../protocol/commands.ts';
import { again } from './family.test-kit.ts';
import { complete, finish, on, open, outcome, quiet, signalRequest, startRequest, type World, workflowTask } from './service.test-kit.ts';

/** The signals of all runs of the workflow, oldest run first. */
async function signalsOf({ service }: World, workflowId: string): Promise<string[]> {
  const { executions } = await service.listWorkflowExecutions({ namespace: 'default', pageSize: 1_000 });
  const names: string[] = [];
  for (const { runId } of executions.toSorted((a, b) => (a.runId < b.runId ? -1 : 1))) {
    const { events } = await service.getWorkflowExecutionHistory({ ...on(workflowId, runId), maximumPageSize: 100_000 });
    for (const event of events) if (event.type === 'WorkflowExecutionSignaled') names.push(event.attributes.signalName);
  }
  return names;
}

/** A worker that takes `taskTime` for each task, while a signal comes every ten milliseconds. @returns how many were acknowledged */
async function storm(world: World, command: Command, tasks: number, taskTime = 50): Promise<{ acknowledged: string[]; waiting: () => number }> {
  const { service, clock } = world;
  const acknowledged: string[] = [];
  let sent = 0;
  for (let done = 0; done < tasks; done++) {
    const task = await workflowTask(service);
    for (let time = 0; time < taskTime; time += 10) {
      await clock.advance(10);
      const name = `signal-${sent++}`;
      service.signalWorkflowExecution(signalRequest('wf', name)).then(
        () => acknowledged.push(name),
        () => {},
      );
      await quiet();
    }
    await complete(service, task, command).catch(() => {}); // refused: the next task tries again
    await quiet();
    if ((await service.describeWorkflowExecution(on('wf'))).summary.status !== 'RUNNING') break;
  }
  return { acknowledged, waiting: () => sent - acknowledged.length };
}

test('R53 K1 a run that gets a hundred signals a second continues as new, and each signal is in the chain once and in order', async () => {
  // Its first attempt is refused, its second gets through; so for the next run. A slow task is cut off by what comes, once, before the first.
  for (const [taskTime, runs] of [
    [50, 7],
    [1_500, 5],
  ] as const) {
    const world = await open();
    const { service } = world;
    await service.startWorkflowExecution(startRequest('wf'));
    const { acknowledged, waiting } = await storm(world, again, 12, taskTime);
    expect(waiting()).toBe(0);
    const { executions } = await service.listWorkflowExecutions({ namespace: 'default' });
    expect(executions).toHaveLength(runs);
    const task = await workflowTask(service);
    await complete(service, task);
    expect(await signalsOf(world, 'wf')).toEqual(acknowledged);
    await service.stop();
  }
});

test('signals that were taken along are in the same commit as the run that has them', async () => {
  const world = await open();
  const { service, store } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  for (const isLast of [false, true]) {
    const task = await workflowTask(service);
    await service.signalWorkflowExecution(signalRequest('wf', `late-${isLast}`));
    store.batches.length = 0;
    await complete(service, task, again).catch(() => {});
  }
  expect(store.batches).toHaveLength(1);
  const texts = store.batches[0]?.puts.filter(([table]) => table === 'history').map(([, , value]) => String(value));
  expect(texts?.map((text) => [/ContinuedAsNew/.test(text), /late-true/.test(text)])).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('R53 a run that ends under a hundred signals a second ends at its third attempt, and no signal that was acknowledged is unseen', async () => {
  const world = await open();
  const { service } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  const { acknowledged, waiting } = await storm(world, finish, 12);
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('COMPLETED');
  expect(acknowledged).toHaveLength(10);
  expect(waiting()).toBe(5); // they came with the third attempt, and were told that there is no workflow any more
  expect(await signalsOf(world, 'wf')).toEqual(acknowledged);
});

test('a signal that waits for a run to end is delivered when it does not', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  for (const name of ['a', 'b']) {
    const task = await workflowTask(service);
    await service.signalWorkflowExecution(signalRequest('wf', name));
    await complete(service, task, finish).catch(() => {});
  }
  const task = await workflowTask(service);
  const waiting = service.signalWorkflowExecution(signalRequest('wf', 'c'));
  expect(await outcome(waiting)).toBe('pending');
  expect(await outcome(service.signalWorkflowExecution(signalRequest('wf', 'd', 'known')))).toBe('pending');
  await complete(service, task);
  expect(await outcome(waiting)).toBe('done');
  const { events } = await service.getWorkflowExecutionHistory(on('wf'));
  expect(events.flatMap((event) => (event.type === 'WorkflowExecutionSignaled' ? [event.attributes.signalName] : []))).toEqual(['a', 'b', 'c', 'd']);
  await service.stop();
});

test('who waits to signal is told when the engine stops or the run is terminated', async () => {
  for (const end of ['stop', 'terminate']) {
    const { service } = await open();
    await service.startWorkflowExecution(startRequest('wf'));
    for (const name of ['a', 'b']) {
      const task = await workflowTask(service);
      await service.signalWorkflowExecution(signalRequest('wf', name));
      await complete(service, task, finish).catch(() => {});
    }
    await workflowTask(service);
    const waiting = service.signalWorkflowExecution(signalRequest('wf', 'c'));
    expect(await outcome(waiting)).toBe('pending');
    if (end === 'stop') await service.stop();
    else await service.terminateWorkflowExecution(on('wf'));
    expect(await outcome(waiting)).toBe(end === 'stop' ? 'Unavailable' : 'NotFound');
  }
});
