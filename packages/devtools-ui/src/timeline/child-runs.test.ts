import { expect, test, vi } from 'vitest';
import { Double } from '../backend/double.test-kit.ts';
import { history } from '../models/groups.test-kit.ts';
import { createChildRuns } from './child-runs.ts';

const EVENTS = history(['WorkflowExecutionStarted', 0, { workflowType: 'ship', workflowId: 'c', taskQueue: 'q', firstExecutionRunId: 'r' }]);
const REF = { namespace: 'default', workflowId: 'c', runId: 'r' };

test('a child is read when it is opened, followed while it is, and let go when it is closed', async () => {
  vi.useFakeTimers();
  const backend = new Double();
  backend.put('c', 'r', EVENTS);
  const children = createChildRuns(backend);
  expect(backend.subscriptions).toBe(0);
  children.toggle('/2', REF);
  await vi.runAllTimersAsync();
  const state = children.getState().children.get('/2');
  expect(state).toMatchObject({ state: 'open', isTruncated: false });
  expect(backend.subscriptions).toBe(1);
  const before = children.getState().version;
  backend.put('c', 'r', [
    ...EVENTS,
    { ...(history(['TimerStarted', 5, { timerId: 't', startToFireTimeout: 9 }])[0] as (typeof EVENTS)[number]), eventId: 2 } as (typeof EVENTS)[number],
  ]);
  expect(children.getState().version).toBeGreaterThan(before);
  expect(state?.state === 'open' && state.lanes.lanes).toHaveLength(2);
  children.toggle('/2', REF);
  expect(children.getState().children.size).toBe(0);
  expect(backend.subscriptions).toBe(0);
  vi.useRealTimers();
});

test('a child within a child goes with it, and closing leaves no subscription', async () => {
  const backend = new Double();
  backend.put('c', 'r', EVENTS);
  const children = createChildRuns(backend);
  children.toggle('/2', REF);
  children.toggle('/2/4', REF);
  expect(backend.subscriptions).toBe(2);
  children.toggle('/2', REF);
  expect(backend.subscriptions).toBe(0);
  children.toggle('/3', REF);
  children.close();
  expect(backend.subscriptions).toBe(0);
});

test('a child that is not there says so in its place', () => {
  const children = createChildRuns(new Double());
  children.toggle('/2', { ...REF, workflowId: 'gone' });
  expect(children.getState().children.get('/2')).toMatchObject({ state: 'failed', message: expect.stringContaining('cannot be read') });
});
