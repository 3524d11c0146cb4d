import { describe, expect, test } from 'vitest';
import { encode } from './encoding.ts';
import { PayloadConverterError, ValueError } from './errors.ts';
import type { WirePayload } from './payload.ts';
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  DefaultPayloadConverter,
  defaultPayloadConverter,
  JsonPayloadConverter,
  type Payload,
  RawValue,
  UndefinedPayloadConverter,
} from './payload-converter.ts';
import { fromWire, fromWireList, fromWireMap, payloadToWire, toWire, toWireList, toWireMap, wireToPayload } from './wire.ts';

/** The same converters, by a way that the quick path does not know. */
const slow = new CompositePayloadConverter(new UndefinedPayloadConverter(), new BinaryPayloadConverter(), new JsonPayloadConverter());

describe.each([
  ['the default converter', defaultPayloadConverter],
  ['a composite of the same', slow],
])('with %s', (_, converter) => {
  test.each<[unknown, WirePayload]>([
    [undefined, { encoding: 'binary/null' }],
    [null, { encoding: 'json/plain', data: 'null' }],
    ['ü 🎈', { encoding: 'json/plain', data: '"ü 🎈"' }],
    ['\ufeffmarked', { encoding: 'json/plain', data: '"\ufeffmarked"' }],
    ['\ud800', { encoding: 'json/plain', data: '"\\ud800"' }],
    [{ a: [1, true] }, { encoding: 'json/plain', data: '{"a":[1,true]}' }],
    [new Uint8Array([255, 0, 1]), { encoding: 'binary/plain', data: '/wAB', base64: true }],
    [new Uint8Array(), { encoding: 'binary/plain', data: '', base64: true }],
  ])('%j travels as it should and comes back', (value, wire) => {
    expect(toWire(converter, value)).toEqual(wire);
    expect(fromWire(converter, wire)).toEqual(value);
  });

  test.each<[string, unknown, string]>([
    ['a bigint', 1n, 'Unable to convert bigint 1 to payload: '],
    ['a function', function work() {}, "Unable to convert function 'work' to payload: a function has no JSON form"],
    ['a symbol', Symbol('s'), 'Unable to convert symbol Symbol(s) to payload: a symbol has no JSON form'],
    ['an object with a bigint', { total: 1n }, 'Unable to convert object to payload: '],
  ])('%s is refused in words', (_, value, message) => {
    expect(() => toWire(converter, value)).toThrow(ValueError);
    expect(() => toWire(converter, value)).toThrow(message);
  });

  test('a circular value is refused, with the reason as cause', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    try {
      toWire(converter, value);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ValueError);
      expect((error as Error).cause).toBeInstanceOf(TypeError);
    }
  });

  test('an unknown encoding and a missing one are refused', () => {
    expect(() => fromWire(converter, { encoding: 'x/y', data: '' })).toThrow(
      'Unknown encoding: x/y; this payload converter reads binary/null, binary/plain, json/plain',
    );
    expect(() => fromWire(converter, { encoding: '' })).toThrow('Missing payload metadata');
  });

  test('data that is no JSON is refused, not passed on', () => {
    expect(() => fromWire(converter, { encoding: 'json/plain', data: '{' })).toThrow(ValueError);
    expect(() => fromWire(converter, { encoding: 'json/plain' })).toThrow('Got payload with no data');
  });

  test('a raw value bypasses the converter', () => {
    const payload: Payload = { metadata: { encoding: encode('my/own') }, data: new Uint8Array([1]) };
    expect(toWire(converter, RawValue.fromPayload(payload))).toEqual({ encoding: 'my/own', data: 'AQ==', base64: true });
    expect(toWire(converter, new RawValue('x'))).toEqual({ encoding: 'json/plain', data: '"x"' });
  });
});

test('a subclass of the default converter is asked, not bypassed', () => {
  class Shouting extends DefaultPayloadConverter {
    override toPayload<T>(value: T): Payload {
      return super.toPayload(String(value).toUpperCase());
    }
  }
  expect(toWire(new Shouting(), 'hi')).toEqual({ encoding: 'json/plain', data: '"HI"' });
});

