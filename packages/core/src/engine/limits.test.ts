import { describe, expect, it } from 'vitest';
import type { Command } from '../protocol/commands.ts';
import { wakeAt } from './derive.ts';
import { activity, completeRun, type Driver, drive, timer } from './driver.test-kit.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { sizeOfState, sizeOfValue } from './size.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;

const payloads = (length: number) => [{ encoding: 'json/plain', data: 'x'.repeat(length) }];
const memo = (length: number) => ({ key: { encoding: 'json/plain', data: 'x'.repeat(length) } });
const child = (workflowId: string, more: object = {}): Command => ({
  type: 'StartChildWorkflowExecution',
  attributes: { workflowId, workflowType: 'child', ...more },
});
const tell = (workflowId: string, more: object = {}): Command => ({
  type: 'SignalExternalWorkflowExecution',
  attributes: { workflowExecution: { workflowId }, signalName: 's', ...more },
});
const cancel = (workflowId: string): Command => ({ type: 'RequestCancelExternalWorkflowExecution', attributes: { workflowExecution: { workflowId } } });

it('R73 the limits are those of Temporal’s server', () => {
  expect(DEFAULT_LIMITS).toEqual({
    historyEvents: { suggest: 4_096, warn: 10_240, error: 51_200 },
    historyBytes: { suggest: 4 * MIB, warn: 10 * MIB, error: 50 * MIB },
    blobBytes: { warn: 512 * KIB, error: 2 * MIB },
    memoBytes: { warn: 2 * KIB, error: 2 * MIB },
    stateBytes: { warn: MIB, error: 8 * MIB },
    pendingActivities: 2_000,
    pendingChildren: 2_000,
    pendingSignals: 2_000,
    pendingCancels: 2_000,
    signals: 10_000,
    idLength: 1_000,
  });
});

describe('R74 a task that would have too much pending fails, and the run stays open', () => {
  it.each([
    [
      'pendingActivities',
      'PENDING_ACTIVITIES_LIMIT_EXCEEDED',
      'PendingActivitiesLimitExceeded: the number of pending activities',
      (id: number) => activity(String(id)),
    ],
    [
      'pendingChildren',
      'PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED',
      'PendingChildWorkflowsLimitExceeded: the number of pending child workflow executions',
      (id: number) => child(String(id)),
    ],
    [
      'pendingSignals',
      'PENDING_SIGNALS_LIMIT_EXCEEDED',
      'PendingSignalsLimitExceeded: the number of pending signals to external workflows',
      (id: number) => tell(String(id)),
    ],
    [
      'pendingCancels',
      'PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED',
      'PendingRequestCancelLimitExceeded: the number of pending requests to cancel external workflows',
      (id: number) => cancel(String(id)),
    ],
  ] as const)('R73 %s', (limit, cause, recorded, command) => {
    for (const count of [2, 3, 4]) {
      const run = drive().limitedTo({ [limit]: 3 });
      run.turn(Array.from({ length: count }, (_, id) => command(id)));
      expect(run.last.refused?.cause).toBe(count <= 3 ? undefined : cause);
      if (count <= 3) continue;
      expect(run.last.refused?.message).toBe(`${recorded}, 3, has reached the per-workflow limit of 3`);
      expect(run.state).toMatchObject({ status: 'RUNNING', activities: { size: 0 }, children: { size: 0 } });
      expect(run.last.sends).toBeUndefined();
    }
  });

  it('those of earlier tasks count, and those that are over do not', () => {
    const run = drive().limitedTo({ pendingActivities: 2 });
    run.turn([activity('1'), activity('2')]);
    run.signal();
    run.turn([activity('3')]);
    expect(run.last.refused?.cause).toBe('PENDING_ACTIVITIES_LIMIT_EXCEEDED');
    run.do({ type: 'CompleteActivityTask', activity: run.startActivity(5), identity: 'worker' });
    run.turn([activity('3')]);
    expect([run.last.refused, run.state.activities.size]).toEqual([undefined, 2]);
  });
});

