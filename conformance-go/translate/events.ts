/** Events that Go writes and TypeScript does not. */
import { attributesOf, type Event, isJson, type Json, withAttributes } from './event.ts';

/** A timer that is cancelled in the task that made it: Go writes both events, TypeScript's core takes the command back. */
export function dropCancelledAtOnce(events: readonly Event[]): readonly Event[] {
  const dropped = new Set<string>();
  for (const event of events) {
    if (event['eventType'] !== 'EVENT_TYPE_TIMER_CANCELED') continue;
    const { startedEventId, workflowTaskCompletedEventId } = attributesOf(event);
    const started = events.find(({ eventId }) => eventId === startedEventId);
    if (!started || attributesOf(started)['workflowTaskCompletedEventId'] !== workflowTaskCompletedEventId) continue;
    dropped.add(String(startedEventId)).add(String(event['eventId']));
  }
  return dropped.size === 0 ? events : renumber(events.filter(({ eventId }) => !dropped.has(String(eventId))));
}

/** Counts the events from 1 again, and what refers to them. */
function renumber(events: readonly Event[]): Event[] {
  const ids = new Map(events.map(({ eventId }, i) => [String(eventId), String(i + 1)]));
  return events.map((event) => {
    const eventId = String(event['eventId']);
    const attributes = withReferences(attributesOf(event), ids);
    if (attributes['timerId'] === eventId) attributes['timerId'] = ids.get(eventId);
    if (attributes['activityId'] === eventId) attributes['activityId'] = ids.get(eventId);
    return { ...withAttributes(event, attributes), eventId: ids.get(eventId) };
  });
}

function withReferences(value: Json, ids: ReadonlyMap<string, string>): Json {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key.endsWith('EventId')) return [key, ids.get(String(item)) ?? item];
      return [key, isJson(item) ? withReferences(item, ids) : item];
    }),
  );
}
