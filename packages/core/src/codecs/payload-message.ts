/**
 * A whole payload as bytes: Temporal's protobuf message `Payload`, which its codecs put inside the payloads that they make. By hand, because it has
 * two fields.
 *
 * @see https://github.com/temporalio/api/blob/master/temporal/api/common/v1/message.proto
 */
import { decode, encode } from '../common/encoding.ts';
import type { Payload } from '../common/payload-converter.ts';

/** Field number and wire type: metadata is field 1, data field 2; a map's entry has its key in field 1, its value in field 2. All are bytes. */
const FIRST = 0x0a;
const SECOND = 0x12;

/** Bytes that are no such message. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

export function payloadToBytes({ metadata, data }: Payload): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(metadata ?? {}).map(([key, value]) => field(FIRST, join([field(FIRST, encode(key)), field(SECOND, value)])));
  return join(data ? [...entries, field(SECOND, data)] : entries);
}

/** @throws {MalformedMessageError} if the bytes end too early or are of another form */
export function payloadFromBytes(bytes: Uint8Array): Payload {
  const metadata: [key: string, value: Uint8Array][] = [];
  let data: Uint8Array | undefined;
  for (const [tag, value] of fieldsOf(bytes)) {
    if (tag === FIRST) metadata.push(entryFromBytes(value));
    else if (tag === SECOND) data = value;
  }
  const payload = { metadata: Object.fromEntries(metadata) }; // which defines: an assignment to `__proto__` would do something else
  return data ? { ...payload, data } : payload;
}

function entryFromBytes(bytes: Uint8Array): [key: string, value: Uint8Array] {
  let key = '';
  let value: Uint8Array = new Uint8Array();
  for (const [tag, part] of fieldsOf(bytes)) {
    if (tag === FIRST) key = decode(part);
    else if (tag === SECOND) value = part;
  }
  return [key, value];
}

function field(tag: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return join([Uint8Array.of(tag), varint(value.length), value]);
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
  bytes.push(value);
  return Uint8Array.from(bytes);
}

/** Each field that holds bytes; others, of a newer message, are passed over. */
function* fieldsOf(bytes: Uint8Array): Generator<readonly [tag: number, value: Uint8Array]> {
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const value = reader.value(tag % 8);
    if (value) yield [tag, value];
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 0x80) {
      const [byte] = this.#take(1) as unknown as [number];
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessageError(`a number of more than 64 bits ends at byte ${this.#at}`);
  }

  /** @returns the bytes of a field that holds bytes */
  value(wireType: number): Uint8Array | undefined {
    if (wireType === 2) return this.#take(this.varint());
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 5) this.#take(4);
    else throw new MalformedMessageError(`wire type ${wireType} at byte ${this.#at} is not one of protobuf's`);
    return undefined;
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length)
      throw new MalformedMessageError(`${count} bytes are announced at byte ${this.#at}, of which ${this.#bytes.length - this.#at} are there`);
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** One after the other, as one. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
