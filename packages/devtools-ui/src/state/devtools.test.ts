import { expect, test } from 'vitest';
import { Double } from '../backend/double.test-kit.ts';
import { history, json, pendingActivity } from '../models/groups.test-kit.ts';
import { createDevtools, type Devtools } from './devtools.ts';
import { ManualClock, settle } from './manual-clock.test-kit.ts';
import { memoryRouter } from './router.ts';

const started = (workflowType = 'order') => ['WorkflowExecutionStarted', 0, { workflowType, taskQueue: 'demo', workflowTaskTimeout: 10_000 }] as const;
const open = (type?: string) => history(started(type), ['WorkflowTaskScheduled', 0, { attempt: 1 }]);
const closed = () =>
  history(started(), ['WorkflowTaskScheduled', 0], ['WorkflowTaskStarted', 1], ['WorkflowTaskCompleted', 2], ['WorkflowExecutionCompleted', 3]);

interface World {
  readonly double: Double;
  readonly clock: ManualClock;
  readonly devtools: Devtools;
  /** Frames that were asked for and not shown yet. */
  readonly frames: (() => void)[];
  /** Lets time pass, and shows the frames on the way. */
  pass(ms: number): Promise<void>;
}

function world(address = ''): World {
  const double = new Double();
  const clock = new ManualClock();
  const frames: (() => void)[] = [];
  const scheduleFrame = (run: () => void) => {
    frames.push(run);
    return () => void frames.splice(frames.indexOf(run), 1);
  };
  const devtools = createDevtools({ backend: double, router: memoryRouter(address), clock, scheduleFrame });
  const show = async (): Promise<void> => {
    for (const frame of frames.splice(0)) frame();
    await settle();
  };
  return {
    double,
    clock,
    devtools,
    frames,
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 50) {
        await clock.advance(50);
        await show();
      }
    },
  };
}

const session = ({ devtools }: World) => {
  const found = devtools.store.getState().session;
  if (!found) throw new Error('the panel is closed');
  return found;
};
const listed = (given: World) =>
  session(given)
    .runs.store.getState()
    .runs.map(({ runId, status }) => `${runId} ${status}`);

test('a closed panel has no subscription, no timer and no frame, however often it was open', async () => {
  const given = world('/run/order-1/-/events');
  given.double.put('order-1', 'a', open(), { pendingActivities: [pendingActivity({})] });
  for (let round = 0; round < 2; round += 1) {
    const close = given.devtools.open();
    const unwatch = given.devtools.ticker.watch();
    session(given).descriptions.look(session(given).runs.store.getState().runs);
    const endQueries = session(given).store.getState().page?.queries.watch();
    await given.pass(1000);
    session(given).descriptions.look(session(given).runs.store.getState().runs);
    expect(given.double.subscriptions).toBeGreaterThan(3);
    expect(given.clock.timers).toBeGreaterThan(1);
    unwatch();
    endQueries?.();
    close();
    await settle();
    expect({ subscriptions: given.double.subscriptions, timers: given.clock.timers, frames: given.frames.length }).toEqual({
      subscriptions: 0,
      timers: 0,
      frames: 0,
    });
  }
});

test('what changes while an answer is under way does not bring a closed panel back to life', async () => {
  const given = world();
  given.double.put('order-1', 'a', open());
  const close = given.devtools.open();
  given.double.put('order-1', 'a', closed());
  close();
  await given.pass(2000);
  expect({ subscriptions: given.double.subscriptions, timers: given.clock.timers, frames: given.frames.length }).toEqual({
    subscriptions: 0,
    timers: 0,
    frames: 0,
  });
});

test('the list follows what starts and what closes, and asks for those alone that changed', async () => {
  const given = world();
  given.double.put('order-1', 'a', open());
  given.devtools.open();
  await given.pass(300);
  expect(listed(given)).toEqual(['a RUNNING']);
  given.double.fetched.length = 0;
  given.double.put('order-2', 'b', open());
  await given.pass(300);
  expect(listed(given).sort()).toEqual(['a RUNNING', 'b RUNNING']);
  given.double.put('order-1', 'a', closed());
  await given.pass(300);
  expect(listed(given)).toEqual(['b RUNNING', 'a COMPLETED']);
  expect(given.double.fetched.flatMap(({ what, request }) => (what === 'runs' ? [(request as { query: string }).query] : []))).toEqual([
    'RunId IN ("b")',
    'RunId IN ("a")',
  ]);
  expect(session(given).runs.store.getState().counts).toEqual({ RUNNING: 1, COMPLETED: 1 });
});

