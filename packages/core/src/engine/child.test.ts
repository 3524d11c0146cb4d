import { expect, it } from 'vitest';
import type { CloseEvent } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import { activity, completeRun, type Driver, drive } from './driver.test-kit.ts';

const child = (workflowId: string, options: object = {}): Command => ({
  type: 'StartChildWorkflowExecution',
  attributes: { workflowId, workflowType: 'child', ...options },
});
const closed = (type: CloseEvent['type'], attributes: object = {}): CloseEvent => ({ eventId: 9, eventTime: 1, type, attributes }) as unknown as CloseEvent;
const began = (run: Driver, initiatedEventId: number, runId = 'child-run') => run.do({ type: 'RecordChildStart', initiatedEventId, outcome: { runId } });
const parentOf = (options: object = {}) => began(drive().turn([child('c', options)]), 5).turn([]);

it('a child is initiated with its options filled in, and asked for in the same transition', () => {
  const run = drive().turn([child('c', { input: [{ encoding: 'json/plain', data: '1' }] })]);
  const attributes = {
    namespace: 'default',
    workflowId: 'c',
    workflowType: 'child',
    taskQueue: 'queue',
    input: [{ encoding: 'json/plain', data: '1' }],
    workflowRunTimeout: 0,
    workflowTaskTimeout: 10_000,
    parentClosePolicy: 'TERMINATE',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowTaskCompletedEventId: 4,
  };
  expect(run.events[4]).toMatchObject({ type: 'StartChildWorkflowExecutionInitiated', attributes });
  expect(run.last.sends).toEqual([{ kind: 'startChild', initiatedEventId: 5, attributes }]);
});

it('R57 a child’s start is recorded once, and wakes the parent', () => {
  const run = began(drive().turn([child('c')]), 5);
  began(run, 5, 'another');
  expect(run.events.slice(5)).toMatchObject([
    {
      type: 'ChildWorkflowExecutionStarted',
      attributes: { initiatedEventId: 5, workflowExecution: { workflowId: 'c', runId: 'child-run' }, workflowType: 'child' },
    },
    { type: 'WorkflowTaskScheduled' },
  ]);
});

it('R60 a workflow id that is taken fails the start, not the task', () => {
  const run = drive()
    .turn([child('c')])
    .do({ type: 'RecordChildStart', initiatedEventId: 5, outcome: { cause: 'WORKFLOW_ALREADY_EXISTS' } });
  expect(run.events.slice(5)).toMatchObject([
    { type: 'StartChildWorkflowExecutionFailed', attributes: { cause: 'WORKFLOW_ALREADY_EXISTS' } },
    { type: 'WorkflowTaskScheduled' },
  ]);
  expect(run.state.children.size).toBe(0);
});

it.each([
  [
    'WorkflowExecutionCompleted',
    { result: [{ encoding: 'json/plain', data: '2' }] },
    'ChildWorkflowExecutionCompleted',
    { result: [{ encoding: 'json/plain', data: '2' }] },
  ],
  [
    'WorkflowExecutionFailed',
    { failure: { message: 'm' }, retryState: 'TIMEOUT' },
    'ChildWorkflowExecutionFailed',
    { failure: { message: 'm' }, retryState: 'TIMEOUT' },
  ],
  ['WorkflowExecutionCanceled', {}, 'ChildWorkflowExecutionCanceled', {}],
  ['WorkflowExecutionTimedOut', { retryState: 'RETRY_POLICY_NOT_SET' }, 'ChildWorkflowExecutionTimedOut', { retryState: 'RETRY_POLICY_NOT_SET' }],
  ['WorkflowExecutionTerminated', { reason: 'r' }, 'ChildWorkflowExecutionTerminated', {}],
] as const)('R62 a child that ends with %s is told of once', (type, attributes, told, expected) => {
  const run = parentOf();
  const close = { type: 'RecordChildClose', initiatedEventId: 5, runId: 'last-run', closed: closed(type, attributes) } as const;
  run.do(close).do(close);
  expect(run.events.slice(9)).toMatchObject([
    { type: told, attributes: { ...expected, initiatedEventId: 5, startedEventId: 6, workflowExecution: { workflowId: 'c', runId: 'last-run' } } },
    { type: 'WorkflowTaskScheduled' },
  ]);
});

