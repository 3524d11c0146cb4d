import { expect, test } from 'vitest';
import { described, type Given, history, pendingActivity } from '../models/groups.test-kit.ts';
import { RunGroups } from '../models/groups.ts';
import { barLabel, barText, eventOf } from './bar-words.ts';
import { type Bar, barsOf, LEAST_PX, POINT_PX, type Scene } from './bars.ts';
import { causesOf } from './causes.ts';
import { laneTitle, RunLanes, rowsOf } from './lanes.ts';
import { LINEAR } from './time-map.ts';

const lanesOf = (...events: readonly Given[]): RunLanes => {
  const groups = new RunGroups();
  groups.append(history(...events));
  return new RunLanes(groups);
};
/** A millisecond is a pixel. */
const SCENE: Scene = { map: LINEAR, view: { start: 0, msPerPx: 1 }, width: 1000, now: 900 };
const barsIn = (lanes: RunLanes, index: number, scene: Partial<Scene> = {}): Bar[] =>
  barsOf(lanes.lanes[index] as (typeof lanes.lanes)[number], { ...SCENE, ...scene });
const boxes = (bars: readonly Bar[]) => bars.map(({ shape, status, x, width, count }) => [shape, status, x, width, count]);

const STARTED = ['WorkflowExecutionStarted', 0, { workflowType: 'order' }] as const;
const ACTIVITY = [
  'ActivityTaskScheduled',
  100,
  { activityType: 'charge', retryPolicy: { initialInterval: 50, backoffCoefficient: 1, maximumInterval: 50, maximumAttempts: 0 } },
] as const;

test('a row has the bars of its segments, cut at the edges of sight', () => {
  const lanes = lanesOf(
    STARTED,
    ACTIVITY,
    ['ActivityTaskStarted', 150, { scheduledEventId: 2, attempt: 1 }],
    ['ActivityTaskCompleted', 400, { scheduledEventId: 2, startedEventId: 3 }],
  );
  expect(boxes(barsIn(lanes, 1))).toEqual([
    ['queued', 'queued', 100, 50, 1],
    ['running', 'completed', 150, 250, 1],
  ]);
  const [cut] = barsIn(lanes, 1, { view: { start: 300, msPerPx: 1 }, width: 50 });
  expect(cut).toMatchObject({ x: -8, width: 66, isCutLeft: true, isCutRight: true });
  expect(barsIn(lanes, 1, { view: { start: 500, msPerPx: 1 } })).toEqual([]);
});

test('nothing is thinner than can be seen', () => {
  const lanes = lanesOf(
    STARTED,
    ACTIVITY,
    ['ActivityTaskStarted', 100, { scheduledEventId: 2, attempt: 1 }],
    ['ActivityTaskCompleted', 101, { scheduledEventId: 2, startedEventId: 3 }],
  );
  expect(boxes(barsIn(lanes, 1))).toEqual([['running', 'completed', 100, LEAST_PX, 1]]);
});

test('signals of one name share a row, and those that cannot be told apart are one bar until one zooms in', () => {
  const lanes = lanesOf(STARTED, ...[100, 104, 108, 500].map((at) => ['WorkflowExecutionSignaled', at, { signalName: 'note' }]));
  expect(lanes.lanes.map(laneTitle)).toEqual([
    { what: 'workflow', name: 'order' },
    { what: 'signal', name: 'note', more: '×4' },
  ]);
  expect(boxes(barsIn(lanes, 1))).toEqual([
    ['merged', 'waiting', 93, POINT_PX + 8, 3],
    ['point', 'waiting', 493, POINT_PX, 1],
  ]);
  expect(barsIn(lanes, 1, { view: { start: 90, msPerPx: 0.1 }, width: 300 })).toHaveLength(3);
  expect(barText(barsIn(lanes, 1)[0] as Bar, 900)).toMatch(/^3 × signal note and others close together/);
});

test('what is merged has the worst status of what is in it', () => {
  const lanes = lanesOf(
    STARTED,
    ...[100, 101].flatMap(
      (at, index) =>
        [
          ['WorkflowTaskScheduled', at, {}],
          ['WorkflowTaskStarted', at, { scheduledEventId: 2 + index * 3 }],
          [index === 0 ? 'WorkflowTaskFailed' : 'WorkflowTaskCompleted', at, { scheduledEventId: 2 + index * 3, cause: 'BAD_BINARY' }],
        ] as Given[],
    ),
  );
  expect(barsIn(lanes, 0).filter(({ shape }) => shape === 'task')).toMatchObject([{ status: 'failed', count: 2 }]);
});

test('a timer is drawn up to its firing, with the share that is over', () => {
  const lanes = lanesOf(STARTED, ['TimerStarted', 500, { timerId: 'remind', startToFireTimeout: 1600 }]);
  const [bar] = barsIn(lanes, 1);
  expect(bar).toMatchObject({ shape: 'waiting', status: 'timer', x: 500, width: 508, share: 0.25, isCutRight: true });
  expect(barLabel((bar as Bar).group, 900)).toMatch(/^fires .*, in 2 s$/);
});