describe('R74 a command that brings too much fails its task with the byte count, and the run stays open', () => {
  it.each([
    ['input', (length: number): Command => activity('1', { input: payloads(length) })],
    ['input', (length: number): Command => child('c', { input: payloads(length) })],
    ['memo', (length: number): Command => child('c', { memo: memo(length) })],
    ['input', (length: number): Command => tell('t', { input: payloads(length) })],
    ['details', (length: number): Command => ({ type: 'RecordMarker', attributes: { markerName: 'm', details: { data: payloads(length) } } })],
    ['upsertedMemo', (length: number): Command => ({ type: 'ModifyWorkflowProperties', attributes: { upsertedMemo: memo(length) } })],
    ['result', (length: number): Command => ({ type: 'CompleteWorkflowExecution', attributes: { result: payloads(length) } })],
    ['failure', (length: number): Command => ({ type: 'FailWorkflowExecution', attributes: { failure: { message: 'x'.repeat(length) } } })],
    ['details', (length: number): Command => ({ type: 'CancelWorkflowExecution', attributes: { details: payloads(length) } })],
    ['input', (length: number): Command => ({ type: 'ContinueAsNewWorkflowExecution', attributes: { input: payloads(length) } })],
  ] as const)('R73 %s', (field, command) => {
    const allowed = sizeOfValue((command(50).attributes as Record<string, unknown>)[field]);
    for (const length of [49, 50, 51]) {
      const steps = { warn: allowed, error: allowed };
      const run = drive().limitedTo({ blobBytes: steps, memoBytes: steps });
      run.startTask();
      run.do({ type: 'CompleteWorkflowTask', task: run.task(), commands: [command(length)], identity: 'worker', newRunId: 'run-2' });
      const { type } = command(length);
      if (length <= 50) expect(run.last.refused).toBeUndefined();
      else {
        const message = `PayloadsTooLarge: ${field} of ${type} has ${allowed + 1} bytes; at most ${allowed} are allowed`;
        expect(run.last.refused).toEqual({ cause: 'PAYLOADS_TOO_LARGE', message });
        expect(run.state.status).toBe('RUNNING');
        expect(run.events.at(-1)).toMatchObject({ type: 'WorkflowTaskFailed', attributes: { cause: 'PAYLOADS_TOO_LARGE', failure: { message } } });
      }
    }
  });
});

