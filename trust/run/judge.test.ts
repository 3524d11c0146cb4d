/** The judge finds each kind of loss: a ledger and a history are made that agree, and then one of them is changed. */
import type { EventAttributes, HistoryEvent } from '@perdure/core/history';
import { expect, test } from 'vitest';
import type { LedgerRecord } from '../app/records.ts';
import { judge } from './judge.ts';

type Plain = { [T in keyof EventAttributes]?: object };

/** A history of events given by type and attributes, numbered from 1. */
const history = (...events: readonly Plain[]): HistoryEvent[] =>
  events.map((event, index) => {
    const [[type, attributes] = []] = Object.entries(event);
    return { eventId: index + 1, eventTime: 1_000 + index, type, attributes } as unknown as HistoryEvent;
  });

const text = (value: unknown) => [{ encoding: 'json/plain', data: JSON.stringify(value) }];
const started = {
  WorkflowExecutionStarted: {
    workflowType: 'any',
    workflowId: 'w',
    taskQueue: 'default',
    workflowTaskTimeout: 10_000,
    originalExecutionRunId: 'run-1',
    firstExecutionRunId: 'run-1',
    attempt: 1,
  },
};
const completed = (result: unknown) => ({ WorkflowExecutionCompleted: { workflowTaskCompletedEventId: 1, result: text(result) } });
const signaled = (letter: string) => ({ WorkflowExecutionSignaled: { signalName: 'put', input: text(letter) } });
const update = (updateId: string, acceptedEventId: number) => [
  { WorkflowExecutionUpdateAccepted: { protocolInstanceId: updateId, acceptedRequest: { meta: { updateId }, input: { name: 'add' } } } },
  { WorkflowExecutionUpdateCompleted: { meta: { updateId }, acceptedEventId, outcome: { success: text(1) } } },
];
const activity = (attempt: number) => [
  { ActivityTaskScheduled: { activityId: '1', activityType: 'step', taskQueue: 'default', workflowTaskCompletedEventId: 1 } },
  { ActivityTaskStarted: { scheduledEventId: 2, attempt } },
  { ActivityTaskCompleted: { scheduledEventId: 2, startedEventId: 3 } },
];

const signal = (number: number): LedgerRecord => ({ kind: 'signal', workflowId: 'w', sender: 'p1', number });
const begin = (attempt: number): LedgerRecord => ({ kind: 'begin', workflowId: 'w', activityId: '1', attempt });

const judged = (records: readonly LedgerRecord[], events: readonly HistoryEvent[]) => judge(records, new Map([['w', { events }]]));
const nothing = { lost: [], doneTwice: [], integrityErrors: [], refused: [] };

const letters = history(started, signaled('p1:s0'), ...update('p1:u0', 3), signaled('p1:s1'), completed(['p1:s0', 'p1:u0', 'p1:s1']));
const ofLetters: LedgerRecord[] = [
  { kind: 'start', workflowId: 'w', runId: 'run-1' },
  signal(0),
  { kind: 'update', workflowId: 'w', sender: 'p1', number: 0 },
  signal(1),
  { kind: 'result', workflowId: 'w', result: ['p1:s0', 'p1:u0', 'p1:s1'] },
];

test('a ledger and a history that agree leave nothing to say', () => {
  expect(judged(ofLetters, letters)).toEqual(nothing);
  expect(judged([begin(1), begin(2)], history(started, ...activity(2), completed(1)))).toEqual(nothing);
});

test('an acknowledged start that is another run, or none, is lost', () => {
  expect(judged([{ kind: 'start', workflowId: 'w', runId: 'run-2' }], letters).lost).toEqual([
    'the start of w as run run-2 was acknowledged; the history begins as run-1',
  ]);
  const verdict = judge(ofLetters, new Map([['w', { error: 'NotFound' }]]));
  expect(verdict.integrityErrors).toEqual(['the history of w cannot be read: NotFound']);
  expect(verdict.lost).toHaveLength(ofLetters.length);
});

test('an acknowledged signal, update or result that is not in the history is lost', () => {
  const verdict = judged([...ofLetters, signal(2), { kind: 'update', workflowId: 'w', sender: 'p1', number: 1 }], letters);
  expect(verdict.lost).toEqual([
    'signal p1:s2 of w was acknowledged and is not in the history',
    'update p1:u1 of w was acknowledged and is not in the history',
  ]);
  expect(judged([{ kind: 'result', workflowId: 'w', result: [] }], letters).lost).toHaveLength(1);
});

test('a signal that is recorded, and that the workflow has not seen, is lost', () => {
  expect(judged([signal(0)], history(started, signaled('p1:s0'), completed([]))).lost).toEqual([
    'signal p1:s0 of w was acknowledged and is recorded, but the workflow has not seen it',
  ]);
});

test('a signal or an update that is there twice is done twice', () => {
  const verdict = judged([signal(0)], history(started, signaled('p1:s0'), signaled('p1:s0'), completed(['p1:s0', 'p1:s0'])));
  expect(verdict.doneTwice).toEqual(['p1:s0 is there twice, in the history of w', 'p1:s0 is there twice, in what the workflow saw of w']);
  const twice = judged([signal(0)], history(started, ...update('p1:u0', 2), ...update('p1:u0', 4), completed(['p1:u0'])));
  expect(twice.doneTwice).toEqual(['p1:u0 is there twice, in the history of w', 'p1:u0 is there twice, among the accepted updates of w']);
});

test('letters of a sender that are out of order are found, those of two senders may mix', () => {
  expect(judged([signal(0)], history(started, signaled('p1:s1'), signaled('p1:s0'), completed(['p1:s1', 'p1:s0']))).lost).toEqual([
    'p1:s0 comes after p1:s1, in the history of w',
    'p1:s0 comes after p1:s1, in what the workflow saw of w',
  ]);
  expect(judged([signal(0)], history(started, signaled('p1:s1'), signaled('p2:s0'), completed(['p1:s1', 'p2:s0']))).lost).toHaveLength(1); // s0 alone
});

test('an attempt that begins after the one whose completion is recorded, or that begins twice, is done twice', () => {
  const events = history(started, ...activity(1), completed(1));
  expect(judged([begin(1), begin(2)], events).doneTwice).toEqual(['attempt 2 of activity 1 of w began, though the completion of attempt 1 is recorded']);
  expect(judged([begin(1), begin(1)], events).doneTwice).toEqual(['attempt 1 of activity 1 of w began twice']);
});

test('a history with a hole, or that does not end as it was to, is not whole', () => {
  const hole = letters.filter(({ eventId }) => eventId !== 2);
  expect(judged([begin(1)], hole).integrityErrors).toHaveLength(1);
  expect(judged([begin(1)], history(started, signaled('p1:s0'))).integrityErrors).toEqual(['w ends with WorkflowExecutionSignaled, and was to complete']);
});

test('a call that was refused is told in words', () => {
  expect(judged([{ kind: 'refused', what: 'a signal', message: 'Unavailable' }], letters).refused).toEqual(['a signal was refused: Unavailable']);
});
