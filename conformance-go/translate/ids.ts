/**
 * Ids that the SDK gives. Go takes the id of the event that a command becomes; TypeScript counts each kind from "1", local activities
 * with the others. An id that the code gave stays.
 */
import { attributesOf, type Event } from './event.ts';

export interface Ids {
  activity(id: string): string;
  timer(id: string): string;
  /** The number of the local activity whose marker has this event id. */
  local(eventId: string): number;
}

export function counterIds(events: readonly Event[]): Ids {
  const activities = new Map<string, string>();
  const timers = new Map<string, string>();
  const locals = new Map<string, number>();
  let activityCount = 0;
  for (const event of events) {
    const { activityId, timerId, markerName } = attributesOf(event);
    const eventId = String(event['eventId']);
    const type = event['eventType'];
    if (type === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED') {
      activityCount++;
      if (activityId === eventId) activities.set(eventId, String(activityCount));
    } else if (markerName === 'LocalActivity') {
      locals.set(eventId, ++activityCount);
    } else if (type === 'EVENT_TYPE_TIMER_STARTED' && timerId === eventId) timers.set(eventId, String(timers.size + 1));
  }
  return {
    activity: (id) => activities.get(id) ?? id,
    timer: (id) => timers.get(id) ?? id,
    local: (eventId) => locals.get(eventId) ?? 0,
  };
}
