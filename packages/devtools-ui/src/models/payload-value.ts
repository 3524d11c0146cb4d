/** Payloads and attributes as values that people read: JSON is parsed, durations and moments are said in words. Values from outside stay data. */
import type { WirePayload } from '@perdure/core/common';
import { formatBytes, formatDuration } from './duration.ts';

/** What a payload holds. `unread` is shown as text: it is no JSON, or could not be decoded. */
export type PayloadValue = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'unread'; readonly text: string };

export function payloadValue({ encoding, data, base64 }: WirePayload): PayloadValue {
  if (encoding === 'binary/null') return { kind: 'json', value: undefined };
  if (data === undefined) return { kind: 'unread', text: encoding };
  if (base64) return { kind: 'unread', text: `${encoding}, ${formatBytes(Math.floor((data.length * 3) / 4))}` };
  if (!encoding.startsWith('json/')) return { kind: 'unread', text: data };
  try {
    return { kind: 'json', value: JSON.parse(data) };
  } catch {
    return { kind: 'unread', text: data }; // it says that it is JSON and is not: shown as it is
  }
}

/** A text that stands for something that is no JSON: shown without quotes. */
export class Unquoted {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type ShowPayload = (payload: WirePayload) => PayloadValue;

const asValue = (shown: PayloadValue): unknown => (shown.kind === 'json' ? shown.value : new Unquoted(shown.text));

export function isPayload(value: unknown): value is WirePayload {
  if (typeof value !== 'object' || value === null) return false;
  const { encoding, data } = value as Partial<WirePayload>;
  return typeof encoding === 'string' && (data === undefined || typeof data === 'string');
}

const DURATIONS = /(Timeout|Interval|Backoff|Delay)$/;
const MOMENTS = /(Time|retention)$/;

/** An event's attributes, or a failure, with each payload as its value and numbers of milliseconds in words. */
export function readable(value: unknown, show: ShowPayload, name = ''): unknown {
  if (isPayload(value)) return asValue(show(value));
  if (Array.isArray(value)) {
    const items = value.map((item) => readable(item, show));
    // Arguments and results are lists by nature; a single one is what people mean.
    return items.length === 1 && isPayload(value[0]) && name !== 'args' && name !== 'input' ? items[0] : items;
  }
  if (typeof value === 'number' && DURATIONS.test(name)) return new Unquoted(`${formatDuration(value)} (${value} ms)`);
  if (typeof value === 'number' && MOMENTS.test(name) && value > 1e11) return new Unquoted(new Date(value).toISOString());
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readable(each, show, key)]));
}

/** The same thing with every payload in it replaced. */
export function mapPayloads<T>(value: T, change: (payload: WirePayload) => WirePayload): T {
  if (isPayload(value)) return change(value) as T & WirePayload;
  if (Array.isArray(value)) return value.map((item) => mapPayloads(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapPayloads(each, change)])) as T;
}

/** All payloads in it. */
export function payloadsIn(value: unknown, found: WirePayload[] = []): WirePayload[] {
  if (isPayload(value)) found.push(value);
  else if (Array.isArray(value)) for (const item of value) payloadsIn(item, found);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) payloadsIn(each, found);
  return found;
}
