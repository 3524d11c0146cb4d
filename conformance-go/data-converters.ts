/** The data converters of the scenarios about converters, by the name that a scenario gives. Loaded by worker and sandbox alike. */
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  type DataConverter,
  JsonPayloadConverter,
  type Payload,
  type PayloadCodec,
  type PayloadConverterWithEncoding,
  UndefinedPayloadConverter,
} from '@perdure/core/common';
import { Point } from './point.ts';
import { WorkflowExecution } from './workflow-execution.ts';
import { zlibCodec } from './zlib-codec.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array | null | undefined): string => new TextDecoder().decode(data ?? new Uint8Array());

/** Writes a point as "x;y". */
class PointConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'text/point';

  toPayload(value: unknown): Payload | undefined {
    return value instanceof Point ? { metadata: { encoding: bytes(this.encodingType) }, data: bytes(`${value.X};${value.Y}`) } : undefined;
  }
  fromPayload<T>({ data }: Payload): T {
    const [x, y] = text(data).split(';').map(Number);
    if (x === undefined || y === undefined) throw new TypeError(`"${text(data)}" is no point; a point is written as "x;y"`);
    return new Point(x, y) as T;
  }
}

/** Writes any value as its JSON, back to front. */
class ReversedConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'text/reversed';
  readonly #json = new JsonPayloadConverter();

  toPayload(value: unknown): Payload | undefined {
    const inner = this.#json.toPayload(value ?? null);
    return inner && { metadata: { encoding: bytes(this.encodingType) }, data: bytes(reverse(text(inner.data))) };
  }
  fromPayload<T>({ data }: Payload): T {
    return this.#json.fromPayload<T>({ data: bytes(reverse(text(data))) });
  }
}

const reverse = (given: string): string => [...given].reverse().join('');

/** Writes one type of protobuf's as protobuf's JSON. */
class ExecutionConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'json/protobuf';

  toPayload(value: unknown): Payload | undefined {
    if (!(value instanceof WorkflowExecution)) return undefined;
    const metadata = { encoding: bytes(this.encodingType), messageType: bytes(WorkflowExecution.messageType) };
    return { metadata, data: bytes(JSON.stringify(value)) };
  }
  fromPayload<T>({ data }: Payload): T {
    return new WorkflowExecution(JSON.parse(text(data))) as T;
  }
}

/** Keeps a payload's encoding under another key and its data as hexadecimal text. */
const hexCodec: PayloadCodec = {
  async encode(payloads) {
    return payloads.map(({ metadata, data }) => ({
      metadata: { encoding: bytes('text/hex'), 'inner-encoding': metadata?.['encoding'] ?? bytes('') },
      data: bytes([...(data ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join('')),
    }));
  },
  async decode(payloads) {
    return payloads.map((payload) => {
      const { metadata, data } = payload;
      if (text(metadata?.['encoding']) !== 'text/hex') return payload;
      const pairs = text(data).match(/../g) ?? [];
      return { metadata: { encoding: metadata?.['inner-encoding'] ?? bytes('') }, data: Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) };
    });
  },
};

const converter = (...converters: PayloadConverterWithEncoding[]): DataConverter => ({ payloadConverter: new CompositePayloadConverter(...converters) });

export const dataConverters: Readonly<Record<string, DataConverter>> = {
  composite: converter(new UndefinedPayloadConverter(), new BinaryPayloadConverter(), new PointConverter(), new JsonPayloadConverter()),
  replaced: converter(new ReversedConverter()),
  protobuf: converter(new UndefinedPayloadConverter(), new BinaryPayloadConverter(), new ExecutionConverter(), new JsonPayloadConverter()),
  codec: { payloadCodecs: [hexCodec] },
  zlib: { payloadCodecs: [zlibCodec] },
};
