import { expect, test } from 'vitest';
import { answer, cancel, child, leaving, story } from './family.test-kit.ts';
import { complete, finish, on, open, outcome, poll, quiet, signalRequest, startRequest, timer, type World, workflowTask } from './service.test-kit.ts';

const replacing = (more: Parameters<typeof startRequest>[1] = {}) => startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING', ...more });

/** A run whose workflow task is out, and whose child sleeps in the store: its end by force has to read the child first. */
async function withDistantChild(): Promise<World & { runId: string; task: Awaited<ReturnType<typeof workflowTask>> }> {
  const world = await open({ idleBytes: 0 });
  const { service } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  await answer(service, { wf: [leaving('child', 'TERMINATE')] });
  await answer(service, { wf: [], child: [timer('1', 3_600_000)] });
  for (let index = 0; index < 3; index++) await service.startWorkflowExecution(startRequest(`other-${index}`));
  await answer(service, { 'other-0': [], 'other-1': [], 'other-2': [] }); // they push the child out of memory
  await service.signalWorkflowExecution(signalRequest('wf'));
  const task = await workflowTask(service);
  await quiet();
  return { ...world, runId, task };
}

/** No earlier run has begun by this request: what was looked up once is known, so that the next start reads only what its end reaches. */
async function lookUpEarlierRuns(service: World['service']): Promise<void> {
  await expect(service.startWorkflowExecution(startRequest('wf'))).rejects.toMatchObject({ code: 'AlreadyStarted' });
}

/** Reads wait until the returned function is called. */
function holdReads(store: World['store']): () => void {
  const { range } = store;
  let read = (): void => {};
  const reading = new Promise<void>((resolve) => {
    read = resolve;
  });
  store.range = async (table, keys) => {
    await reading;
    return range(table, keys);
  };
  return () => read();
}

test('R48 to terminate the run that is open and to start another is one commit, with all that the end reaches', async () => {
  const { service, store, runId } = await withDistantChild();
  store.batches.length = 0;
  const started = await service.startWorkflowExecution(replacing());
  expect(started).toMatchObject({ started: true });
  expect(store.batches).toHaveLength(1);
  const closed = store.batches[0]?.puts.flatMap(([table, key, value]) =>
    table === 'visibility' ? [[key[1], (value as { workflowId: string; status: string }).workflowId, (value as { status: string }).status]] : [],
  );
  expect(closed?.sort()).toEqual([
    [0, 'wf', 'RUNNING'],
    [1, 'child', 'TERMINATED'],
    [1, 'wf', 'TERMINATED'],
  ]);
  expect((await service.describeWorkflowExecution(on('wf', runId))).summary.status).toBe('TERMINATED');
});

test('R48 when the run closes while its end is being prepared, the start is decided again: nothing is terminated', async () => {
  const { service, store, runId, task } = await withDistantChild();
  await lookUpEarlierRuns(service);
  const read = holdReads(store);
  const completed = complete(service, task, finish);
  await quiet();
  const started = service.startWorkflowExecution(replacing());
  expect(await outcome(started)).toBe('pending');
  read();
  await completed;
  const next = await started;
  expect(next).toMatchObject({ started: true });
  expect((await service.describeWorkflowExecution(on('wf', runId))).summary.status).toBe('COMPLETED');
  expect((await service.describeWorkflowExecution(on('wf'))).summary).toMatchObject({ runId: next.runId, status: 'RUNNING' });
  await service.stop();
});

test('R48 a start that the reuse policy refuses once the run has closed by itself is refused', async () => {
  const { service, store, runId, task } = await withDistantChild();
  await lookUpEarlierRuns(service);
  const read = holdReads(store);
  const completed = complete(service, task, finish);
  await quiet();
  const started = service.startWorkflowExecution(replacing({ workflowIdReusePolicy: 'REJECT_DUPLICATE' }));
  expect(await outcome(started)).toBe('pending');
  read();
  await completed;
  await expect(started).rejects.toMatchObject({ code: 'AlreadyStarted', details: { runId } });
  await service.stop();
});

