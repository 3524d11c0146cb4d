import { expect, it } from 'vitest';
import type { Failure } from '../common/failure.ts';
import { isBusy, tasksOf, wakeAt } from './derive.ts';
import { activity, completeRun, type Driver, drive, timer } from './driver.test-kit.ts';

const flaky: Failure = { message: 'flaky', applicationFailureInfo: { type: 'Flaky' } };
const failed = (run: Driver, attempt: { scheduledEventId: number; attempt: number; secret: string }, failure: Failure = flaky) =>
  run.do({ type: 'FailActivityTask', activity: attempt, failure, identity: 'worker' });
const scheduled = (options: object = {}) => drive().turn([activity('a', options)]);

it('fills the timeouts and the retry policy as the server does', () => {
  const run = drive().turn([activity('a'), activity('b', { startToCloseTimeout: 0, scheduleToCloseTimeout: 3_000, heartbeatTimeout: 9_000 })]);
  const attributes = run.events.slice(4).map((event) => event.attributes);
  const retryPolicy = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 100_000, maximumAttempts: 0, nonRetryableErrorTypes: [] };
  expect(attributes).toMatchObject([
    { scheduleToCloseTimeout: 0, scheduleToStartTimeout: 0, startToCloseTimeout: 10_000, heartbeatTimeout: 0, retryPolicy },
    { scheduleToCloseTimeout: 3_000, scheduleToStartTimeout: 3_000, startToCloseTimeout: 3_000, heartbeatTimeout: 3_000, retryPolicy },
  ]);
});

it('refuses options that are out of range, each in words', () => {
  const refused = (options: object) => {
    const run = drive();
    run.startTask();
    run.complete([activity('a', options)]);
    return run.last.refused;
  };
  expect(refused({ startToCloseTimeout: 0 })).toEqual({
    cause: 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES',
    message: 'BadScheduleActivityAttributes: a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. ActivityId=a ActivityType=work',
  });
  expect(refused({ heartbeatTimeout: -1 })?.message).toMatch(/heartbeatTimeout is -1/);
  expect(refused({ activityType: '' })?.message).toMatch(/activity type is empty/);
  expect(refused({ retryPolicy: { backoffCoefficient: 0.5 } })?.message).toMatch(/backoffCoefficient is 0.5/);
  expect(refused({ retryPolicy: { maximumAttempts: -1 } })?.message).toMatch(/maximumAttempts is -1/);
  expect(refused({ retryPolicy: { initialInterval: 10, maximumInterval: 5 } })?.message).toMatch(/less than/);
});

it('R21 an attempt is started once', () => {
  const run = scheduled();
  run.startActivity(5);
  expect(() => run.startActivity(5)).toThrow(/not offered/);
});

it('S9, R22: an answer of an older attempt, with a forged secret or without a start is refused', () => {
  const run = scheduled();
  expect(() => run.do({ type: 'CompleteActivityTask', activity: { scheduledEventId: 5, attempt: 1, secret: '' }, identity: 'w' })).toThrow(/stale/);
  const first = run.startActivity(5);
  failed(run, first).passTime(1_000);
  const second = run.startActivity(5, 2);
  for (const wrong of [first, { ...second, secret: first.secret }, { ...second, attempt: 3 }]) {
    expect(() => run.do({ type: 'CompleteActivityTask', activity: wrong, identity: 'w' })).toThrow(/stale/);
    expect(() => failed(run, wrong)).toThrow(/stale/);
    expect(() => run.do({ type: 'RecordActivityTaskHeartbeat', activity: wrong, identity: 'w' })).toThrow(/stale/);
  }
  run.do({ type: 'CompleteActivityTask', activity: second, identity: 'w' });
  expect(() => failed(run, second)).toThrow(/nothing left to answer/);
});

