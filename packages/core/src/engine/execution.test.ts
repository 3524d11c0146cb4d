import { expect, it } from 'vitest';
import { describe as describeRun, summaryOf, tasksOf, wakeAt } from './derive.ts';
import { activity, cancelTimer, completeRun, Driver, drive, timer } from './driver.test-kit.ts';
import { MAX_HELD_EVENTS } from './held.ts';

const cancel = (requestId: string) => ({ type: 'RequestCancelWorkflowExecution', requestId, identity: 'client' }) as const;

it('a start writes its event with the timeouts filled in, and the first workflow task', () => {
  const run = drive({ workflowExecutionTimeout: 400, workflowTaskTimeout: 10_000 });
  expect(run.events).toEqual([
    {
      eventId: 1,
      eventTime: 1_000,
      type: 'WorkflowExecutionStarted',
      attributes: {
        workflowType: 'type',
        workflowId: 'wf',
        taskQueue: 'queue',
        attempt: 1,
        workflowExecutionTimeout: 400,
        workflowRunTimeout: 400,
        workflowTaskTimeout: 400,
        originalExecutionRunId: 'run-1',
        firstExecutionRunId: 'run-1',
      },
    },
    { eventId: 2, eventTime: 1_000, type: 'WorkflowTaskScheduled', attributes: { taskQueue: 'queue', startToCloseTimeout: 400, attempt: 1 } },
  ]);
});

it('a cron schedule that does not parse, or never comes, is refused in words', () => {
  const refused = (cronSchedule: string) => {
    try {
      return drive({ cronSchedule });
    } catch (error) {
      return error;
    }
  };
  expect(refused('every now and then')).toMatchObject({
    name: 'ServiceError',
    code: 'InvalidArgument',
    message: 'cron schedule "every now and then", at 1: 4 fields were found and 5 are expected: minute, hour, day of month, month, day of week',
  });
  expect(refused('0 0 30 2 *')).toMatchObject({ name: 'ServiceError', code: 'InvalidArgument' });
});

it('R15 what comes while a workflow task runs is written behind it, in the order it came', () => {
  const run = drive()
    .turn([timer('1', 10)])
    .signal();
  run.startTask();
  run.signal('first').passTime(10).do(cancel('c')).signal('second');
  expect(run.types(8)).toEqual([]);
  run.complete([timer('2', 5)]);
  expect(run.types(8)).toEqual([
    'WorkflowTaskCompleted',
    'TimerStarted',
    'WorkflowExecutionSignaled',
    'TimerFired',
    'WorkflowExecutionCancelRequested',
    'WorkflowExecutionSignaled',
    'WorkflowTaskScheduled',
  ]);
  expect(run.events[10]).toMatchObject({ eventTime: 1_000, attributes: { signalName: 'first' } });
});

it('R17 a hundred held events are kept; one more ends the running task, and none is lost', () => {
  const run = drive();
  run.startTask();
  for (let i = 0; i < MAX_HELD_EVENTS; i++) run.signal();
  expect(run.types(3)).toEqual([]);
  run.signal();
  expect(run.types(3).filter((type) => type === 'WorkflowTaskFailed')).toHaveLength(1);
  expect(run.types(3).filter((type) => type === 'WorkflowExecutionSignaled')).toHaveLength(MAX_HELD_EVENTS + 1);
  expect(run.types().at(-1)).toBe('WorkflowTaskScheduled');
});

it('R17 what is held has at most two mebibytes, whatever it is', () => {
  const run = drive().turn([activity('1'), activity('2'), activity('3')]);
  const started = [5, 6, 7].map((scheduledEventId) => run.startActivity(scheduledEventId));
  run.signal().startTask();
  const result = [{ encoding: 'json/plain', data: 'x'.repeat(900_000) }];
  const complete = (index: number) => run.do({ type: 'CompleteActivityTask', activity: started[index] as (typeof started)[0], result, identity: 'worker' });
  complete(0);
  complete(1);
  expect(run.types(10)).toEqual([]);
  complete(2);
  expect(run.types(10)).toEqual([
    'WorkflowTaskFailed',
    ...Array(3).fill('ActivityTaskStarted'),
    ...Array(3).fill('ActivityTaskCompleted'),
    'WorkflowTaskScheduled',
  ]);
});

it('R35 cancelling a timer whose firing is held removes the firing', () => {
  const run = drive()
    .turn([timer('1', 10)])
    .signal();
  run.startTask();
  run.passTime(10).complete([cancelTimer('1')]);
  expect(run.types(8)).toEqual(['WorkflowTaskCompleted', 'TimerCanceled']);
});