it('R73 an id, a type or a name has at most a thousand characters', () => {
  const commands: [string, (text: string) => Command, string][] = [
    ['activityId', (text) => activity(text), 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES'],
    ['activityType', (text) => activity('1', { activityType: text }), 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES'],
    ['taskQueue', (text) => activity('1', { taskQueue: text }), 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES'],
    ['timerId', (text) => timer(text, 1_000), 'BAD_START_TIMER_ATTRIBUTES'],
    ['markerName', (text) => ({ type: 'RecordMarker', attributes: { markerName: text } }), 'BAD_RECORD_MARKER_ATTRIBUTES'],
    ['workflowId', (text) => child(text), 'BAD_START_CHILD_EXECUTION_ATTRIBUTES'],
    ['workflowType', (text) => child('c', { workflowType: text }), 'BAD_START_CHILD_EXECUTION_ATTRIBUTES'],
    ['signalName', (text) => tell('t', { signalName: text }), 'BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES'],
    ['workflowExecution.workflowId', (text) => tell(text), 'BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES'],
    ['workflowExecution.workflowId', (text) => cancel(text), 'BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES'],
  ];
  for (const [name, command, cause] of commands)
    for (const length of [999, 1_000, 1_001]) {
      const run = drive().turn([command('i'.repeat(length))]);
      expect(run.last.refused?.cause).toBe(length <= 1_000 ? undefined : cause);
      if (length > 1_000) expect(run.last.refused?.message).toContain(`${name} of ${command('').type} has 1001 characters; at most 1000 are allowed`);
    }
});

it('R73 a run gets at most so many signals, those that are held included and repeated ones not', () => {
  const run = drive().limitedTo({ signals: 100 }).signals(99);
  run.do({ type: 'SignalWorkflowExecution', signalName: 'again', requestId: 'signal-1' });
  expect(run.last.inputs).toEqual([]);
  const task = run.startTask();
  run.signal();
  const refused = { code: 'InvalidArgument', details: expect.objectContaining({ found: 101, allowed: 100 }) };
  expect(() => run.signal()).toThrow(expect.objectContaining(refused));
  run.complete([], task);
  expect(run.state.signalCount).toBe(100);
  expect(() => run.signal()).toThrow(expect.objectContaining(refused));
});

describe('R74 a run whose size is beyond the limit is ended', () => {
  const end = (run: Driver) => run.events.at(-1);
  /** What a server 1.32.0 wrote with `limit.historyCount.error`, `limit.historySize.error` and `limit.mutableStateSize.error` lowered: no details. */
  const asRecorded = (what: string) => ({ reason: `Workflow ${what} exceeds limit.`, identity: 'history-service' });

  it('R73 by its number of events', () => {
    for (const limit of [5, 4, 3]) {
      const run = drive()
        .limitedTo({ historyEvents: { suggest: 2, warn: 3, error: limit } })
        .turn(); // four events
      const isOver = limit < 4;
      expect(wakeAt(run.state, run.now)).toBe(isOver ? run.state.lastEventAt : Number.POSITIVE_INFINITY);
      run.passTime(0);
      expect(run.state.status).toBe(isOver ? 'TERMINATED' : 'RUNNING');
      if (!isOver) continue;
      expect(end(run)).toEqual({ ...end(run), type: 'WorkflowExecutionTerminated', attributes: asRecorded('history count') });
    }
  });

  it('R73 by its bytes', () => {
    const { historySize } = drive().state;
    for (const [limit, isOver] of [
      [historySize + 1, false],
      [historySize, false],
      [historySize - 1, true],
    ] as const) {
      const run = drive().limitedTo({ historyBytes: { suggest: 1, warn: 1, error: limit } });
      run.do({ type: 'AttachRequests', requestIds: ['another'] }).passTime(0);
      expect(run.state.status).toBe(isOver ? 'TERMINATED' : 'RUNNING');
      if (isOver) expect(end(run)?.attributes).toEqual(asRecorded('history size'));
    }
  });

  it('R73 by what it has under way', () => {
    const beating = (limit: number) => {
      const run = drive()
        .turn([activity('1')])
        .limitedTo({ stateBytes: { warn: 1, error: limit } });
      const token = run.startActivity(5);
      return run.do({ type: 'RecordActivityTaskHeartbeat', activity: token, identity: 'worker', details: payloads(100_000) });
    };
    const size = sizeOfState(beating(MIB).state);
    for (const [limit, isOver] of [
      [size + 1, false],
      [size, false],
      [size - 1, true],
    ] as const) {
      const run = beating(limit).passTime(0);
      expect(run.state.status).toBe(isOver ? 'TERMINATED' : 'RUNNING');
      if (isOver) expect(end(run)?.attributes).toEqual(asRecorded('mutable state size'));
    }
  });

  it('unless the task that is under way closes it', () => {
    const run = drive().limitedTo({ historyEvents: { suggest: 2, warn: 3, error: 3 } });
    run.startTask();
    run.complete([completeRun]);
    expect(run.state.status).toBe('COMPLETED');
    expect(run.passTime(0).last.inputs).toEqual([]);
  });

  it('also while a task is under way, after what was held', () => {
    const run = drive().limitedTo({ historyEvents: { suggest: 2, warn: 3, error: 2 } });
    run.startTask();
    run.signal();
    run.passTime(0);
    expect(run.types(2)).toEqual(['WorkflowTaskStarted', 'WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowExecutionTerminated']);
    const failed = run.events.find(({ type }) => type === 'WorkflowTaskFailed');
    expect(failed?.attributes).toMatchObject({ cause: 'FORCE_CLOSE_COMMAND', identity: 'history-service' });
  });
});

it('R73 a run is told to continue as new from the first number on, by its events and by its bytes', () => {
  const suggested = (run: Driver): unknown => {
    run.startTask();
    return (run.events.at(-1)?.attributes as { suggestContinueAsNew?: boolean } | undefined)?.suggestContinueAsNew;
  };
  for (const [suggest, expected] of [
    [3, undefined],
    [2, true],
    [1, true],
  ] as const)
    expect(suggested(drive().limitedTo({ historyEvents: { suggest, warn: 10, error: 10 } }))).toBe(expected);
  const { historySize } = drive().state;
  for (const [suggest, expected] of [
    [historySize + 1, undefined],
    [historySize, true],
    [historySize - 1, true],
  ] as const)
    expect(suggested(drive().limitedTo({ historyBytes: { suggest, warn: MIB, error: MIB } }))).toBe(expected);
});

describe('R74 an activity that brings too much has failed for good', () => {
  const allowed = sizeOfValue(payloads(5_000));
  const running = () => {
    const run = drive().turn([activity('1', { retryPolicy: { maximumAttempts: 3 } })]);
    run.limitedTo({ blobBytes: { warn: allowed, error: allowed } });
    return { run, token: run.startActivity(5) };
  };
  const failureOf = ({ events }: Driver) => events.find(({ type }) => type === 'ActivityTaskFailed')?.attributes;
  const tooLarge = (what: string, found = allowed + 1) => ({
    failure: {
      message: `${what} exceeds size limit. Found ${found} bytes; at most ${allowed} are allowed.`,
      source: 'Server',
      serverFailureInfo: { nonRetryable: true },
    },
    retryState: 'NON_RETRYABLE_FAILURE',
  });

  it.each([4_999, 5_000, 5_001])('R73 with %i bytes', (length) => {
    const isOver = length > 5_000;
    const completed = running();
    completed.run.do({ type: 'CompleteActivityTask', activity: completed.token, identity: 'worker', result: payloads(length) });
    expect(failureOf(completed.run)).toEqual(isOver ? expect.objectContaining(tooLarge('Complete result')) : undefined);

    const beating = running();
    beating.run.do({ type: 'RecordActivityTaskHeartbeat', activity: beating.token, identity: 'worker', details: payloads(length) });
    expect(failureOf(beating.run)).toEqual(isOver ? expect.objectContaining(tooLarge('Heartbeat details')) : undefined);

    const failed = running();
    const last = { lastHeartbeatDetails: payloads(length), failure: { message: 'no' } };
    failed.run.do({ type: 'FailActivityTask', activity: failed.token, identity: 'worker', ...last });
    expect(failureOf(failed.run)).toEqual(isOver ? expect.objectContaining(tooLarge('Heartbeat details')) : undefined);
  });

  it('R73 with the details of a cancellation', () => {
    const { run, token } = running();
    run.signal();
    run.turn([{ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } }]);
    run.do({ type: 'CancelActivityTask', activity: token, identity: 'worker', details: payloads(5_001) });
    expect(failureOf(run)).toMatchObject({ failure: { message: expect.stringMatching(/^Cancel details exceeds size limit/) } });
  });

  it('R73 with a failure, of which the beginning is kept as the cause', () => {
    const { run, token } = running();
    const failure = { message: 'm'.repeat(6_000), applicationFailureInfo: { type: 'T' } };
    run.do({ type: 'FailActivityTask', activity: token, identity: 'worker', failure });
    expect(failureOf(run)).toMatchObject({
      failure: {
        message: expect.stringMatching(/^Failure exceeds size limit\. Found \d+ bytes/),
        serverFailureInfo: { nonRetryable: true },
        cause: { message: `${'m'.repeat(1_024)}…`, applicationFailureInfo: { type: 'T' } },
      },
      retryState: 'NON_RETRYABLE_FAILURE',
    });
  });
});