test('a back-off goes on as what is expected until the next attempt', () => {
  const lanes = lanesOf(STARTED, ACTIVITY);
  lanes.groups.observe(
    described({
      pendingActivities: [
        pendingActivity({
          scheduledEventId: 2,
          state: 'BACKING_OFF',
          attempt: 2,
          scheduledTime: 100,
          lastStartedTime: 110,
          nextAttemptScheduleTime: 950,
          lastFailure: { message: 'Away', applicationFailureInfo: { nextRetryDelay: 500 } },
        }),
      ],
    }),
  );
  const bars = barsIn(lanes, 1);
  expect(boxes(bars)).toEqual([
    ['expected', 'backing off', 900, 50, 1],
    ['queued', 'queued', 100, 10, 1],
    ['running', 'failed', 110, 340, 1],
    ['backing off', 'backing off', 450, 450, 1],
  ]);
  expect(barText(bars[2] as Bar, 900)).toBe('charge attempt 2 of 5: attempt 1, failed, 340 ms, its end computed from the retry policy: Away');
});

test('a bar leads to the event that ended it, or that began it while it is open', () => {
  const lanes = lanesOf(
    STARTED,
    ACTIVITY,
    ['ActivityTaskStarted', 150, { scheduledEventId: 2, attempt: 1 }],
    ['ActivityTaskCompleted', 400, { scheduledEventId: 2, startedEventId: 3 }],
    ['TimerStarted', 500, { timerId: 't', startToFireTimeout: 5 }],
  );
  expect(barsIn(lanes, 1).map(eventOf)).toEqual([2, 4]);
  expect(barsIn(lanes, 2).map(eventOf)).toEqual([5]);
});

test('rows grow with their run, and a child has rows of its own while it is open', () => {
  const parent = lanesOf(
    STARTED,
    ['StartChildWorkflowExecutionInitiated', 10, { workflowId: 'c', workflowType: 'ship', parentClosePolicy: 'TERMINATE' }],
    ['ChildWorkflowExecutionStarted', 12, { initiatedEventId: 2, workflowExecution: { workflowId: 'c', runId: 'r' }, workflowType: 'ship' }],
    ['TimerStarted', 20, { timerId: 't', startToFireTimeout: 5 }],
  );
  const keys = (children: Parameters<typeof rowsOf>[1]) => rowsOf(parent, children).map((row) => [row.key, row.level]);
  expect(keys(new Map())).toEqual([
    ['/workflow', 1],
    ['/2', 1],
    ['/4', 1],
  ]);
  const groups = new RunGroups();
  groups.append(history(STARTED));
  const lanes = new RunLanes(groups, '/2');
  expect(keys(new Map([['/2', { state: 'open', lanes, isTruncated: true }]]))).toEqual([
    ['/workflow', 1],
    ['/2', 1],
    ['/2/workflow', 2],
    ['/2 more', 2],
    ['/4', 1],
  ]);
  expect(keys(new Map([['/2', { state: 'loading' }]]))).toEqual([
    ['/workflow', 1],
    ['/2', 1],
    ['/2 state', 2],
    ['/4', 1],
  ]);
  expect(rowsOf(parent, new Map()).map((row) => row.is === 'lane' && row.child)).toEqual([
    undefined,
    { namespace: 'default', workflowId: 'c', runId: 'r' },
    undefined,
  ]);
});

test('causes are what the code was told before it asked, and what it asked for when it was told', () => {
  const { groups } = lanesOf(
    STARTED,
    ['WorkflowTaskScheduled', 1, {}],
    ['WorkflowTaskStarted', 2, { scheduledEventId: 2 }],
    ['WorkflowTaskCompleted', 3, { scheduledEventId: 2, startedEventId: 3 }],
    ['ActivityTaskScheduled', 3, { activityType: 'charge', workflowTaskCompletedEventId: 4 }],
    ['ActivityTaskStarted', 4, { scheduledEventId: 5, attempt: 1 }],
    ['ActivityTaskCompleted', 5, { scheduledEventId: 5, startedEventId: 6 }],
    ['WorkflowTaskScheduled', 5, {}],
    ['WorkflowTaskStarted', 6, { scheduledEventId: 8 }],
    ['WorkflowTaskCompleted', 7, { scheduledEventId: 8, startedEventId: 9 }],
    ['TimerStarted', 7, { timerId: 't', startToFireTimeout: 5, workflowTaskCompletedEventId: 10 }],
    ['StartChildWorkflowExecutionInitiated', 7, { workflowId: 'c', workflowType: 'ship', workflowTaskCompletedEventId: 10 }],
  );
  const of = (eventId: number) => {
    const group = groups.groupOf(eventId);
    const { before, after } = causesOf(groups, group as NonNullable<typeof group>);
    return [before.map(({ id }) => id), after.map(({ id }) => id)];
  };
  expect(of(5)).toEqual([[], [11, 12]]);
  expect(of(11)).toEqual([[5], []]);
});