it('R16 a start and an end that are held are written in order, and wired', () => {
  const run = drive()
    .turn([child('c')])
    .signal();
  run.startTask();
  began(run, 5).do({ type: 'RecordChildClose', initiatedEventId: 5, runId: 'child-run', closed: closed('WorkflowExecutionCompleted') });
  run.complete([]);
  expect(run.events.slice(9)).toMatchObject([
    { eventId: 10, type: 'ChildWorkflowExecutionStarted' },
    { eventId: 11, type: 'ChildWorkflowExecutionCompleted', attributes: { startedEventId: 10 } },
    { type: 'WorkflowTaskScheduled' },
  ]);
});

it('R61 closing asks each child of the parent to follow its policy', () => {
  const leave = (options: object) => parentOf(options).signal().turn([completeRun]).last.sends;
  expect(leave({})).toEqual([{ kind: 'leaveChild', policy: 'TERMINATE', workflowId: 'c', firstExecutionRunId: 'child-run' }]);
  expect(leave({ parentClosePolicy: 'REQUEST_CANCEL' })).toEqual([
    { kind: 'leaveChild', policy: 'REQUEST_CANCEL', workflowId: 'c', firstExecutionRunId: 'child-run' },
  ]);
  expect(leave({ parentClosePolicy: 'ABANDON' })).toBeUndefined();
});

it('R59 a child whose parent closes in the same task never starts', () => {
  const run = drive().turn([child('c', { parentClosePolicy: 'ABANDON' }), completeRun]);
  expect(run.types(4)).toEqual(['StartChildWorkflowExecutionInitiated', 'WorkflowExecutionCompleted']);
  expect(run.last.sends).toBeUndefined();
});

it('R62 a child that closes tells its parent, but not when another run of its chain follows', () => {
  const options = { parentWorkflowExecution: { workflowId: 'p', runId: 'p-run' }, parentInitiatedEventId: 5 };
  const run = drive(options).turn([completeRun]);
  expect(run.last.sends).toEqual([{ kind: 'tellParent', workflowId: 'p', runId: 'p-run', initiatedEventId: 5, closed: run.events.at(-1) }]);
  const next = drive(options);
  next.startTask();
  next.do({
    type: 'CompleteWorkflowTask',
    task: next.task(),
    commands: [{ type: 'ContinueAsNewWorkflowExecution', attributes: {} }],
    identity: 'w',
    newRunId: 'run-2',
  });
  expect(next.last.sends).toBeUndefined();
});

it('signals and cancel requests to other runs are sent and answered', () => {
  const workflowExecution = { workflowId: 'other' };
  const run = drive().turn([
    { type: 'SignalExternalWorkflowExecution', attributes: { workflowExecution, signalName: 'note' } },
    { type: 'RequestCancelExternalWorkflowExecution', attributes: { workflowExecution, reason: 'why' } },
  ]);
  expect(run.last.sends).toMatchObject([
    { kind: 'signal', initiatedEventId: 5, attributes: { namespace: 'default', signalName: 'note' } },
    { kind: 'cancel', initiatedEventId: 6, attributes: { reason: 'why' } },
  ]);
  run.do({ type: 'RecordExternal', initiatedEventId: 5, kind: 'signal', attributes: { namespace: 'default', workflowExecution }, isFound: true });
  run.do({ type: 'RecordExternal', initiatedEventId: 6, kind: 'cancel', attributes: { namespace: 'default', workflowExecution }, isFound: false });
  expect(run.events.slice(6)).toMatchObject([
    { type: 'ExternalWorkflowExecutionSignaled', attributes: { initiatedEventId: 5, workflowExecution } },
    { type: 'WorkflowTaskScheduled' },
    { type: 'RequestCancelExternalWorkflowExecutionFailed', attributes: { initiatedEventId: 6, cause: 'EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND' } },
  ]);
});

it('a task that is refused asks nothing of other runs', () => {
  const run = drive();
  run.startTask();
  run.complete([child('c'), activity('same'), activity('same')]);
  expect(run.last.sends).toBeUndefined();
  run.passTime(600_000);
  run.startTask();
  run.complete([child('c', { namespace: 'elsewhere' })]);
  expect(run.last.refused?.message).toMatch(/nothing crosses a namespace/);
});
