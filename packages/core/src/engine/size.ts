/** How large an event is, about: what `historySizeBytes` adds up. Near to the bytes of its JSON, without writing it. */
import type { HistoryEvent } from '../history/events.ts';
import type { RunState } from './run-state.ts';

/** The names of the event's own fields. */
const ENVELOPE = 64;

export const sizeOf = (event: Pick<HistoryEvent, 'attributes'>): number => ENVELOPE + sizeOfValue(event.attributes);

/** @returns about the bytes of the JSON of a value */
export function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return sizeOfList(value);
  let size = 2;
  for (const key in value) size += key.length + 4 + sizeOfValue((value as Record<string, unknown>)[key]);
  return size;
}

/** Each place counts as the name of a property. */
function sizeOfList(list: readonly unknown[]): number {
  let size = 2;
  for (let index = 0, digits = 1, next = 10; index < list.length; index++) {
    if (index === next) {
      digits++;
      next *= 10;
    }
    size += digits + 4 + sizeOfValue(list[index]);
  }
  return size;
}

/** What a run has under way: all that is kept of it besides its history. */
export function sizeOfState({ activities, timers, children, updates, held, memo, searchAttributes, requestIds }: RunState): number {
  let size = sizeOfValue(held) + sizeOfValue(memo) + sizeOfValue(searchAttributes);
  for (const collection of [activities, timers, children, updates]) for (const item of collection.values()) size += sizeOfValue(item);
  for (const requestId of requestIds.keys()) size += sizeOfValue(requestId);
  return size;
}
