/**
 * The rows of histories. All inputs that a run gets between two commits are one row, since a store's price is per row. In front of its text stands
 * a sum, of the text, of the place where the row belongs, and of the sum of the row before: so a row that was changed, one that is missing
 * and one that stands in the place of another are found, whatever the store does.
 */
import type { EventId, Millis } from '../common/brand.ts';
import { checksum, hexOf } from '../common/checksum.ts';
import { ServiceError } from '../common/service-error.ts';
import { type Input, isEvent, type Note, type NoteType } from '../engine/input.ts';
import { type EventType, type HistoryEvent, isCloseEvent } from '../history/events.ts';
import type { Entry, Key } from '../storage/store.ts';

/** An event takes its number from its place. A note begins with its name, an event with its time. */
type PackedInput = readonly [eventTime: Millis, type: EventType, attributes: unknown] | readonly [note: NoteType, attributes: unknown];

export interface HistoryRow {
  readonly text: string;
  /** What the next row begins with. */
  readonly sum: number;
}

/** What was read of a run's history. */
export interface HistoryReading {
  /** In order, up to the first row that cannot be read. */
  readonly inputs: readonly Input[];
  /** Rows that they are of. */
  readonly rows: number;
  readonly bytes: number;
  readonly sum: number;
  /** Why it ends before the last row does. */
  readonly damage?: ServiceError;
}

/** Before the first row. */
export const NO_SUM = 0;
const SUM_LENGTH = 8;

/** @returns the inputs, in order, as one row; `sum` is that of the row before */
export function packInputs(inputs: readonly Input[], key: Key, sum: number): HistoryRow {
  const first = inputs.find(isEvent)?.eventId ?? 0;
  const packed = inputs.map((input): PackedInput => (isEvent(input) ? [input.eventTime, input.type, input.attributes] : [input.note, input.attributes]));
  const text = JSON.stringify([first, packed]);
  const own = sumOf(text, key, sum);
  return { text: hexOf(own) + text, sum: own };
}

/** @throws {ServiceError} `DataLoss` if the row is not one that `packInputs` made for this place behind the row of `sum` */
export function unpackInputs(row: unknown, key: Key, sum: number): { readonly inputs: Input[]; readonly sum: number } {
  try {
    const { text, own } = opened(row as string, key, sum);
    let [eventId, packed] = JSON.parse(text) as [EventId, readonly PackedInput[]];
    const inputs = packed.map((item): Input => (item.length === 3 ? unpackEvent(eventId++, item) : ({ note: item[0], attributes: item[1] } as Note)));
    return { inputs, sum: own };
  } catch (cause) {
    throw damagedRow(key, cause);
  }
}

/**
 * Reads rows of one run, which are in order, as far as they can be read.
 *
 * @param damaged what the store has told of the range. Where a page of it is lost, rows may be missing behind the last one that is there; not behind the
 *   end of a run, and not of a run that was begun where the page had been: what it lacked would be its first rows.
 */
export function readHistory(entries: readonly Entry[], damaged: readonly ServiceError[] = []): HistoryReading {
  const inputs: Input[] = [];
  let sum = NO_SUM;
  let bytes = 0;
  let damage: ServiceError | undefined;
  let rows = 0;
  for (const [key, row] of entries) {
    try {
      if (key.at(-1) !== inputs.length) throw missingBefore(key, inputs.length);
      const unpacked = unpackInputs(row, key, sum);
      inputs.push(...unpacked.inputs);
      sum = unpacked.sum;
      bytes += (row as string).length;
      rows++;
    } catch (error) {
      damage = error as ServiceError;
      break;
    }
  }
  const lost = damaged.find(({ details }) => details['lost'] === true && !details['beginsWithin']);
  const row = damaged.find(({ details }) => details['lost'] !== true); // what the store says of a row says more than that it is missing
  const found = row ?? damage ?? (inputs.some(isClosing) ? undefined : lost);
  return { inputs, rows, bytes, sum, ...(found && { damage: found }) };
}

const isClosing = (input: Input): boolean => isEvent(input) && isCloseEvent(input as HistoryEvent);

/** Rows of format 1 have no sum. They come before all others of their run. */
function opened(row: string, key: Key, sum: number): { readonly text: string; readonly own: number } {
  if (row[0] === '[') {
    if (sum !== NO_SUM && !isPlain(sum)) throw new Error('a row without a sum stands behind one that has one');
    return { text: row, own: PLAIN };
  }
  const text = row.slice(SUM_LENGTH);
  const own = sumOf(text, key, isPlain(sum) ? NO_SUM : sum);
  if (row.slice(0, SUM_LENGTH) !== hexOf(own)) throw new Error('its sum is another one');
  return { text, own };
}

/** The sum of rows that have none: no sum is negative. */
const PLAIN = -1;
const isPlain = (sum: number): boolean => sum === PLAIN;

const sumOf = (text: string, [namespace, workflowId, runId, first]: Key, before: number): number =>
  checksum(text, checksum(`${namespace}\n${workflowId}\n${runId}\n${first}`, isPlain(before) ? NO_SUM : before));

const unpackEvent = (eventId: EventId, [eventTime, type, attributes]: Extract<PackedInput, { length: 3 }>): HistoryEvent =>
  ({ eventId, eventTime, type, attributes }) as HistoryEvent;

const damagedRow = (key: Key, cause: unknown): ServiceError =>
  new ServiceError('DataLoss', `the history row ${JSON.stringify(key)} cannot be read: it was damaged, or written by something else`, {
    cause,
    details: { row: key },
  });

const missingBefore = (key: Key, expected: number): ServiceError =>
  new ServiceError('DataLoss', `the history row ${JSON.stringify(key)} is there, but the one of input ${expected} before it is not`, { details: { row: key } });
