import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import { createMemoryDatabase, openMemoryStore } from '../storage/memory.ts';
import {
  activity,
  activityTask,
  complete,
  eventTypes,
  finish,
  manualClock,
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
import { createService, type EngineService } from './service.ts';

const puts = ({ store }: World): string[][] => store.batches.map((batch) => batch.puts.map(([table]) => table));
const deletes = ({ store }: World): string[][] => store.batches.map((batch) => batch.deletes.map(([table]) => table));

test('R11 answers, dispatched activities and events that one can read wait for the commit; a workflow task does not', async () => {
  const { service, store } = await open();
  const release = store.holdCommits();
  const start = service.startWorkflowExecution(startRequest('wf'));
  const task = await workflowTask(service);
  const completed = complete(service, task, activity('1'));
  const act = service.pollActivityTaskQueue(poll());
  const calls = {
    start,
    completed,
    act,
    signal: service.signalWorkflowExecution(signalRequest('wf')),
    cancel: service.requestCancelWorkflowExecution({ ...on('wf'), requestId: requestId() }),
    describe: service.describeWorkflowExecution(on('wf')),
    history: service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true }),
    changes: service.watchChanges({ namespace: 'default', cursor: 0 }),
    again: service.startWorkflowExecution(startRequest('wf')),
  };
  for (const [name, call] of Object.entries(calls)) expect([name, await outcome(call)]).toEqual([name, 'pending']);
  release();
  expect((await act)?.activityId).toBe('1');
  await start;
  await completed;
  await calls.signal;
  await expect(calls.again).rejects.toMatchObject({ code: 'AlreadyStarted' });
});

test('R11 a refusal tells of the run too: it waits for the commit, and is none if that fails', async () => {
  const { service, store, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const task = await workflowTask(service);
  await quiet();
  const tokenless = { namespace: 'default', workflowId: 'wf', activityId: '1', identity: 'me' };
  const refused = () => ({
    signal: service.signalWorkflowExecution(signalRequest('wf')),
    terminate: service.terminateWorkflowExecution(on('wf')),
    update: service.updateWorkflowExecution({ ...on('wf'), updateId: 'u', updateName: 'u', waitStage: 'ACCEPTED' }),
    activity: service.respondActivityTaskCompleted(tokenless),
    task: complete(service, task, finish),
  });
  const attempt = async (error?: Error) => {
    const release = store.holdCommits();
    store.failCommits(error);
    const completed = outcome(complete(service, task, finish));
    const calls = Object.entries(refused());
    for (const [name, call] of calls) expect([name, await outcome(call)]).toEqual([name, 'pending']);
    release();
    const outcomes = await Promise.all(calls.map(([, call]) => outcome(call)));
    await completed;
    return new Set(outcomes);
  };
  expect(await attempt(new ServiceError('StorageUnavailable', 'the disk is full'))).toEqual(new Set(['StorageUnavailable']));
  store.failCommits(undefined);
  await clock.advance(1_000);
  expect(await attempt()).toEqual(new Set(['NotFound']));
});

test('what is decided in one go is one commit, and one row of history for each run', async () => {
  const world = await open();
  const { service, store } = world;
  await Promise.all(Array.from({ length: 50 }, (_, i) => service.startWorkflowExecution(startRequest(`wf-${i}`))));
  expect(store.batches.length).toBe(1);
  expect(store.batches[0]?.puts.length).toBe(200);
  const tables = new Map<string, number>();
  for (const [table] of store.batches[0]?.puts ?? []) tables.set(table, (tables.get(table) ?? 0) + 1);
  expect(Object.fromEntries(tables)).toEqual({ history: 50, executions: 50, visibility: 50, busy: 50 });
});

test('what comes while a commit is under way is one commit after it', async () => {
  const { service, store } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  store.batches.length = 0;
  const release = store.holdCommits();
  const signals = [service.signalWorkflowExecution(signalRequest('wf'))];
  await quiet();
  for (let i = 0; i < 10; i++) signals.push(service.signalWorkflowExecution(signalRequest('wf')));
  release();
  await Promise.all(signals);
  expect(store.batches.map((batch) => batch.puts.length)).toEqual([1, 1]);
});

test('a workflow with one activity writes eight rows, of which four are its history', async () => {
  const world = await open();
  const { service } = world;
  const [polledTask, polledActivity] = [workflowTask(service), activityTask(service)];
  const start = service.startWorkflowExecution(startRequest('wf'));
  const task = await polledTask;
  const polledAgain = workflowTask(service);
  await complete(service, task, activity('1'));
  const { taskToken } = await polledActivity;
  await service.respondActivityTaskCompleted({ taskToken, identity: 'worker' });
  await complete(service, await polledAgain, finish);
  await start;
  expect(puts(world)).toEqual([['history', 'executions', 'visibility', 'busy'], ['history'], ['history'], ['history', 'visibility']]);
  expect(deletes(world)).toEqual([[], [], [], ['visibility', 'busy']]);
});

test('a commit that waits for the workflow tasks that run ahead of it: a workflow with one activity needs two', async () => {
  const world = await open({ aheadWindow: 2 });
  const { service, clock } = world;
  const [polledTask, polledActivity] = [workflowTask(service), activityTask(service)];
  const start = service.startWorkflowExecution(startRequest('wf'));
  const task = await polledTask;
  expect(await outcome(start)).toBe('pending');
  const polledAgain = workflowTask(service);
  await complete(service, task, activity('1'));
  const answered = service.respondActivityTaskCompleted({ taskToken: (await polledActivity).taskToken, identity: 'worker' });
  await complete(service, await polledAgain, finish);
  await Promise.all([start, answered]);
  expect(puts(world)).toEqual([
    ['history', 'executions', 'visibility', 'busy'],
    ['history', 'visibility'],
  ]);
  expect(clock.timers).toBe(0);
});

test('a commit waits for a workflow task no longer than its window', async () => {
  const { service, clock, store } = await open({ aheadWindow: 2 });
  const polled = workflowTask(service);
  const start = service.startWorkflowExecution(startRequest('wf'));
  await polled;
  await clock.advance(1);
  expect(await outcome(start)).toBe('pending');
  await clock.advance(1);
  await start;
  expect(store.batches).toHaveLength(1);
  await service.startWorkflowExecution(startRequest('other'));
});

test('a run at work writes one row for each step: no index follows it', async () => {
  const world = await open();
  const { service, store } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  let task = await workflowTask(service);
  store.batches.length = 0;
  for (let i = 0; i < 10; i++) {
    const next = workflowTask(service);
    await complete(service, task, activity(`${i}`));
    await service.respondActivityTaskCompleted({ taskToken: (await activityTask(service)).taskToken, identity: 'worker' });
    task = await next;
  }
  await quiet();
  expect(new Set(puts(world).flat())).toEqual(new Set(['history']));
  expect(puts(world).flat().length).toBeLessThanOrEqual(30);
  expect(deletes(world).flat()).toEqual([]);
});

test('a run that waits for signals in memory writes one row for each commit, though it is busy now and then', async () => {
  const world = await open();
  const { service, store } = world;
  await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service));
  store.batches.length = 0;
  for (let i = 0; i < 5; i++) {
    await service.signalWorkflowExecution(signalRequest('wf'));
    await complete(service, await workflowTask(service));
  }
  expect(new Set(puts(world).flat())).toEqual(new Set(['history']));
  expect(deletes(world).flat()).toEqual([]);
});

