/** Planted divergences: code that no longer does what its history holds, each told with the event, what was expected there and what came. */
import { expect, test } from 'vitest';
import type { EventAttributes, EventType } from '../history/events.ts';
import type { WorkflowCommand } from '../protocol/activation.ts';
import { RunMachines } from './activations.ts';
import { NonDeterminismError } from './determinism.ts';
import { HistoryWriter, json, scheduleActivity } from './history.test-kit.ts';

interface Kind {
  readonly command: WorkflowCommand;
  readonly event: EventType;
  readonly attributes: object;
  /** As a command and as an event, in words. */
  readonly commandWords: string;
  readonly eventWords: string;
  /** The same kind under other names, and its words. */
  readonly others: readonly (readonly [WorkflowCommand, string])[];
}

const child = (workflowId: string, workflowType = 'kid'): WorkflowCommand => ({
  type: 'startChildWorkflowExecution',
  seq: 1,
  workflowId,
  workflowType,
  input: [],
  headers: {},
  parentClosePolicy: 'TERMINATE',
  cancellationType: 'TRY_CANCEL',
});
const signal = (workflowId: string, signalName = 'go'): WorkflowCommand => ({
  type: 'signalExternalWorkflowExecution',
  seq: 1,
  target: { workflowExecution: { workflowId } },
  signalName,
  args: [],
  headers: {},
});
const cancel = (workflowId: string): WorkflowCommand => ({
  type: 'requestCancelExternalWorkflowExecution',
  seq: 1,
  workflowExecution: { workflowId },
  reason: 'why',
});
const marker = (markerName: string): WorkflowCommand => ({ type: 'recordMarker', markerName, details: {} });
const timer = (seq: number): WorkflowCommand => ({ type: 'startTimer', seq, startToFireTimeout: 5 });

const KINDS: Readonly<Record<string, Kind>> = {
  activity: {
    command: scheduleActivity(1),
    event: 'ActivityTaskScheduled',
    attributes: { activityId: '1', activityType: 'echo', taskQueue: 'queue' },
    commandWords: 'ScheduleActivityTask (activityId "1", activityType "echo")',
    eventWords: 'ActivityTaskScheduled (activityId "1", activityType "echo")',
    others: [
      [scheduleActivity(1, { activityType: 'shout' }), 'ScheduleActivityTask (activityId "1", activityType "shout")'],
      [scheduleActivity(1, { activityId: 'mine' }), 'ScheduleActivityTask (activityId "mine", activityType "echo")'],
    ],
  },
  timer: {
    command: timer(1),
    event: 'TimerStarted',
    attributes: { timerId: '1', startToFireTimeout: 5 },
    commandWords: 'StartTimer (timerId "1")',
    eventWords: 'TimerStarted (timerId "1")',
    others: [[timer(2), 'StartTimer (timerId "2")']],
  },
  child: {
    command: child('c'),
    event: 'StartChildWorkflowExecutionInitiated',
    attributes: { workflowId: 'c', workflowType: 'kid', taskQueue: 'queue', namespace: 'default', parentClosePolicy: 'TERMINATE' },
    commandWords: 'StartChildWorkflowExecution (workflowId "c", workflowType "kid")',
    eventWords: 'StartChildWorkflowExecutionInitiated (workflowId "c", workflowType "kid")',
    others: [
      [child('d'), 'StartChildWorkflowExecution (workflowId "d", workflowType "kid")'],
      [child('c', 'other'), 'StartChildWorkflowExecution (workflowId "c", workflowType "other")'],
    ],
  },
  signal: {
    command: signal('t'),
    event: 'SignalExternalWorkflowExecutionInitiated',
    attributes: { workflowExecution: { workflowId: 't' }, signalName: 'go', namespace: 'default' },
    commandWords: 'SignalExternalWorkflowExecution (workflowId "t", signalName "go")',
    eventWords: 'SignalExternalWorkflowExecutionInitiated (workflowId "t", signalName "go")',
    others: [
      [signal('u'), 'SignalExternalWorkflowExecution (workflowId "u", signalName "go")'],
      [signal('t', 'stop'), 'SignalExternalWorkflowExecution (workflowId "t", signalName "stop")'],
    ],
  },
  cancel: {
    command: cancel('t'),
    event: 'RequestCancelExternalWorkflowExecutionInitiated',
    attributes: { workflowExecution: { workflowId: 't' }, namespace: 'default' },
    commandWords: 'RequestCancelExternalWorkflowExecution (workflowId "t")',
    eventWords: 'RequestCancelExternalWorkflowExecutionInitiated (workflowId "t")',
    others: [[cancel('u'), 'RequestCancelExternalWorkflowExecution (workflowId "u")']],
  },
  marker: {
    command: marker('SideEffect'),
    event: 'MarkerRecorded',
    attributes: { markerName: 'SideEffect', details: {} },
    commandWords: 'RecordMarker (markerName "SideEffect")',
    eventWords: 'MarkerRecorded (markerName "SideEffect")',
    others: [[marker('MutableSideEffect'), 'RecordMarker (markerName "MutableSideEffect")']],
  },
  'search attributes': {
    command: { type: 'upsertWorkflowSearchAttributes', searchAttributes: { a: json('1') } },
    event: 'UpsertWorkflowSearchAttributes',
    attributes: { searchAttributes: { a: json('1') } },
    commandWords: 'UpsertWorkflowSearchAttributes',
    eventWords: 'UpsertWorkflowSearchAttributes',
    others: [],
  },
  memo: {
    command: { type: 'modifyWorkflowProperties', upsertedMemo: { a: json('1') } },
    event: 'WorkflowPropertiesModified',
    attributes: { upsertedMemo: { a: json('1') } },
    commandWords: 'ModifyWorkflowProperties',
    eventWords: 'WorkflowPropertiesModified',
    others: [],
  },
};

