import type { Moment } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';
import { beforeEach, expect, test } from 'vitest';
import { Double } from '../backend/double.test-kit.ts';
import { createFrame } from './frame.ts';
import { ManualClock } from './manual-clock.test-kit.ts';
import { openRunPage } from './run-page.ts';

const types = [
  'WorkflowExecutionStarted',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
  'WorkflowExecutionSignaled',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
];
const attributes = {
  workflowType: 'order',
  taskQueue: 'q',
  originalExecutionRunId: 'r',
  firstExecutionRunId: 'r',
  attempt: 1,
  scheduledEventId: 2,
  startedEventId: 3,
};
const history = (length: number): HistoryEvent[] =>
  types.slice(0, length).map((type, index) => ({ eventId: index + 1, eventTime: index, type, attributes }) as unknown as HistoryEvent);
const moment = (eventId: number): Moment => ({ eventId, startedEventId: eventId - 1, queries: {}, scopes: [] }) as unknown as Moment;

let runs: (() => void)[] = [];
/** What waits for a frame happens. */
const flush = (): void => {
  for (const run of runs.splice(0)) run();
};
beforeEach(() => {
  runs = [];
});

function open(length: number) {
  const backend = new Double();
  backend.capabilities = ['timeTravel'];
  backend.put('w', 'r', history(length));
  const page = openRunPage(
    {
      backend,
      clock: new ManualClock(),
      frame: createFrame((run) => {
        runs.push(run);
        return () => undefined;
      }),
    },
    { namespace: 'default', workflowId: 'w', runId: 'r' },
  );
  flush();
  return { backend, page, travel: page.timeTravel };
}

test('nothing is replayed until somebody looks, and nothing listens when nobody does', () => {
  const { backend, page, travel } = open(4);
  const idle = backend.subscriptions;
  const unwatch = travel.watch();
  expect(backend.subscriptions).toBe(idle + 1);
  expect(travel.store.getState()).toMatchObject({ isReplaying: true, until: 4, moments: [] });
  backend.tell('moments', { moments: [moment(4)], isDone: true });
  flush();
  expect(travel.store.getState()).toMatchObject({ isReplaying: false, moments: [{ eventId: 4 }] });
  unwatch();
  expect(backend.subscriptions).toBe(idle);
  page.close();
  expect(backend.subscriptions).toBe(0);
});

test('what has happened since is replayed when it is asked for, and what was shown stays meanwhile', () => {
  const { backend, page, travel } = open(4);
  travel.watch();
  backend.tell('moments', { moments: [moment(4)], isDone: true });
  backend.put('w', 'r', history(8));
  flush();
  expect(travel.store.getState()).toMatchObject({ isReplaying: false, until: 4 });
  travel.replay();
  expect(travel.store.getState()).toMatchObject({ isReplaying: true, until: 8, moments: [{ eventId: 4 }] });
  backend.tell('moments', { moments: [moment(4)], isDone: false });
  backend.tell('moments', { moments: [moment(8)], isDone: true });
  flush();
  expect(travel.store.getState().moments.map(({ eventId }) => eventId)).toEqual([4, 8]);
  expect([1, 4, 5, 7].map((eventId) => travel.indexOf(eventId))).toEqual([0, 0, 1, 1]);
  expect([1, 4, 5, 7, 8, undefined].map((eventId) => travel.indexAt(eventId))).toEqual([0, 0, 0, 0, 1, 1]);
  page.close();
});

test('a replay that parts from the history keeps the moments before', () => {
  const { backend, page, travel } = open(8);
  travel.watch();
  backend.tell('moments', { moments: [moment(4)], isDone: false });
  backend.tell('moments', { moments: [], isDone: true, failure: { kind: 'nonDeterminism', message: 'other', eventId: 5 } });
  flush();
  expect(travel.store.getState()).toMatchObject({ moments: [{ eventId: 4 }], isReplaying: false, failure: { kind: 'nonDeterminism', eventId: 5 } });
  page.close();
});
