/** The codec of Go's SDK that is called zlib: a payload in protobuf's binary form, compressed, as the data of another. */
import type { Payload, PayloadCodec } from '@perdure/core/common';

const ENCODING = 'binary/zlib';
const text = (data: Uint8Array | null | undefined): string => new TextDecoder().decode(data ?? new Uint8Array());

export const zlibCodec: PayloadCodec = {
  encode(payloads) {
    return Promise.all(
      payloads.map(async (payload) => ({
        metadata: { encoding: new TextEncoder().encode(ENCODING) },
        data: await through(new CompressionStream('deflate'), writePayload(payload)),
      })),
    );
  },
  decode(payloads) {
    return Promise.all(
      payloads.map(async (payload) => {
        if (text(payload.metadata?.['encoding']) !== ENCODING) return payload;
        return readPayload(await through(new DecompressionStream('deflate'), payload.data ?? new Uint8Array()));
      }),
    );
  },
};

async function through(stream: CompressionStream | DecompressionStream, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([data as BlobPart]).stream().pipeThrough(stream)).arrayBuffer());
}

/** `map<string, bytes> metadata = 1; bytes data = 2;` */
function writePayload({ metadata, data }: Payload): Uint8Array {
  const entries = Object.entries(metadata ?? {}).map(([key, value]) => field(1, concat(field(1, new TextEncoder().encode(key)), field(2, value))));
  return concat(...entries, ...(data ? [field(2, data)] : []));
}

function readPayload(message: Uint8Array): Payload {
  const metadata: Record<string, Uint8Array> = {};
  let data: Uint8Array | undefined;
  for (const [number, value] of fields(message)) {
    if (number === 2) data = value;
    if (number !== 1) continue;
    const entry = new Map(fields(value));
    metadata[text(entry.get(1))] = entry.get(2) ?? new Uint8Array();
  }
  return data ? { metadata, data } : { metadata };
}

/** A field of bytes, with its number and length before it. */
const field = (number: number, value: Uint8Array): Uint8Array => concat(varint((number << 3) | 2), varint(value.length), value);

function* fields(message: Uint8Array): Generator<[number: number, value: Uint8Array]> {
  for (let at = 0; at < message.length; ) {
    const [tag, afterTag] = readVarint(message, at);
    if ((tag & 7) !== 2) throw new TypeError(`A payload's message has fields of bytes alone; found wire type ${tag & 7}`);
    const [length, from] = readVarint(message, afterTag);
    yield [tag >> 3, message.slice(from, from + length)];
    at = from + length;
  }
}

function varint(value: number): Uint8Array {
  const written: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...written, rest]);
    written.push((rest & 0x7f) | 0x80);
  }
}

function readVarint(message: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = message[at];
    if (byte === undefined) throw new TypeError('A payload ends within a number');
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at + 1];
  }
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
