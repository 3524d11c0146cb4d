import { expect, test } from 'vitest';
import { complete, finish, on, open, outcome, quiet, signalRequest, startRequest, timer, workflowTask } from './service.test-kit.ts';

test('a reader who waits for new events gets them when they are there, page by page', async () => {
  const { service } = await open();
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const first = await service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, maximumPageSize: 1 });
  expect(first).toMatchObject({ runId, more: true, events: [{ eventId: 1, type: 'WorkflowExecutionStarted' }] });
  const second = await service.getWorkflowExecutionHistory({ ...on('wf', runId), waitNewEvent: true, afterEventId: 1 });
  expect(second).toMatchObject({ more: false, events: [{ eventId: 2 }] });
  const third = service.getWorkflowExecutionHistory({ ...on('wf', runId), waitNewEvent: true, afterEventId: 2 });
  expect(await outcome(third)).toBe('pending');
  await service.signalWorkflowExecution(signalRequest('wf'));
  expect((await third).events.map(({ type }) => type)).toEqual(['WorkflowExecutionSignaled']);
});

test('a reader who waits for more of a closed run is not left waiting', async () => {
  const { service } = await open();
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const waiting = service.getWorkflowExecutionHistory({ ...on('wf', runId), waitNewEvent: true, afterEventId: 3 });
  await service.terminateWorkflowExecution(on('wf'));
  expect(await waiting).toEqual({ runId, events: [], more: false });
  expect(await service.getWorkflowExecutionHistory({ ...on('wf', runId), waitNewEvent: true, afterEventId: 3 })).toEqual({ runId, events: [], more: false });
});

test('R11 the end of a run is told after its commit, also to those who ask meanwhile', async () => {
  const { service, store } = await open();
  await service.startWorkflowExecution(startRequest('wf'));
  const ask = () => service.getWorkflowExecutionHistory({ ...on('wf'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  const before = ask();
  const release = store.holdCommits();
  void service.terminateWorkflowExecution(on('wf'));
  await quiet();
  const meanwhile = ask();
  expect([await outcome(before), await outcome(meanwhile)]).toEqual(['pending', 'pending']);
  release();
  for (const answer of [before, meanwhile]) expect((await answer).events.map(({ type }) => type)).toEqual(['WorkflowExecutionTerminated']);
});

test('who waits for the end of a run keeps it not in memory, and learns of it all the same', async () => {
  const { service, clock } = await open({ idleBytes: 0 });
  for (const id of ['a', 'b']) {
    await service.startWorkflowExecution(startRequest(id));
    await complete(service, await workflowTask(service), timer('1', 3_600_000));
  }
  const result = service.getWorkflowExecutionHistory({ ...on('a'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' });
  await quiet();
  expect((await service.getEngineStatus()).loadedRuns).toBe(1);
  await clock.advance(3_600_000);
  for (let i = 0; i < 2; i++) await complete(service, await workflowTask(service), finish);
  expect(await result).toMatchObject({ more: false, events: [{ type: 'WorkflowExecutionCompleted' }] });
});

test('changes are told once each, after their commit, to those who watch the namespace', async () => {
  const { service } = await open();
  const { cursor, changes } = await service.watchChanges({ namespace: 'default' });
  expect(changes).toEqual([]);
  const watching = service.watchChanges({ namespace: 'default', cursor });
  expect(await outcome(watching)).toBe('pending');
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const first = await watching;
  expect(first).toEqual({ cursor: cursor + 1, changes: [{ namespace: 'default', workflowId: 'wf', runId, historyLength: 2, status: 'RUNNING' }] });
  await service.terminateWorkflowExecution(on('wf'));
  const second = await service.watchChanges({ namespace: 'default', cursor: first.cursor });
  expect(second.changes).toEqual([{ namespace: 'default', workflowId: 'wf', runId, historyLength: 3, status: 'TERMINATED' }]);
  expect(await outcome(service.watchChanges({ namespace: 'default', cursor: second.cursor }))).toBe('pending');
});

test('a cursor of another engine is answered at once with one of this', async () => {
  const { service } = await open();
  expect(await service.watchChanges({ namespace: 'default', cursor: 1_000 })).toEqual({ cursor: 0, changes: [] });
});

test('describe tells what waits, and how durable an answer is', async () => {
  const { service, clock } = await open();
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  await complete(service, await workflowTask(service), timer('1', 1_000));
  expect(await service.describeWorkflowExecution(on('wf'))).toMatchObject({
    summary: { workflowId: 'wf', runId, status: 'RUNNING', historyLength: 5 },
    pendingTimers: [{ timerId: '1', startedEventId: 5, fireTime: clock.now() + 1_000 }],
    pendingActivities: [],
    cancelRequested: false,
    durability: 'none',
  });
});

test('the status tells the state, the epoch and when time is looked at next', async () => {
  const { service, clock } = await open();
  expect(await service.getEngineStatus()).toMatchObject({ role: 'leader', state: 'running', epoch: 1, loadedRuns: 0, now: clock.now() });
  await service.stop();
  expect(await service.getEngineStatus()).toMatchObject({ state: 'stopped', reason: expect.stringContaining('it was stopped') });
});
