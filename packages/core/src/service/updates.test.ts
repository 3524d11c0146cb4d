import { expect, test } from 'vitest';
import type { UpdateOutcome } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import type { UpdateStage, UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse, WorkflowTask } from '../protocol/workflow-service.ts';
import { again, answer, fail, story, taskOf } from './family.test-kit.ts';
import { complete, finish, on, open, outcome, quiet, requestId, signalRequest, startRequest, timer, type World } from './service.test-kit.ts';

const update = (
  updateId: string,
  waitStage: UpdateStage = 'COMPLETED',
  more: Partial<UpdateWorkflowExecutionRequest> = {},
): UpdateWorkflowExecutionRequest => ({
  ...on('wf'),
  updateId,
  updateName: 'add',
  identity: 'client',
  waitStage,
  ...more,
});
const requestOf = (updateId: string) => ({ meta: { updateId, identity: 'client' }, input: { name: 'add' } });
const accept = (id: string): Command => ({ type: 'AcceptUpdate', attributes: { protocolInstanceId: id, request: requestOf(id) } });
const done = (id: string, result: UpdateOutcome = { success: [] }): Command => ({
  type: 'CompleteUpdate',
  attributes: { protocolInstanceId: id, outcome: result },
});
const reject = (id: string): Command => ({ type: 'RejectUpdate', attributes: { protocolInstanceId: id, request: requestOf(id), failure: { message: 'bad' } } });
const given = ({ updates }: WorkflowTask): string[] => updates.map(({ protocolInstanceId }) => protocolInstanceId);

/** A workflow at rest. */
async function atRest(more: Parameters<typeof open>[0] = {}): Promise<World & { runId: string }> {
  const world = await open(more);
  const { runId } = await world.service.startWorkflowExecution(startRequest('wf'));
  await answer(world.service, { wf: [timer('1', 3_600_000)] });
  await quiet();
  world.store.batches.length = 0;
  return { ...world, runId };
}

test('an update travels with a task of its own, and is answered after the commit of what became of it', async () => {
  const { service, store, runId } = await atRest();
  const updated = service.updateWorkflowExecution(update('u1'));
  const task = await taskOf(service, 'wf');
  expect(task.updates).toEqual([{ protocolInstanceId: 'u1', request: requestOf('u1') }]);
  expect(task.history.map(({ eventId, type }) => [eventId, type]).slice(-2)).toEqual([
    [6, 'WorkflowTaskScheduled'],
    [7, 'WorkflowTaskStarted'],
  ]);
  await quiet();
  const release = store.holdCommits();
  const completed = complete(service, task, accept('u1'), done('u1'));
  expect(await outcome(updated)).toBe('pending');
  release();
  await completed;
  expect(await updated).toEqual({ workflowExecution: { workflowId: 'wf', runId }, updateId: 'u1', stage: 'COMPLETED', outcome: { success: [] } });
  expect((await story(service, 'wf')).slice(2)).toEqual(['WorkflowExecutionUpdateAccepted', 'WorkflowExecutionUpdateCompleted']);
});

test('each caller is answered at the stage it waits for', async () => {
  const { service } = await atRest();
  expect((await service.updateWorkflowExecution(update('u1', 'ADMITTED'))).stage).toBe('ADMITTED');
  const accepted = service.updateWorkflowExecution(update('u1', 'ACCEPTED'));
  const completed = service.pollWorkflowExecutionUpdate({ ...on('wf'), updateId: 'u1', waitStage: 'COMPLETED' });
  await answer(service, { wf: [accept('u1'), timer('2', 1)] });
  expect(await accepted).toMatchObject({ stage: 'ACCEPTED' });
  expect(await outcome(completed)).toBe('pending');
  await service.signalWorkflowExecution(signalRequest('wf'));
  await answer(service, { wf: [done('u1')] });
  expect(await completed).toMatchObject({ stage: 'COMPLETED', outcome: { success: [] } });
});

test('R66 an update id is good for one update of a run: known ones are answered from the history, after a restart and after its close', async () => {
  const { service, database, clock } = await atRest();
  const both = [service.updateWorkflowExecution(update('u1')), service.updateWorkflowExecution(update('u1'))];
  const task = await taskOf(service, 'wf');
  expect(given(task)).toEqual(['u1']);
  await complete(service, task, accept('u1'), done('u1'));
  const [first, second] = await Promise.all(both);
  expect(second).toEqual(first);
  expect(await service.updateWorkflowExecution(update('u1'))).toEqual(first);
  await service.terminateWorkflowExecution(on('wf'));
  await service.stop();
  const { service: next } = await open({ database, clock, seed: 2 });
  expect(await next.updateWorkflowExecution(update('u1'))).toEqual(first);
  await expect(next.updateWorkflowExecution(update('u2'))).rejects.toMatchObject({ code: 'NotFound', details: { status: 'TERMINATED' } });
  await expect(next.pollWorkflowExecutionUpdate({ ...on('wf'), updateId: 'u2', waitStage: 'COMPLETED' })).rejects.toMatchObject({ code: 'NotFound' });
});

