import { expect, it } from 'vitest';
import { tasksOf, wakeAt } from './derive.ts';
import { activity, completeRun, type Driver, drive, timer } from './driver.test-kit.ts';
import { transientEvents } from './workflow-task.ts';

it('R1 a hundred signals schedule one workflow task', () => {
  const run = drive();
  run.turn();
  for (let i = 0; i < 100; i++) run.signal();
  expect(run.types(4).filter((type) => type === 'WorkflowTaskScheduled')).toHaveLength(1);
  expect(tasksOf(run.state).workflowTask).toEqual({ scheduledEventId: 6, attempt: 1, taskQueue: 'queue', notBefore: 1_000 });
});

it('R2 a stale task token is refused and nothing changes', () => {
  const run = drive();
  const first = run.startTask();
  run.fail();
  run.passTime(1_000);
  const second = run.startTask();
  expect(second.attempt).toBe(2);
  for (const stale of [
    first,
    { ...second, attempt: 1 },
    { ...second, startedAt: 1 },
    { ...second, requestId: 'other' },
    { ...second, scheduledEventId: 99 },
    { ...second, startedEventId: 99 },
  ]) {
    const before = run.state;
    expect(() => run.complete([completeRun], stale)).toThrow(/no longer under way/);
    expect(run.state).toBe(before);
  }
  run.complete([completeRun], second);
  expect(() => run.complete([completeRun], second)).toThrow(/no longer under way/);
});

it('R3 fifty failures add one failed event; the attempt that completes is written with its number', () => {
  const run = drive();
  for (let i = 0; i < 50; i++) {
    run.startTask();
    run.fail();
    run.passTime(600_000);
  }
  expect(run.types()).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskFailed']);
  const task = run.startTask();
  expect(transientEvents(run.state).map(({ eventId, type }) => [eventId, type])).toEqual([
    [5, 'WorkflowTaskScheduled'],
    [6, 'WorkflowTaskStarted'],
  ]);
  run.passTime(5);
  run.complete([timer('1', 10)]);
  expect(
    run.events
      .slice(4)
      .map(({ eventId, eventTime, type, attributes }) => ({ eventId, eventTime, type, attempt: (attributes as { attempt?: number }).attempt })),
  ).toEqual([
    { eventId: 5, eventTime: task.startedAt - 600_000, type: 'WorkflowTaskScheduled', attempt: 51 },
    { eventId: 6, eventTime: task.startedAt, type: 'WorkflowTaskStarted', attempt: undefined },
    { eventId: 7, eventTime: task.startedAt + 5, type: 'WorkflowTaskCompleted', attempt: undefined },
    { eventId: 8, eventTime: task.startedAt + 5, type: 'TimerStarted', attempt: undefined },
  ]);
});