it('R36 the run may close in the task that removes the only held event', () => {
  const run = drive()
    .turn([timer('1', 10)])
    .signal();
  run.startTask();
  run.passTime(10).complete([cancelTimer('1'), completeRun]);
  expect(run.types(8)).toEqual(['WorkflowTaskCompleted', 'TimerCanceled', 'WorkflowExecutionCompleted']);
});

it('R37 timers never fire early, and fire in due order', () => {
  const run = drive().turn([timer('late', 30), timer('soon', 10), timer('also soon', 10)]);
  expect(wakeAt(run.state, run.now)).toBe(1_010);
  run.passTime(9);
  expect(run.types(7)).toEqual([]);
  run.passTime(100);
  expect(run.events.slice(7).map((event) => (event.attributes as { timerId?: string }).timerId)).toEqual(['soon', 'also soon', 'late', undefined]);
});

it('R37 a clock that runs backwards fires nothing early and times no event before the last', () => {
  const run = drive().turn([timer('1', 10)]);
  run.at(5).do({ type: 'PassTime' }).signal();
  expect(run.types(5)).toEqual(['WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  expect(run.events.map((event) => event.eventTime)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
});

it('R38 a timer that is due after the end of its run wakes nobody and never fires', () => {
  const run = drive({ workflowRunTimeout: 3_600_000 }).turn([timer('1', 7_200_000)]);
  expect(wakeAt(run.state, run.now)).toBe(3_601_000);
  run.passTime(10_000_000);
  expect(run.types(5)).toEqual(['WorkflowExecutionTimedOut']);
  expect(wakeAt(run.state, run.now)).toBe(Number.POSITIVE_INFINITY);
});

it('R39 the end of the execution comes before the end of the run, with its own retry state', () => {
  const run = drive({ workflowRunTimeout: 300 }).passTime(300);
  expect(run.events[2]).toMatchObject({ type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'RETRY_POLICY_NOT_SET' } });
  const execution = drive({ workflowExecutionTimeout: 300, workflowExecutionExpirationTime: 1_300 }).passTime(300);
  expect(execution.events[2]).toMatchObject({ type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'TIMEOUT' } });
});

it('R42 a signal to a run that waits for its first task is recorded and starts none; a cancel request starts it', () => {
  const run = drive({ firstWorkflowTaskBackoff: 5_000 }).signal();
  expect(run.types()).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionSignaled']);
  expect(wakeAt(run.state, run.now)).toBe(6_000);
  run.passTime(5_000);
  expect(run.types(2)).toEqual(['WorkflowTaskScheduled']);

  const cancelled = drive({ firstWorkflowTaskBackoff: 5_000 }).do(cancel('c'));
  expect(cancelled.types(1)).toEqual(['WorkflowExecutionCancelRequested', 'WorkflowTaskScheduled']);
});

it('R50 a signal with a known request id does nothing, also after the run has closed', () => {
  const run = drive().signal('note', 'same').signal('note', 'same');
  expect(run.types(2)).toEqual(['WorkflowExecutionSignaled']);
  run.turn([completeRun]).signal('note', 'same');
  expect(run.types(5)).toEqual(['WorkflowExecutionCompleted']);
  expect(() => run.signal('note', 'new')).toThrow(/closed \(COMPLETED\)/);
});

it('R54 a second cancel request does nothing, and one to a closed run succeeds', () => {
  const run = drive().do(cancel('1')).do(cancel('2'));
  expect(run.types(2)).toEqual(['WorkflowExecutionCancelRequested']);
  run.turn([{ type: 'CancelWorkflowExecution', attributes: {} }]).do(cancel('3'));
  expect(run.types(5)).toEqual(['WorkflowExecutionCanceled']);
  expect(run.state.status).toBe('CANCELLED');
});

it('R52 a signal that comes with the start is event 2, before the first workflow task', () => {
  expect(new Driver().start({}, 'note').types()).toEqual(['WorkflowExecutionStarted', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
});

it('terminating a closed run is refused', () => {
  const run = drive().turn([completeRun]);
  expect(() => run.do({ type: 'TerminateWorkflowExecution' })).toThrow(/closed \(COMPLETED\)/);
});

it('describes what the run waits for', () => {
  const run = drive().turn([timer('1', 60_000)]);
  expect(describeRun(run.state, run.now)).toEqual({
    summary: summaryOf(run.state),
    pendingActivities: [],
    pendingTimers: [{ timerId: '1', startedEventId: 5, startTime: 1_000, fireTime: 61_000 }],
    pendingChildren: [],
    cancelRequested: false,
    workflowTaskTimeout: 10_000,
  });
  expect(summaryOf(run.state)).toMatchObject({ workflowId: 'wf', status: 'RUNNING', startTime: 1_000, historyLength: 5 });
  expect(tasksOf(run.state)).toEqual({ activities: [] });
});
