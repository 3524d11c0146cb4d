/** The judge of broken-off uploads has to notice what it is there for. */
import type { HistoryEvent } from '@perdure/core/history';
import { expect, test } from '@playwright/test';
import { judgeUpload } from './upload-proof.ts';

const event = (eventId: number, type: string, attributes: object, eventTime = eventId * 10): HistoryEvent =>
  ({ eventId, eventTime, type, attributes }) as unknown as HistoryEvent;
const history = [
  event(1, 'WorkflowExecutionStarted', {}),
  event(2, 'ActivityTaskScheduled', { activityType: 'sendChunk', input: [{ encoding: 'json/plain', data: '{"index":0}' }] }),
  event(3, 'ActivityTaskStarted', { scheduledEventId: 2 }),
  event(4, 'ActivityTaskCompleted', { scheduledEventId: 2 }),
];
const chunk = (...arrivals: number[]) => ({ index: 0, sha256: 'a', size: 1, arrivals });

test('an upload that kept what was read, and sent nothing recorded again, is sound', () => {
  expect(judgeUpload([history.slice(0, 1), history.slice(0, 3)], history, [chunk(20, 35, 40)])).toEqual({ acknowledged: 3, lost: [], doneTwice: [] });
});

test('an event that was read and is gone, or is another one, is lost', () => {
  const other = event(2, 'TimerStarted', {});
  expect(judgeUpload([history.slice(0, 2)], [history[0] as HistoryEvent], []).lost).toHaveLength(1);
  expect(judgeUpload([history.slice(0, 2)], [history[0] as HistoryEvent, other], []).lost).toEqual([
    `event 2 was ${JSON.stringify(history[1])} and is ${JSON.stringify(other)}`,
  ]);
});

test('a chunk that came after its completion was recorded was done twice', () => {
  expect(judgeUpload([], history, [chunk(20, 41)]).doneTwice).toEqual(['chunk 0 was recorded at 40 and came again at 41']);
});

test('a chunk whose completion is not recorded may come as often as it does', () => {
  expect(judgeUpload([], history.slice(0, 3), [chunk(20, 41, 99)]).doneTwice).toEqual([]);
});
