import { expect, test } from 'vitest';
import type { WorkflowTask } from '../protocol/workflow-service.ts';
import { boundsOf } from '../storage/key.ts';
import { again, answer, cancel, child, databaseAfter, fail, leaving, story, taskOf, tell, workOff } from './family.test-kit.ts';
import { complete, finish, on, open, quiet, signalRequest, startRequest, timer, type World, workflowTask } from './service.test-kit.ts';

/** A parent whose child has begun, both at rest. */
async function family(
  world: World,
  more: Parameters<typeof child>[1] = {},
  childCommands = [timer('1', 3_600_000)],
): Promise<{ parent: string; child: string }> {
  const { service } = world;
  const { runId: parent } = await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('child', more)] });
  await answer(service, { parent: [], child: childCommands });
  const { summary } = await service.describeWorkflowExecution(on('child'));
  world.store.batches.length = 0;
  return { parent, child: summary.runId };
}

const tables = ({ store }: World): string[][] =>
  store.batches.map(({ puts }) => puts.map(([table, key]) => `${table} ${key[1]}`).filter((row) => row.startsWith('history')));

test('R57 a child starts in the commit of the task that asked for it, and its parent is told in it', async () => {
  const world = await open();
  const { service, store } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('parent'));
  const task = await workflowTask(service);
  await quiet();
  store.batches.length = 0;
  await complete(service, task, child('child', { input: [{ encoding: 'json/plain', data: '1' }], workflowRunTimeout: 5_000 }));
  expect(tables(world)).toEqual([['history parent', 'history child']]);
  expect(await story(service, 'parent')).toEqual(['WorkflowExecutionStarted', 'StartChildWorkflowExecutionInitiated', 'ChildWorkflowExecutionStarted']);
  const { events } = await service.getWorkflowExecutionHistory(on('child'));
  expect(events[0]?.attributes).toEqual({
    workflowType: 'child',
    workflowId: 'child',
    taskQueue: 'queue',
    input: [{ encoding: 'json/plain', data: '1' }],
    workflowRunTimeout: 5_000,
    workflowTaskTimeout: 5_000,
    attempt: 1,
    parentWorkflowNamespace: 'default',
    parentWorkflowExecution: { workflowId: 'parent', runId },
    parentInitiatedEventId: 5,
    rootWorkflowExecution: { workflowId: 'parent', runId },
    originalExecutionRunId: expect.any(String),
    firstExecutionRunId: expect.any(String),
  });
  const { pendingChildren } = await service.describeWorkflowExecution(on('parent'));
  expect(pendingChildren).toEqual([{ workflowId: 'child', workflowType: 'child', initiatedEventId: 5, runId: await runIdOf(world, 'child') }]);
});

const runIdOf = async ({ service }: World, workflowId: string): Promise<string> => (await service.describeWorkflowExecution(on(workflowId))).summary.runId;

test('the root of a grandchild is the first of its line', async () => {
  const world = await open();
  const { parent } = await family(world, {}, [child('grandchild')]);
  const { summary } = await world.service.describeWorkflowExecution(on('grandchild'));
  expect(summary).toMatchObject({ parentExecution: { workflowId: 'child' }, rootExecution: { workflowId: 'parent', runId: parent } });
});

test('R62 the end of a child and the news of it are one commit, also when the parent sleeps in the store', async () => {
  for (const idleBytes of [1_000_000, 0]) {
    const world = await open({ idleBytes });
    const { service } = world;
    const { child: runId } = await family(world);
    await service.startWorkflowExecution(startRequest('other')); // pushes what is idle out
    await answer(service, { other: [finish] });
    await service.signalWorkflowExecution(signalRequest('child'));
    const task = await taskOf(service, 'child');
    await quiet();
    world.store.batches.length = 0;
    await complete(service, task, finish);
    expect(tables(world)).toEqual([['history child', 'history parent']]);
    const { events } = await service.getWorkflowExecutionHistory(on('parent'));
    expect(events.at(-2)).toMatchObject({
      type: 'ChildWorkflowExecutionCompleted',
      attributes: { workflowExecution: { workflowId: 'child', runId }, initiatedEventId: 5, startedEventId: 6 },
    });
  }
});