test('R67 a rejected update is answered, leaves no event, and its id is free again', async () => {
  const { service } = await atRest();
  for (let i = 0; i < 3; i++) {
    const updated = service.updateWorkflowExecution(update('u1'));
    await answer(service, { wf: [reject('u1')] });
    expect(await updated).toMatchObject({ stage: 'COMPLETED', outcome: { failure: { message: 'bad' } } });
  }
  expect((await service.getWorkflowExecutionHistory(on('wf'))).events).toHaveLength(5);
});

test('R69 a task that fails gives the update to the next one; one that passes it over rejects it', async () => {
  const { service, clock } = await atRest();
  const updated = service.updateWorkflowExecution(update('u1'));
  const task = await taskOf(service, 'wf');
  await service.respondWorkflowTaskFailed({
    taskToken: task.taskToken,
    cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE',
    failure: { message: 'no' },
    identity: 'worker',
  });
  await clock.advance(1_000);
  const retry = await taskOf(service, 'wf');
  expect([retry.attempt, given(retry)]).toEqual([2, ['u1']]);
  await complete(service, retry, timer('2', 1));
  expect(await updated).toMatchObject({ outcome: { failure: { applicationFailureInfo: { type: 'UnprocessedUpdate' } } } });
});

test('a worker that is lost gives the update to another; a heartbeat of a task keeps it', async () => {
  const { service } = await atRest();
  const updated = service.updateWorkflowExecution(update('u1'));
  await service.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: 'queue', workerId: 'lost', identity: 'lost' });
  await service.shutdownWorker({ workerId: 'lost', lost: true });
  const task = await taskOf(service, 'wf');
  expect(given(task)).toEqual(['u1']);
  await service.respondWorkflowTaskCompleted({ taskToken: task.taskToken, commands: [], identity: 'worker', forceCreateNewWorkflowTask: true });
  await answer(service, { wf: [accept('u1'), done('u1')] });
  expect(await updated).toMatchObject({ outcome: { success: [] } });
});

test('an update that comes while a task is under way gets the next one, and one before the first task gets the first', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const first = service.updateWorkflowExecution(update('u1'));
  const task = await taskOf(service, 'wf');
  expect(given(task)).toEqual(['u1']);
  const second = service.updateWorkflowExecution(update('u2'));
  await complete(service, task, accept('u1'), done('u1'));
  const next = await taskOf(service, 'wf');
  expect(given(next)).toEqual(['u2']);
  await complete(service, next, accept('u2'), done('u2'));
  for (const updated of [first, second]) expect(await updated).toMatchObject({ stage: 'COMPLETED' });
});

test('an update waits for the first task of a run that starts later', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf', { workflowStartDelay: 5_000 }));
  const updated = service.updateWorkflowExecution(update('u1'));
  await quiet();
  await clock.advance(5_000);
  await answer(service, { wf: [accept('u1'), done('u1')] });
  expect(await updated).toMatchObject({ stage: 'COMPLETED' });
});

test.each([
  ['completes', (world: World) => answer(world.service, { wf: [finish] })],
  ['is terminated', (world: World) => world.service.terminateWorkflowExecution(on('wf'))],
])('R68 when the workflow %s, an accepted update has failed, and one that was only admitted is not found', async (_, close) => {
  const world = await atRest();
  const { service } = world;
  const accepted = service.updateWorkflowExecution(update('u1'));
  await answer(service, { wf: [accept('u1')] });
  const admitted = service.updateWorkflowExecution(update('u2')).catch((error) => error);
  await close(world);
  expect(await accepted).toMatchObject({
    stage: 'COMPLETED',
    outcome: { failure: { applicationFailureInfo: { type: 'AcceptedUpdateCompletedWorkflow', nonRetryable: true } } },
  });
  expect(await admitted).toMatchObject({ code: 'NotFound', message: expect.stringMatching(/^workflow execution already completed/) });
  expect(await service.updateWorkflowExecution(update('u1'))).toEqual(await accepted);
});

