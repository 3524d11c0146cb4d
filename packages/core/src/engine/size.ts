/** How large an event is, about: what `historySizeBytes` adds up. Near to the bytes of its JSON, without writing it. */
import type { HistoryEvent } from '../history/events.ts';

/** The names of the event's own fields. */
const ENVELOPE = 64;

export const sizeOf = (event: Pick<HistoryEvent, 'attributes'>): number => ENVELOPE + sizeOfValue(event.attributes);

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  for (const key in value) size += key.length + 4 + sizeOfValue((value as Record<string, unknown>)[key]);
  return size;
}