test('R62 the parent hears of the end of a chain, not of its links', async () => {
  const world = await open();
  const { service } = world;
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('child')] });
  await answer(service, { parent: [], child: [again] });
  expect(await story(service, 'parent')).toHaveLength(3);
  const last = await runIdOf(world, 'child');
  await answer(service, { child: [fail()] });
  const { events } = await service.getWorkflowExecutionHistory(on('parent'));
  expect(events.at(-2)).toMatchObject({ type: 'ChildWorkflowExecutionFailed', attributes: { workflowExecution: { runId: last }, startedEventId: 6 } });
});

test('R60 a workflow id that is taken fails the start; one that is free again does not', async () => {
  const world = await open();
  const { service } = world;
  await service.startWorkflowExecution(startRequest('child'));
  await answer(service, { child: [] });
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('child')] });
  expect(await story(service, 'parent')).toEqual(['WorkflowExecutionStarted', 'StartChildWorkflowExecutionInitiated', 'StartChildWorkflowExecutionFailed']);
  await service.terminateWorkflowExecution(on('child'));
  await answer(service, { parent: [child('child'), child('child-2', { workflowIdReusePolicy: 'REJECT_DUPLICATE' })] });
  expect((await story(service, 'parent')).slice(3)).toEqual([
    'StartChildWorkflowExecutionInitiated',
    'StartChildWorkflowExecutionInitiated',
    'ChildWorkflowExecutionStarted',
    'ChildWorkflowExecutionStarted',
  ]);
  await answer(service, { parent: [], child: [finish], 'child-2': [finish] });
  await answer(service, { parent: [child('child-2', { workflowIdReusePolicy: 'REJECT_DUPLICATE' })] });
  expect((await story(service, 'parent')).at(-1)).toBe('StartChildWorkflowExecutionFailed');
});

test('a child may replace the open run of its workflow id, whose own children are left', async () => {
  const world = await open({ idleBytes: 0 });
  const { service } = world;
  await service.startWorkflowExecution(startRequest('child'));
  await answer(service, { child: [leaving('grandchild', 'TERMINATE')] });
  await answer(service, { child: [], grandchild: [] });
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('child', { workflowIdReusePolicy: 'TERMINATE_IF_RUNNING' })] });
  expect(await story(service, 'parent')).toContain('ChildWorkflowExecutionStarted');
  expect((await service.describeWorkflowExecution(on('grandchild'))).summary.status).toBe('TERMINATED');
  expect((await service.describeWorkflowExecution(on('child'))).summary).toMatchObject({ status: 'RUNNING', parentExecution: { workflowId: 'parent' } });
});

test('R61 a parent that closes leaves its children by their policies, in its own commit, however it closes', async () => {
  for (const close of ['complete', 'terminate', 'time out'] as const) {
    const world = await open({ idleBytes: 0 });
    const { service, clock, store } = world;
    await service.startWorkflowExecution(startRequest('parent', { workflowRunTimeout: 60_000 }));
    await answer(service, { parent: [leaving('a', 'TERMINATE'), leaving('b', 'REQUEST_CANCEL'), leaving('c', 'ABANDON')] });
    await answer(service, { parent: [], a: [leaving('a-child', 'TERMINATE')], b: [], c: [again] });
    await answer(service, { a: [], 'a-child': [], c: [] });
    await service.signalWorkflowExecution(signalRequest('parent'));
    const task = await taskOf(service, 'parent');
    await quiet();
    store.batches.length = 0;
    if (close === 'complete') await complete(service, task, finish);
    else if (close === 'terminate') await service.terminateWorkflowExecution(on('parent'));
    else {
      await complete(service, task);
      await quiet();
      store.batches.length = 0;
      await clock.advance(60_000);
    }
    const closing = tables(world).find((rows) => rows.includes('history parent'));
    expect([close, closing?.sort()]).toEqual([close, ['history a', 'history a-child', 'history b', 'history parent']]);
    const { events } = await service.getWorkflowExecutionHistory(on('a'));
    expect(events.at(-1)).toMatchObject({ type: 'WorkflowExecutionTerminated', attributes: { reason: 'by parent close policy' } });
    expect((await story(service, 'a-child')).at(-1)).toBe('WorkflowExecutionTerminated');
    const asked = (await service.getWorkflowExecutionHistory(on('b'))).events.find(({ type }) => type === 'WorkflowExecutionCancelRequested');
    expect(asked?.attributes).toEqual({ externalWorkflowExecution: { workflowId: 'parent', runId: await runIdOf(world, 'parent') } });
    expect((await service.describeWorkflowExecution(on('c'))).summary.status).toBe('RUNNING');
  }
});