test('a run that no longer meets the query leaves the list', async () => {
  const given = world('/workflows?q=ExecutionStatus+%3D+%22Running%22');
  given.double.put('order-1', 'a', open());
  given.devtools.open();
  await given.pass(300);
  expect(listed(given)).toEqual(['a RUNNING']);
  given.double.put('order-1', 'a', closed());
  await given.pass(300);
  expect(listed(given)).toEqual([]);
  expect(session(given).runs.store.getState().counts).toEqual({ COMPLETED: 1 });
});

test('fifty thousand runs are read page by page, and a change among them costs one request', async () => {
  const given = world();
  for (let index = 0; index < 50_000; index += 1) given.double.runs.push({ ...run(index) });
  given.devtools.open();
  await given.pass(300);
  const { runs } = session(given);
  expect(runs.store.getState().runs).toHaveLength(200);
  while (runs.store.getState().hasMore) {
    runs.loadMore();
    await settle();
  }
  expect(runs.store.getState().runs).toHaveLength(50_000);
  given.double.fetched.length = 0;
  given.double.tell('changes', { changes: [{ workflowId: 'w-7', runId: 'r-7', historyLength: 3 }], mayBeMissing: false });
  await given.pass(300);
  expect(given.double.fetched.filter(({ what }) => what === 'runs')).toHaveLength(1);
  expect(new Set(runs.store.getState().runs.map(({ runId }) => runId)).size).toBe(50_000);
});

function run(index: number) {
  return {
    summary: {
      namespace: 'default',
      workflowId: `w-${index}`,
      runId: `r-${index}`,
      workflowType: 'order',
      taskQueue: 'demo',
      status: 'RUNNING' as const,
      startTime: 1_000_000 - index,
      executionTime: 1_000_000 - index,
      historyLength: 3,
      historySizeBytes: 100,
      firstExecutionRunId: `r-${index}`,
    },
    pendingActivities: [],
    pendingTimers: [],
    pendingChildren: [],
    cancelRequested: false,
    durability: 'strict',
    workflowTaskTimeout: 10_000,
  };
}

test('a query that is wrong says where, and the list is as it was', async () => {
  const given = world();
  given.double.put('order-1', 'a', open());
  given.devtools.open();
  await given.pass(300);
  given.devtools.navigation.adjust({ query: 'Nonsense = 1' });
  await given.pass(300);
  expect(session(given).runs.store.getState().error).toMatchObject({ kind: 'refused', place: { at: 0, expected: 'something that it knows' } });
  expect(listed(given)).toEqual(['a RUNNING']);
  given.devtools.navigation.adjust({ query: '' });
  await given.pass(300);
  expect(session(given).runs.store.getState()).not.toHaveProperty('error');
});

test('what is pending is read of the runs in sight, four at a time, and again when their history has grown', async () => {
  const given = world();
  for (const name of 'abcdefgh') given.double.put(`order-${name}`, name, open());
  given.devtools.open();
  await given.pass(300);
  given.double.fetched.length = 0;
  session(given).descriptions.look(session(given).runs.store.getState().runs);
  expect(given.double.fetched.filter(({ what }) => what === 'run')).toHaveLength(4);
  await given.pass(100);
  expect(given.double.fetched.filter(({ what }) => what === 'run')).toHaveLength(8);
  expect(session(given).descriptions.store.getState().runs.size).toBe(8);
  given.double.put('order-a', 'a', closed());
  given.double.put('order-b', 'b', [...open(), ...closed().slice(2, 4)]);
  await given.pass(300);
  expect(given.double.fetched.filter(({ what }) => what === 'run').length).toBeGreaterThanOrEqual(9);
});