/** A history whose first task left `kinds`, a signal behind it, and a task that is open. */
function historyOf(kinds: readonly Kind[]): HistoryWriter {
  const history = new HistoryWriter().task();
  for (const { event, attributes } of kinds)
    history.add(event, { ...attributes, workflowTaskCompletedEventId: history.completedEventId } as unknown as EventAttributes[typeof event]);
  history.add('WorkflowExecutionSignaled', { signalName: 's' });
  return history.openTask();
}

/** Replays the history with code that gives these commands in its first task. */
function replay(history: HistoryWriter, commands: readonly WorkflowCommand[]): unknown {
  const machines = new RunMachines({ namespace: 'default', workflowId: 'wf', runId: 'run-1' });
  machines.feed(history.events);
  try {
    for (
      let start = machines.advance({ updates: [], continueAsNewSuggested: false });
      start;
      start = machines.advance({ updates: [], continueAsNewSuggested: false })
    ) {
      if (start.activation?.jobs.some(({ type }) => type === 'initializeWorkflow')) machines.apply(commands);
      while (machines.onward());
      if (!start.isReplaying) return 'accepted';
      machines.settle();
    }
    return 'accepted';
  } catch (error) {
    if (!(error instanceof NonDeterminismError)) throw error;
    return [error.eventId, error.expected, error.got];
  }
}

const cases: [string, unknown, unknown][] = [];
const kinds = Object.entries(KINDS);
for (const [index, [name, kind]] of kinds.entries()) {
  const [otherName, other] = kinds[(index + 1) % kinds.length] as [string, Kind];
  cases.push(
    [`${name} where the code gives ${otherName}`, replay(historyOf([kind]), [other.command]), [5, kind.eventWords, other.commandWords]],
    [`${name} that the code no longer gives`, replay(historyOf([kind]), []), [5, kind.eventWords, 'no command here']],
    [`${name} that the history lacks`, replay(historyOf([]), [kind.command]), [5, 'no further command (WorkflowExecutionSignaled follows)', kind.commandWords]],
    [`${name} that comes second instead of first`, replay(historyOf([kind, other]), [other.command, kind.command]), [5, kind.eventWords, other.commandWords]],
  );
  for (const [renamed, words] of kind.others) cases.push([`${name} under another name`, replay(historyOf([kind]), [renamed]), [5, kind.eventWords, words]]);
}

test('R75 what the code does as before is accepted, kind by kind', () => {
  for (const [name, kind] of kinds) expect([name, replay(historyOf([kind]), [kind.command])]).toEqual([name, 'accepted']);
  const all = kinds.map(([, kind]) => kind);
  expect(
    replay(
      historyOf(all),
      all.map(({ command }) => command),
    ),
  ).toBe('accepted');
});

test.each(cases)('R75 %s is told exactly', (_what, found, told) => {
  expect(found).toEqual(told);
});

test('R75 thirty divergences and more are planted', () => {
  expect(cases.length).toBeGreaterThan(30);
});
