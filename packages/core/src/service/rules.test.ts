/** Rules that hold between what several callers do at once: each in as many orders as its rule asks for. */
import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { isServiceError } from '../common/service-error.ts';
import type { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '../history/events.ts';
import { again, answer, cancel, child, story, taskOf } from './family.test-kit.ts';
import {
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

test('R4 when the worker that has a run in its cache vanishes, the next task is attempt 1 of another worker, with the whole history', async () => {
  for (const isPolled of [false, true]) {
    const { service } = await open();
    await service.startWorkflowExecution(startRequest('wf'));
    await complete(service, await workflowTask(service, 'cached'), timer('1', 3_600_000));
    if (isPolled) void service.pollWorkflowTaskQueue(poll('cached'));
    await quiet();
    if (isPolled) await service.signalWorkflowExecution(signalRequest('wf')); // the task is on its way to the worker that vanishes
    await service.shutdownWorker({ workerId: 'cached', lost: true });
    if (!isPolled) await service.signalWorkflowExecution(signalRequest('wf'));
    const task = await workflowTask(service, 'other');
    expect(task).toMatchObject({ attempt: 1, isFull: true, workflowId: 'wf' });
    expect(task.history.map(({ eventId }) => eventId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await complete(service, task, finish);
    const { events } = await service.getWorkflowExecutionHistory(on('wf'));
    expect(events.filter(({ type }) => type === 'WorkflowTaskTimedOut' || type === 'WorkflowTaskFailed')).toEqual([]);
    await service.stop();
  }
});

test('R7 a worker that polls all the time gets a failing task less and less often', async () => {
  const { service, clock } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const deliveries: number[] = [];
  let isOver = false;
  const work = async (): Promise<void> => {
    while (!isOver) {
      const task = await service.pollWorkflowTaskQueue(poll());
      if (!task) return;
      deliveries.push(clock.now() - 1_000_000);
      const failure = { message: 'always' };
      await service.respondWorkflowTaskFailed({ taskToken: task.taskToken, cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure, identity: 'w' });
    }
  };
  const working = work();
  await quiet();
  await clock.advance(86_400_000);
  const gaps = deliveries.slice(1).map((at, index) => at - (deliveries[index] ?? 0));
  expect(gaps.slice(0, 12)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000]);
  expect(new Set(gaps.slice(12))).toEqual(new Set([600_000]));
  isOver = true;
  await service.stop();
  await working;
});

test('R18 in 10,000 races of a signal against a termination, a signal that was acknowledged is in the history, and no other is', async () => {
  const world = await open();
  const { service } = world;
  const rng = seededRng(7);
  const wrong: string[] = [];
  let refused = 0;
  for (let race = 0; race < 2_000; race++) {
    const workflowId = `wf-${race}`;
    await service.startWorkflowExecution(startRequest(workflowId));
    if (rng.uint32() % 2 === 0) await workflowTask(service); // what comes is held
    const acknowledged = new Set<string>();
    const later = async (call: () => Promise<unknown>): Promise<void> => {
      for (let turns = rng.uint32() % 6; turns > 0; turns--) await null;
      await call();
    };
    const calls = Array.from({ length: 5 }, (_, index) => {
      const request = signalRequest(workflowId, `signal-${index}`);
      return later(async () => {
        try {
          await service.signalWorkflowExecution(request);
          acknowledged.add(request.signalName);
        } catch (error) {
          if (!isServiceError(error, 'NotFound')) throw error;
          refused++;
        }
      });
    });
    calls.push(later(() => service.terminateWorkflowExecution(on(workflowId))));
    await Promise.all(calls);
    const { events } = await service.getWorkflowExecutionHistory(on(workflowId));
    const delivered = events.flatMap((event) => (event.type === 'WorkflowExecutionSignaled' ? [event.attributes.signalName] : []));
    if (delivered.toSorted().join() !== [...acknowledged].toSorted().join()) wrong.push(`${workflowId}: ${delivered} but ${[...acknowledged]}`);
    if (events.at(-1)?.type !== 'WorkflowExecutionTerminated') wrong.push(`${workflowId} ends with ${events.at(-1)?.type}`);
  }
  expect(wrong).toEqual([]);
  expect(Math.min(refused, 10_000 - refused)).toBeGreaterThan(1_000); // both ends were raced to
  await service.stop();
}, 30_000);

test('R44 signals that hammer a workflow over 1,000 continue-as-news all find a run, and each arrives once', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const runIds = new Set<string>();
  const signals: Promise<void>[] = [];
  const names: string[] = [];
  const signal = (): void => void signals.push(service.signalWorkflowExecution(signalRequest('wf', `signal-${signals.length}`)));
  for (let turn = 0; runIds.size < 1_001; turn++) {
    const task = await taskOf(service, 'wf');
    runIds.add(task.runId);
    if (turn % 3 === 0) signal(); // the run has not seen it, and is refused; the next attempt takes the next one along
    const completed = complete(service, task, again).catch(() => {});
    if (turn % 2 === 0) signal();
    await completed;
  }
  await Promise.all(signals);
  const last = await taskOf(service, 'wf');
  runIds.add(last.runId);
  await complete(service, last);
  for (const runId of runIds) {
    const { events } = await service.getWorkflowExecutionHistory(on('wf', runId));
    for (const event of events) if (event.type === 'WorkflowExecutionSignaled') names.push(event.attributes.signalName);
  }
  expect(names).toEqual(signals.map((_, index) => `signal-${index}`));
  await service.stop();
}, 30_000);

const CONFLICT: readonly WorkflowIdConflictPolicy[] = ['FAIL', 'USE_EXISTING', 'TERMINATE_EXISTING'];
const REUSE: readonly WorkflowIdReusePolicy[] = ['ALLOW_DUPLICATE', 'ALLOW_DUPLICATE_FAILED_ONLY', 'REJECT_DUPLICATE'];
/** How the run before was left; the last two of them are open. */
const LEFT: Readonly<Record<string, (world: World, workflowId: string) => Promise<unknown>>> = {
  COMPLETED: async ({ service }, workflowId) => answer(service, { [workflowId]: [finish] }),
  FAILED: async ({ service }, workflowId) => answer(service, { [workflowId]: [{ type: 'FailWorkflowExecution', attributes: { failure: { message: 'no' } } }] }),
  CANCELLED: async ({ service }, workflowId) => answer(service, { [workflowId]: [{ type: 'CancelWorkflowExecution', attributes: {} }] }),
  TERMINATED: async ({ service }, workflowId) => {
    await answer(service, { [workflowId]: [] });
    await service.terminateWorkflowExecution(on(workflowId));
  },
  TIMED_OUT: async ({ service, clock }, workflowId) => {
    await answer(service, { [workflowId]: [] });
    await clock.advance(60_000);
  },
  CONTINUED_AS_NEW: async ({ service }, workflowId) => answer(service, { [workflowId]: [again] }).then(() => answer(service, { [workflowId]: [] })),
  RUNNING: async ({ service }, workflowId) => answer(service, { [workflowId]: [] }),
};

for (const [left, leave] of Object.entries(LEFT))
  test(`R47 a start on a workflow id whose run is ${left} is decided by the conflict policy if one is open, else by the reuse policy`, async () => {
    const world = await open();
    const { service } = world;
    const isOpen = left === 'RUNNING' || left === 'CONTINUED_AS_NEW';
    for (const workflowIdConflictPolicy of CONFLICT)
      for (const workflowIdReusePolicy of REUSE) {
        const workflowId = `${workflowIdConflictPolicy} ${workflowIdReusePolicy}`;
        const { runId: first } = await service.startWorkflowExecution(startRequest(workflowId, { workflowRunTimeout: 60_000 }));
        await leave(world, workflowId);
        const before = (await service.describeWorkflowExecution(on(workflowId))).summary;
        expect((await service.describeWorkflowExecution(on(workflowId, first))).summary.status).toBe(left);
        const started = await service.startWorkflowExecution(startRequest(workflowId, { workflowIdConflictPolicy, workflowIdReusePolicy })).then(
          ({ runId }) => (runId === before.runId ? 'existing' : 'new'),
          (error: { code: string }) => error.code,
        );
        const byConflict = { FAIL: 'AlreadyStarted', USE_EXISTING: 'existing', TERMINATE_EXISTING: 'new' }[workflowIdConflictPolicy];
        const isAllowed = workflowIdReusePolicy === 'ALLOW_DUPLICATE' || (workflowIdReusePolicy === 'ALLOW_DUPLICATE_FAILED_ONLY' && left !== 'COMPLETED');
        expect([workflowId, started]).toEqual([workflowId, isOpen ? byConflict : isAllowed ? 'new' : 'AlreadyStarted']);
        const after = (await service.describeWorkflowExecution(on(workflowId, before.runId))).summary.status;
        expect(after).toBe(isOpen && byConflict === 'new' ? 'TERMINATED' : before.status);
        if ((await service.describeWorkflowExecution(on(workflowId))).summary.status === 'RUNNING') await service.terminateWorkflowExecution(on(workflowId));
      }
    await service.stop();
  });

test('R55 a workflow id that was used again is hit neither by its chain’s first run id nor by a former parent', async () => {
  const { service } = await open();
  await service.startWorkflowExecution(startRequest('parent'));
  await answer(service, { parent: [child('id', { parentClosePolicy: 'ABANDON' })] });
  await answer(service, { parent: [], id: [finish] });
  await answer(service, { parent: [timer('1', 1)] }); // it has heard of the end
  const { runId } = await service.startWorkflowExecution(startRequest('id'));
  await answer(service, { id: [] });
  await service.signalWorkflowExecution(signalRequest('parent'));
  await answer(service, {
    parent: [
      cancel('id', { childWorkflowOnly: true }),
      { type: 'SignalExternalWorkflowExecution', attributes: { workflowExecution: { workflowId: 'id' }, signalName: 's', childWorkflowOnly: true } },
    ],
  });
  expect((await story(service, 'parent')).slice(-2)).toEqual(['RequestCancelExternalWorkflowExecutionFailed', 'SignalExternalWorkflowExecutionFailed']);
  for (const first of ['another', (await service.describeWorkflowExecution(on('parent'))).summary.runId])
    for (const call of [
      () => service.terminateWorkflowExecution({ ...on('id'), firstExecutionRunId: first }),
      () => service.requestCancelWorkflowExecution({ ...on('id'), firstExecutionRunId: first, requestId: requestId() }),
    ])
      expect(await outcome(call())).toBe('NotFound');
  expect(await story(service, 'id')).toEqual(['WorkflowExecutionStarted']);
  await service.terminateWorkflowExecution({ ...on('id'), firstExecutionRunId: runId });
  await service.stop();
});