test.each([
  ['continues as new', again, {}],
  ['is retried', fail(), { retryPolicy: { initialInterval: 1_000 } }],
])('R68 when the workflow %s, what was only admitted goes on to the next run, unless it was for that run alone', async (_, close, options) => {
  const { service, clock } = await open();
  const { runId } = await service.startWorkflowExecution(startRequest('wf', options));
  const task = await taskOf(service, 'wf');
  const updated = service.updateWorkflowExecution(update('u1'));
  const bound = service.updateWorkflowExecution(update('u2', 'COMPLETED', on('wf', runId))).catch((error) => error);
  await complete(service, task, close);
  expect(await bound).toMatchObject({ code: 'NotFound' });
  await clock.advance(1_000);
  const next = await taskOf(service, 'wf');
  expect(given(next)).toEqual(['u1']);
  expect(next.runId).not.toBe(runId);
  await complete(service, next, accept('u1'), done('u1'));
  expect(await updated).toMatchObject({ workflowExecution: { runId: next.runId }, stage: 'COMPLETED' });
});

test('R70 a run has at most ten updates in flight, of twenty mebibytes', async () => {
  const { service } = await atRest();
  const large = [{ encoding: 'json/plain', data: 'x'.repeat(2_000_000) }];
  const five = Array.from({ length: 5 }, (_, i) => service.updateWorkflowExecution(update(`large-${i}`, 'COMPLETED', { args: large })).catch(() => {}));
  await expect(service.updateWorkflowExecution(update('large-5', 'COMPLETED', { args: large }))).rejects.toMatchObject({ code: 'ResourceExhausted' });
  await answer(service, { wf: [] }); // it passes them over, and so rejects them
  await Promise.all(five);
  const ids = Array.from({ length: 10 }, (_, i) => `u${i}`);
  const updates: Promise<UpdateWorkflowExecutionResponse>[] = ids.slice(0, 5).map((id) => service.updateWorkflowExecution(update(id)));
  await answer(service, { wf: ids.slice(0, 5).map(accept) });
  updates.push(...ids.slice(5).map((id) => service.updateWorkflowExecution(update(id))));
  await expect(service.updateWorkflowExecution(update('u10'))).rejects.toMatchObject({ code: 'ResourceExhausted' });
  await answer(service, { wf: [done('u0'), ...ids.slice(5).map(accept)] });
  const more = service.updateWorkflowExecution(update('u10'));
  await answer(service, { wf: [accept('u10'), done('u10')] });
  expect(await more).toMatchObject({ stage: 'COMPLETED' });
});

test('R70 a run has at most two thousand updates, and is told to continue as new before', async () => {
  const { service } = await atRest({ limits: { historyEvents: { suggest: 50_000, warn: 50_000, error: 50_000 } } });
  const suggestions: number[] = [];
  for (let i = 0; i < 2_000; i += 10) {
    const ids = Array.from({ length: 10 }, (_, n) => `u${i + n}`);
    const updates = ids.map((id) => service.updateWorkflowExecution(update(id)));
    await service.signalWorkflowExecution(signalRequest('wf'));
    const task = await taskOf(service, 'wf');
    if (task.continueAsNewSuggested) suggestions.push(i);
    await complete(service, task, ...ids.flatMap((id) => [accept(id), done(id)]));
    await Promise.all(updates);
  }
  expect(suggestions[0]).toBe(1_800);
  await expect(service.updateWorkflowExecution(update('one too many'))).rejects.toMatchObject({ code: 'FailedPrecondition' });
});

test('a commit that fails tells who waits, and the update is not in the history', async () => {
  const { service, store, clock } = await atRest();
  const updated = service.updateWorkflowExecution(update('u1')).catch((error) => error);
  const task = await taskOf(service, 'wf');
  await quiet();
  store.failCommits(new Error('no space'));
  await expect(complete(service, task, accept('u1'), done('u1'))).rejects.toMatchObject({ code: 'Internal' });
  expect(await updated).toMatchObject({ code: 'Internal' });
  store.failCommits(undefined);
  await clock.advance(1_000);
  expect(await story(service, 'wf')).toEqual(['WorkflowExecutionStarted', 'TimerStarted']);
});

test('an engine that stops tells who waits; the next one takes the same update again', async () => {
  const { service, database, clock } = await atRest();
  const updated = service.updateWorkflowExecution(update('u1')).catch((error) => error);
  await taskOf(service, 'wf');
  await service.stop();
  expect(await updated).toMatchObject({ code: 'Unavailable' });
  const { service: next } = await open({ database, clock, seed: 2 });
  const again = next.updateWorkflowExecution(update('u1'));
  await answer(next, { wf: [accept('u1'), done('u1')] });
  expect(await again).toMatchObject({ stage: 'COMPLETED' });
});