test('events are applied once for each frame, however many deltas there are', async () => {
  const given = world('/run/order-1/-/events');
  const events = history(started(), ...Array.from({ length: 200 }, () => ['WorkflowExecutionSignaled', 1, { signalName: 's', input: [json(1)] }] as const));
  given.double.put('order-1', 'a', events.slice(0, 1));
  given.devtools.open();
  await given.pass(200);
  const page = session(given).store.getState().page;
  let changes = 0;
  page?.store.subscribe((state, before) => {
    if (state.events !== before.events) changes += 1;
  });
  for (let count = 2; count <= events.length; count += 1) given.double.put('order-1', 'a', events.slice(0, count));
  await settle();
  expect(changes).toBe(0);
  for (const frame of given.frames.splice(0)) frame();
  expect(changes).toBe(1);
  expect(page?.store.getState().events.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
});

test('queries are asked after each step of the code while they are looked at, and what changed is known', async () => {
  const given = world('/run/order-1/-/messages');
  let total = 1;
  given.double.code = { signals: [], updates: [], queries: [{ name: 'total' }] };
  given.double.answerQuery = () => [json({ total })];
  const step = history(
    started(),
    ['WorkflowTaskScheduled', 0],
    ['WorkflowTaskStarted', 1],
    ['WorkflowTaskCompleted', 2],
    ['WorkflowExecutionSignaled', 3, { signalName: 'add' }],
    ['WorkflowTaskScheduled', 3],
    ['WorkflowTaskStarted', 4],
    ['WorkflowTaskCompleted', 5],
  );
  given.double.put('order-1', 'a', step.slice(0, 4));
  given.devtools.open();
  await given.pass(300);
  const asked = () => given.double.fetched.filter(({ what }) => what === 'query').length;
  expect(asked()).toBe(0);
  const page = session(given).store.getState().page;
  const end = page?.queries.watch();
  await given.pass(600);
  expect(asked()).toBe(1);
  expect(page?.queries.store.getState().cards).toEqual([{ queryType: 'total', args: [], result: [json({ total: 1 })] }]);
  total = 2;
  given.double.put('order-1', 'a', step);
  await given.pass(1200);
  expect(page?.queries.store.getState().cards).toEqual([
    { queryType: 'total', args: [], result: [json({ total: 2 })], before: [json({ total: 1 })], changedAt: 8 },
  ]);
  const before = asked();
  end?.();
  given.double.put('order-1', 'a', [...step, ...history(['WorkflowTaskCompleted', 9]).map((event) => ({ ...event, eventId: 9 }))] as never);
  await given.pass(1200);
  expect(asked()).toBe(before);
});

test('an order is written down with what came of it, and a refused one is told', async () => {
  const given = world();
  given.devtools.open();
  given.double.outcome = { isAccepted: false, code: 'NotFound', reason: 'the run is closed' };
  await given.devtools.order({ type: 'terminate', namespace: 'default', workflowId: 'order-1' });
  expect(given.devtools.log.store.getState().entries).toMatchObject([
    { source: 'double', command: { type: 'terminate' }, outcome: { isAccepted: false, code: 'NotFound' } },
  ]);
  expect(given.devtools.toasts.store.getState().toasts).toMatchObject([{ tone: 'bad', text: 'the run is closed' }]);
});

test('S20: a history file is a session of its own, read only, and the engine is back when it is closed', async () => {
  const given = world();
  given.devtools.open();
  const file = {
    events: [
      {
        eventId: '1',
        eventTime: '2026-01-01T00:00:00Z',
        eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
        workflowExecutionStartedEventAttributes: {
          workflowType: { name: 'order' },
          taskQueue: { name: 'q' },
          workflowId: 'from-file',
          workflowTaskTimeout: '10s',
          originalExecutionRunId: 'run',
          firstExecutionRunId: 'run',
          attempt: 1,
        },
      },
    ],
  };
  await given.devtools.importFile('order.json', JSON.stringify(file));
  await given.pass(300);
  expect(session(given).backend.describe()).toMatchObject({ kind: 'file', capabilities: [] });
  expect(given.double.subscriptions).toBe(0);
  expect(session(given).store.getState().page?.store.getState().described?.summary).toMatchObject({ workflowId: 'from-file', status: 'RUNNING' });
  given.devtools.closeFile('order.json');
  expect(session(given).backend).toBe(given.double);
});

test('a file that is no history says what is wrong with it, and where', async () => {
  const given = world();
  given.devtools.open();
  await given.devtools.importFile('a.json', '{"events": [{"eventId": "2"}]}');
  await given.devtools.importFile('b.json', 'no json');
  await given.devtools.importFile('c.json', `${'['.repeat(300)}${']'.repeat(300)}`);
  expect(given.devtools.toasts.store.getState().toasts.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^a\.json was not opened\. This is no history that can be read: events\[0\]\.eventId/),
    expect.stringMatching(/^b\.json was not opened\. The file is no JSON/),
    'c.json was not opened. The file is nested more than 200 levels deep at character 201',
  ]);
});

test('a run that was deleted from here leaves the list, of which nobody else tells', async () => {
  const given = world();
  given.double.put('order-1', 'a', open());
  const close = given.devtools.open();
  await given.pass(300);
  expect(listed(given)).toEqual(['a RUNNING']);
  given.double.runs.length = 0;
  await given.devtools.order({ type: 'delete', namespace: 'default', workflowId: 'order-1', runId: 'a' });
  await given.pass(600);
  expect(listed(given)).toEqual([]);
  close();
});
