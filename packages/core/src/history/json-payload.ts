/** Payloads in protobuf's JSON, where all bytes are base64. */
import { fromBase64, toBase64 } from '../common/encoding.ts';
import type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
import { payloadToWire, wireToPayload } from '../common/wire.ts';
import { type Codec, HistoryFormatError, isJsonObject, listOf, mapOf, wrapped } from './json-codec.ts';

export const payload: Codec<WirePayload> = {
  write(wire) {
    const { metadata, data } = wireToPayload(wire);
    const json = { metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, bytes]) => [key, toBase64(bytes)])) };
    return data ? { ...json, data: toBase64(data) } : json;
  },
  read(json, path) {
    if (!isJsonObject(json) || !isJsonObject(json['metadata'])) throw new HistoryFormatError(path, 'a payload with "metadata" belongs here');
    const { metadata, data } = json;
    const entries = Object.entries(metadata as Record<string, unknown>).map(([key, value]) => [key, bytesOf(value, `${path}.metadata.${key}`)] as const);
    const bytes = { metadata: Object.fromEntries(entries) };
    const wire = payloadToWire(data === undefined || data === null ? bytes : { ...bytes, data: bytesOf(data, `${path}.data`) });
    if (data === null && wire.encoding !== 'binary/null') throw new HistoryFormatError(`${path}.data`, 'base64 belongs here, found null');
    return wire;
  },
};

export const payloads: Codec<WirePayloads> = wrapped('payloads', listOf(payload), []);
export const header: Codec<PayloadMap> = wrapped('fields', mapOf(payload), {});
export const memo: Codec<PayloadMap> = header;
export const searchAttributes: Codec<PayloadMap> = wrapped('indexedFields', mapOf(payload), {});

/** Reads the url-safe alphabet and missing padding too, as protobuf's readers must. */
function bytesOf(json: unknown, path: string): Uint8Array {
  try {
    if (typeof json === 'string') return fromBase64(json);
  } catch {
    // not base64: said below, with its place
  }
  throw new HistoryFormatError(path, `base64 belongs here, found ${JSON.stringify(json)?.slice(0, 40)}`);
}
