import { describe, expect, test } from 'vitest';
import { encode } from '../common/encoding.ts';
import type { PayloadConverter } from '../common/payload-converter.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivationJob, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import { RunMachines, type TaskResult } from './activations.ts';
import { NonDeterminismError } from './determinism.ts';
import { HistoryWriter, json, type Reaction, scheduleActivity } from './history.test-kit.ts';

interface Outcome {
  readonly machines: RunMachines;
  readonly activations: WorkflowActivation[];
  readonly result: TaskResult | undefined;
}

/** Drives a run through a history, the last task live if it is open. */
function drive(
  events: readonly HistoryEvent[],
  react: Reaction,
  machines = new RunMachines({ namespace: 'default', workflowId: 'wf', runId: 'run-1' }),
): Outcome {
  const activations: WorkflowActivation[] = [];
  const activate = (activation: WorkflowActivation): void => {
    activations.push(activation);
    machines.apply(activation.jobs.flatMap((job) => react(job, activation) ?? []));
  };
  machines.feed(events);
  const isOpen = events.at(-1)?.type === 'WorkflowTaskStarted';
  let result: TaskResult | undefined;
  for (
    let start = machines.advance(isOpen ? { updates: [], continueAsNewSuggested: false } : undefined);
    start;
    start = machines.advance(isOpen ? { updates: [], continueAsNewSuggested: false } : undefined)
  ) {
    if (start.activation) activate(start.activation);
    for (let next = machines.onward(); next; next = machines.onward()) activate(next);
    if (start.isReplaying) machines.settle();
    else {
      result = machines.finish();
      break;
    }
  }
  return { machines, activations, result };
}

const jobsOf = (activations: readonly WorkflowActivation[]): string[][] => activations.map(({ jobs }) => jobs.map(({ type }) => type));

/** Schedules `count` activities one after the other, then completes. */
const sequence =
  (count: number): Reaction =>
  (job) => {
    if (job.type === 'initializeWorkflow') return [scheduleActivity(1)];
    if (job.type !== 'resolveActivity') return undefined;
    return job.seq < count ? [scheduleActivity(job.seq + 1)] : [{ type: 'completeWorkflowExecution' }];
  };

const on =
  (reactions: Partial<Record<ActivationJob['type'], readonly WorkflowCommand[]>>): Reaction =>
  (job) =>
    reactions[job.type];

