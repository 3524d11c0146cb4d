import protobuf from 'protobufjs';
import * as protojson from 'protobufjs/ext/protojson.js';
import { Reader, Writer } from 'protobufjs/minimal.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decode, encode } from '../common/encoding.ts';
import { PayloadConverterError, ValueError } from '../common/errors.ts';
import type { Payload } from '../common/payload-converter.ts';
import { TestWorkflowEnvironment } from '../testing/environment.ts';
import { DefaultPayloadConverterWithProtobufs, ProtobufBinaryPayloadConverter, ProtobufJsonPayloadConverter } from './protobuf-converters.ts';

const { root } = protobuf.parse(
  'syntax = "proto3"; package shop; message Order { string id = 1; int64 cents = 2; bytes key = 3; State state = 4; enum State { OPEN = 0; PAID = 1; } }',
);
const Order = root.lookupType('shop.Order');
const order = Order.create({ id: 'o', cents: 5, key: new Uint8Array([1]), state: 1 });

/** As `pbjs -t static-module` makes them, for one field. */
class Item {
  id = '';
  static encode(message: Item) {
    return Writer.create().uint32(10).string(message.id);
  }
  static decode(bytes: Uint8Array): Item {
    const reader = Reader.create(bytes);
    const message = new Item();
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === 1) message.id = reader.string();
      else reader.skipType(tag & 7);
    }
    return message;
  }
  static toObject({ id }: Item) {
    return { id };
  }
  static fromObject({ id }: { id?: string }): Item {
    return Object.assign(new Item(), { id: String(id) });
  }
  static getTypeUrl = (prefix: string) => `${prefix}/shop.Item`;
}
const item = Object.assign(new Item(), { id: 'i' });
const staticRoot = { shop: { Item } };

const metadataOf = ({ metadata }: Payload) => Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, decode(value)]));
const payload = (encoding: string, messageType: string | undefined, data: Uint8Array | undefined): Payload => ({
  metadata: { encoding: encode(encoding), ...(messageType !== undefined && { messageType: encode(messageType) }) },
  ...(data && { data }),
});

afterEach(() => vi.unstubAllGlobals());

describe('messages', () => {
  test('are read as they were written, in JSON', () => {
    const converter = new ProtobufJsonPayloadConverter(root);
    const written = converter.toPayload(order) as Payload;
    expect(metadataOf(written)).toEqual({ encoding: 'json/protobuf', messageType: 'shop.Order' });
    expect(JSON.parse(decode(written.data as Uint8Array))).toEqual({ id: 'o', cents: '5', key: 'AQ==', state: 'PAID' });
    expect(Order.toObject(converter.fromPayload(written), { longs: Number })).toMatchObject({ id: 'o', cents: 5, state: 1 });
  });

  test('are read as they were written, in binary', () => {
    const converter = new ProtobufBinaryPayloadConverter(root);
    const written = converter.toPayload(order) as Payload;
    expect(metadataOf(written)).toEqual({ encoding: 'binary/protobuf', messageType: 'shop.Order' });
    expect(Array.from(written.data as Uint8Array)).toEqual([10, 1, 111, 16, 5, 26, 1, 1, 32, 1]);
    expect(Order.toObject(converter.fromPayload(written), { longs: Number })).toMatchObject({ id: 'o', cents: 5, state: 1 });
  });

  test.each([ProtobufJsonPayloadConverter, ProtobufBinaryPayloadConverter])('of static code need no eval (%o)', (Converter) => {
    vi.stubGlobal('Function', () => {
      throw new EvalError('the page forbids it');
    });
    const converter = new Converter(staticRoot);
    const written = converter.toPayload(item) as Payload;
    expect(metadataOf(written)).toMatchObject({ messageType: 'shop.Item' });
    expect(converter.fromPayload(written)).toEqual(item);
  });

  test('are told from other values', () => {
    for (const value of [undefined, null, 1, 'text', {}, [], new Date(), Object.create(null)])
      expect(new ProtobufJsonPayloadConverter(root).toPayload(value)).toBeUndefined();
  });
});

