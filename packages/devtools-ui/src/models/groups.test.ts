import { expect, test } from 'vitest';
import { described, type Given, history, json, pendingActivity } from './groups.test-kit.ts';
import { RunGroups } from './groups.ts';

const POLICY = { initialInterval: 1000, backoffCoefficient: 2, maximumInterval: 100_000, maximumAttempts: 5 };
const SCHEDULED = ['ActivityTaskScheduled', 0, { activityType: 'charge', activityId: '1', retryPolicy: POLICY }] as const;

function groupsOf(...events: readonly Given[]): RunGroups {
  const groups = new RunGroups();
  groups.append(history(...events));
  return groups;
}

test('an activity that took one attempt is queued, then runs', () => {
  const [group] = groupsOf(
    SCHEDULED,
    ['ActivityTaskStarted', 40, { scheduledEventId: 1, attempt: 1 }],
    ['ActivityTaskCompleted', 100, { scheduledEventId: 1, startedEventId: 2, result: [json(3)] }],
  ).groups;
  expect(group).toMatchObject({ kind: 'activity', status: 'completed', subject: 'charge', start: 0, end: 100, isLeft: false, result: [json(3)] });
  expect(group?.retry).toEqual({ attempt: 1, maximumAttempts: 5, source: 'history' });
  expect(group?.segments).toEqual([
    { kind: 'queued', status: 'queued', start: 0, end: 40, attempt: 1 },
    { kind: 'running', status: 'completed', start: 40, end: 100, attempt: 1 },
  ]);
});

test('what an imported history does not hold of earlier attempts is told as unknown', () => {
  const [group] = groupsOf(
    SCHEDULED,
    ['ActivityTaskStarted', 7000, { scheduledEventId: 1, attempt: 4, lastFailure: { message: 'Away' } }],
    ['ActivityTaskCompleted', 7100, { scheduledEventId: 1, startedEventId: 2 }],
  ).groups;
  expect(group?.segments).toEqual([
    { kind: 'unknown', status: 'unknown', start: 0, end: 7000, attempt: 1, lastAttempt: 3 },
    { kind: 'running', status: 'completed', start: 7000, end: 7100, attempt: 4 },
  ]);
  expect(group?.attempts.map(({ attempt, status, failure }) => [attempt, status, failure?.message])).toEqual([
    [1, 'unknown', undefined],
    [3, 'failed', 'Away'],
    [4, 'completed', undefined],
  ]);
});

test('descriptions seen while an activity retried fill its course, and outlive its end', () => {
  const groups = groupsOf(SCHEDULED);
  const see = (given: Parameters<typeof pendingActivity>[0]) => groups.observe(described({ pendingActivities: [pendingActivity(given)] }));
  see({ state: 'STARTED', lastStartedTime: 10, lastHeartbeatTime: 30 });
  see({ state: 'STARTED', lastStartedTime: 10, lastHeartbeatTime: 45 });
  see({ state: 'BACKING_OFF', attempt: 2, lastStartedTime: 10, nextAttemptScheduleTime: 1060, lastFailure: { message: 'Away' } });
  expect(groups.groups[0]).toMatchObject({
    status: 'backing off',
    expectedEnd: 1060,
    failure: { message: 'Away' },
    retry: { attempt: 2, maximumAttempts: 5, nextAttemptAt: 1060, source: 'description' },
    segments: [
      { kind: 'queued', start: 0, end: 10, attempt: 1 },
      { kind: 'running', status: 'failed', start: 10, end: 60, attempt: 1, isEndComputed: true, heartbeats: [30, 45] },
      { kind: 'backing off', status: 'backing off', start: 60, attempt: 2 },
    ],
  });
  see({ state: 'STARTED', attempt: 2, lastStartedTime: 1070, lastFailure: { message: 'Away' } });
  groups.append([
    ...history(
      SCHEDULED,
      ['ActivityTaskStarted', 1070, { scheduledEventId: 1, attempt: 2 }],
      ['ActivityTaskFailed', 1200, { scheduledEventId: 1, startedEventId: 2, failure: { message: 'Gone' }, retryState: 'NON_RETRYABLE_FAILURE' }],
    ),
  ]);
  expect(groups.groups[0]).toMatchObject({
    status: 'failed',
    end: 1200,
    failure: { message: 'Gone' },
    retry: { attempt: 2, state: 'NON_RETRYABLE_FAILURE', source: 'history' },
    segments: [
      { kind: 'queued', start: 0, end: 10 },
      { kind: 'running', status: 'failed', start: 10, end: 60 },
      { kind: 'backing off', start: 60, end: 1060 },
      { kind: 'queued', start: 1060, end: 1070, attempt: 2 },
      { kind: 'running', status: 'failed', start: 1070, end: 1200, attempt: 2 },
    ],
  });
});

test('an attempt that nobody saw between two that were seen is an unknown stretch', () => {
  const groups = groupsOf(SCHEDULED);
  groups.observe(described({ pendingActivities: [pendingActivity({ state: 'STARTED', lastStartedTime: 10 })] }));
  groups.observe(
    described({
      pendingActivities: [
        pendingActivity({
          state: 'STARTED',
          attempt: 3,
          lastStartedTime: 5000,
          lastFailure: { message: 'slow', timeoutFailureInfo: { timeoutType: 'HEARTBEAT' } },
        }),
      ],
    }),
  );
  expect(groups.groups[0]?.segments).toEqual([
    { kind: 'queued', status: 'queued', start: 0, end: 10, attempt: 1 },
    { kind: 'unknown', status: 'unknown', start: 10, end: 5000, attempt: 1, lastAttempt: 2 },
    { kind: 'running', status: 'running', start: 5000, attempt: 3 },
  ]);
  expect(groups.groups[0]?.attempts[1]).toMatchObject({ attempt: 2, status: 'timed out' });
});

