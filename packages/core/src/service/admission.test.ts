import { expect, test, vi } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import type { Store } from '../storage/store.ts';
import {
  activity,
  activityTask,
  complete,
  finish,
  manualClock,
  on,
  open,
  outcome,
  requestId,
  signalRequest,
  startRequest,
  watchedStore,
  workflowTask,
} from './service.test-kit.ts';
import { createService } from './service.ts';

const full = () => new ServiceError('ResourceExhausted', 'the storage is full', { details: { fault: 'quota', retryable: true } });

/** A store that says of itself what the test wants it to. */
async function openTold() {
  const inner = watchedStore();
  const told: { state: 'open' | 'full' } = { state: 'open' };
  const store: Store = {
    ...inner,
    status: () => ({ ...inner.status(), ...told, ...(told.state === 'full' && { reason: 'the storage of this origin is full', fault: 'quota' }) }),
  };
  const clock = manualClock();
  const onFailure = vi.fn();
  const service = await createService({ store, clock, rng: seededRng(1), onFailure });
  return { service, clock, told, onFailure, inner };
}

test('B8: while the storage is full nothing new is taken on, with a typed error that may be asked again', async () => {
  const { service, told } = await openTold();
  await service.startWorkflowExecution(startRequest('a'));
  told.state = 'full';
  const start = startRequest('b');
  const { workflowId, requestId: _, ...rest } = start;
  const update = { ...on('a'), updateId: 'u', updateName: 'n', waitStage: 'ACCEPTED' as const };
  const refused = [
    service.startWorkflowExecution(start),
    service.signalWorkflowExecution(signalRequest('a')),
    service.signalWithStartWorkflowExecution({ ...rest, workflowId, requestId: requestId(), signalName: 's' }),
    service.updateWorkflowExecution(update as never),
    service.updateWithStartWorkflowExecution({ start, update } as never),
  ];
  for (const answer of refused)
    await expect(answer).rejects.toMatchObject({
      code: 'ResourceExhausted',
      message: 'the storage of this origin is full. Delete what is not needed, and ask again with the same request id',
      details: { retryable: true, fault: 'quota' },
    });
  told.state = 'open';
  expect((await service.startWorkflowExecution(start)).runId).toBeTypeOf('string');
});

test('B8: while the storage is full, what was begun is ended: tasks are completed, runs closed, terminated, cancelled, read and listed', async () => {
  const { service, told } = await openTold();
  for (const id of ['a', 'b', 'c']) await service.startWorkflowExecution(startRequest(id));
  await complete(service, await workflowTask(service), activity('x'));
  told.state = 'full';
  const task = await activityTask(service);
  await service.respondActivityTaskCompleted({ taskToken: task.taskToken, identity: 'worker' });
  await service.terminateWorkflowExecution({ ...on('b') });
  await service.requestCancelWorkflowExecution({ ...on('c'), requestId: requestId() });
  for (let next = await workflowTask(service); next; ) {
    await complete(service, next, finish);
    next =
      (await service.listWorkflowExecutions({ namespace: 'default', query: 'ExecutionStatus = "Running"' })).executions.length > 0
        ? await workflowTask(service)
        : (undefined as never);
  }
  const { executions } = await service.listWorkflowExecutions({ namespace: 'default' });
  expect(executions.map(({ workflowId, status }) => [workflowId, status]).sort()).toEqual([
    ['a', 'COMPLETED'],
    ['b', 'TERMINATED'],
    ['c', 'COMPLETED'],
  ]);
  expect((await service.getWorkflowExecutionHistory(on('a'))).events.length).toBeGreaterThan(5);
});

test('B8: a disk that stays full is no reason to give the engine up; when there is room again it goes on', async () => {
  const onFailure = vi.fn();
  const { service, store, clock } = await open({ onFailure });
  await service.startWorkflowExecution(startRequest('a'));
  store.failCommits(full());
  for (let round = 0; round < 30; round++) {
    const answer = outcome(service.terminateWorkflowExecution(on('a')));
    await clock.advance(11_000);
    expect(['ResourceExhausted', 'pending']).toContain(await answer);
  }
  expect([onFailure.mock.calls.length, (await service.getEngineStatus()).state]).toEqual([0, 'starting']);
  store.failCommits(undefined);
  await clock.advance(11_000);
  await service.startWorkflowExecution(startRequest('b'));
  expect((await service.getEngineStatus()).state).toBe('running');
});

test('B6: a store that is gone for good ends the engine at once, once, and every call is told why', async () => {
  const onFailure = vi.fn();
  const gone = new ServiceError('StorageUnavailable', 'its storage was deleted', { details: { fault: 'deleted', retryable: false } });
  const { service, store } = await open({ onFailure });
  await service.startWorkflowExecution(startRequest('a'));
  store.failCommits(gone);
  await expect(service.signalWorkflowExecution(signalRequest('a'))).rejects.toBe(gone);
  for (const answer of [service.startWorkflowExecution(startRequest('b')), service.describeWorkflowExecution(on('a')), workflowTask(service)])
    await expect(answer).rejects.toBe(gone);
  expect([onFailure.mock.calls, (await service.getEngineStatus()).state]).toEqual([[[gone]], 'failed']);
});