describe('ProtoJSON', () => {
  const { root } = protobuf.parse(`syntax = "proto3"; package shop;
    import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto"; import "google/protobuf/struct.proto";
    import "google/protobuf/wrappers.proto"; import "google/protobuf/field_mask.proto"; import "google/protobuf/any.proto";
    message Visit { google.protobuf.Timestamp at = 1; google.protobuf.Duration took = 2; google.protobuf.Struct more = 3; google.protobuf.Int64Value count = 4;
      google.protobuf.FieldMask mask = 5; string some_name = 6; }`);
  const common = protobuf.common as unknown as { get(file: string): { nested: Record<string, unknown> } };
  for (const file of ['timestamp', 'duration', 'struct', 'wrappers', 'field_mask', 'any']) {
    const { nested } = common.get(`google/protobuf/${file}.proto`) ?? { nested: {} };
    root.addJSON(nested as never);
  }
  root.resolveAll();
  const Visit = root.lookupType('shop.Visit');
  const visit = Visit.fromObject({
    at: { seconds: 1, nanos: 500_000_000 },
    took: { seconds: 90 },
    more: { fields: { a: { numberValue: 1 }, b: { listValue: { values: [{ boolValue: true }, { nullValue: 0 }] } } } },
    count: { value: 5 },
    mask: { paths: ['some_name', 'count'] },
    someName: 'x',
  });
  const converter = new ProtobufJsonPayloadConverter(root, protojson);

  // The text is that of `toJsonString` of Temporal's SDKs: each of these types in the form that ProtoJSON gives it.
  test('the types with a form of their own are written in it and read back', () => {
    const written = converter.toPayload(visit) as Payload;
    expect(JSON.parse(decode(written.data as Uint8Array))).toEqual({
      at: '1970-01-01T00:00:01.500Z',
      took: '90s',
      more: { a: 1, b: [true, null] },
      count: '5',
      mask: 'someName,count',
      someName: 'x',
    });
    expect(Visit.encode(converter.fromPayload(written)).finish()).toEqual(Visit.encode(visit).finish());
  });

  test('such a type alone is text, and is read back', () => {
    const Timestamp = root.lookupType('google.protobuf.Timestamp');
    const written = converter.toPayload(Timestamp.create({ seconds: 1 })) as Payload;
    expect(decode(written.data as Uint8Array)).toBe('"1970-01-01T00:00:01Z"');
    expect(Timestamp.toObject(converter.fromPayload(written), { longs: Number })).toMatchObject({ seconds: 1 });
  });

  test('fields that this version does not know are passed over, and a wrong form is refused', () => {
    const read = (json: object) => converter.fromPayload(payload('json/protobuf', 'shop.Visit', encode(JSON.stringify(json))));
    expect(read({ someName: 'x', later: 1 })).toEqual(Visit.create({ someName: 'x' }));
    expect(() => read({ at: 'yesterday' })).toThrow(ValueError);
  });
});

describe('the default converter with protobufs', () => {
  const converter = new DefaultPayloadConverterWithProtobufs({ protobufRoot: root });

  test.each([
    [undefined, 'binary/null'],
    [new Uint8Array([1]), 'binary/plain'],
    [order, 'json/protobuf'],
    [{ plain: true }, 'json/plain'],
  ])('takes %j as %s', (value, encoding) => {
    expect(metadataOf(converter.toPayload(value))['encoding']).toBe(encoding);
  });

  test('reads a message in binary', () => {
    const written = new ProtobufBinaryPayloadConverter().toPayload(order) as Payload;
    expect(converter.fromPayload(written)).toBeInstanceOf(Order.ctor);
  });

  test('carries messages through client, workflow and activity', async () => {
    const environment = await TestWorkflowEnvironment.createTimeSkipping({
      dataConverter: { payloadConverter: new DefaultPayloadConverterWithProtobufs({ protobufRoot: staticRoot }) },
    });
    const worker = await environment.createWorker({
      taskQueue: 'q',
      workflows: { gives: async (given: Item) => (given instanceof Item ? given : 'no message') },
    });
    const result = await worker.runUntil(() => environment.client.workflow.execute('gives', { workflowId: 'w', taskQueue: 'q', args: [item] } as never));
    expect(result).toEqual(item);
    expect(result).toBeInstanceOf(Item);
    await environment.teardown();
  });
});

describe('what cannot be read is refused in words', () => {
  const json = new ProtobufJsonPayloadConverter(root);
  const binary = new ProtobufBinaryPayloadConverter(root);
  test.each<[string, () => unknown, string]>([
    ['no data', () => json.fromPayload(payload('json/protobuf', 'shop.Order', undefined)), 'Got payload with no data'],
    ['no type', () => json.fromPayload(payload('json/protobuf', undefined, encode('{}'))), 'without metadata.messageType'],
    [
      'an unknown type',
      () => json.fromPayload(payload('json/protobuf', 'shop.Other', encode('{}'))),
      "type 'shop.Other', which the protobufRoot of the payload converter does not have",
    ],
    ['a name of every object', () => json.fromPayload(payload('json/protobuf', 'constructor', encode('{}'))), "type 'constructor', which the protobufRoot"],
    ['a namespace', () => json.fromPayload(payload('json/protobuf', 'shop', encode('{}'))), "type 'shop', which the protobufRoot"],
    ['text that is no JSON', () => json.fromPayload(payload('json/protobuf', 'shop.Order', encode('{'))), 'encoding json/protobuf: its data is no shop.Order'],
    ['JSON that is no object', () => json.fromPayload(payload('json/protobuf', 'shop.Order', encode('[]'))), 'its data is no shop.Order'],
    [
      'bytes that end too early',
      () => binary.fromPayload(payload('binary/protobuf', 'shop.Order', Uint8Array.of(10, 9, 1))),
      'encoding binary/protobuf: its data is no shop.Order',
    ],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(ValueError);
    expect(read).toThrow(message);
  });

  test('a root that is missing, or none, and a class that does not tell its name', () => {
    const unnamed = Object.assign(class Unnamed {}, { encode() {}, decode() {}, toObject() {}, fromObject() {} });
    expect(() => new ProtobufJsonPayloadConverter().fromPayload(payload('json/protobuf', 'shop.Order', encode('{}')))).toThrow(PayloadConverterError);
    expect(() => new ProtobufJsonPayloadConverter('root' as never)).toThrow(
      'protobufRoot must be the module of static code, or a Root of protobufjs; got string',
    );
    expect(() => json.toPayload(new unnamed())).toThrow('The protobuf message Unnamed does not tell its type; make its code with pbjs, without --no-typeurl');
  });
});