test('R48 when that commit fails, the old run is open and there is no new one', async () => {
  const { service, store, clock, runId } = await withDistantChild();
  store.failCommits(new Error('no space'));
  await expect(service.startWorkflowExecution(replacing())).rejects.toMatchObject({ code: 'Internal' });
  store.failCommits(undefined);
  await clock.advance(1_000);
  expect((await service.describeWorkflowExecution(on('wf'))).summary).toMatchObject({ runId, status: 'RUNNING' });
  expect((await service.describeWorkflowExecution(on('child'))).summary.status).toBe('RUNNING');
  await service.stop();
});

test('R58 a child’s first task is handed out when its parent has recorded the start, and not before', async () => {
  const { service, store } = await open();
  await service.startWorkflowExecution(startRequest('parent'));
  const task = await workflowTask(service);
  const polled = ['one', 'two'].map((workerId) => service.pollWorkflowTaskQueue(poll(workerId)));
  const release = store.holdCommits();
  const seen: unknown[] = [];
  for (const each of polled)
    void each.then((next) => {
      if (next?.workflowId === 'child') seen.push('child');
      else seen.push(next?.history.map(({ type }) => type).filter((type) => /Child/.test(type)));
    });
  const completed = complete(service, task, child('child'));
  await quiet();
  expect(seen).toHaveLength(2);
  expect(seen).toContainEqual(['StartChildWorkflowExecutionInitiated', 'ChildWorkflowExecutionStarted']);
  expect(seen).toContain('child');
  release();
  await completed;
  const puts = store.batches.find((batch) => batch.puts.some(([table, key]) => table === 'history' && key[1] === 'child'))?.puts ?? [];
  const texts = puts.filter(([table]) => table === 'history').map(([, key, value]) => [key[1], /ChildWorkflowExecutionStarted/.test(String(value))]);
  expect(texts).toEqual([
    ['parent', true],
    ['child', false],
  ]);
  await service.stop();
});

test('R58 a child that completes in its first task has been seen to start by its parent', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('parent'));
  const task = await workflowTask(service);
  const polled = [service.pollWorkflowTaskQueue(poll('one')), service.pollWorkflowTaskQueue(poll('two'))];
  await complete(service, task, child('child'));
  const tasks = await Promise.all(polled);
  const first = tasks.find((each) => each?.workflowId === 'child');
  if (first) await complete(service, first, finish);
  const parent = tasks.find((each) => each?.workflowId === 'parent');
  if (parent) await complete(service, parent);
  expect(await story(service, 'parent')).toEqual([
    'WorkflowExecutionStarted',
    'StartChildWorkflowExecutionInitiated',
    'ChildWorkflowExecutionStarted',
    'ChildWorkflowExecutionCompleted',
  ]);
  await service.stop();
});

test('R63 a child that is started and cancelled in one task starts, and is asked to cancel', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('child'), cancel('child', { childWorkflowOnly: true, reason: 'why' })] });
  expect(await story(service, 'child')).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionCancelRequested']);
  expect(await story(service, 'parent')).toEqual([
    'WorkflowExecutionStarted',
    'StartChildWorkflowExecutionInitiated',
    'RequestCancelExternalWorkflowExecutionInitiated',
    'ChildWorkflowExecutionStarted',
    'ExternalWorkflowExecutionCancelRequested',
  ]);
  await service.stop();
});

test('R63 neither is lost when the start fails, or when the order is the other one: the cancel request has not found the child', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('taken'));
  await answer(service, { taken: [] });
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, {
    parent: [child('taken'), cancel('taken', { childWorkflowOnly: true }), cancel('later', { childWorkflowOnly: true }), child('later')],
  });
  expect((await story(service, 'parent')).slice(5)).toEqual([
    'StartChildWorkflowExecutionFailed',
    'RequestCancelExternalWorkflowExecutionFailed',
    'RequestCancelExternalWorkflowExecutionFailed',
    'ChildWorkflowExecutionStarted',
  ]);
  expect(await story(service, 'taken')).toEqual(['WorkflowExecutionStarted']);
  expect(await story(service, 'later')).toEqual(['WorkflowExecutionStarted']);
  await service.stop();
});