test('a failed commit rejects who waits for it and who came after it', async () => {
  const { service, store } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const release = store.holdCommits();
  const first = service.signalWorkflowExecution(signalRequest('wf'));
  await quiet();
  const second = service.signalWorkflowExecution(signalRequest('wf'));
  void second.catch(() => {});
  await quiet();
  store.failCommits(new ServiceError('StorageUnavailable', 'no'));
  release();
  await expect(first).rejects.toMatchObject({ code: 'StorageUnavailable' });
  await expect(second).rejects.toMatchObject({ code: 'StorageUnavailable' });
  expect(await eventTypes(service, 'wf')).not.toContain('WorkflowExecutionSignaled');
});

test('a sleeping run has a row in the wake table, and none among the busy ones', async () => {
  const world = await open({ idleBytes: 0 });
  const { service, store, clock } = world;
  for (const id of ['a', 'b']) {
    await service.startWorkflowExecution(startRequest(id));
    await complete(service, await workflowTask(service), timer('1', 3_600_000));
  }
  await quiet();
  expect((await store.range('wake', {})).map(([[, , workflowId]]) => workflowId)).toEqual(['a', 'b']);
  expect(await store.range('busy', {})).toEqual([]);
  expect((await service.getEngineStatus()).loadedRuns).toBe(1);
  await clock.advance(3_600_000);
  for (const id of ['a', 'b']) expect(await eventTypes(service, id)).toContain('TimerFired');
});