it('R23 retries leave one started event, with the last attempt and the failure before it', () => {
  const run = scheduled();
  failed(run, run.startActivity(5)).passTime(1_000);
  failed(run, run.startActivity(5, 2), { ...flaky, message: 'again' }).passTime(2_000);
  const third = run.startActivity(5, 3);
  run.passTime(7).do({ type: 'CompleteActivityTask', activity: third, identity: 'worker' });
  expect(run.events.slice(5)).toMatchObject([
    { eventId: 6, eventTime: 4_000, type: 'ActivityTaskStarted', attributes: { scheduledEventId: 5, attempt: 3, lastFailure: { message: 'again' } } },
    { eventId: 7, eventTime: 4_007, type: 'ActivityTaskCompleted', attributes: { scheduledEventId: 5, startedEventId: 6, identity: 'worker' } },
    { eventId: 8, type: 'WorkflowTaskScheduled' },
  ]);
});

it('R24 the questions before a retry come in Temporal’s order', () => {
  const policy = { initialInterval: 1_000, nonRetryableErrorTypes: ['Fatal', 'TemporalTimeout:StartToClose'], maximumAttempts: 1 };
  const fatal: Failure = { message: 'fatal', applicationFailureInfo: { type: 'Fatal' } };
  const outcome = (options: object, failure: Failure) => {
    const run = scheduled(options);
    failed(run, run.startActivity(5), failure);
    return (run.events[6]?.attributes as { retryState?: string } | undefined)?.retryState ?? 'again';
  };
  expect(outcome({}, flaky)).toBe('again');
  expect(outcome({ retryPolicy: policy }, fatal)).toBe('NON_RETRYABLE_FAILURE');
  expect(outcome({ retryPolicy: policy }, flaky)).toBe('MAXIMUM_ATTEMPTS_REACHED');
  expect(outcome({}, { message: '', applicationFailureInfo: { nonRetryable: true } })).toBe('NON_RETRYABLE_FAILURE');
  expect(outcome({}, { message: '', terminatedFailureInfo: {} })).toBe('NON_RETRYABLE_FAILURE');
  expect(outcome({}, { message: '', canceledFailureInfo: {} })).toBe('NON_RETRYABLE_FAILURE');
  expect(outcome({}, { message: '', serverFailureInfo: { nonRetryable: true } })).toBe('NON_RETRYABLE_FAILURE');
  expect(outcome({ scheduleToCloseTimeout: 999 }, flaky)).toBe('TIMEOUT');
  expect(outcome({ scheduleToCloseTimeout: 1_000 }, flaky)).toBe('again');
});

it('R25 the pause grows by the coefficient up to the maximum; a failure may choose its own', () => {
  const run = scheduled({ retryPolicy: { initialInterval: 100, backoffCoefficient: 3, maximumInterval: 1_000 } });
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 5; attempt++) {
    failed(run, run.startActivity(5, attempt));
    pauses.push(wakeAt(run.state, run.now) - run.now);
    run.at(wakeAt(run.state, run.now)).do({ type: 'PassTime' });
  }
  expect(pauses).toEqual([100, 300, 900, 1_000, 1_000]);
  failed(run, run.startActivity(5, 6), { message: '', applicationFailureInfo: { nextRetryDelay: 7_777 } });
  expect(wakeAt(run.state, run.now) - run.now).toBe(7_777);
  expect(() => run.startActivity(5, 7)).toThrow(/not offered/);
});

