import { expect, test } from 'vitest';
import { isServiceError } from '../common/service-error.ts';
import { boundsOf } from '../storage/key.ts';
import { createMemoryDatabase, type MemoryDatabase } from '../storage/memory.ts';
import { TABLES } from '../storage/store.ts';
import {
  activity,
  activityTask,
  complete,
  finish,
  on,
  open,
  outcome,
  poll,
  quiet,
  requestId,
  signalRequest,
  startRequest,
  timer,
  type World,
  workflowTask,
} from './service.test-kit.ts';

const DAY = 86_400_000;
const inA = (workflowId: string, runId?: string) => ({ ...on(workflowId, runId), namespace: 'a' });

/** The keys that the database has of a namespace, whatever the table. */
function rowsOf({ tables }: MemoryDatabase, namespace: string): string[] {
  return TABLES.flatMap((table) =>
    [...tables[table].entries(boundsOf({}))].filter(([key]) => key.includes(namespace)).map(([key]) => `${table} ${key.join(' ')}`),
  );
}

/** Runs of namespace "a" that are closed as soon as they are open. */
async function close({ service }: World, ...workflowIds: string[]): Promise<string[]> {
  const runIds = [];
  for (const workflowId of workflowIds) {
    const { runId } = await service.startWorkflowExecution(startRequest(workflowId, { namespace: 'a' }));
    await service.terminateWorkflowExecution(inA(workflowId, runId));
    runIds.push(runId);
  }
  return runIds;
}