describe('a new run', () => {
  test('its first task is one activation that initializes it, and its answer carries the flags', () => {
    const history = new HistoryWriter({ input: [json('"x"')] }).openTask();
    const { activations, result } = drive(history.events, on({ initializeWorkflow: [scheduleActivity(1)] }));
    expect(activations).toEqual([
      {
        runId: 'run-1',
        timestamp: 1_030,
        isReplaying: false,
        historyLength: 3,
        historySize: 200,
        continueAsNewSuggested: false,
        availableInternalFlags: [],
        jobs: [
          {
            type: 'initializeWorkflow',
            namespace: 'default',
            workflowType: 'type',
            workflowId: 'wf',
            randomnessSeed: 'run-1',
            arguments: [json('"x"')],
            headers: {},
            taskQueue: 'queue',
            attempt: 1,
            firstExecutionRunId: 'run-1',
            workflowTaskTimeout: 10_000,
            memo: {},
            searchAttributes: {},
            startTime: 1_010,
            runStartTime: 1_030,
          },
        ],
      },
    ]);
    expect(result).toEqual({
      commands: [{ type: 'ScheduleActivityTask', attributes: { activityId: '1', activityType: 'echo', input: [], startToCloseTimeout: 5_000 } }],
      sdkMetadata: { coreUsedFlags: [1, 2, 3], langUsedFlags: [1, 2], sdkName: 'perdure' },
      isClosed: false,
    });
  });

  test('flags that the history has are not written again', () => {
    const history = new HistoryWriter().task();
    history.activityCompleted(history.activity('1'));
    history.openTask();
    const { activations, result } = drive(history.events, sequence(2));
    expect(result?.sdkMetadata).toBeUndefined();
    expect(activations.map(({ availableInternalFlags }) => availableInternalFlags)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});

describe('replay', () => {
  test('goes task by task, and the last task is live', () => {
    const history = new HistoryWriter().task();
    history.activityCompleted(history.activity('1'), '"one"');
    history.task();
    history.activityCompleted(history.activity('2'), '"two"');
    history.openTask();
    const { activations, result } = drive(history.events, sequence(2));
    expect(activations.map(({ isReplaying, timestamp, jobs }) => [isReplaying, timestamp, jobs.at(-1)])).toEqual([
      [true, 1_030, expect.objectContaining({ type: 'initializeWorkflow' })],
      [true, 1_090, { type: 'resolveActivity', seq: 1, result: { status: 'completed', result: json('"one"') } }],
      [false, 1_150, { type: 'resolveActivity', seq: 2, result: { status: 'completed', result: json('"two"') } }],
    ]);
    expect(result?.commands).toEqual([{ type: 'CompleteWorkflowExecution', attributes: {} }]);
    expect(result?.isClosed).toBe(true);
  });

  test('R80 a kept run that is given only what is new does the same as a run that replays all', () => {
    const history = new HistoryWriter().openTask();
    const { machines } = drive(history.events, sequence(2));
    history.completeTask();
    history.activityCompleted(history.activity('1'));
    history.openTask();
    const kept = drive(history.events.slice(3), sequence(2), machines);
    const replayed = drive(history.events, sequence(2));
    expect(kept.result).toEqual(replayed.result);
    expect(kept.activations).toEqual(replayed.activations.slice(1));
    expect(kept.machines.lastEventId).toBe(replayed.machines.lastEventId);
  });

  test('events that the run has had are passed over', () => {
    const history = new HistoryWriter().openTask();
    const { machines } = drive(history.events, sequence(2));
    history.completeTask();
    history.activityCompleted(history.activity('1'));
    history.openTask();
    expect(jobsOf(drive(history.events, sequence(2), machines).activations)).toEqual([['resolveActivity']]);
  });

  test('failed and timed-out tasks are passed over', () => {
    const history = new HistoryWriter().openTask();
    history.add('WorkflowTaskFailed', { scheduledEventId: 2, startedEventId: 3, cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE' });
    history.openTask();
    history.add('WorkflowTaskTimedOut', { scheduledEventId: 5, startedEventId: 6, timeoutType: 'START_TO_CLOSE' });
    history.openTask();
    const { activations } = drive(history.events, sequence(1));
    expect(activations.map(({ isReplaying, timestamp, historyLength }) => ({ isReplaying, timestamp, historyLength }))).toEqual([
      { isReplaying: false, timestamp: 1_090, historyLength: 9 },
    ]);
  });

  test('an empty task is merged into the next, and a task that brings nothing activates nothing', () => {
    const history = new HistoryWriter().task();
    history.add('TimerStarted', { timerId: '1', startToFireTimeout: 5, workflowTaskCompletedEventId: 4 });
    history.task().task().openTask();
    const { activations, result } = drive(history.events, on({ initializeWorkflow: [{ type: 'startTimer', seq: 1, startToFireTimeout: 5 }] }));
    expect(jobsOf(activations)).toEqual([['initializeWorkflow']]);
    expect(result?.commands).toEqual([]);
  });

  test('a history that ends with a completed task is compared up to its last command', () => {
    const history = new HistoryWriter().task();
    history.activity('1', 'other');
    expect(() => drive(history.events, sequence(1))).toThrow(NonDeterminismError);
  });

  test('the workflow clock never runs backwards', () => {
    const history = new HistoryWriter().task();
    history.add('WorkflowExecutionSignaled', { signalName: 's' });
    history.openTask();
    const events = history.events.map((event, i) => (i === history.events.length - 1 ? { ...event, eventTime: 5 } : event));
    const { activations } = drive(events, () => []);
    expect(activations.map(({ timestamp }) => timestamp)).toEqual([1_030, 1_030]);
  });
});

describe('job order', () => {
  test('initialize, patches, seed, signals and updates, then the others', () => {
    const history = new HistoryWriter();
    history.openTask();
    history.add('WorkflowTaskFailed', { scheduledEventId: 2, startedEventId: 3, cause: 'RESET_WORKFLOW', newRunId: 'run-2' });
    history.add('WorkflowExecutionCancelRequested', { cause: 'stop' });
    history.add('WorkflowExecutionSignaled', { signalName: 'a' });
    history.task();
    history.add('MarkerRecorded', {
      markerName: 'core_patch',
      details: { 'patch-data': [json('{"id":"p","deprecated":false}')] },
      workflowTaskCompletedEventId: history.completedEventId,
    });
    history.add('UpsertWorkflowSearchAttributes', {
      searchAttributes: { TemporalChangeVersion: json('["p"]') },
      workflowTaskCompletedEventId: history.completedEventId,
    });
    history.add('WorkflowExecutionUpdateAccepted', { protocolInstanceId: 'i', acceptedRequest: { meta: { updateId: 'u' }, input: { name: 'n' } } });
    history.openTask();
    const { activations } = drive(history.events, (job) => {
      if (job.type === 'notifyHasPatch') return [{ type: 'setPatchMarker', patchId: 'p', deprecated: false }];
      if (job.type === 'doUpdate') return [{ type: 'updateResponse', protocolInstanceId: 'i', response: { status: 'accepted' } }];
      return undefined;
    });
    expect(jobsOf(activations)).toEqual([['initializeWorkflow', 'notifyHasPatch', 'updateRandomSeed', 'signalWorkflow', 'doUpdate', 'cancelWorkflow']]);
    expect(activations[0]?.jobs.find(({ type }) => type === 'doUpdate')).toMatchObject({ runValidator: false });
  });
});

describe('cancellation', () => {
  const cancelled = (activityId: string, scheduledEventId: number) => ({
    message: 'Activity cancelled',
    cause: { message: '', canceledFailureInfo: {} },
    activityFailureInfo: { scheduledEventId, startedEventId: 0, activityType: 'echo', activityId, retryState: 'CANCEL_REQUESTED' },
  });

  test('an activity that is cancelled before its command left vanishes, and is told as cancelled in a further activation', () => {
    const { activations, result } = drive(
      new HistoryWriter().openTask().events,
      on({
        initializeWorkflow: [
          scheduleActivity(1),
          { type: 'startTimer', seq: 1, startToFireTimeout: 5 },
          { type: 'requestCancelActivity', seq: 1 },
          { type: 'cancelTimer', seq: 1 },
        ],
      }),
    );
    expect(jobsOf(activations)).toEqual([['initializeWorkflow'], ['resolveActivity']]);
    expect(activations[1]?.jobs).toEqual([{ type: 'resolveActivity', seq: 1, result: { status: 'cancelled', failure: cancelled('1', 0) } }]);
    expect(result?.commands).toEqual([]);
  });

  const scheduledAndSignaled = () => {
    const history = new HistoryWriter().task();
    history.activity('1');
    history.add('WorkflowExecutionSignaled', { signalName: 'cancel' });
    return history.openTask();
  };
  const cancelsOnSignal = (cancellationType: 'TRY_CANCEL' | 'ABANDON' | 'WAIT_CANCELLATION_COMPLETED'): Reaction =>
    on({ initializeWorkflow: [scheduleActivity(1, { cancellationType })], signalWorkflow: [{ type: 'requestCancelActivity', seq: 1 }] });

  test('TRY_CANCEL asks for the cancellation and is told at once', () => {
    const { activations, result } = drive(scheduledAndSignaled().events, cancelsOnSignal('TRY_CANCEL'));
    expect(jobsOf(activations)).toEqual([['initializeWorkflow'], ['signalWorkflow'], ['resolveActivity']]);
    expect(activations[2]).toMatchObject({ isReplaying: false, jobs: [{ result: { status: 'cancelled', failure: cancelled('1', 5) } }] });
    expect(result?.commands).toEqual([{ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } }]);
  });

  test('ABANDON is told at once and asks for nothing', () => {
    const { activations, result } = drive(scheduledAndSignaled().events, cancelsOnSignal('ABANDON'));
    expect(jobsOf(activations)).toEqual([['initializeWorkflow'], ['signalWorkflow'], ['resolveActivity']]);
    expect(result?.commands).toEqual([]);
  });

  test('WAIT_CANCELLATION_COMPLETED waits for the activity', () => {
    const history = scheduledAndSignaled();
    const first = drive(history.events, cancelsOnSignal('WAIT_CANCELLATION_COMPLETED'));
    expect(jobsOf(first.activations)).toEqual([['initializeWorkflow'], ['signalWorkflow']]);
    history.completeTask();
    history.add('ActivityTaskCancelRequested', { scheduledEventId: 5, workflowTaskCompletedEventId: history.completedEventId });
    history.add('ActivityTaskStarted', { scheduledEventId: 5, attempt: 1, identity: 'w' });
    history.add('ActivityTaskCanceled', { scheduledEventId: 5, startedEventId: 11, details: [json('"bye"')] });
    history.openTask();
    const { activations } = drive(history.events, cancelsOnSignal('WAIT_CANCELLATION_COMPLETED'));
    expect(activations.at(-1)?.jobs).toEqual([
      {
        type: 'resolveActivity',
        seq: 1,
        result: {
          status: 'cancelled',
          failure: {
            message: 'Activity cancelled',
            cause: { message: '', canceledFailureInfo: { details: [json('"bye"')] } },
            activityFailureInfo: {
              scheduledEventId: 5,
              startedEventId: 11,
              identity: 'w',
              activityType: 'echo',
              activityId: '1',
              retryState: 'CANCEL_REQUESTED',
            },
          },
        },
      },
    ]);
  });

  test('the end of an activity that was told as cancelled is not told again', () => {
    const history = scheduledAndSignaled().completeTask();
    history.add('ActivityTaskCancelRequested', { scheduledEventId: 5, workflowTaskCompletedEventId: history.completedEventId });
    history.activityCompleted(5);
    history.openTask();
    expect(jobsOf(drive(history.events, cancelsOnSignal('TRY_CANCEL')).activations)).toEqual([['initializeWorkflow'], ['signalWorkflow'], ['resolveActivity']]);
  });

  test("an activity's result beats a cancellation that comes with it", () => {
    const history = new HistoryWriter().task();
    const scheduled = history.activity('1');
    history.add('WorkflowExecutionSignaled', { signalName: 'cancel' });
    history.activityCompleted(scheduled);
    history.openTask();
    const { activations, result } = drive(history.events, cancelsOnSignal('TRY_CANCEL'));
    expect(jobsOf(activations)).toEqual([['initializeWorkflow'], ['signalWorkflow', 'resolveActivity']]);
    expect(result?.commands).toEqual([]);
  });

  test('a timer that fired in the same task is not cancelled; one that runs is', () => {
    const history = new HistoryWriter().task();
    for (const timerId of ['1', '2']) history.add('TimerStarted', { timerId, startToFireTimeout: 5, workflowTaskCompletedEventId: 4 });
    history.add('WorkflowExecutionSignaled', { signalName: 'cancel' });
    history.add('TimerFired', { timerId: '1', startedEventId: 5 });
    history.openTask();
    const { result } = drive(
      history.events,
      on({
        initializeWorkflow: [
          { type: 'startTimer', seq: 1, startToFireTimeout: 5 },
          { type: 'startTimer', seq: 2, startToFireTimeout: 5 },
        ],
        signalWorkflow: [
          { type: 'cancelTimer', seq: 1 },
          { type: 'cancelTimer', seq: 2 },
        ],
      }),
    );
    expect(result?.commands).toEqual([{ type: 'CancelTimer', attributes: { timerId: '2' } }]);
  });
});

describe('failures of activities', () => {
  test.each([
    ['ActivityTaskFailed', 'Activity task failed', { message: 'boom', applicationFailureInfo: { type: 'E' } }],
    ['ActivityTaskTimedOut', 'Activity task timed out', { message: 'late', timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' as const } }],
  ] as const)('%s is told with its ids and its retry state', (type, message, failure) => {
    const history = new HistoryWriter().task();
    const scheduledEventId = history.activity('1');
    history.add('ActivityTaskStarted', { scheduledEventId, attempt: 3, identity: 'w' });
    history.add(type, { scheduledEventId, startedEventId: 6, failure, retryState: 'MAXIMUM_ATTEMPTS_REACHED' });
    history.openTask();
    const { activations } = drive(history.events, sequence(1));
    expect(activations.at(-1)?.jobs).toEqual([
      {
        type: 'resolveActivity',
        seq: 1,
        result: {
          status: 'failed',
          failure: {
            message,
            cause: failure,
            activityFailureInfo: {
              scheduledEventId: 5,
              startedEventId: 6,
              identity: 'w',
              activityType: 'echo',
              activityId: '1',
              retryState: 'MAXIMUM_ATTEMPTS_REACHED',
            },
          },
        },
      },
    ]);
  });
});

describe('R75 the replay check', () => {
  const withActivity = (): HistoryWriter => {
    const history = new HistoryWriter().task();
    history.activity('1');
    history.add('WorkflowExecutionSignaled', { signalName: 's' });
    return history.openTask();
  };
  const failing = (history: HistoryWriter, react: Reaction): { eventId: number; expected: string; got: string } => {
    try {
      drive(history.events, react);
    } catch (error) {
      if (error instanceof NonDeterminismError) return { eventId: error.eventId, expected: error.expected, got: error.got };
      throw error;
    }
    throw new Error('the replay was accepted');
  };

  test('names a different command', () => {
    expect(failing(withActivity(), on({ initializeWorkflow: [{ type: 'startTimer', seq: 1, startToFireTimeout: 5 }] }))).toEqual({
      eventId: 5,
      expected: 'ActivityTaskScheduled (activityId "1", activityType "echo")',
      got: 'StartTimer (timerId "1")',
    });
  });

  test('names a different activity type', () => {
    expect(failing(withActivity(), on({ initializeWorkflow: [scheduleActivity(1, { activityType: 'other' })] }))).toMatchObject({
      eventId: 5,
      got: 'ScheduleActivityTask (activityId "1", activityType "other")',
    });
  });

  test('names a command that the code no longer gives', () => {
    expect(failing(withActivity(), on({}))).toEqual({
      eventId: 5,
      expected: 'ActivityTaskScheduled (activityId "1", activityType "echo")',
      got: 'no command here',
    });
  });

  test('names a command that the history lacks', () => {
    expect(failing(withActivity(), on({ initializeWorkflow: [scheduleActivity(1), { type: 'startTimer', seq: 1, startToFireTimeout: 5 }] }))).toEqual({
      eventId: 6,
      expected: 'no further command (WorkflowExecutionSignaled follows)',
      got: 'StartTimer (timerId "1")',
    });
  });

  test('names a result of something that was never asked for', () => {
    const history = new HistoryWriter().task();
    history.add('TimerFired', { timerId: '9', startedEventId: 5 });
    expect(failing(history.openTask(), on({}))).toMatchObject({ eventId: 5, expected: 'TimerFired (timerId "9")' });
  });

  test('a history without core flag 1 is compared by kind alone', () => {
    const history = new HistoryWriter().scheduleTask().startTask().completeTask({});
    history.activity('1');
    history.add('WorkflowExecutionSignaled', { signalName: 's' });
    history.openTask();
    expect(drive(history.events, on({ initializeWorkflow: [scheduleActivity(1, { activityType: 'other' })] })).result?.commands).toEqual([]);
  });
});

describe('the closing command', () => {
  test('the first one moves last, commands given after it are kept', () => {
    const { result } = drive(
      new HistoryWriter().openTask().events,
      on({
        initializeWorkflow: [
          { type: 'completeWorkflowExecution', result: json('1') },
          { type: 'failWorkflowExecution', failure: { message: 'no' } },
          scheduleActivity(1),
        ],
      }),
    );
    expect(result?.commands.map(({ type }) => type)).toEqual(['ScheduleActivityTask', 'CompleteWorkflowExecution']);
  });
});

describe('patches', () => {
  const marker = (history: HistoryWriter, id: string, deprecated = false): void => {
    history.add('MarkerRecorded', {
      markerName: 'core_patch',
      details: { 'patch-data': [json(JSON.stringify({ id, deprecated }))] },
      workflowTaskCompletedEventId: history.completedEventId,
    });
    history.add('UpsertWorkflowSearchAttributes', {
      searchAttributes: { TemporalChangeVersion: json(JSON.stringify([id])) },
      workflowTaskCompletedEventId: history.completedEventId,
    });
  };
  const patch = (patchId: string, deprecated = false): WorkflowCommand => ({ type: 'setPatchMarker', patchId, deprecated });

  test('R78 are recorded once, each followed by the list of all', () => {
    const { result } = drive(new HistoryWriter().openTask().events, on({ initializeWorkflow: [patch('b'), patch('a'), patch('b')] }));
    expect(result?.commands).toEqual([
      { type: 'RecordMarker', attributes: { markerName: 'core_patch', details: { 'patch-data': [json('{"id":"b","deprecated":false}')] } } },
      {
        type: 'UpsertWorkflowSearchAttributes',
        attributes: { searchAttributes: { TemporalChangeVersion: { encoding: 'json/plain', data: '["b"]', metadata: { type: 'KeywordList' } } } },
      },
      { type: 'RecordMarker', attributes: { markerName: 'core_patch', details: { 'patch-data': [json('{"id":"a","deprecated":false}')] } } },
      {
        type: 'UpsertWorkflowSearchAttributes',
        attributes: { searchAttributes: { TemporalChangeVersion: { encoding: 'json/plain', data: '["a","b"]', metadata: { type: 'KeywordList' } } } },
      },
    ]);
  });

  test('R78 a marker is told one task ahead and matched', () => {
    const history = new HistoryWriter().task();
    marker(history, 'p');
    history.openTask();
    const { activations, result } = drive(history.events, on({ initializeWorkflow: [patch('p')] }));
    expect(jobsOf(activations)).toEqual([['initializeWorkflow', 'notifyHasPatch']]);
    expect(result?.commands).toEqual([]);
  });

  test('R78 in replay a patch that the history lacks is left out', () => {
    const history = new HistoryWriter().task();
    history.activity('1');
    history.openTask();
    expect(drive(history.events, on({ initializeWorkflow: [patch('p'), scheduleActivity(1)] })).result?.commands).toEqual([]);
  });

  test('R78 a deprecated marker needs no call', () => {
    const history = new HistoryWriter().task();
    marker(history, 'p', true);
    history.activity('1');
    history.openTask();
    expect(drive(history.events, on({ initializeWorkflow: [scheduleActivity(1)] })).result?.commands).toEqual([]);
  });

  test('R78 a marker that is not deprecated does', () => {
    const history = new HistoryWriter().task();
    marker(history, 'p');
    history.activity('1');
    history.openTask();
    expect(() => drive(history.events, on({ initializeWorkflow: [scheduleActivity(1)] }))).toThrow('patchId "p"');
  });
});

describe('updates', () => {
  const request = { meta: { updateId: 'u', identity: 'me' }, input: { name: 'add', args: [json('1')] } };
  const live = (machines: RunMachines, events: readonly HistoryEvent[], react: Reaction): TaskResult => {
    machines.feed(events);
    const start = machines.advance({ updates: [{ protocolInstanceId: 'i', request }], continueAsNewSuggested: false });
    machines.apply(start?.activation?.jobs.flatMap((job) => react(job, start.activation as WorkflowActivation) ?? []) ?? []);
    return machines.finish();
  };
  const respond = (response: Extract<WorkflowCommand, { type: 'updateResponse' }>['response']): WorkflowCommand => ({
    type: 'updateResponse',
    protocolInstanceId: 'i',
    response,
  });
  const machines = (): RunMachines => new RunMachines({ namespace: 'default', workflowId: 'wf', runId: 'run-1' });

  test('an update is delivered with its validator, accepted and completed', () => {
    const { commands } = live(machines(), new HistoryWriter().openTask().events, (job) =>
      job.type === 'doUpdate' && job.runValidator ? [respond({ status: 'accepted' }), respond({ status: 'completed', result: json('2') })] : undefined,
    );
    expect(commands).toEqual([
      { type: 'AcceptUpdate', attributes: { protocolInstanceId: 'i', request } },
      { type: 'CompleteUpdate', attributes: { protocolInstanceId: 'i', outcome: { success: [json('2')] } } },
    ]);
  });

  test('a failure after acceptance completes it', () => {
    const { commands } = live(machines(), new HistoryWriter().openTask().events, (job) =>
      job.type === 'doUpdate' ? [respond({ status: 'accepted' }), respond({ status: 'rejected', failure: { message: 'no' } })] : undefined,
    );
    expect(commands.at(-1)).toEqual({ type: 'CompleteUpdate', attributes: { protocolInstanceId: 'i', outcome: { failure: { message: 'no' } } } });
  });

  test('R67 a rejected update leaves no event, and the run goes on without one', () => {
    const run = machines();
    const history = new HistoryWriter().openTask();
    expect(
      live(run, history.events, (job) => (job.type === 'doUpdate' ? [respond({ status: 'rejected', failure: { message: 'no' } })] : undefined)).commands,
    ).toEqual([{ type: 'RejectUpdate', attributes: { protocolInstanceId: 'i', request, failure: { message: 'no' } } }]);
    history.completeTask();
    history.add('WorkflowExecutionSignaled', { signalName: 's' });
    expect(jobsOf(drive(history.openTask().events, () => [], run).activations)).toEqual([['signalWorkflow']]);
  });
});

describe('children and other workflows', () => {
  const child: WorkflowCommand = {
    type: 'startChildWorkflowExecution',
    seq: 1,
    workflowId: 'child',
    workflowType: 'childType',
    input: [],
    parentClosePolicy: 'TERMINATE',
    headers: {},
    cancellationType: 'TRY_CANCEL',
  };
  const withChild = (): HistoryWriter => {
    const history = new HistoryWriter().task();
    history.add('StartChildWorkflowExecutionInitiated', {
      workflowId: 'child',
      workflowType: 'childType',
      taskQueue: 'queue',
      parentClosePolicy: 'TERMINATE',
      workflowTaskCompletedEventId: 4,
    });
    history.add('ChildWorkflowExecutionStarted', { initiatedEventId: 5, workflowExecution: { workflowId: 'child', runId: 'c' }, workflowType: 'childType' });
    return history;
  };

  test('a child is told as started and as timed out', () => {
    const history = withChild();
    history.add('ChildWorkflowExecutionTimedOut', {
      initiatedEventId: 5,
      startedEventId: 6,
      workflowExecution: { workflowId: 'child', runId: 'c' },
      workflowType: 'childType',
      retryState: 'RETRY_POLICY_NOT_SET',
    });
    history.openTask();
    expect(drive(history.events, on({ initializeWorkflow: [child] })).activations.at(-1)?.jobs).toEqual([
      { type: 'resolveChildWorkflowExecutionStart', seq: 1, result: { status: 'succeeded', runId: 'c' } },
      {
        type: 'resolveChildWorkflowExecution',
        seq: 1,
        result: {
          status: 'failed',
          failure: {
            message: 'Child Workflow execution timed out',
            cause: { message: 'Timed out', timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } },
            childWorkflowExecutionFailureInfo: {
              namespace: 'default',
              workflowExecution: { workflowId: 'child', runId: 'c' },
              workflowType: 'childType',
              initiatedEventId: 5,
              startedEventId: 6,
              retryState: 'RETRY_POLICY_NOT_SET',
            },
          },
        },
      },
    ]);
  });

  test('TRY_CANCEL of a child asks the child and is told at once', () => {
    const history = withChild();
    history.add('WorkflowExecutionCancelRequested', {});
    history.openTask();
    const { activations, result } = drive(
      history.events,
      on({ initializeWorkflow: [child], cancelWorkflow: [{ type: 'cancelChildWorkflowExecution', childWorkflowSeq: 1, reason: '' }] }),
    );
    expect(jobsOf(activations)).toEqual([['initializeWorkflow'], ['resolveChildWorkflowExecutionStart', 'cancelWorkflow'], ['resolveChildWorkflowExecution']]);
    expect(result?.commands).toEqual([
      { type: 'RequestCancelExternalWorkflowExecution', attributes: { workflowExecution: { workflowId: 'child', runId: 'c' }, childWorkflowOnly: true } },
    ]);
  });

  test('a signal and a cancel request that find nobody are told with the words of Temporal', () => {
    const history = new HistoryWriter().task();
    history.add('SignalExternalWorkflowExecutionInitiated', { workflowExecution: { workflowId: 'x' }, signalName: 's', workflowTaskCompletedEventId: 4 });
    history.add('RequestCancelExternalWorkflowExecutionInitiated', { workflowExecution: { workflowId: 'x' }, workflowTaskCompletedEventId: 4 });
    history.add('SignalExternalWorkflowExecutionFailed', {
      cause: 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND',
      initiatedEventId: 5,
      workflowExecution: { workflowId: 'x' },
      workflowTaskCompletedEventId: 4,
    });
    history.add('RequestCancelExternalWorkflowExecutionFailed', {
      cause: 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND',
      initiatedEventId: 6,
      workflowExecution: { workflowId: 'x' },
      workflowTaskCompletedEventId: 4,
    });
    history.openTask();
    const { activations } = drive(
      history.events,
      on({
        initializeWorkflow: [
          { type: 'signalExternalWorkflowExecution', seq: 1, target: { workflowExecution: { workflowId: 'x' } }, signalName: 's', args: [], headers: {} },
          { type: 'requestCancelExternalWorkflowExecution', seq: 2, workflowExecution: { workflowId: 'x' }, reason: '' },
        ],
      }),
    );
    expect(activations.at(-1)?.jobs).toEqual([
      {
        type: 'resolveSignalExternalWorkflow',
        seq: 1,
        failure: { message: 'Unable to signal external workflow because it was not found', applicationFailureInfo: {} },
      },
      {
        type: 'resolveRequestCancelExternalWorkflow',
        seq: 2,
        failure: { message: 'Unable to cancel external workflow because not found', applicationFailureInfo: {} },
      },
    ]);
  });
});

describe('local activities', () => {
  const local = (seq: number): WorkflowCommand => ({
    type: 'scheduleLocalActivity',
    seq,
    activityId: String(seq),
    activityType: 'echo',
    attempt: 1,
    headers: {},
    arguments: [],
    cancellationType: 'TRY_CANCEL',
  });

  test('a result becomes a marker, and the replay of the marker gives the same activations', () => {
    const react: Reaction = (job) => {
      if (job.type === 'initializeWorkflow') return [local(1), local(2)];
      return job.type === 'resolveActivity' && job.seq === 1 ? [{ type: 'completeWorkflowExecution' }] : undefined;
    };
    const history = new HistoryWriter().openTask();
    const machines = new RunMachines({ namespace: 'default', workflowId: 'wf', runId: 'run-1' });
    machines.feed(history.events);
    const live: WorkflowActivation[] = [];
    const activate = (activation: WorkflowActivation): void => {
      live.push(activation);
      machines.apply(activation.jobs.flatMap((job) => react(job, activation) ?? []));
    };
    activate(machines.advance({ updates: [], continueAsNewSuggested: false })?.activation as WorkflowActivation);
    expect(machines.locals.takeRequests().run.map(({ seq }) => seq)).toEqual([1, 2]);
    machines.locals.ended({ seq: 2, attempt: 1, originalScheduleTime: 1_030, runtime: 470, outcome: { status: 'completed', result: json('"two"') } });
    machines.locals.ended({ seq: 1, attempt: 3, originalScheduleTime: 1_030, runtime: 570, outcome: { status: 'failed', failure: { message: 'no' } } });
    for (let next = machines.onward(); next; next = machines.onward()) activate(next);
    const { commands } = machines.finish();
    expect(live.map(({ timestamp, jobs }) => [timestamp, jobs[0]?.type])).toEqual([
      [1_030, 'initializeWorkflow'],
      [1_500, 'resolveActivity'],
      [1_600, 'resolveActivity'],
    ]);
    expect(commands.map(({ type }) => type)).toEqual(['RecordMarker', 'RecordMarker', 'CompleteWorkflowExecution']);
    expect(commands[1]?.attributes).toEqual({
      markerName: 'core_local_activity',
      details: {
        data: [
          json(
            '{"seq":1,"attempt":3,"activity_id":"1","activity_type":"echo","complete_time":{"seconds":1,"nanos":600000000},"backoff":null,"original_schedule_time":{"seconds":1,"nanos":30000000}}',
          ),
        ],
      },
      failure: { message: 'no' },
    });

    history.completeTask();
    for (const command of commands) {
      if (command.type === 'RecordMarker') history.add('MarkerRecorded', { ...command.attributes, workflowTaskCompletedEventId: history.completedEventId });
      else history.add('WorkflowExecutionCompleted', { workflowTaskCompletedEventId: history.completedEventId });
    }
    const replayed = drive(history.events, react).activations;
    expect(replayed.map(({ timestamp, jobs }) => ({ timestamp, jobs }))).toEqual(live.map(({ timestamp, jobs }) => ({ timestamp, jobs })));
  });

  test('a marker of another activity is found', () => {
    const history = new HistoryWriter().task();
    const data = '{"seq":1,"attempt":1,"activity_id":"1","activity_type":"other","complete_time":null,"backoff":null,"original_schedule_time":null}';
    history.add('MarkerRecorded', { markerName: 'core_local_activity', details: { data: [json(data)] }, workflowTaskCompletedEventId: 4 });
    history.openTask();
    expect(() => drive(history.events, on({ initializeWorkflow: [local(1)] }))).toThrow('activityType "other"');
  });
});

describe('mutable side effects', () => {
  test('a new marker bears the id of the event that it becomes, in the encoding of the workflow', () => {
    const payloadConverter: PayloadConverter = {
      toPayload: (value) => ({ metadata: {}, data: encode(`mine ${value}`) }),
      fromPayload: () => undefined as never,
    };
    const machines = new RunMachines({ namespace: 'default', workflowId: 'wf', runId: 'run-1', payloadConverter });
    const mutable = (id: string): WorkflowCommand => ({
      type: 'recordMarker',
      markerName: 'MutableSideEffect',
      details: { data: [json(`"${id}"`)] },
      mutableSideEffectId: id,
    });
    const commands: WorkflowCommand[] = [
      mutable('a'),
      { type: 'updateResponse', protocolInstanceId: 'no', response: { status: 'rejected', failure: { message: 'no' } } },
      { type: 'startTimer', seq: 1, startToFireTimeout: 10 },
      { type: 'cancelTimer', seq: 1 },
      mutable('a'),
      mutable('b'),
    ];
    machines.feed(new HistoryWriter().openTask().events);
    const request = { meta: { updateId: 'no' }, input: { name: 'set' } };
    machines.advance({ updates: [{ protocolInstanceId: 'no', request }], continueAsNewSuggested: false });
    machines.apply(commands);
    const ids = machines.finish().commands.map((command) => command.type === 'RecordMarker' && command.attributes.details?.['side-effect-id']);
    const mine = (text: string) => [{ encoding: '', data: btoa(`mine ${text}`), base64: true }];
    expect(ids.filter(Boolean)).toEqual([mine('a_5'), mine('a_6'), mine('b_7')]);
  });

  test('a marker of the history is matched as it is', () => {
    const details = { data: [json('"a"')], 'side-effect-id': [json('"a_5"')] };
    const history = new HistoryWriter().task();
    history.add('MarkerRecorded', { markerName: 'MutableSideEffect', details, workflowTaskCompletedEventId: 4 });
    history.openTask();
    const again: WorkflowCommand = { type: 'recordMarker', markerName: 'MutableSideEffect', details };
    const { result } = drive(history.events, on({ initializeWorkflow: [again] }));
    expect(result?.commands).toEqual([]);
  });
});