/** Serves a workflow that runs one activity and ends. What is refused is left alone: the engine offers it again. */
function serve(service: EngineService, errors: string[]): void {
  const seen = (error: ServiceError): void => void errors.push(error.code);
  void (async () => {
    for (let task = await workflowTask(service); task; task = await workflowTask(service)) {
      const types = task.history.map(({ type }) => type);
      const isScheduled = types.includes('ActivityTaskScheduled');
      const commands = types.includes('ActivityTaskCompleted') ? [finish] : isScheduled || !task.isFull ? [] : [activity('1')];
      await complete(service, task, ...commands).catch(seen);
    }
  })();
  void (async () => {
    for (let act = await activityTask(service); act; act = await activityTask(service))
      for (let isDone = false; !isDone; )
        isDone = await service.respondActivityTaskCompleted({ taskToken: act.taskToken, identity: 'w' }).then(
          () => true,
          (error: ServiceError) => {
            seen(error);
            return error.code === 'NotFound';
          },
        );
  })();
}

/** A workflow with one activity and a signal, whose n-th commit fails. */
async function runWithFailure(failAt: number, error: ServiceError): Promise<World & { errors: string[] }> {
  const world = await open();
  const { service, store, clock } = world;
  const errors: string[] = [];
  let commits = 0;
  const { commit } = store;
  store.commit = (batch, epoch) => (++commits === failAt ? Promise.reject(error) : commit(batch, epoch));
  serve(service, errors);
  const untilDone = async (call: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      const answer = await outcome(call());
      if (answer !== error.code) return;
      errors.push(error.code);
      await clock.advance(200);
    }
  };
  const [start, signal] = [startRequest('wf'), signalRequest('wf')];
  await untilDone(() => service.startWorkflowExecution(start));
  await untilDone(() => service.signalWorkflowExecution(signal));
  for (let i = 0; i < 20; i++) await clock.advance(10_000);
  return { ...world, errors };
}

for (let failAt = 1; failAt <= 4; failAt++)
  test(`R10 when commit ${failAt} fails, all of it is undone, its callers are told, and the run goes on to its end`, async () => {
    const world = await runWithFailure(failAt, new ServiceError('StorageUnavailable', 'by plan'));
    const { service, errors } = world;
    expect(errors).not.toEqual([]); // who waited for the commit was told; who answered a task that was undone finds it gone
    const types = await eventTypes(service, 'wf');
    expect(types.at(-1)).toBe('WorkflowExecutionCompleted');
    for (const once of ['WorkflowExecutionStarted', 'ActivityTaskScheduled', 'ActivityTaskCompleted'])
      expect([once, types.filter((type) => type === once).length]).toEqual([once, 1]);
    const { events } = await service.getWorkflowExecutionHistory(on('wf'));
    expect(events.map(({ eventId }) => eventId)).toEqual(events.map((_, index) => index + 1));
    expect(await world.store.range('busy', {})).toEqual([]);
    expect(await world.store.range('wake', {})).toEqual([]);
    expect((await world.store.range('visibility', {})).length).toBe(1);
    expect((await service.getEngineStatus()).state).toBe('running');
  });