test('a timer waits until it fires, is cancelled, or is left by its run', () => {
  const started = (timerId: string) => ['TimerStarted', 0, { timerId, startToFireTimeout: 5000 }] as const;
  const [pending, fired, cancelled, left] = groupsOf(
    started('a'),
    started('b'),
    started('c'),
    started('d'),
    ['TimerFired', 5000, { timerId: 'b', startedEventId: 2 }],
    ['TimerCanceled', 300, { timerId: 'c', startedEventId: 3 }],
  ).groups;
  expect(pending).toMatchObject({ status: 'timer', expectedEnd: 5000, segments: [{ kind: 'waiting', start: 0 }] });
  expect(pending?.end).toBeUndefined();
  expect(fired).toMatchObject({ status: 'completed', end: 5000 });
  expect(cancelled).toMatchObject({ status: 'cancelled', end: 300, isLeft: false });
  expect(left?.isLeft).toBe(false);

  const ended = groupsOf(['WorkflowExecutionStarted', 0, { workflowType: 'order' }], started('d'), ['WorkflowExecutionCompleted', 700, {}]);
  expect(ended.groups).toMatchObject([
    { kind: 'workflow', status: 'completed', end: 700, isLeft: false },
    { kind: 'timer', status: 'cancelled', end: 700, isLeft: true },
  ]);
  expect(ended.openGroups()).toEqual([]);
});

test('children, external signals and updates go through their states', () => {
  const groups = groupsOf(
    ['StartChildWorkflowExecutionInitiated', 0, { workflowId: 'ship-1', workflowType: 'ship', parentClosePolicy: 'ABANDON' }],
    ['ChildWorkflowExecutionStarted', 10, { initiatedEventId: 1, workflowExecution: { workflowId: 'ship-1', runId: 'r' }, workflowType: 'ship' }],
    ['SignalExternalWorkflowExecutionInitiated', 20, { signalName: 'note', workflowExecution: { workflowId: 'other' } }],
    ['ExternalWorkflowExecutionSignaled', 25, { initiatedEventId: 3, workflowExecution: { workflowId: 'other' } }],
    ['WorkflowExecutionUpdateAdmitted', 30, { request: { meta: { updateId: 'u' }, input: { name: 'add' } } }],
    ['WorkflowExecutionUpdateAccepted', 40, { protocolInstanceId: 'u' }],
    ['WorkflowExecutionUpdateCompleted', 50, { meta: { updateId: 'u' }, acceptedEventId: 6, outcome: { failure: { message: 'no' } } }],
  );
  expect(groups.groups).toMatchObject([
    {
      kind: 'child',
      status: 'running',
      subject: 'ship',
      run: { workflowId: 'ship-1', runId: 'r' },
      segments: [{ kind: 'queued' }, { kind: 'running', start: 10 }],
    },
    { kind: 'external signal', status: 'completed', subject: 'note', run: { workflowId: 'other' } },
    {
      kind: 'update',
      status: 'failed',
      subject: 'add',
      failure: { message: 'no' },
      segments: [
        { kind: 'queued', end: 40 },
        { kind: 'running', end: 50 },
      ],
    },
  ]);
});

test('workflow tasks count the activations of the code, and the last failure is remembered until one succeeds', () => {
  const groups = groupsOf(
    ['WorkflowTaskScheduled', 0, {}],
    ['WorkflowTaskStarted', 5, { scheduledEventId: 1 }],
    ['WorkflowTaskCompleted', 9, { scheduledEventId: 1, startedEventId: 2 }],
    ['WorkflowTaskScheduled', 10, {}],
    ['WorkflowTaskStarted', 12, { scheduledEventId: 4 }],
    ['WorkflowTaskFailed', 20, { scheduledEventId: 4, startedEventId: 5, cause: 'NON_DETERMINISTIC_ERROR', failure: { message: 'differs' } }],
  );
  expect(groups.groups).toMatchObject([
    { status: 'completed', activation: 1 },
    { status: 'failed', failure: { message: 'differs' } },
  ]);
  expect(groups.failingTask()?.id).toBe(4);
});

test('events that come again change nothing, and what joins an event that is not there stands alone', () => {
  const groups = groupsOf(['ActivityTaskCompleted', 5, { scheduledEventId: 900 }]);
  const before = groups.groups.length;
  groups.append(history(['ActivityTaskCompleted', 5, { scheduledEventId: 900 }]));
  expect([before, groups.groups.length, groups.eventCount]).toEqual([1, 1, 1]);
});

test('appending to a long history derives the groups that it touches, and no others', () => {
  const groups = new RunGroups();
  const many = history(...Array.from({ length: 50_000 }, (_, index) => ['WorkflowExecutionSignaled', index, { signalName: `s${index}` }] as const));
  groups.append(many);
  const before = [...groups.groups];
  groups.append([
    { ...(history(['TimerStarted', 60_000, { timerId: 't', startToFireTimeout: 1 }])[0] as (typeof many)[number]), eventId: 50_001 } as (typeof many)[number],
  ]);
  const after = groups.groups;
  expect(after).toHaveLength(50_001);
  expect(before.every((group, index) => group === after[index])).toBe(true);
});
