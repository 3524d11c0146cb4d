import { expect, it } from 'vitest';
import type { Command } from '../protocol/commands.ts';
import { tasksOf } from './derive.ts';
import { completeRun, drive, timer } from './driver.test-kit.ts';
import { transientEvents } from './workflow-task.ts';

const request = (updateId: string) => ({ meta: { updateId, identity: 'client' }, input: { name: 'add' } });
const accept = (id: string): Command => ({ type: 'AcceptUpdate', attributes: { protocolInstanceId: id, request: request(id) } });
const reject = (id: string): Command => ({ type: 'RejectUpdate', attributes: { protocolInstanceId: id, request: request(id), failure: { message: 'no' } } });
const complete = (id: string): Command => ({ type: 'CompleteUpdate', attributes: { protocolInstanceId: id, outcome: { success: [] } } });
const waiting = () =>
  drive()
    .turn([timer('1', 60_000)])
    .do({ type: 'RequestUpdateTask' });

it('an update gets a task of its own, whose events are written when it leaves a trace', () => {
  const run = waiting();
  expect(run.types(5)).toEqual([]);
  expect(tasksOf(run.state).workflowTask).toMatchObject({ scheduledEventId: 6, attempt: 1 });
  run.passTime(3).startTask();
  expect(transientEvents(run.state).map(({ eventId, type }) => [eventId, type])).toEqual([
    [6, 'WorkflowTaskScheduled'],
    [7, 'WorkflowTaskStarted'],
  ]);
  run.passTime(4).complete([accept('u1'), complete('u1')]);
  expect(run.events.slice(5)).toMatchObject([
    { eventTime: 1_000, type: 'WorkflowTaskScheduled' },
    { eventTime: 1_003, type: 'WorkflowTaskStarted' },
    { eventTime: 1_007, type: 'WorkflowTaskCompleted' },
    { type: 'WorkflowExecutionUpdateAccepted', attributes: { protocolInstanceId: 'u1', acceptedRequestSequencingEventId: 6, acceptedRequest: request('u1') } },
    { type: 'WorkflowExecutionUpdateCompleted', attributes: { acceptedEventId: 9, outcome: { success: [] } } },
  ]);
});

it('R45 the end of a task for updates has no time before its start, though the clock was set back between them', () => {
  const run = waiting();
  run.passTime(500).startTask();
  run.passTime(-300).complete([accept('u1')]);
  expect(run.events.slice(5).map(({ eventTime }) => eventTime)).toEqual([1_000, 1_500, 1_500, 1_500]);
});

it('R45 what a task decides is no earlier than what was held meanwhile, though the clock was set back between them', () => {
  const run = drive();
  run.startTask();
  run.passTime(500).signal();
  run.passTime(-300).complete([timer('1', 60_000)]);
  const times = run.events.slice(3).map(({ type, eventTime }) => [type, eventTime]);
  expect(times.map(([type]) => type)).toEqual(['WorkflowTaskCompleted', 'TimerStarted', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  expect(new Set(times.map(([, time]) => time))).toEqual(new Set([1_500]));
});

it('R67 a thousand rejections leave the history as it was', () => {
  const run = drive().turn([]);
  for (let i = 0; i < 1_000; i++) {
    run.do({ type: 'RequestUpdateTask' });
    run.turn([reject(`u${i}`)]);
  }
  expect(run.events).toHaveLength(4);
  expect(run.state).toMatchObject({ previousStartedEventId: 3, workflowTask: { phase: 'none' } });
});

it('a rejection is written when something else came with it', () => {
  const run = waiting();
  run.startTask();
  run.signal().complete([reject('u1')]);
  expect(run.types(5)).toEqual(['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
});

it('news takes the place of a task that only waits for updates', () => {
  const run = waiting().signal();
  expect(run.types(5)).toEqual(['WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  run.do({ type: 'RequestUpdateTask' });
  run.turn([accept('u1')]);
  expect(run.events[9]).toMatchObject({ type: 'WorkflowExecutionUpdateAccepted', attributes: { acceptedRequestSequencingEventId: 7 } });
});

it('a task for updates that fails or times out is written, and tried again', () => {
  const failed = waiting();
  failed.startTask();
  failed.fail();
  expect(failed.types(5)).toEqual(['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskFailed']);
  expect(tasksOf(failed.state).workflowTask).toMatchObject({ attempt: 2 });
  const late = waiting();
  late.startTask();
  late.passTime(10_000);
  expect(late.types(5)).toEqual(['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskTimedOut']);
});

it('R66 an update is accepted once and completed once', () => {
  const run = waiting().turn([accept('u1')]);
  const refused = (commands: Command[]) => {
    run.signal();
    run.startTask();
    run.complete(commands);
    const reason = run.last.refused?.message;
    run.passTime(600_000);
    return reason;
  };
  expect(refused([accept('u1')])).toMatch(/accepted a second time/);
  expect(refused([complete('u2')])).toMatch(/was not accepted/);
  expect(refused([complete('u1'), complete('u1')])).toMatch(/completed before/);
  run.signal().turn([complete('u1')]);
  expect(run.state.updates.get('u1')?.phase).toEqual({ tag: 'completed', outcome: { success: [] } });
});

it('terminating drops a task for updates without a trace', () => {
  const run = waiting();
  run.startTask();
  run.do({ type: 'TerminateWorkflowExecution' });
  expect(run.types(5)).toEqual(['WorkflowExecutionTerminated']);
});

it('a closed run, and one that waits for its first task, get no task for updates', () => {
  expect(drive().turn([completeRun]).do({ type: 'RequestUpdateTask' }).state.workflowTask).toEqual({ phase: 'none' });
  expect(drive({ firstWorkflowTaskBackoff: 5 }).do({ type: 'RequestUpdateTask' }).state.workflowTask).toEqual({ phase: 'none' });
});
