/** Between values, `Payload`s of converters, and the `WirePayload`s that travel. With the default converter JSON goes straight from value to text. */
import { decode, decodeExactly, encode, fromBase64, toBase64 } from './encoding.ts';
import type { PayloadMap, WirePayload, WirePayloads } from './payload.ts';
import {
  checkPayload,
  DefaultPayloadConverter,
  ENCODING_BINARY,
  ENCODING_JSON,
  ENCODING_NULL,
  fromJson,
  isBytes,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadConverter,
  RawValue,
  refuseValue,
  type SerializationContext,
  toJson,
} from './payload-converter.ts';

const UNDEFINED: WirePayload = { encoding: ENCODING_NULL };

/** @throws {ValueError} for what the converter cannot convert: bigint, circular, function, symbol with the default one */
export function toWire(converter: PayloadConverter, value: unknown, context?: SerializationContext): WirePayload {
  if (!isDefault(converter)) return payloadToWire(checkPayload(converter.toPayload(value, context) ?? refuseValue(value)));
  if (value === undefined) return UNDEFINED;
  if (value instanceof RawValue) return payloadToWire(value.payload);
  if (isBytes(value)) return { encoding: ENCODING_BINARY, data: toBase64(value), base64: true };
  return { encoding: ENCODING_JSON, data: toJson(value).text ?? refuseValue(value) };
}

/** @throws {ValueError} for an encoding that the converter does not know, and for data that is not of its encoding */
export function fromWire(converter: PayloadConverter, wire: WirePayload, context?: SerializationContext): unknown {
  if (isDefault(converter)) {
    if (wire.encoding === ENCODING_JSON && wire.data !== undefined && !wire.base64) return fromJson(wire.data);
    if (wire.encoding === ENCODING_NULL) return undefined;
  }
  return converter.fromPayload(wireToPayload(wire), context);
}

export const toWireList = (converter: PayloadConverter, values: readonly unknown[], context?: SerializationContext): WirePayloads =>
  values.map((value) => toWire(converter, value, context));

/** An absent list is an empty one. */
export const fromWireList = (converter: PayloadConverter, wires: WirePayloads | undefined, context?: SerializationContext): unknown[] =>
  wires === undefined ? [] : wires.map((wire) => fromWire(converter, wire, context));

export const toWireMap = (converter: PayloadConverter, values: Readonly<Record<string, unknown>>, context?: SerializationContext): PayloadMap =>
  mapValues(values, (value) => toWire(converter, value, context));

/** An absent map is an empty one. */
export const fromWireMap = (converter: PayloadConverter, wires: PayloadMap | undefined, context?: SerializationContext): Record<string, unknown> =>
  mapValues(wires ?? {}, (wire) => fromWire(converter, wire, context));

/** A payload whose metadata names no encoding has the empty one on the wire. */
export function payloadToWire(payload: Payload): WirePayload {
  const { [METADATA_ENCODING_KEY]: encodingBytes, ...others } = payload.metadata ?? {};
  const encoding = encodingBytes ? decode(encodingBytes) : '';
  const metadata: [key: string, text: string][] = [];
  const binaryMetadata: [key: string, base64: string][] = [];
  for (const [key, bytes] of Object.entries(others)) {
    const text = decodeExactly(bytes);
    if (text === undefined) binaryMetadata.push([key, toBase64(bytes)]);
    else metadata.push([key, text]);
  }
  return {
    encoding,
    ...(payload.data ? dataToWire(encoding, payload.data) : undefined),
    ...(metadata.length > 0 ? { metadata: Object.fromEntries(metadata) } : undefined),
    ...(binaryMetadata.length > 0 ? { binaryMetadata: Object.fromEntries(binaryMetadata) } : undefined),
  };
}

export function wireToPayload(wire: WirePayload): Payload {
  const entries: [key: string, bytes: Uint8Array][] = wire.encoding === '' ? [] : [[METADATA_ENCODING_KEY, encode(wire.encoding)]];
  for (const [key, text] of Object.entries(wire.metadata ?? {})) entries.push([key, encode(text)]);
  for (const [key, base64] of Object.entries(wire.binaryMetadata ?? {})) entries.push([key, fromBase64(base64)]);
  const metadata = Object.fromEntries(entries); // which defines: an assignment to `__proto__` would do something else
  if (wire.data === undefined) return { metadata };
  return { metadata, data: wire.base64 ? fromBase64(wire.data) : encode(wire.data) };
}

/** JSON stays text; other encodings are bytes even where they happen to be UTF-8, so that the form follows from the encoding. */
function dataToWire(encoding: string, data: Uint8Array): Pick<WirePayload, 'data' | 'base64'> {
  const text = encoding.startsWith('json/') ? decodeExactly(data) : undefined;
  return text === undefined ? { data: toBase64(data), base64: true } : { data: text };
}

/** Not a subclass: that may have its own ideas of JSON. */
const isDefault = (converter: PayloadConverter): boolean => converter.constructor === DefaultPayloadConverter;

function mapValues<A, B>(map: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