test('R61 the policy reaches a child that has continued as new, and not another run of its workflow id', async () => {
  const world = await open();
  const { service } = world;
  await family(world, {}, [again]);
  await answer(service, { child: [] });
  await service.terminateWorkflowExecution(on('parent'));
  expect((await service.describeWorkflowExecution(on('child'))).summary.status).toBe('TERMINATED');

  const other = await open();
  await family(other);
  await other.service.startWorkflowExecution(startRequest('child', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' }));
  await other.service.terminateWorkflowExecution(on('parent'));
  expect((await other.service.describeWorkflowExecution(on('child'))).summary.status).toBe('RUNNING');
});

test('R59 a task that starts a child and closes starts none', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('child'), finish] });
  await expect(service.describeWorkflowExecution(on('child'))).rejects.toMatchObject({ code: 'NotFound' });
});

test('a signal and a cancel request reach another workflow with the name of the sender, and both are one commit', async () => {
  const world = await open({ idleBytes: 0 });
  const { service, store } = world;
  await service.startWorkflowExecution(startRequest('target'));
  await answer(service, { target: [] });
  const { runId } = await service.startWorkflowExecution(startRequest('sender'));
  const task = await workflowTask(service);
  await quiet();
  store.batches.length = 0;
  await complete(service, task, tell('target', { input: [{ encoding: 'json/plain', data: '1' }] }), cancel('target', { reason: 'why' }));
  expect(tables(world)).toEqual([['history sender', 'history target']]);
  const { events } = await service.getWorkflowExecutionHistory(on('target'));
  expect(events.slice(4)).toMatchObject([
    {
      type: 'WorkflowExecutionSignaled',
      attributes: { signalName: 'told', input: [{ data: '1' }], externalWorkflowExecution: { workflowId: 'sender', runId }, requestId: `${runId}:5` },
    },
    { type: 'WorkflowTaskScheduled' },
    {
      type: 'WorkflowExecutionCancelRequested',
      attributes: { cause: 'why', externalInitiatedEventId: 6, externalWorkflowExecution: { workflowId: 'sender', runId } },
    },
  ]);
  expect((await story(service, 'sender')).slice(3)).toEqual(['ExternalWorkflowExecutionSignaled', 'ExternalWorkflowExecutionCancelRequested']);
});

test('R56 who is not there, is closed, is no child of the sender or is the sender itself is not found', async () => {
  const { service } = await open();
  for (const workflowId of ['closed', 'open']) await service.startWorkflowExecution(startRequest(workflowId));
  await answer(service, { closed: [finish], open: [] });
  await service.startWorkflowExecution(startRequest('sender'));
  await answer(service, {
    sender: [
      tell('nobody'),
      tell('closed'),
      tell('open', { childWorkflowOnly: true }),
      tell('open', { workflowExecution: { workflowId: 'open', runId: 'no-such-run' } }),
      tell('sender'),
      cancel('nobody'),
      cancel('open', { childWorkflowOnly: true }),
      cancel('closed'), // it is as it should be
    ],
  });
  expect((await story(service, 'sender')).slice(9)).toEqual([
    ...Array.from({ length: 5 }, () => 'SignalExternalWorkflowExecutionFailed'),
    ...Array.from({ length: 2 }, () => 'RequestCancelExternalWorkflowExecutionFailed'),
    'ExternalWorkflowExecutionCancelRequested',
  ]);
});