it('R5 after a failure with news the next task is a first attempt and shows the news', () => {
  const run = drive();
  run.startTask();
  run.signal();
  run.fail();
  expect(run.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  expect(tasksOf(run.state).workflowTask).toMatchObject({ scheduledEventId: 6, attempt: 1 });
});

it('R5 news while a retry waits, or runs, gives a task with events in its place', () => {
  const waiting = drive();
  waiting.startTask();
  waiting.fail().signal();
  expect(waiting.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);

  const running = drive();
  running.startTask();
  running.fail().passTime(1_000);
  running.startTask();
  running.signal().fail();
  expect(running.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  expect(tasksOf(running.state).workflowTask?.attempt).toBe(1);
});

it('R6 a refused command is recorded once, however often it comes', () => {
  const run = drive();
  for (let i = 0; i < 10; i++) {
    run.startTask();
    run.complete([activity('same'), activity('same')]);
    expect(run.last.refused?.cause).toBe('SCHEDULE_ACTIVITY_DUPLICATE_ID');
    run.passTime(600_000);
  }
  expect(run.types(3)).toEqual(['WorkflowTaskFailed']);
  expect(run.state.activities.size).toBe(0);
});

it('R7 the pauses between failed attempts double, up to ten minutes', () => {
  const run = drive();
  const pauses: number[] = [];
  for (let i = 0; i < 14; i++) {
    run.startTask();
    run.fail();
    pauses.push(wakeAt(run.state, run.now) - run.now);
    expect(() => run.startTask()).toThrow(/waiting for a worker/);
    run.at(wakeAt(run.state, run.now)).do({ type: 'PassTime' });
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000, 600_000, 600_000]);
});

it('R8 a signal between start and completion makes the closing task run again', () => {
  const run = drive();
  run.startTask();
  run.signal();
  run.complete([completeRun]);
  expect(run.last.refused).toEqual({ cause: 'UNHANDLED_COMMAND', message: 'UnhandledCommand' });
  expect(run.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  run.turn([completeRun]);
  expect(run.types(6)).toEqual(['WorkflowTaskStarted', 'WorkflowTaskCompleted', 'WorkflowExecutionCompleted']);
});

it('R9 nothing may stand behind a command that closes the run', () => {
  const run = drive();
  run.startTask();
  run.complete([completeRun, timer('1', 5)]);
  expect(run.last.refused?.message).toMatch(/must be the last one: StartTimer stands at place 2/);
  expect(run.types(3)).toEqual(['WorkflowTaskFailed']);
  expect(run.state.status).toBe('RUNNING');
});

it('R10 commands apply together or not at all', () => {
  const run = drive();
  run.startTask();
  run.complete([timer('1', 5), activity('a'), timer('1', 5)]);
  expect(run.last.refused?.cause).toBe('START_TIMER_DUPLICATE_ID');
  expect([run.state.timers.size, run.state.activities.size]).toEqual([0, 0]);
});

it('a workflow task that is not answered times out, and is offered again at once', () => {
  const run = drive({ workflowTaskTimeout: 2_000 });
  run.startTask();
  expect(wakeAt(run.state, run.now)).toBe(3_000);
  run.passTime(1_999);
  expect(run.types(3)).toEqual([]);
  run.passTime(1);
  expect(run.types(3)).toEqual(['WorkflowTaskTimedOut']);
  expect(tasksOf(run.state).workflowTask).toMatchObject({ attempt: 2, notBefore: 3_000 });
  run.turn();
  expect(run.types(4)).toEqual(['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted']);
});

it('R4 a task whose worker is gone is delivered again as the same attempt, with its events and its time; the older token is void', () => {
  const run = drive();
  const lost = run.startTask();
  run.at(5_000).do({ type: 'RedeliverWorkflowTask', identity: 'other', requestId: 'again' });
  expect(() => run.complete([], lost)).toThrow(/no longer under way/);
  expect(run.task()).toEqual({ ...lost, requestId: 'again' });
  expect(wakeAt(run.state, run.now)).toBe(15_000);
  run.complete([completeRun]);
  expect(run.types(2)).toEqual(['WorkflowTaskStarted', 'WorkflowTaskCompleted', 'WorkflowExecutionCompleted']);
});

it('R14 terminating and timing out fail the running task, write what was held, and close', () => {
  const terminated = drive();
  terminated.startTask();
  terminated.signal().do({ type: 'TerminateWorkflowExecution', reason: 'enough' });
  expect(terminated.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowExecutionTerminated']);
  expect(terminated.events[3]?.attributes).toMatchObject({ cause: 'FORCE_CLOSE_COMMAND' });

  const timedOut = drive({ workflowRunTimeout: 500 });
  timedOut.startTask();
  timedOut.passTime(500);
  expect(timedOut.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionTimedOut']);

  const transient = drive();
  transient.startTask();
  transient.fail().passTime(1_000);
  transient.startTask();
  transient.do({ type: 'TerminateWorkflowExecution' });
  expect(transient.types(3)).toEqual(['WorkflowTaskFailed', 'WorkflowExecutionTerminated']);
});

it('a forced new task is scheduled although nothing is new', () => {
  const run = drive();
  run.startTask();
  run.do({ type: 'CompleteWorkflowTask', task: run.task(), commands: [], identity: 'worker', forceCreateNewWorkflowTask: true });
  expect(run.types(3)).toEqual(['WorkflowTaskCompleted', 'WorkflowTaskScheduled']);
});

it('R6 a close over news is refused at every attempt, and is never left to a timeout', () => {
  const run = drive();
  run.startTask();
  run.fail().passTime(500).startTask();
  run.signal();
  run.complete([completeRun]);
  expect(run.last.refused?.cause).toBe('UNHANDLED_COMMAND');
  expect(tasksOf(run.state).workflowTask).toMatchObject({ attempt: 1, notBefore: run.now });
  run.turn([completeRun]);
  expect(run.state.status).toBe('COMPLETED');
});

it('R14 whenever a run is terminated, or its time is over, its history ends with exactly one close and nothing of a task is left', () => {
  const points: Record<string, (run: Driver) => unknown> = {
    'a task is scheduled': () => {},
    'a task is started': (run) => run.startTask(),
    'a task is started, and a signal is held': (run) => {
      run.startTask();
      return run.signal();
    },
    'none is there': (run) => run.turn(),
    'a retry waits': (run) => {
      run.startTask();
      return run.fail();
    },
    'a retry is started': (run) => {
      run.startTask();
      run.fail().passTime(500);
      return run.startTask();
    },
    'a retry is started, and a signal is held': (run) => {
      run.startTask();
      run.fail().passTime(500).startTask();
      return run.signal();
    },
    'a task has timed out': (run) => {
      run.startTask();
      return run.passTime(10_000);
    },
    'a task was delivered again': (run) => {
      run.startTask();
      return run.do({ type: 'RedeliverWorkflowTask', identity: 'other', requestId: 'again' });
    },
    'an update waits': (run) => run.turn().do({ type: 'RequestUpdateTask' }),
    'a task for an update is started': (run) => {
      run.turn().do({ type: 'RequestUpdateTask' });
      return run.startTask();
    },
  };
  for (const [point, reach] of Object.entries(points))
    for (const end of ['terminate', 'time out']) {
      const run = drive({ workflowRunTimeout: 100_000 });
      reach(run);
      const signals = run.state.held.length;
      if (end === 'terminate') run.do({ type: 'TerminateWorkflowExecution' });
      else run.at(101_000).do({ type: 'PassTime' });
      const closes = run.types().filter((type) => /^WorkflowExecution(Terminated|TimedOut)$/.test(type));
      expect([point, end, closes.length, run.types().at(-1) === closes[0]]).toEqual([point, end, 1, true]);
      expect(run.state).toMatchObject({ workflowTask: { phase: 'none' }, held: [] });
      expect(run.events.filter(({ type }) => type === 'WorkflowExecutionSignaled')).toHaveLength(signals);
      const started = run.events.findLastIndex(({ type }) => type === 'WorkflowTaskStarted');
      if (started >= 0) expect(run.types(started + 1)[0]).toMatch(/^WorkflowTask(Completed|Failed|TimedOut)$/);
      expect(tasksOf(run.state)).toEqual({ activities: [] });
    }
});

it('R12 tasks that do nothing but ask for another have thirty minutes in all, from the schedule of the first; progress begins them anew', () => {
  const run = drive();
  const heartbeat = (): Driver =>
    run.do({ type: 'CompleteWorkflowTask', task: run.task(), commands: [], identity: 'worker', forceCreateNewWorkflowTask: true });
  /** Heartbeats every eight seconds. @returns after how many seconds the task timed out, if it did in a bit more than half an hour */
  const beat = (seconds: number): number | undefined => {
    for (let passed = 8; passed <= seconds; passed += 8) {
      run.startTask();
      run.at(run.now + 8_000);
      const events = run.events.length;
      heartbeat();
      if (run.types(events).includes('WorkflowTaskTimedOut')) return passed;
    }
    return undefined;
  };
  expect(beat(31 * 60)).toBe(30 * 60);
  expect(run.types(-3)).toEqual(['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskTimedOut']);
  expect(tasksOf(run.state).workflowTask).toMatchObject({ attempt: 2, notBefore: run.now });

  expect(beat(29 * 60)).toBeUndefined();
  run.startTask();
  run.do({ type: 'CompleteWorkflowTask', task: run.task(), commands: [timer('1', 1_000_000_000)], identity: 'worker', forceCreateNewWorkflowTask: true });
  expect(beat(29 * 60)).toBeUndefined();
  expect(beat(2 * 60)).toBe(60 + 4);
});
