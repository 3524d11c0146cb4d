/**
 * History files: one run (`temporal workflow show --output json`), or several runs, such as a chain of them. A file that is read and written again
 * keeps all that it held, known here or not; events that were changed keep the fields that are not known.
 */
import type { HistoryEvent } from './events.ts';
import { eventFromJson, eventsFromJson, eventToJson } from './json.ts';
import { HistoryFormatError, isJsonObject, type JsonObject } from './json-codec.ts';

export interface HistoryRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly events: readonly HistoryEvent[];
  /** The run as it was read: what `historyFileToJson` takes from it is what the events do not hold. */
  readonly source?: JsonObject;
}

export interface HistoryFile {
  /** In the order of the file; those of a chain from its first run on. */
  readonly runs: readonly HistoryRun[];
  /** The file as it was read, without its runs. */
  readonly source?: JsonObject;
}

/**
 * Reads a file of one run, `{ "events": [ … ] }`, or of several, `{ "runs": [ { "workflowId", "runId", "events" }, … ] }`.
 *
 * @param json the parsed file
 * @throws {HistoryFormatError} with the path of the first value that is not as it must be
 */
export function historyFileFromJson(json: unknown): HistoryFile {
  if (!isJsonObject(json) || !(Array.isArray(json['events']) || Array.isArray(json['runs'])))
    throw new HistoryFormatError(
      'events',
      'a history file is an object with a list "events" of one run, or a list "runs" of several; give the whole parsed file',
    );
  if (Array.isArray(json['events'])) return { runs: [runFromJson(json, 'events')] };
  const { runs, ...source } = json as { runs: unknown[] };
  return { runs: runs.map((run, index) => runFromJson(run, `runs[${index}].events`)), source };
}

/**
 * A file of one run where there is one and none was read from a list, else of several. An event that is still what the file had is written as the
 * file had it, digits of nanoseconds included.
 */
export function historyFileToJson({ runs, source }: HistoryFile): JsonObject {
  const [only] = runs;
  if (source === undefined && only && runs.length === 1) return runToJson(only);
  return { ...source, runs: runs.map((run) => ({ workflowId: run.workflowId, runId: run.runId, ...runToJson(run) })) };
}

function runFromJson(json: unknown, path: string): HistoryRun {
  const events = eventsFromJson(json, path);
  const source = json as JsonObject;
  const [first] = events;
  const started = first?.type === 'WorkflowExecutionStarted' ? first.attributes : undefined;
  return {
    workflowId: textOf(source['workflowId']) ?? started?.workflowId ?? '',
    runId: textOf(source['runId']) ?? started?.originalExecutionRunId ?? '',
    events,
    source,
  };
}

function runToJson({ events, source }: HistoryRun): JsonObject {
  const before = source?.['events'];
  return { ...source, events: events.map((event) => withUnknown(event, Array.isArray(before) ? before[event.eventId - 1] : undefined)) };
}

function withUnknown(event: HistoryEvent, before: unknown): JsonObject {
  const json = eventToJson(event);
  if (!isJsonObject(before)) return json;
  const known = eventToJson(eventFromJson(before, event.eventId - 1, `events[${event.eventId - 1}]`));
  if (JSON.stringify(known) === JSON.stringify(json)) return before;
  return json['eventType'] === known['eventType'] ? keep(json, before, known) : json;
}

/** What is written now, with what stood there before and is not known. */
function keep(now: JsonObject, before: JsonObject, known: JsonObject): JsonObject {
  const kept = new Map<string, unknown>(Object.entries(now));
  for (const [key, value] of Object.entries(before)) {
    const [inKnown, inNow] = [own(known, key), own(now, key)];
    if (isJsonObject(value) && isJsonObject(inKnown)) {
      if (isJsonObject(inNow)) kept.set(key, keep(inNow, value, inKnown));
    } else if (inKnown === undefined && inNow === undefined) kept.set(key, value);
    else if (JSON.stringify(inKnown) === JSON.stringify(inNow)) kept.set(key, value);
  }
  return Object.fromEntries(kept);
}

/** A field may be named as the prototype, or as what that has. */
const own = (json: JsonObject, key: string): unknown => (Object.hasOwn(json, key) ? json[key] : undefined);

const textOf = (json: unknown): string | undefined => (typeof json === 'string' && json !== '' ? json : undefined);