test('a closed run is removed from every table when its retention is over, and not before', async () => {
  const world = await open();
  const { service, clock, database } = world;
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  const [runId = ''] = await close(world, 'wf');
  await service.startWorkflowExecution(startRequest('open', { namespace: 'a' }));
  await clock.advance(DAY - 1);
  expect((await service.describeWorkflowExecution(inA('wf'))).summary.status).toBe('TERMINATED');
  await clock.advance(1);
  expect(rowsOf(database, 'a').filter((row) => row.includes('wf') || row.includes(runId))).toEqual([]);
  for (const call of [
    service.describeWorkflowExecution(inA('wf')),
    service.describeWorkflowExecution(inA('wf', runId)),
    service.getWorkflowExecutionHistory({ ...inA('wf', runId), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' }),
    service.queryWorkflow({ ...inA('wf'), queryType: 'q' }),
    service.signalWorkflowExecution({ ...signalRequest('wf'), namespace: 'a' }),
  ])
    await expect(call).rejects.toMatchObject({ code: 'NotFound' });
  const { executions } = await service.listWorkflowExecutions({ namespace: 'a' });
  expect(executions.map(({ workflowId, status }) => [workflowId, status])).toEqual([['open', 'RUNNING']]);
  await clock.advance(100 * DAY);
  expect((await service.describeWorkflowExecution(inA('open'))).summary.status).toBe('RUNNING');
  await service.stop();
});

test('the default namespace keeps closed runs for ever, unless it is given a retention', async () => {
  const { service, clock, database } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await service.terminateWorkflowExecution(on('wf'));
  await clock.advance(1_000 * DAY);
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('TERMINATED');
  await service.updateNamespace({ namespace: 'default', retention: 1_001 * DAY });
  expect(await service.updateNamespace({ namespace: 'default', retention: 0 })).toMatchObject({ retention: 0 });
  await clock.advance(10 * DAY);
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('TERMINATED');
  await service.updateNamespace({ namespace: 'default', retention: 30 * DAY });
  await clock.advance(0);
  expect(rowsOf(database, 'default')).toEqual(['namespaces default']);
  await service.stop();
});

test('another retention counts for runs that have closed before: a longer one keeps them, a shorter one removes them at once', async () => {
  const world = await open();
  const { service, clock, database } = world;
  await service.registerNamespace({ namespace: 'a', retention: 2 * DAY });
  await close(world, 'wf');
  await clock.advance(DAY);
  await service.updateNamespace({ namespace: 'a', retention: 5 * DAY });
  await clock.advance(3 * DAY);
  expect(rowsOf(database, 'a')).toHaveLength(5);
  await service.updateNamespace({ namespace: 'a', retention: 1 });
  await clock.advance(0);
  expect(rowsOf(database, 'a')).toEqual(['namespaces a']);
  await service.stop();
});

test('nothing is written for retention but the removal, in bounded commits that hold each run whole', async () => {
  const world = await open();
  const { service, clock, database, store } = world;
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  store.batches.length = 0;
  await close(world, 'first');
  const puts = store.batches.flatMap((batch) => batch.puts.map(([table]) => table));
  expect(puts.filter((table) => table !== 'history').sort()).toEqual(['busy', 'executions', 'visibility', 'visibility']);
  await close(world, ...Array.from({ length: 250 }, (_, index) => `wf-${index}`));
  store.batches.length = 0;
  await clock.advance(DAY);
  expect(store.batches.map(({ puts, deletes }) => [puts.length, deletes.filter(([table]) => table === 'visibility').length])).toEqual([
    [0, 100],
    [0, 100],
    [0, 51],
  ]);
  for (const { deletes } of store.batches) {
    const runIds = new Set(deletes.filter(([table]) => table === 'visibility').map(([, key]) => key.at(-1)));
    for (const [table, key] of deletes) if (table === 'history') expect(runIds.has(key[2] as string)).toBe(true);
  }
  expect(rowsOf(database, 'a')).toEqual(['namespaces a']);
  await service.stop();
});

test('a run with more rows than one commit takes is removed by one commit of its own', async () => {
  const world = await open({ idleBytes: 0 });
  const { service, clock, database, store } = world;
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  await service.startWorkflowExecution(startRequest('long', { namespace: 'a' }));
  for (let index = 0; index < 2_100; index++) await service.signalWorkflowExecution({ ...signalRequest('long'), namespace: 'a' });
  await service.terminateWorkflowExecution(inA('long'));
  await close(world, 'short');
  store.batches.length = 0;
  await clock.advance(DAY);
  const rows = store.batches.map(({ deletes }) => deletes.filter(([table]) => table === 'history').length);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toBeGreaterThan(2_100);
  expect(rowsOf(database, 'a')).toEqual(['namespaces a']);
  await service.stop();
});

test('what was over while no engine ran is removed by the next one', async () => {
  const world = await open();
  await world.service.registerNamespace({ namespace: 'a', retention: DAY });
  await close(world, 'one', 'two');
  await world.service.stop();
  world.clock.jump(2 * DAY);
  const { service, database } = await open({ database: world.database, clock: world.clock, seed: 2 });
  await quiet();
  expect(rowsOf(database, 'a')).toEqual(['namespaces a']);
  await service.stop();
});

test('only the run whose time is over goes: a newer one of its workflow id is found all the same, and its request is known', async () => {
  const world = await open();
  const { service, clock, database } = world;
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  const [first = ''] = await close(world, 'wf');
  await clock.advance(DAY / 2);
  const request = startRequest('wf', { namespace: 'a' });
  const { runId } = await service.startWorkflowExecution(request);
  await service.terminateWorkflowExecution(inA('wf', runId));
  await clock.advance(DAY / 2);
  await expect(service.describeWorkflowExecution(inA('wf', first))).rejects.toMatchObject({ code: 'NotFound' });
  expect((await service.describeWorkflowExecution(inA('wf'))).summary.runId).toBe(runId);
  expect(await service.startWorkflowExecution(request)).toMatchObject({ runId, started: true });
  expect(rowsOf(database, 'a').filter((row) => row.includes(first))).toEqual([]);
  await service.stop();
});

test('R46 a request id is known as long as its run is kept, and no longer', async () => {
  const { service, clock } = await open();
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  const request = startRequest('wf', { namespace: 'a' });
  const { runId } = await service.startWorkflowExecution(request);
  await service.terminateWorkflowExecution(inA('wf'));
  await clock.advance(DAY - 1);
  expect(await service.startWorkflowExecution(request)).toMatchObject({ runId, started: true });
  await clock.advance(1);
  const again = await service.startWorkflowExecution(request);
  expect(again).toMatchObject({ started: true });
  expect(again.runId).not.toBe(runId);
  await service.stop();
});

test('a run that a query still waits for stays until that is answered', async () => {
  const world = await open();
  const { service, clock } = world;
  await service.registerNamespace({ namespace: 'a', retention: 2_000 });
  const { runId } = await service.startWorkflowExecution(startRequest('wf', { namespace: 'a' }));
  const first = await service.pollWorkflowTaskQueue({ ...poll(), namespace: 'a' });
  if (first) await complete(service, first, finish);
  const query = service.queryWorkflow({ ...inA('wf'), queryType: 'q' });
  await clock.advance(3_000);
  expect(await outcome(query)).toBe('pending');
  expect((await service.describeWorkflowExecution(inA('wf', runId))).summary.status).toBe('COMPLETED');
  const task = await service.pollWorkflowTaskQueue({ ...poll(), namespace: 'a' });
  await service.respondQueryTaskCompleted({ taskToken: task?.taskToken ?? '', result: { payloads: [] } as never });
  await outcome(query);
  await clock.advance(1_000);
  await expect(service.describeWorkflowExecution(inA('wf', runId))).rejects.toMatchObject({ code: 'NotFound' });
  await service.stop();
});

test('a start that comes while the run before it is being removed is neither lost nor leaves a row of that one', async () => {
  for (const idleBytes of [0, 1_048_576])
    for (const isBefore of [true, false]) {
      const world = await open({ idleBytes });
      const { service, clock, database, store } = world;
      await service.registerNamespace({ namespace: 'a', retention: DAY });
      const [runId = ''] = await close(world, 'wf', 'other');
      await clock.advance(DAY - 1);
      const release = store.holdCommits();
      const early = isBefore ? service.startWorkflowExecution(startRequest('wf', { namespace: 'a' })) : undefined;
      await quiet();
      await clock.advance(1);
      const started = early ?? service.startWorkflowExecution(startRequest('wf', { namespace: 'a' }));
      await quiet();
      await expect(Promise.race([service.describeWorkflowExecution(inA('other')), quiet().then(() => 'waits')])).rejects.toMatchObject({ code: 'NotFound' });
      release();
      const { runId: next } = await started;
      await clock.advance(2_000);
      expect((await service.describeWorkflowExecution(inA('wf'))).summary).toMatchObject({ runId: next, status: 'RUNNING' });
      expect(rowsOf(database, 'a').filter((row) => row.includes(runId))).toEqual([]);
      await service.stop();
    }
});

test('a removal that the store refuses is tried again', async () => {
  const world = await open();
  const { service, clock, database, store } = world;
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  await close(world, 'wf');
  store.failCommits(new Error('the disk is full'));
  await clock.advance(DAY);
  expect(rowsOf(database, 'a')).toHaveLength(5);
  expect((await service.describeWorkflowExecution(inA('wf'))).summary.status).toBe('TERMINATED');
  expect((await service.getEngineStatus()).reason).toMatch(/the disk is full/);
  store.failCommits(undefined);
  await clock.advance(1_000);
  expect(rowsOf(database, 'a')).toEqual(['namespaces a']);
  await service.stop();
});

test('a namespace is deleted with all that is in it, and its name is free again', async () => {
  const world = await open({ idleBytes: 0 });
  const { service, database, store } = world;
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  await service.registerNamespace({ namespace: 'ab', retention: DAY });
  await service.startWorkflowExecution(startRequest('kept', { namespace: 'ab' }));
  await close(world, ...Array.from({ length: 300 }, (_, index) => `closed-${index}`));
  await service.startWorkflowExecution(startRequest('sleeps', { namespace: 'a' }));
  const task = await service.pollWorkflowTaskQueue({ ...poll(), namespace: 'a' });
  if (task) await complete(service, task, timer('1', DAY));
  await service.startWorkflowExecution(startRequest('busy', { namespace: 'a' }));
  store.batches.length = 0;
  await service.deleteNamespace({ namespace: 'a' });
  expect(Math.max(...store.batches.map(({ deletes }) => deletes.length))).toBeLessThanOrEqual(500);
  expect(store.batches.flatMap(({ puts }) => puts.filter(([table]) => table === 'history'))).toEqual([]);
  expect(rowsOf(database, 'a')).toEqual([]);
  expect(rowsOf(database, 'ab').length).toBeGreaterThan(1);
  for (const call of [
    service.describeNamespace({ namespace: 'a' }),
    service.describeWorkflowExecution(inA('busy')),
    service.startWorkflowExecution(startRequest('new', { namespace: 'a' })),
    service.listWorkflowExecutions({ namespace: 'a' }),
    service.deleteNamespace({ namespace: 'a' }),
  ])
    await expect(call).rejects.toMatchObject({ code: 'NamespaceNotFound' });
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  expect((await service.listWorkflowExecutions({ namespace: 'a' })).executions).toEqual([]);
  expect(await service.startWorkflowExecution(startRequest('busy', { namespace: 'a' }))).toMatchObject({ started: true });
  await expect(service.deleteNamespace({ namespace: 'default' })).rejects.toMatchObject({ code: 'FailedPrecondition' });
  await service.stop();
});

test('who waits for a run of a namespace that is deleted is told, and what its workers answer finds nothing', async () => {
  const { service } = await open();
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  await service.startWorkflowExecution(startRequest('wf', { namespace: 'a' }));
  const first = await service.pollWorkflowTaskQueue({ ...poll(), namespace: 'a' });
  if (first) await complete(service, first, activity('1'));
  const running = await service.pollActivityTaskQueue({ ...poll(), namespace: 'a' });
  await service.signalWorkflowExecution({ ...signalRequest('wf'), namespace: 'a' });
  const second = await service.pollWorkflowTaskQueue({ ...poll(), namespace: 'a' });
  const waiting = [
    service.getWorkflowExecutionHistory({ ...inA('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' }),
    service.queryWorkflow({ ...inA('wf'), queryType: 'q' }),
    service.updateWorkflowExecution({ ...inA('wf'), updateId: 'u', updateName: 'u', waitStage: 'COMPLETED' }),
  ];
  const told = waiting.map((each) =>
    each.then(
      () => 'answered',
      (error: unknown) => isServiceError(error, 'NamespaceNotFound'),
    ),
  );
  await quiet();
  await service.deleteNamespace({ namespace: 'a' });
  expect(await Promise.all(told)).toEqual([true, true, true]);
  await expect(service.respondWorkflowTaskCompleted({ taskToken: second?.taskToken ?? '', commands: [finish], identity: 'w' })).rejects.toMatchObject({
    code: 'NotFound',
  });
  await expect(service.respondActivityTaskCompleted({ taskToken: running?.taskToken ?? '', identity: 'w' })).rejects.toMatchObject({
    code: expect.stringMatching(/NotFound/),
  });
  await service.stop();
});

test('a deletion that an engine did not finish is finished by the next one, and finds nobody meanwhile', async () => {
  for (let commits = 1; commits <= 5; commits++) {
    const world = await open();
    await world.service.registerNamespace({ namespace: 'a', retention: DAY });
    await close(world, ...Array.from({ length: 3 }, (_, index) => `closed-${index}`));
    await world.service.startWorkflowExecution(startRequest('open', { namespace: 'a' }));
    world.store.batches.length = 0;
    const { commit } = world.store;
    world.store.commit = (batch, epoch) => (world.store.batches.length < commits ? commit(batch, epoch) : new Promise(() => {}));
    void world.service.deleteNamespace({ namespace: 'a' }).catch(() => {});
    await quiet();
    expect(rowsOf(world.database, 'a').length).toBeGreaterThan(0);
    const { service, database } = await open({ database: world.database, clock: world.clock, seed: 2 });
    await expect(service.describeNamespace({ namespace: 'a' })).rejects.toMatchObject({ code: 'NamespaceNotFound' });
    await service.registerNamespace({ namespace: 'a', retention: 2 * DAY });
    expect(rowsOf(database, 'a')).toEqual(['namespaces a']);
    expect(await service.startWorkflowExecution(startRequest('open', { namespace: 'a', requestId: requestId() }))).toMatchObject({ started: true });
    await service.stop();
  }
});

test('runs of other namespaces go on while one is deleted', async () => {
  const { service, database } = await open({ database: createMemoryDatabase() });
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  await service.startWorkflowExecution(startRequest('wf', { namespace: 'a' }));
  const deleted = service.deleteNamespace({ namespace: 'a' });
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), activity('1'));
  const { taskToken } = await activityTask(service);
  await service.respondActivityTaskCompleted({ taskToken, identity: 'w' });
  await complete(service, await workflowTask(service), finish);
  await deleted;
  expect(rowsOf(database, 'a')).toEqual([]);
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('COMPLETED');
  await service.stop();
});
