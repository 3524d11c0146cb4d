/** Markers: those of side effects are the same, the others are those of TypeScript's core. */
import { attributesOf, changeVersionsOf, type Event, isJson, type Json, UNDEFINED } from './event.ts';
import { translateFailure } from './failures.ts';
import type { Ids } from './ids.ts';

const payloads = (value: unknown): Json => ({ payloads: [{ metadata: { encoding: btoa('json/plain') }, data: btoa(JSON.stringify(value)) }] });

/** @param next the event after the marker */
export function translateMarker(event: Event, next: Event | undefined, ids: Ids): Json {
  const attributes = attributesOf(event);
  switch (attributes['markerName']) {
    case 'Version':
      return patchMarker(attributes, next);
    case 'LocalActivity':
      return localActivityMarker(event, attributes, ids);
    default:
      return attributes;
  }
}

/**
 * `GetVersion(id, min, max)` gives a number, `patched(id)` says yes or no: a port asks for a patch of each version, "ID-VERSION", which is also
 * how both SDKs list it: Go the newest first, right after the marker. The marker of a patch is plain JSON, whatever the data converter.
 */
function patchMarker(attributes: Json, next: Event | undefined): Json {
  const [id] = changeVersionsOf(next) ?? [];
  if (id === undefined) throw new TypeError('after a marker of a version comes the list of all versions; it does not in this recording');
  return { ...attributes, markerName: 'core_patch', details: { 'patch-data': payloads({ id, deprecated: false }) } };
}

/** `Backoff` is in nanoseconds, and -1 on the marker of the last failure. */
function localActivityMarker(event: Event, attributes: Json, ids: Ids): Json {
  const details = attributes['details'] as Record<string, { payloads: Json[] }>;
  const { ActivityType, Attempt, Backoff } = readJson(details['data']) as { ActivityType: string; Attempt: number; Backoff: number };
  const seq = ids.local(String(event['eventId']));
  const data = {
    seq,
    attempt: Attempt,
    activity_id: String(seq),
    activity_type: ActivityType,
    complete_time: { seconds: 1, nanos: 0 },
    backoff: Backoff > 0 ? { seconds: Math.floor(Backoff / 1e9), nanos: Backoff % 1e9 } : null,
    original_schedule_time: { seconds: 1, nanos: 0 },
  };
  const failure = attributes['failure'];
  if (isJson(failure)) return { ...attributes, markerName: 'core_local_activity', details: { data: payloads(data) }, failure: translateFailure(failure, ids) };
  return { ...attributes, markerName: 'core_local_activity', details: { data: payloads(data), result: details['result'] ?? UNDEFINED } };
}

const readJson = (detail: { payloads: Json[] } | undefined): unknown => JSON.parse(atob(String(detail?.payloads[0]?.['data'])));
