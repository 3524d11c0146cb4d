/**
 * The rows that the service keeps, and their form. Histories are packed: all inputs that a run gets between two commits are one string,
 * since a store's price is per row. Nothing else is stored but what finds a run again.
 */
import type { EventId, Millis, RunId, WorkflowId } from '../common/brand.ts';
import { ServiceError } from '../common/service-error.ts';
import { type Input, isEvent, type Note, type NoteType } from '../engine/input.ts';
import type { EventType, HistoryEvent } from '../history/events.ts';
import type { Key } from '../storage/store.ts';

export interface RunName {
  readonly namespace: string;
  readonly workflowId: WorkflowId;
  readonly runId: RunId;
}

/** What never changes of a run; the row of a workflow id's newest run has the key without run id. */
export interface ExecutionRow {
  readonly runId: RunId;
  readonly firstExecutionRunId: RunId;
  /** The start request, so that repeating it finds this run as long as it is kept. */
  readonly requestId: string;
}

/** An event takes its number from its place. A note begins with its name, an event with its time. */
type PackedInput = readonly [eventTime: Millis, type: EventType, attributes: unknown] | readonly [note: NoteType, attributes: unknown];

export const currentKey = (namespace: string, workflowId: WorkflowId): Key => [namespace, workflowId];
export const runKey = ({ namespace, workflowId, runId }: RunName): Key => [namespace, workflowId, runId];
export const historyKey = ({ namespace, workflowId, runId }: RunName, firstInput: number): Key => [namespace, workflowId, runId, firstInput];
export const wakeKey = (wakeAt: Millis, { namespace, workflowId, runId }: RunName): Key => [wakeAt, namespace, workflowId, runId];
export const openKey = ({ namespace, runId }: RunName, startTime: Millis): Key => [namespace, 0, -startTime, runId];
export const closedKey = ({ namespace, runId }: RunName, closeTime: Millis): Key => [namespace, 1, -closeTime, runId];

/** The run that the last three parts of a key name. */
export function runOfKey(key: Key): RunName {
  const [namespace, workflowId, runId] = key.slice(-3);
  return { namespace: String(namespace), workflowId: String(workflowId), runId: String(runId) };
}

/** @returns a history row: the inputs, in order, as one text */
export function packInputs(inputs: readonly Input[]): string {
  const first = inputs.find(isEvent)?.eventId ?? 0;
  const packed = inputs.map((input): PackedInput => (isEvent(input) ? [input.eventTime, input.type, input.attributes] : [input.note, input.attributes]));
  return JSON.stringify([first, packed]);
}

/** @throws {ServiceError} `DataLoss` if the row is not one that `packInputs` made */
export function unpackInputs(row: unknown, key: Key): Input[] {
  let eventId: EventId;
  let packed: readonly PackedInput[];
  try {
    [eventId, packed] = JSON.parse(row as string) as [EventId, readonly PackedInput[]];
    return packed.map((item): Input => (item.length === 3 ? unpackEvent(eventId++, item) : ({ note: item[0], attributes: item[1] } as Note)));
  } catch (cause) {
    throw new ServiceError('DataLoss', `the history row ${JSON.stringify(key)} cannot be read: it was damaged or written by something else`, { cause });
  }
}

const unpackEvent = (eventId: EventId, [eventTime, type, attributes]: Extract<PackedInput, { length: 3 }>): HistoryEvent =>
  ({ eventId, eventTime, type, attributes }) as HistoryEvent;
