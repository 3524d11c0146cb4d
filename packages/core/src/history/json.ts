/**
 * Histories in Temporal's JSON, out and in: what `temporal workflow show --output json` prints, what Temporal's replayer reads,
 * and what a person can read. The fields of each event stand in `json-fields.ts`.
 *
 * @see protobuf, "ProtoJSON Format": https://protobuf.dev/programming-guides/json/
 */
import type { EventType, HistoryEvent } from './events.ts';
import { type Codec, HistoryFormatError, int64, isJsonObject, type JsonObject, message, moment } from './json-codec.ts';
import { CONSTANT_FIELDS, EVENT_FIELDS } from './json-fields.ts';

export { HistoryFormatError } from './json-codec.ts';

/** The top of a history file. */
export interface HistoryJson {
  readonly events: readonly JsonObject[];
}

const types = Object.keys(EVENT_FIELDS) as EventType[];
const attributesOf = new Map<EventType, Codec<object>>(types.map((type) => [type, message<object>(EVENT_FIELDS[type] as never)]));

const longName = (type: EventType): string => `EVENT_TYPE_${type.replace(/(?!^)([A-Z])/g, '_$1').toUpperCase()}`;
const attributesKey = (type: EventType): string => `${type.charAt(0).toLowerCase()}${type.slice(1)}EventAttributes`;
const typeByName = new Map<string, EventType>(types.flatMap((type) => [[longName(type), type] as const, [type, type] as const]));

/** @param history its events, or what holds them: what a client's `fetchHistory` gave */
export function historyToJson(history: readonly HistoryEvent[] | { readonly events: readonly HistoryEvent[] }): HistoryJson {
  const events: readonly HistoryEvent[] = 'events' in history ? history.events : history;
  return { events: events.map(eventToJson) };
}

export function eventToJson(event: HistoryEvent): JsonObject {
  const { type, eventId, eventTime, attributes } = event;
  return {
    eventId: int64.write(eventId),
    eventTime: moment.write(eventTime),
    eventType: longName(type),
    [attributesKey(type)]: { ...(attributesOf.get(type)?.write(attributes) as JsonObject), ...CONSTANT_FIELDS[type] },
  };
}

/**
 * Reads a history and checks each value of it. Fields that we do not know are ignored, as Temporal ignores them.
 * Whether the events make sense together is for `validateHistory` to say.
 *
 * @param json the parsed file: an object with `events`
 * @throws {HistoryFormatError} with the path of the first value that is not as it must be
 */
export function historyFromJson(json: unknown): HistoryEvent[] {
  return eventsFromJson(json, 'events');
}

/** @param path of the list, for errors */
export function eventsFromJson(json: unknown, path: string): HistoryEvent[] {
  const events = isJsonObject(json) ? json['events'] : undefined;
  if (!Array.isArray(events)) throw new HistoryFormatError(path, 'a history is an object with a list "events"; give the whole parsed file');
  return events.map((event: unknown, index) => eventFromJson(event, index, `${path}[${index}]`));
}

export function eventFromJson(json: unknown, index: number, path: string): HistoryEvent {
  if (!isJsonObject(json)) throw new HistoryFormatError(path, 'an event is an object');
  const eventId = int64.read(json['eventId'], `${path}.eventId`);
  // By it Temporal tells a file in protobuf's JSON from other objects, of which it would ignore every field.
  if (index === 0 && typeof json['eventId'] !== 'string')
    throw new HistoryFormatError(`${path}.eventId`, `the id of the first event is a text, "1"; found ${JSON.stringify(json['eventId'])}`);
  if (eventId !== index + 1)
    throw new HistoryFormatError(`${path}.eventId`, `events are numbered from 1 without gaps: ${index + 1} belongs here, found ${eventId}`);
  const type = readType(json['eventType'], `${path}.eventType`);
  return { eventId, eventTime: readTime(json['eventTime'], type, path), type, attributes: readAttributes(json, type, path) } as HistoryEvent;
}

function readType(json: unknown, path: string): EventType {
  const type = typeof json === 'string' ? typeByName.get(json) : undefined;
  if (!type) throw new HistoryFormatError(path, `no event type that is known here: ${JSON.stringify(json)}`);
  return type;
}

/** Only the start of a workflow task needs its time: it is what the workflow's clock tells. */
function readTime(json: unknown, type: EventType, path: string): number {
  if (json === undefined && type !== 'WorkflowTaskStarted') return 0;
  return moment.read(json, `${path}.eventTime`) ?? 0;
}

function readAttributes(json: JsonObject, type: EventType, path: string): object {
  const key = attributesKey(type);
  const found = Object.keys(json).filter((name) => name.endsWith('EventAttributes'));
  if (found.length !== 1 || found[0] !== key)
    throw new HistoryFormatError(path, `exactly one field of attributes belongs here, "${key}"; found ${found.join(', ') || 'none'}`);
  return attributesOf.get(type)?.read(json[key], `${path}.${key}`) ?? {};
}