test('a run with an update that waits stays in memory, however short memory is', async () => {
  const { service } = await atRest({ idleBytes: 0 });
  const updated = service.updateWorkflowExecution(update('u1'));
  for (const id of ['a', 'b', 'c']) await service.startWorkflowExecution(startRequest(id));
  await answer(service, { wf: [accept('u1')], a: [finish], b: [finish], c: [finish] });
  await service.signalWorkflowExecution(signalRequest('wf'));
  await answer(service, { wf: [done('u1')] });
  expect(await updated).toMatchObject({ stage: 'COMPLETED' });
});

test('a query sees what an update has done, also where nobody has the run in its cache, and does not wait for a rejection for ever', async () => {
  const { service } = await atRest();
  const updated = service.updateWorkflowExecution(update('u1'));
  await answer(service, { wf: [accept('u1'), timer('2', 1_000), done('u1')] });
  await updated;
  const query = () => service.queryWorkflow({ ...on('wf'), queryType: 'q' }).catch((error) => error);
  const asked = query();
  const task = (await service.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: 'queue', workerId: 'other', identity: 'other' })) as WorkflowTask;
  expect(task.history.map(({ type }) => type).slice(-4)).toEqual([
    'WorkflowTaskCompleted',
    'WorkflowExecutionUpdateAccepted',
    'TimerStarted',
    'WorkflowExecutionUpdateCompleted',
  ]);
  await service.respondQueryTaskCompleted({ taskToken: task.taskToken, result: [] });
  expect(await asked).toEqual({ result: [] });
  const rejected = service.updateWorkflowExecution(update('u2'));
  const behind = query();
  await answer(service, { wf: [reject('u2')] });
  await rejected;
  const second = await taskOf(service, 'wf');
  expect(second.query).toMatchObject({ queryType: 'q' });
  await service.respondQueryTaskCompleted({ taskToken: second.taskToken, result: [] });
  expect(await behind).toEqual({ result: [] });
});

const updateWithStart = ({ service }: World, updateId: string, more: Parameters<typeof startRequest>[1] = {}, id: string = requestId()) =>
  service.updateWithStartWorkflowExecution({
    start: { ...startRequest('wf', more), requestId: id },
    update: { updateId, updateName: 'add', identity: 'client', waitStage: 'COMPLETED' },
  });

test('update-with-start is one step: the update is with the first task although a worker waits for it', async () => {
  const world = await open();
  const { service, store } = world;
  const polled = taskOf(service, 'wf');
  const id = requestId();
  const both = updateWithStart(world, 'u1', {}, id);
  const task = await polled;
  expect(given(task)).toEqual(['u1']);
  await complete(service, task, accept('u1'), done('u1'));
  const { start, update: updated } = await both;
  expect(start).toMatchObject({ started: true });
  expect(updated).toMatchObject({ workflowExecution: { runId: start.runId }, outcome: { success: [] } });
  expect(store.batches[0]?.puts.filter(([table]) => table === 'history')).toHaveLength(1);
  expect(await updateWithStart(world, 'u1', {}, id)).toEqual({ start, update: updated });
});

test('update-with-start uses an open run as the policy says, and asks a closed one for an update that it knows', async () => {
  const world = await atRest();
  const { service, runId } = world;
  await expect(updateWithStart(world, 'u1')).rejects.toMatchObject({ code: 'AlreadyStarted' });
  const found = updateWithStart(world, 'u1', { workflowIdConflictPolicy: 'USE_EXISTING' });
  await answer(service, { wf: [accept('u1'), done('u1'), finish] });
  expect(await found).toMatchObject({ start: { runId, started: false }, update: { stage: 'COMPLETED' } });
  expect(await updateWithStart(world, 'u1')).toEqual(await found);
  await expect(updateWithStart(world, 'u2', { workflowIdReusePolicy: 'REJECT_DUPLICATE' })).rejects.toMatchObject({ code: 'AlreadyStarted' });
  const fresh = updateWithStart(world, 'u2');
  await answer(service, { wf: [accept('u2'), done('u2')] });
  expect((await fresh).start.runId).not.toBe(runId);
});

test('an update that says something impossible is refused with the field', async () => {
  const { service } = await atRest();
  for (const [request, field] of [
    [update(''), 'updateId'],
    [update('u', 'COMPLETED', { updateName: '' }), 'updateName'],
    [update('u', 'SOON' as never), 'waitStage'],
  ] as const)
    await expect(service.updateWorkflowExecution(request)).rejects.toMatchObject({ code: 'InvalidArgument', details: { field } });
});
