import { expect, test } from 'vitest';
import { isServiceError } from '../common/service-error.ts';
import type { Input } from '../engine/input.ts';
import { flipText } from '../storage/flips.test-kit.ts';
import type { Entry, Key } from '../storage/store.ts';
import { NO_SUM, packInputs, readHistory, unpackInputs } from './history-rows.ts';

const INPUTS = [
  { note: 'RequestSeen', attributes: { requestId: 'r' } },
  { eventId: 7, eventTime: 1_000, type: 'TimerFired', attributes: { timerId: '1', startedEventId: 5 } },
  { note: 'HeldEventsReleased', attributes: {} },
  { eventId: 8, eventTime: 900, type: 'WorkflowTaskScheduled', attributes: { taskQueue: 'q', startToCloseTimeout: 10, attempt: 1 } },
] as Input[];
const PLAIN =
  '[7,[["RequestSeen",{"requestId":"r"}],[1000,"TimerFired",{"timerId":"1","startedEventId":5}],["HeldEventsReleased",{}],[900,"WorkflowTaskScheduled",{"taskQueue":"q","startToCloseTimeout":10,"attempt":1}]]]';
const keyOf = (first: number, runId = 'run'): Key => ['default', 'wf', runId, first];

/** A history of some rows, each of four inputs. */
function rowsOf(count: number, runId = 'run'): Entry[] {
  const entries: Entry[] = [];
  let sum = NO_SUM;
  for (let n = 0; n < count; n++) {
    const row = packInputs(INPUTS, keyOf(n * INPUTS.length, runId), sum);
    sum = row.sum;
    entries.push([keyOf(n * INPUTS.length, runId), row.text]);
  }
  return entries;
}
const whole = rowsOf(5);
const lengthOf = (entries: readonly Entry[]): [inputs: number, code: string | undefined] => {
  const { inputs, damage } = readHistory(entries);
  return [inputs.length, damage?.code];
};

test('inputs come out of their row as they went in', () => {
  const { text, sum } = packInputs(INPUTS, keyOf(0), NO_SUM);
  expect(text.slice(8)).toBe(PLAIN);
  expect(unpackInputs(text, keyOf(0), NO_SUM)).toEqual({ inputs: INPUTS, sum });
  expect(lengthOf(whole)).toEqual([20, undefined]);
});

test('a row that is not one of ours is told of with its key', () => {
  for (const row of ['{', '[1]', 'null', undefined, '01234567'])
    expect(() => unpackInputs(row, ['default', 'wf', 'run', 0], NO_SUM)).toThrow(
      'the history row ["default","wf","run",0] cannot be read: it was damaged, or written by something else',
    );
});

test('S14: each bit of a row that is another one is found, and what comes before it is read', () => {
  const [key, text] = whole[2] as [Key, string];
  for (const [flipped, where] of flipText(text)) expect(lengthOf(whole.with(2, [key, flipped])), where).toEqual([8, 'DataLoss']);
});

/** `PERDURE_LONG=1`: each bit of each character; else one bit of each. */
const isLong = process.env['PERDURE_LONG'] !== undefined;

test('S14: of 1,000 stored events, each bit that is another one is found, and no row but its own is refused', { timeout: 600_000 }, () => {
  const rows = rowsOf(500); // each of two events
  let [flips, found, sum] = [0, 0, NO_SUM];
  for (const [key, row] of rows) {
    const text = row as string;
    for (let index = 0; index < text.length; index++)
      for (let bit = isLong ? 0 : index % 16; bit < 16; bit += isLong ? 1 : 16) {
        flips++;
        const flipped = text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ (1 << bit)) + text.slice(index + 1);
        try {
          unpackInputs(flipped, key, sum);
        } catch {
          found++;
        }
      }
    sum = unpackInputs(text, key, sum).sum; // the row itself is read
  }
  expect([found, flips > 100_000]).toEqual([flips, true]);
});

test('S14: a row that is missing, doubled, or in the place of another one is found', () => {
  const other = rowsOf(5, 'other');
  const put = (index: number, row: unknown): Entry[] => whole.with(index, [(whole[index] as Entry)[0], row]);
  expect(lengthOf(whole.toSpliced(0, 1))).toEqual([0, 'DataLoss']);
  expect(lengthOf(whole.toSpliced(2, 1))).toEqual([8, 'DataLoss']);
  expect(lengthOf(put(2, whole[3]?.[1]))).toEqual([8, 'DataLoss']);
  expect(lengthOf(put(2, other[2]?.[1]))).toEqual([8, 'DataLoss']);
  expect(lengthOf(put(0, other[0]?.[1]))).toEqual([0, 'DataLoss']);
});

test('B11: rows of format 1 have no sums; they are read before all others, and not behind one that has one', () => {
  const plain: Entry[] = [0, 4].map((first) => [keyOf(first), PLAIN]);
  const { sum } = readHistory(plain);
  const next = packInputs(INPUTS, keyOf(8), sum);
  const after = packInputs(INPUTS, keyOf(12), next.sum);
  expect(lengthOf([...plain, [keyOf(8), next.text], [keyOf(12), after.text]])).toEqual([16, undefined]);
  expect(lengthOf([...plain, [keyOf(8), next.text], [keyOf(12), PLAIN]])).toEqual([12, 'DataLoss']);
});

test('what the store says of a damaged row is what is told', () => {
  const error = (() => {
    try {
      unpackInputs('{', keyOf(4), NO_SUM);
    } catch (found) {
      return found;
    }
  })();
  if (!isServiceError(error)) throw error;
  expect(readHistory(whole.toSpliced(1, 1), [error]).damage).toBe(error);
  expect(readHistory(whole, [error])).toMatchObject({ damage: error, rows: 5 });
});
