import { expect, it } from 'vitest';
import type { Command } from '../protocol/commands.ts';
import type { EngineCommand } from './command.ts';
import { activity, completeRun, type Driver, drive } from './driver.test-kit.ts';
import { EMPTY_RUN } from './run-state.ts';
import { transition } from './transition.ts';

const again: Command = { type: 'ContinueAsNewWorkflowExecution', attributes: {} };

/** Completes the task that is under way, and gives the next run an id. */
const complete = (run: Driver, command: Command): Driver =>
  run.do({ type: 'CompleteWorkflowTask', task: run.task(), commands: [command], identity: 'worker', newRunId: 'run-2' });

/** A run that has tried `times` times in a row to close by `command`, and was met by a signal each time. */
function refused(command: Command, times: number): Driver {
  const run = drive();
  for (let time = 1; time <= times; time++) {
    run.startTask();
    run.signal(`signal-${time}`, `request-${time}`);
    complete(run, command);
    expect(run.last.refused?.cause).toBe('UNHANDLED_COMMAND');
  }
  return run;
}

/** The events of the run that follows. */
function nextOf({ last, now }: Driver): [string, unknown][] {
  const { inputs } = transition(EMPTY_RUN, last.opens as EngineCommand, now);
  return inputs.flatMap((input) => ('eventId' in input ? [[input.type, (input.attributes as { signalName?: string }).signalName] as [string, unknown]] : []));
}

it('R53 the second attempt in a row to continue as new takes the signals along that it has not seen, in order and before the first task', () => {
  const run = refused(again, 1);
  run.startTask();
  for (const name of ['b', 'a', 'c']) run.signal(name);
  complete(run, again);
  expect(run.state).toMatchObject({ status: 'CONTINUED_AS_NEW', held: [] });
  expect(run.types(-3)).toEqual(['WorkflowTaskStarted', 'WorkflowTaskCompleted', 'WorkflowExecutionContinuedAsNew']);
  expect(run.events.flatMap((event) => (event.type === 'WorkflowExecutionSignaled' ? [event.attributes.signalName] : []))).toEqual(['signal-1']);
  expect(nextOf(run)).toEqual([
    ['WorkflowExecutionStarted', undefined],
    ['WorkflowExecutionSignaled', 'b'],
    ['WorkflowExecutionSignaled', 'a'],
    ['WorkflowExecutionSignaled', 'c'],
    ['WorkflowTaskScheduled', undefined],
  ]);
});

it('a signal that was taken along is known to both runs by its request id', () => {
  const run = refused(again, 1);
  run.startTask();
  run.signal('late', 'the-request');
  complete(run, again);
  const { state: next } = transition(EMPTY_RUN, run.last.opens as EngineCommand, run.now);
  for (const state of [run.state, next])
    expect(transition(state, { type: 'SignalWorkflowExecution', signalName: 'late', requestId: 'the-request' }, run.now).inputs).toEqual([]);
});

it('a run does not continue as new over anything but signals', () => {
  for (const other of ['cancel', 'activity']) {
    const run = drive().turn([activity('1')]);
    run.signal();
    const token = run.startActivity(5);
    run.startTask();
    run.signal();
    complete(run, again);
    run.startTask();
    run.signal();
    if (other === 'cancel') run.do({ type: 'RequestCancelWorkflowExecution', requestId: 'cancel' });
    else run.do({ type: 'CompleteActivityTask', activity: token, identity: 'worker' });
    complete(run, again);
    expect(run.last.refused?.cause).toBe('UNHANDLED_COMMAND');
    run.startTask();
    run.signal();
    complete(run, again);
    expect(run.state.status).toBe('CONTINUED_AS_NEW');
  }
});

it('attempts count in a row: a task that completes without closing begins anew', () => {
  const run = refused(again, 1).turn();
  run.signal();
  run.startTask();
  run.signal();
  complete(run, again);
  expect(run.last.refused?.cause).toBe('UNHANDLED_COMMAND');
});

it('an attempt counts although it leaves no event, when it was a retry', () => {
  const run = drive();
  run.startTask();
  run.fail().passTime(500).startTask();
  run.signal();
  complete(run, again);
  expect(run.types(-2)).toEqual(['WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  run.startTask();
  run.signal();
  complete(run, again);
  expect(run.state.status).toBe('CONTINUED_AS_NEW');
});

it('a run that completes sees all signals that were taken, however often it has to run again', () => {
  const run = refused(completeRun, 5);
  run.startTask();
  complete(run, completeRun);
  expect(run.state.status).toBe('COMPLETED');
  expect(run.events.filter(({ type }) => type === 'WorkflowExecutionSignaled')).toHaveLength(5);
});

it('a thousand signals may wait for a run that tries again to close, and one more ends its task', () => {
  const run = refused(again, 1);
  run.startTask();
  run.signals(1_000);
  expect(run.state.workflowTask.phase).toBe('started');
  run.signal();
  expect(run.types(-1)).toEqual(['WorkflowTaskScheduled']);
  expect(run.events.filter(({ type }) => type === 'WorkflowExecutionSignaled')).toHaveLength(1_002);
});

it('R17 a task is cut off once by what comes meanwhile; the next one may have a thousand events wait for it', () => {
  const run = drive();
  run.startTask();
  run.signals(101);
  expect(run.events.at(-1)?.type).toBe('WorkflowTaskScheduled');
  const task = run.startTask();
  run.signals(1_000);
  run.complete([], task).startTask();
  run.signals(101);
  expect(run.events.filter(({ type }) => type === 'WorkflowTaskFailed')).toHaveLength(2);
});
