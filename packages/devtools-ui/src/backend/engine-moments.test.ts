/** The seam's past: histories go to a replay, moments come back, and nothing is left open. */
import type { Moment, ReplayPage } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';
import { expect, test } from 'vitest';
import type { Topics } from './backend.ts';
import { askAt, followMoments, type Replays } from './engine-moments.ts';

const RUN = { namespace: 'default', workflowId: 'w', runId: 'r' };
const events = [{ eventId: 1 }, { eventId: 2 }] as HistoryEvent[];
const moment = (eventId: number): Moment => ({ eventId }) as Moment;
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function doubleOf(pages: (ReplayPage | Error)[]) {
  const calls: unknown[] = [];
  const replays: Replays = {
    async openReplay(request) {
      calls.push(['open', request.workflowId, request.events.length]);
      return { replayId: 'replay' };
    },
    async readReplay({ from }) {
      calls.push(['read', from]);
      const page = pages.shift();
      if (page instanceof Error) throw page;
      return page ?? new Promise<never>(() => {});
    },
    async queryReplay({ eventId, queryType }) {
      calls.push(['query', eventId, queryType]);
      if (queryType === 'fails') throw new Error('no such query');
      return { result: [{ encoding: 'json/plain', data: '1' }] };
    },
    async closeReplay() {
      calls.push(['close']);
    },
  };
  const asked: (number | undefined)[] = [];
  const read = async (_: unknown, until?: number) => {
    asked.push(until);
    return events;
  };
  return { source: { replays, read }, calls, asked };
}

test('moments are read page by page, from where the last page ended, and the replay is closed', async () => {
  const { source, calls, asked } = doubleOf([
    { moments: [moment(4), moment(8)], isDone: false },
    { moments: [moment(12)], isDone: true },
  ]);
  const deltas: Topics['moments']['delta'][] = [];
  followMoments(source, { ...RUN, untilEventId: 12 }, (delta) => deltas.push(delta));
  await quiet();
  expect(deltas.map(({ moments, isDone }) => [moments.map(({ eventId }) => eventId), isDone])).toEqual([
    [[4, 8], false],
    [[12], true],
  ]);
  expect(calls).toEqual([['open', 'w', 2], ['read', 0], ['read', 2], ['close']]);
  expect(asked).toEqual([12]);
});

test('a replay that nobody looks at any more is closed, and tells nothing', async () => {
  const { source, calls } = doubleOf([{ moments: [moment(4)], isDone: false }]);
  const deltas: unknown[] = [];
  const end = followMoments(source, RUN, (delta) => deltas.push(delta));
  await quiet();
  end();
  await quiet();
  expect([deltas.length, calls.at(-1)]).toEqual([1, ['close']]);
});

test('what goes wrong on the way is a failure of the replay', async () => {
  const { source, calls } = doubleOf([new Error('the engine worker went')]);
  const deltas: Topics['moments']['delta'][] = [];
  followMoments(source, RUN, (delta) => deltas.push(delta));
  await quiet();
  expect(deltas).toEqual([{ moments: [], isDone: true, failure: { kind: 'error', message: 'the engine worker went' } }]);
  expect(calls.at(-1)).toEqual(['close']);
});

test('a query at a moment is one replay, closed also when the query fails', async () => {
  const { source, calls, asked } = doubleOf([]);
  expect(await askAt(source, { ...RUN, eventId: 9, queryType: 'total', args: [] })).toEqual({ result: [{ encoding: 'json/plain', data: '1' }] });
  await expect(askAt(source, { ...RUN, eventId: 9, queryType: 'fails', args: [] })).rejects.toThrow('no such query');
  expect(asked).toEqual([9, 9]);
  expect(calls.filter((call) => (call as string[])[0] === 'close')).toHaveLength(2);
});
