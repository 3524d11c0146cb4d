import { expect, test } from 'vitest';
import type { Input } from '../engine/input.ts';
import { packInputs, unpackInputs } from './rows.ts';

const INPUTS = [
  { note: 'RequestSeen', attributes: { requestId: 'r' } },
  { eventId: 7, eventTime: 1_000, type: 'TimerFired', attributes: { timerId: '1', startedEventId: 5 } },
  { note: 'HeldEventsReleased', attributes: {} },
  { eventId: 8, eventTime: 900, type: 'WorkflowTaskScheduled', attributes: { taskQueue: 'q', startToCloseTimeout: 10, attempt: 1 } },
] as Input[];

test('inputs come out of their row as they went in', () => {
  expect(unpackInputs(packInputs(INPUTS), ['key'])).toEqual(INPUTS);
  expect(packInputs(INPUTS)).toBe(
    '[7,[["RequestSeen",{"requestId":"r"}],[1000,"TimerFired",{"timerId":"1","startedEventId":5}],["HeldEventsReleased",{}],[900,"WorkflowTaskScheduled",{"taskQueue":"q","startToCloseTimeout":10,"attempt":1}]]]',
  );
});

test('a row that is not one of ours is told of with its key', () => {
  for (const row of ['{', '[1]', 'null', undefined])
    expect(() => unpackInputs(row, ['default', 'wf', 'run', 0])).toThrow(
      'the history row ["default","wf","run",0] cannot be read: it was damaged or written by something else',
    );
});
