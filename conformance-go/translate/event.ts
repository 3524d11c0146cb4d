/** Temporal's history JSON, as far as the rules look into it. */
export type Json = Record<string, unknown>;
export type Event = Readonly<Json>;

export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** "timerStartedEventAttributes" and the like. */
const attributesKey = (event: Event): string => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? 'noEventAttributes';
export const attributesOf = (event: Event): Json => (event[attributesKey(event)] ?? {}) as Json;
export const withAttributes = (event: Event, attributes: Json): Event => ({ ...event, [attributesKey(event)]: attributes });

/** What TypeScript writes for `undefined`. */
export const UNDEFINED: Json = { payloads: [{ metadata: { encoding: btoa('binary/null') } }] };

/** The versions that an event of `TemporalChangeVersion` lists. */
export function changeVersionsOf(event: Event | undefined): string[] | undefined {
  const { searchAttributes } = event ? attributesOf(event) : {};
  const list = (searchAttributes as { indexedFields?: Record<string, { data: string }> } | undefined)?.indexedFields?.['TemporalChangeVersion'];
  return list && (JSON.parse(atob(list.data)) as string[]);
}