test('a failed commit is told of in the status, and the state in memory is that of the store again', async () => {
  const { service, store, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  store.failCommits(new ServiceError('ResourceExhausted', 'the quota is used up'));
  await expect(service.signalWorkflowExecution(signalRequest('wf'))).rejects.toMatchObject({ code: 'ResourceExhausted' });
  expect(await service.getEngineStatus()).toMatchObject({
    state: 'starting',
    reason: 'the store failed (the quota is used up); failure 1 of at most 10 in a row',
  });
  expect(await eventTypes(service, 'wf')).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
  store.failCommits(undefined);
  await clock.advance(100);
  await service.signalWorkflowExecution(signalRequest('wf'));
  expect(await eventTypes(service, 'wf')).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowExecutionSignaled']);
  expect((await service.getEngineStatus()).state).toBe('running');
});

test('INDEX-AGREES a run that is closed before a new engine has looked at its busy row leaves none', async () => {
  const { service, store, database, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  await service.stop();
  const next = await createService({ store: openMemoryStore(database), clock, rng: seededRng(2) });
  const closed = next.terminateWorkflowExecution(on('wf'));
  await closed;
  expect(await store.range('busy', {})).toEqual([]);
});

test('what a commit wrote that failed all the same is told to those who wait for it', async () => {
  const { service, store, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const result = service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  const { cursor } = await service.watchChanges({ namespace: 'default' });
  const changes = service.watchChanges({ namespace: 'default', cursor });
  await quiet();
  const { commit } = store;
  store.commit = async (batch, epoch) => {
    await commit(batch, epoch);
    throw new ServiceError('StorageUnavailable', 'the answer was lost');
  };
  await expect(service.terminateWorkflowExecution(on('wf'))).rejects.toMatchObject({ code: 'StorageUnavailable' });
  store.commit = commit;
  await clock.advance(100);
  expect((await result).events.map(({ type }) => type)).toEqual(['WorkflowExecutionTerminated']);
  expect((await changes).changes).toMatchObject([{ workflowId: 'wf', status: 'TERMINATED' }]);
});

test('who waits for a run that was never stored is told so', async () => {
  const { service, store } = await open();
  const release = store.holdCommits();
  const start = service.startWorkflowExecution(startRequest('wf'));
  void start.catch(() => {});
  await quiet();
  const result = service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true });
  void result.catch(() => {});
  await quiet();
  store.failCommits(new ServiceError('StorageUnavailable', 'no'));
  release();
  for (const call of [start, result]) await expect(call).rejects.toMatchObject({ code: 'StorageUnavailable' });
});

test('a store that keeps failing ends the service, in words', async () => {
  const failures: Error[] = [];
  const { service, store, clock } = await open({ onFailure: (reason) => failures.push(reason) });
  await service.startWorkflowExecution(startRequest('wf'));
  store.failCommits(new ServiceError('StorageUnavailable', 'the disk is gone'));
  for (let i = 0; i < 20 && failures.length === 0; i++) {
    void service.signalWorkflowExecution(signalRequest('wf')).catch(() => {});
    await clock.advance(20_000);
  }
  expect(failures).toMatchObject([
    { code: 'StorageUnavailable', message: 'the store failed 11 times in a row: the disk is gone', details: { retryable: true } },
  ]);
  expect((await service.getEngineStatus()).state).toBe('failed');
  await expect(service.describeWorkflowExecution(on('wf'))).rejects.toMatchObject({ code: 'Unavailable' });
});

test('FENCED-WRITER a service that another one has taken over stops for good, and all who wait may ask again', async () => {
  const failures: Error[] = [];
  const database = createMemoryDatabase();
  const clock = manualClock();
  const { service } = await open({ database, clock, onFailure: (reason) => failures.push(reason) });
  await service.startWorkflowExecution(startRequest('wf'));
  const { service: second } = await open({ database, clock, seed: 2 });
  const waiting = [
    service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' }),
    service.pollActivityTaskQueue(poll()),
    service.pollWorkerCommands({ workerId: 'worker' }),
    service.watchChanges({ namespace: 'default', cursor: 1 }),
    service.signalWorkflowExecution(signalRequest('wf')),
  ];
  for (const call of waiting) await expect(call).rejects.toMatchObject({ code: 'Unavailable', details: { retryable: true } });
  await expect(service.startWorkflowExecution(startRequest('wf'))).rejects.toMatchObject({ code: 'Unavailable' });
  expect(await service.getEngineStatus()).toMatchObject({ state: 'failed', reason: expect.stringContaining('another engine has taken it over') });
  expect(failures).toHaveLength(1);
  expect(await eventTypes(second, 'wf')).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
});

test('stop stores what is decided, sends workers home and answers who waits', async () => {
  const { service, database, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const polls = [service.pollActivityTaskQueue(poll()), service.pollWorkerCommands({ workerId: 'worker' })];
  const result = service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  const signal = service.signalWorkflowExecution(signalRequest('wf'));
  void result.catch(() => {});
  await quiet();
  await Promise.all([service.stop(), service.stop()]);
  expect(await Promise.all(polls)).toEqual([null, []]);
  await signal;
  await expect(result).rejects.toMatchObject({ code: 'Unavailable' });
  expect(clock.timers).toBe(0);
  const { service: next } = await open({ database, clock, seed: 2 });
  expect(await eventTypes(next, 'wf')).toContain('WorkflowExecutionSignaled');
});

test('NO-ORPHAN a sleeping run that a new engine finds by its busy row gets its wake row in the same commit that drops the other', async () => {
  const first = await open();
  await first.service.startWorkflowExecution(startRequest('wf'));
  await complete(first.service, await workflowTask(first.service), timer('1', 3_600_000));
  await quiet();
  expect((await first.store.range('busy', {})).map(([[, workflowId]]) => workflowId)).toEqual(['wf']); // kept while it is in memory

  const { store, clock, database } = await open({ database: first.database, clock: first.clock });
  expect(await store.range('busy', {})).toEqual([]);
  expect((await store.range('wake', {})).map(([[wakeAt, , workflowId]]) => [wakeAt, workflowId])).toEqual([[clock.now() + 3_600_000, 'wf']]);

  const third = await open({ database, clock });
  await clock.advance(3_600_000);
  expect(await eventTypes(third.service, 'wf')).toContain('TimerFired');
});
