/**
 * Turns a recording of Temporal's Go SDK into what its TypeScript SDK would have written: the table "What differs by SDK" of
 * `conformance/go/README.md`, as rules. A rule knows kinds of events, markers and errors, never a scenario. What no rule can say is
 * listed by scenario in `scripts/conformance/scope.mjs`.
 */
import type { Golden, RecordedRun } from '../conformance/compare.ts';
import { attributesOf, changeVersionsOf, type Event, isJson, type Json, UNDEFINED, withAttributes } from './translate/event.ts';
import { dropCancelledAtOnce } from './translate/events.ts';
import { translateFailure } from './translate/failures.ts';
import { counterIds, type Ids } from './translate/ids.ts';
import { translateMarker } from './translate/markers.ts';
import { translateOutcome } from './translate/outcome.ts';

export function translate(golden: Golden): Golden {
  const named = nameChildren(golden);
  const runs = named.runs.map((run) => ({ ...run, events: dropCancelledAtOnce(run.events) }));
  const ids = counterIds(runs[0]?.events ?? []);
  return { ...named, outcome: translateOutcome(named.outcome, runs, ids), runs: runs.map(translateRun) };
}

/**
 * A child without an id of its own: Go's is the parent's run and the event, TypeScript's a UUID. Ours is made here, one for each;
 * `compare.ts` gives UUIDs names in the order in which they come.
 */
function nameChildren(golden: Golden): Golden {
  const runIds = golden.runs.map(({ runId }) => runId);
  if (runIds.length === 0) return golden;
  const generated = new RegExp(`(?:${runIds.join('|')})_(\\d+)`, 'g');
  const text = JSON.stringify(golden).replace(generated, (_, eventId: string) => `00000000-0000-4000-8000-${eventId.padStart(12, '0')}`);
  return JSON.parse(text) as Golden;
}

function translateRun(run: RecordedRun): RecordedRun {
  const ids = counterIds(run.events);
  return { ...run, events: run.events.map(withoutStickyQueue).map((event, i) => translateEvent(event, run.events[i + 1], ids)) };
}

/** Sticky queues are a server's cache; their names hold UUIDs, and `compare.ts` counts those. */
function withoutStickyQueue(event: Event): Event {
  const { taskQueue, ...attributes } = attributesOf(event);
  return isJson(taskQueue) && taskQueue['kind'] === 'TASK_QUEUE_KIND_STICKY' ? withAttributes(event, attributes) : event;
}

function translateEvent(event: Event, next: Event | undefined, ids: Ids): Event {
  const type = event['eventType'];
  if (type === 'EVENT_TYPE_MARKER_RECORDED') return withAttributes(event, translateMarker(event, next, ids));
  if (type === 'EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES') return sortChangeVersions(event);
  const attributes = withIds(attributesOf(event), ids);
  const withFailures = Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, FAILURES.has(key) ? translateFailure(value as Json, ids) : value]),
  );
  return withAttributes(event, RESULT_EVENTS.has(String(type)) ? withResult(withFailures) : withFailures);
}

const FAILURES = new Set(['failure', 'lastFailure', 'continuedFailure']);

/** Ids of activities and timers, where an event names them. */
function withIds(attributes: Json, ids: Ids): Json {
  const { activityId, timerId } = attributes;
  return {
    ...attributes,
    ...(typeof activityId === 'string' && { activityId: ids.activity(activityId) }),
    ...(typeof timerId === 'string' && { timerId: ids.timer(timerId) }),
  };
}

const RESULT_EVENTS = new Set([
  'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
  'EVENT_TYPE_ACTIVITY_TASK_COMPLETED',
  'EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED',
]);

/** A function that returns nothing: Go's has no result, TypeScript's has `undefined`, which is a payload. */
const withResult = (attributes: Json): Json => ({ ...attributes, result: attributes['result'] ?? UNDEFINED });

/** The list of versions: Go has the newest first, TypeScript's core sorts. */
function sortChangeVersions(event: Event): Event {
  const versions = changeVersionsOf(event);
  if (!versions) return event;
  const payload = { metadata: { encoding: btoa('json/plain'), type: btoa('KeywordList') }, data: btoa(JSON.stringify(versions.sort())) };
  return withAttributes(event, { ...attributesOf(event), searchAttributes: { indexedFields: { TemporalChangeVersion: payload } } });
}