test('payloads of any shape survive the wire, byte by byte', () => {
  const payloads: Payload[] = [
    { metadata: {} },
    { metadata: { encoding: encode('json/plain'), type: encode('Keyword'), sealed: new Uint8Array([255]) }, data: encode('"x"') },
    { metadata: { encoding: encode('json/plain') }, data: new Uint8Array([0xff, 0xfe]) },
    { metadata: { encoding: encode('json/plain') }, data: encode('\ufeff1') },
    { metadata: { encoding: encode('binary/encrypted') }, data: Uint8Array.from({ length: 9_000 }, (_, i) => i % 256) },
    { metadata: { encoding: encode('binary/plain') }, data: new Uint8Array() },
  ];
  for (const payload of payloads) expect(wireToPayload(structuredClone(payloadToWire(payload)))).toEqual(payload);
});

test('metadata is text where it is UTF-8, and base64 where it is not', () => {
  expect(payloadToWire({ metadata: { encoding: encode('json/plain'), type: encode('Int'), key: new Uint8Array([255]) }, data: encode('1') })).toEqual({
    encoding: 'json/plain',
    data: '1',
    metadata: { type: 'Int' },
    binaryMetadata: { key: '/w==' },
  });
});

test('lists and maps are converted item by item; absent ones are empty', () => {
  const list = toWireList(defaultPayloadConverter, [1, undefined]);
  const map = toWireMap(defaultPayloadConverter, { a: 1, b: undefined });
  expect(fromWireList(defaultPayloadConverter, list)).toEqual([1, undefined]);
  expect(fromWireMap(defaultPayloadConverter, map)).toEqual({ a: 1, b: undefined });
  expect([fromWireList(defaultPayloadConverter, undefined), fromWireMap(defaultPayloadConverter, undefined)]).toEqual([[], {}]);
});

test('converters are told whose payload it is', () => {
  const seen: unknown[] = [];
  const context = { type: 'workflow', namespace: 'n', workflowId: 'w' } as const;
  const spy = {
    toPayload: (value: unknown, given?: unknown) => {
      seen.push(given);
      return defaultPayloadConverter.toPayload(value);
    },
    fromPayload: <T>(payload: Payload, given?: unknown): T => {
      seen.push(given);
      return defaultPayloadConverter.fromPayload(payload);
    },
  };
  fromWireList(spy, toWireList(spy, [1], context), context);
  expect(seen).toEqual([context, context]);
});

describe('a composite is refused', () => {
  const json = new JsonPayloadConverter();
  test.each<[string, unknown[], string]>([
    ['without converters', [], 'Must provide at least one PayloadConverterWithEncoding'],
    ['with two converters of one encoding', [json, new JsonPayloadConverter()], "two converters have the encodingType 'json/plain'"],
    ['with a converter that has no encoding', [{ toPayload() {}, fromPayload() {} }], 'converter 0 has no encodingType'],
    ['with what is no converter', [json, { encodingType: 'x' }], 'converter 1 is no payload converter; it needs the methods toPayload and fromPayload'],
    ['with nothing in a place', [undefined], 'converter 0 is no payload converter'],
  ])('%s', (_, converters, message) => {
    expect(() => new CompositePayloadConverter(...(converters as JsonPayloadConverter[]))).toThrow(PayloadConverterError);
    expect(() => new CompositePayloadConverter(...(converters as JsonPayloadConverter[]))).toThrow(message);
  });
});

test.each<[string, unknown]>([
  ['a text', 'payload'],
  ['text for data', { metadata: { encoding: encode('x') }, data: 'text' }],
  ['text in metadata', { metadata: { encoding: 'x' } }],
])('what a converter returns is refused if it is no payload: %s', (_, made) => {
  const converter = { toPayload: () => made as Payload, fromPayload: () => undefined as never };
  expect(() => toWire(converter, 1)).toThrow(ValueError);
  expect(() => toWire(converter, 1)).toThrow('A payload converter returned something that is no payload');
});

test('S4: metadata with the names of prototypes is data, there and back, and reaches no prototype', () => {
  const text = JSON.parse('{"__proto__":"a","constructor":"b","length":"c"}') as Record<string, string>;
  const binary = JSON.parse('{"__proto__":"/w=="}') as Record<string, string>;
  const payload = wireToPayload({ encoding: 'json/plain', data: '1', metadata: text });
  expect(Object.getPrototypeOf(payload.metadata)).toBe(Object.prototype);
  expect(Object.keys(payload.metadata ?? {})).toEqual(['encoding', '__proto__', 'constructor', 'length']);
  expect(payloadToWire(payload)).toEqual({ encoding: 'json/plain', data: '1', metadata: text });
  expect(payloadToWire(wireToPayload({ encoding: 'json/plain', data: '1', binaryMetadata: binary }))).toEqual({
    encoding: 'json/plain',
    data: '1',
    binaryMetadata: binary,
  });
});