test('a workflow that signals and closes in one task has sent the signal', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('target'));
  await answer(service, { target: [] });
  await service.startWorkflowExecution(startRequest('sender'));
  await answer(service, { sender: [tell('target'), finish] });
  expect(await story(service, 'target')).toContain('WorkflowExecutionSignaled');
  expect((await story(service, 'sender')).at(-1)).toBe('WorkflowExecutionCompleted');
});

test('a target whose history is damaged counts as not found, and its workflow id as taken', async () => {
  const world = await open();
  const { service, database, clock } = world;
  await service.startWorkflowExecution(startRequest('target'));
  await answer(service, { target: [] });
  await service.stop();
  for (const [key] of [...database.tables.history.entries(boundsOf({}))]) database.tables.history.set([...key], '"damaged"');
  const { service: next } = await open({ database, clock, seed: 2 });
  await next.startWorkflowExecution(startRequest('sender'));
  await answer(next, { sender: [tell('target'), child('target')] });
  expect((await story(next, 'sender')).slice(3)).toEqual(['SignalExternalWorkflowExecutionFailed', 'StartChildWorkflowExecutionFailed']);
});

test('a commit that fails leaves neither the child nor its parent changed', async () => {
  const world = await open();
  const { service, store, clock } = world;
  await service.startWorkflowExecution(startRequest('parent'));
  const task = await workflowTask(service);
  await quiet();
  store.failCommits(new Error('no space'));
  await expect(complete(service, task, child('child'))).rejects.toMatchObject({ code: 'Internal' });
  store.failCommits(undefined);
  await clock.advance(1_000);
  expect(await story(service, 'parent')).toEqual(['WorkflowExecutionStarted']);
  await expect(service.describeWorkflowExecution(on('child'))).rejects.toMatchObject({ code: 'NotFound' });
  await answer(service, { parent: [child('child')] });
  expect(await story(service, 'parent')).toContain('ChildWorkflowExecutionStarted');
});

/** Parent: starts a child and ends with it. Child: waits for the parent's signal, continues as new once, then ends. */
function play(task: WorkflowTask): ReturnType<typeof child>[] {
  const types = new Set(task.history.map(({ type }) => type));
  if (task.workflowType === 'type') {
    if (!types.has('StartChildWorkflowExecutionInitiated')) return [child('child')];
    if (types.has('ChildWorkflowExecutionStarted') && !types.has('SignalExternalWorkflowExecutionInitiated')) return [tell('child')];
    return types.has('ChildWorkflowExecutionCompleted') ? [finish] : [];
  }
  const started = task.history[0];
  if (started?.type === 'WorkflowExecutionStarted' && started.attributes.continuedExecutionRunId !== undefined) return [finish];
  return types.has('WorkflowExecutionSignaled') ? [again] : [];
}

test('an engine that takes over after any commit brings a family to the same end', async () => {
  const first = await open();
  await first.service.startWorkflowExecution(startRequest('parent'));
  await workOff(first.service, play);
  const ends = await Promise.all([story(first.service, 'parent'), story(first.service, 'child')]);
  expect(ends[0]).toEqual([
    'WorkflowExecutionStarted',
    'StartChildWorkflowExecutionInitiated',
    'ChildWorkflowExecutionStarted',
    'SignalExternalWorkflowExecutionInitiated',
    'ExternalWorkflowExecutionSignaled',
    'ChildWorkflowExecutionCompleted',
    'WorkflowExecutionCompleted',
  ]);
  const { batches } = first.store;
  expect(batches.length).toBeGreaterThan(5);
  for (let count = 1; count <= batches.length; count++) {
    const { service } = await open({ database: await databaseAfter(batches.slice(0, count)), seed: count + 1 });
    await workOff(service, play);
    expect([count, await story(service, 'parent'), await story(service, 'child')]).toEqual([count, ...ends]);
  }
});