it('R26 each of the four timeouts fires at its time', () => {
  const types = (run: Driver) => run.types(5);
  const toStart = scheduled({ scheduleToStartTimeout: 300 }).passTime(299);
  expect(types(toStart)).toEqual([]);
  expect(types(toStart.passTime(1))).toEqual(['ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
  expect(toStart.events[5]?.attributes).toMatchObject({
    retryState: 'TIMEOUT',
    failure: { message: 'activity ScheduleToStart timeout', timeoutFailureInfo: { timeoutType: 'SCHEDULE_TO_START' } },
  });

  const toClose = scheduled({ startToCloseTimeout: 200, retryPolicy: { maximumAttempts: 1 } });
  toClose.startActivity(5);
  toClose.passTime(200);
  expect(types(toClose)).toEqual(['ActivityTaskStarted', 'ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
  expect(toClose.events[6]?.attributes).toMatchObject({
    startedEventId: 6,
    retryState: 'MAXIMUM_ATTEMPTS_REACHED',
    failure: { message: 'activity StartToClose timeout' },
  });

  const silent = scheduled({ heartbeatTimeout: 100, retryPolicy: { maximumAttempts: 1 } });
  const attempt = silent.startActivity(5);
  silent.passTime(99).do({ type: 'RecordActivityTaskHeartbeat', activity: attempt, details: [{ encoding: 'json/plain', data: '1' }], identity: 'w' });
  silent.passTime(99);
  expect(types(silent)).toEqual([]);
  silent.passTime(1);
  expect(silent.events[6]?.attributes).toMatchObject({
    failure: { message: 'activity Heartbeat timeout', timeoutFailureInfo: { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: [{ data: '1' }] } },
  });
});

it('R26 schedule-to-close runs over all attempts, and fires during a back-off without a started event', () => {
  const run = scheduled({ scheduleToCloseTimeout: 5_000 });
  failed(run, run.startActivity(5)).passTime(1_000);
  failed(run, run.startActivity(5, 2)).passTime(2_000);
  expect(run.types(5)).toEqual([]);
  run.passTime(2_000);
  expect(run.types(5)).toEqual(['ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
  expect(run.events[5]?.attributes).toMatchObject({
    retryState: 'TIMEOUT',
    failure: { message: expect.stringMatching(/^Not enough time/), timeoutFailureInfo: { timeoutType: 'SCHEDULE_TO_CLOSE' }, cause: { message: 'flaky' } },
  });
});

it('R27 a start-to-close timeout whose retry no longer fits is reported as schedule-to-close', () => {
  const run = scheduled({ startToCloseTimeout: 900, scheduleToCloseTimeout: 1_000 });
  run.startActivity(5);
  run.passTime(900);
  expect(run.events[6]?.attributes).toMatchObject({ retryState: 'TIMEOUT', failure: { timeoutFailureInfo: { timeoutType: 'SCHEDULE_TO_CLOSE' } } });
});

it('R28 the timeouts of an older attempt mean nothing to a newer one', () => {
  const run = scheduled({ heartbeatTimeout: 1_500 });
  failed(run, run.startActivity(5)).passTime(1_000);
  run.startActivity(5, 2);
  expect(wakeAt(run.state, run.now)).toBe(3_500);
  run.passTime(600);
  expect(run.types(5)).toEqual([]);
});

it('R29 heartbeats write no event, and their details reach the next attempt', () => {
  const run = scheduled({ heartbeatTimeout: 1_000 });
  const first = run.startActivity(5);
  run.do({ type: 'RecordActivityTaskHeartbeat', activity: first, details: [{ encoding: 'json/plain', data: '7' }], identity: 'w' });
  failed(run, first);
  expect(run.types(5)).toEqual([]);
  expect(run.state.activities.get(5)).toMatchObject({ attempt: 2, heartbeatDetails: [{ data: '7' }] });
});

it('R30 cancelling ends an activity that nobody has, at once, and only tells one that runs', () => {
  const idle = scheduled()
    .signal()
    .turn([{ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } }]);
  expect(idle.types(8)).toEqual(['WorkflowTaskCompleted', 'ActivityTaskCancelRequested', 'ActivityTaskCanceled', 'WorkflowTaskScheduled']);
  expect(idle.state.activities.size).toBe(0);

  const busy = scheduled();
  const attempt = busy.startActivity(5);
  busy.signal().turn([{ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } }]);
  expect(busy.types(8)).toEqual(['WorkflowTaskCompleted', 'ActivityTaskCancelRequested']);
  busy.do({ type: 'CancelActivityTask', activity: attempt, identity: 'worker' });
  expect(busy.events.slice(10)).toMatchObject([
    { type: 'ActivityTaskStarted' },
    { type: 'ActivityTaskCanceled', attributes: { latestCancelRequestedEventId: 10, scheduledEventId: 5, startedEventId: 11 } },
    { type: 'WorkflowTaskScheduled' },
  ]);
});

it('R30 cancelling one that finished in the meantime is recorded, and its end follows', () => {
  const run = scheduled();
  const attempt = run.startActivity(5);
  run.signal();
  run.startTask();
  run.do({ type: 'CompleteActivityTask', activity: attempt, identity: 'worker' });
  run.complete([{ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } }]);
  expect(run.types(8)).toEqual([
    'WorkflowTaskCompleted',
    'ActivityTaskCancelRequested',
    'ActivityTaskStarted',
    'ActivityTaskCompleted',
    'WorkflowTaskScheduled',
  ]);
});

it('R31 after a cancel request there is no further attempt, whatever the failure', () => {
  const run = scheduled();
  const attempt = run.startActivity(5);
  run.signal().turn([{ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } }]);
  failed(run, attempt);
  expect(run.events[11]).toMatchObject({ type: 'ActivityTaskFailed', attributes: { retryState: 'CANCEL_REQUESTED' } });
});

it('a cancellation that nobody asked for is refused', () => {
  const run = scheduled();
  const attempt = run.startActivity(5);
  expect(() => run.do({ type: 'CancelActivityTask', activity: attempt, identity: 'w' })).toThrow(/nobody has asked for/);
});

it('R32 an activity may be completed by its id before a worker takes it: it gets a start', () => {
  const run = scheduled().do({ type: 'CompleteActivityTask', activity: { activityId: 'a' }, identity: 'outside' });
  expect(run.events.slice(5)).toMatchObject([
    { type: 'ActivityTaskStarted', attributes: { attempt: 1 } },
    { type: 'ActivityTaskCompleted', attributes: { startedEventId: 6, identity: 'outside' } },
    { type: 'WorkflowTaskScheduled' },
  ]);
  expect(() => run.do({ type: 'CompleteActivityTask', activity: { activityId: 'a' }, identity: 'outside' })).toThrow(/nothing left to answer/);
});

it('R33 an id may be used again once the activity that had it is over', () => {
  const run = scheduled();
  const attempt = run.startActivity(5);
  run.do({ type: 'CompleteActivityTask', activity: attempt, identity: 'w' }).turn([activity('a')]);
  expect(run.types(10)).toEqual(['ActivityTaskScheduled']);
});

it('R34 what is kept of failures between attempts stays small', () => {
  const run = scheduled({ retryPolicy: { initialInterval: 1, maximumInterval: 1 } });
  const huge: Failure = {
    message: 'm'.repeat(10_000),
    stackTrace: 's'.repeat(1_000_000),
    cause: flaky,
    applicationFailureInfo: { type: 'Big', details: [{ encoding: 'json/plain', data: 'x'.repeat(9_999) }] },
  };
  failed(run, run.startActivity(5), huge);
  expect(JSON.stringify(run.state.activities.get(5)?.lastFailure).length).toBeLessThan(4_096);
  expect(run.state.activities.get(5)?.lastFailure).toMatchObject({ applicationFailureInfo: { type: 'Big' } });
});

it('an activity whose worker is gone gets its next attempt at once, and none beyond its last', () => {
  const run = scheduled({ retryPolicy: { maximumAttempts: 2 } });
  run.startActivity(5, 1, 'lost');
  run.do({ type: 'LoseWorker', workerId: 'other' });
  expect(run.state.activities.get(5)?.attempt).toBe(1);
  run.do({ type: 'LoseWorker', workerId: 'lost' });
  expect(tasksOf(run.state).activities).toEqual([{ scheduledEventId: 5, attempt: 2, taskQueue: 'queue', activityType: 'work', notBefore: 1_000 }]);
  run.startActivity(5, 2, 'lost');
  run.do({ type: 'LoseWorker', workerId: 'lost' });
  expect(tasksOf(run.state).activities).toEqual([]);
  expect(wakeAt(run.state, run.now)).toBe(11_000);
});

it('R16 an end that came while a workflow task ran stands after its start and is wired to it', () => {
  const run = scheduled();
  const attempt = run.startActivity(5);
  run.signal();
  run.startTask();
  run.do({ type: 'CompleteActivityTask', activity: attempt, identity: 'worker' }).signal();
  expect(() => run.do({ type: 'CompleteActivityTask', activity: attempt, identity: 'worker' })).toThrow(/nothing left to answer/);
  run.complete([timer('1', 5)]);
  expect(run.events.slice(9)).toMatchObject([
    { eventId: 10, type: 'TimerStarted' },
    { eventId: 11, type: 'ActivityTaskStarted' },
    { eventId: 12, type: 'WorkflowExecutionSignaled' },
    { eventId: 13, type: 'ActivityTaskCompleted', attributes: { scheduledEventId: 5, startedEventId: 11 } },
    { eventId: 14, type: 'WorkflowTaskScheduled' },
  ]);
});

it('a closed run offers nothing, is not busy, and answers to its activities are refused', () => {
  const run = scheduled();
  const attempt = run.startActivity(5);
  expect(isBusy(run.state)).toBe(true);
  run.signal().turn([completeRun]);
  expect([isBusy(run.state), tasksOf(run.state), wakeAt(run.state, run.now)]).toEqual([false, { activities: [] }, Number.POSITIVE_INFINITY]);
  expect(() => run.do({ type: 'CompleteActivityTask', activity: attempt, identity: 'w' })).toThrow(/closed \(COMPLETED\)/);
});

it('R28 none of the timeouts of an earlier attempt touches a later one', () => {
  const run = scheduled({ startToCloseTimeout: 10_000, scheduleToStartTimeout: 4_000, heartbeatTimeout: 9_000 });
  failed(run.at(2_000), run.startActivity(5)); // its timeouts: heartbeat at 11 s, start-to-close at 12 s, schedule-to-start at 5 s
  run.at(4_500).do({ type: 'PassTime' });
  const second = run.startActivity(5, 2);
  for (const now of [5_000, 11_000, 12_000]) {
    run.at(now).do({ type: 'PassTime' });
    run.do({ type: 'RecordActivityTaskHeartbeat', activity: second, identity: 'w' });
    expect(run.types(5)).toEqual([]);
    expect(run.state.activities.get(5)).toMatchObject({ attempt: 2, phase: { tag: 'started' } });
  }
  run.at(14_500).do({ type: 'PassTime' });
  expect(run.state.activities.get(5)).toMatchObject({ attempt: 3, lastFailure: { timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } } });
});

it('R26 schedule-to-start runs from the schedule of each attempt, schedule-to-close from the first', () => {
  const late = scheduled({ scheduleToStartTimeout: 3_000, scheduleToCloseTimeout: 20_000 });
  failed(late.at(3_500), late.startActivity(5)); // started just in time, fails, and waits a second
  late.at(4_499).do({ type: 'PassTime' });
  expect(late.types(5)).toEqual([]);
  late.at(7_500).do({ type: 'PassTime' });
  expect(late.events[5]).toMatchObject({ type: 'ActivityTaskTimedOut', attributes: { failure: { timeoutFailureInfo: { timeoutType: 'SCHEDULE_TO_START' } } } });

  for (const phase of ['before its start', 'while it runs']) {
    const run = scheduled({ scheduleToCloseTimeout: 5_000, startToCloseTimeout: 10_000 });
    if (phase === 'while it runs') run.at(5_000).startActivity(5);
    run.at(5_999).do({ type: 'PassTime' });
    expect(run.types(5)).toEqual([]);
    run.at(6_000).do({ type: 'PassTime' });
    expect(run.events.find(({ type }) => type === 'ActivityTaskTimedOut')?.attributes).toMatchObject({ retryState: expect.anything() });
  }
});
