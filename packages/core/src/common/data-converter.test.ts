import { describe, expect, test } from 'vitest';
import {
  decodeArrayFromPayloads,
  decodeFailure,
  decodeFailureToError,
  decodeFromPayloadsAtIndex,
  decodeMapFromPayloads,
  encodeErrorToFailure,
  encodeFailure,
  encodeMapToPayloads,
  encodeToPayload,
  encodeToPayloads,
  encodeWire,
  loadDataConverter,
  type PayloadCodec,
} from './data-converter.ts';
import { decode, encode } from './encoding.ts';
import { PayloadConverterError } from './errors.ts';
import type { Failure } from './failure.ts';
import { DefaultFailureConverter } from './failure-converter.ts';
import { ApplicationFailure } from './failures.ts';

/** Wraps payloads under its name, and takes off none but its own wrapping. */
const wrapping = (name: string): PayloadCodec => ({
  encode: async (payloads) =>
    payloads.map((payload) => ({
      metadata: { encoding: encode(`binary/${name}`), inner: payload.metadata?.['encoding'] as Uint8Array },
      data: payload.data ?? null,
    })),
  decode: async (payloads) =>
    payloads.map((payload) => {
      if (decode(payload.metadata?.['encoding'] as Uint8Array) !== `binary/${name}`) throw new Error(`not wrapped by ${name}`);
      return { metadata: { encoding: payload.metadata?.['inner'] as Uint8Array }, data: payload.data ?? null };
    }),
});

const plain = loadDataConverter();
const wrapped = loadDataConverter({ payloadCodecs: [wrapping('one')] });

test('without codecs nothing is copied', async () => {
  const wires = [{ encoding: 'json/plain', data: '1' }];
  const failure: Failure = { message: 'm', applicationFailureInfo: { details: wires } };
  expect(await encodeWire([], wires)).toBe(wires);
  expect(await encodeFailure([], failure)).toBe(failure);
});

test('codecs encode in order and decode in the opposite one', async () => {
  const seen: string[] = [];
  const logging = (name: string): PayloadCodec => ({
    encode: async (payloads) => {
      seen.push(`encode ${name}`);
      return payloads;
    },
    decode: async (payloads) => {
      seen.push(`decode ${name}`);
      return payloads;
    },
  });
  const converter = loadDataConverter({ payloadCodecs: [logging('a'), logging('b')] });
  expect(await decodeArrayFromPayloads(converter, await encodeToPayloads(converter, [1]))).toEqual([1]);
  expect(seen).toEqual(['encode a', 'encode b', 'decode b', 'decode a']);
});

test('values, lists and maps pass converter and codecs', async () => {
  expect(await encodeToPayload(wrapped, 'x')).toEqual({ encoding: 'binary/one', metadata: { inner: 'json/plain' }, data: 'Ingi', base64: true });
  expect(await decodeFromPayloadsAtIndex(wrapped, 0, await encodeToPayloads(wrapped, ['x']))).toBe('x');
  expect(await decodeMapFromPayloads(wrapped, await encodeMapToPayloads(wrapped, { a: 1, b: [2] }))).toEqual({ a: 1, b: [2] });
});

test('nothing stays nothing', async () => {
  expect(await encodeToPayloads(plain, [])).toBeUndefined();
  expect(await decodeArrayFromPayloads(plain, undefined)).toEqual([]);
  expect(await decodeFromPayloadsAtIndex(plain, 0, undefined)).toBeUndefined();
  expect(await decodeMapFromPayloads(plain, undefined)).toEqual({});
});

describe('failures', () => {
  test('all their payloads pass the codecs, causes included', async () => {
    const one = [{ encoding: 'json/plain', data: '1' }];
    const failure: Failure = {
      message: 'm',
      encodedAttributes: { encoding: 'json/plain', data: '{}' },
      applicationFailureInfo: { type: 'T', details: one },
      cause: {
        message: 'c',
        timeoutFailureInfo: { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: one },
        cause: { message: 'd', canceledFailureInfo: { details: one }, cause: { message: 'e', resetWorkflowFailureInfo: { lastHeartbeatDetails: one } } },
      },
    };
    const encoded = await encodeFailure(wrapped.payloadCodecs, failure);
    expect(JSON.stringify(encoded).match(/binary\/one/g)).toHaveLength(5);
    expect(JSON.stringify(encoded)).not.toContain('"encoding":"json/plain"');
    expect(await decodeFailure(wrapped.payloadCodecs, encoded)).toEqual(failure);
  });

  test('an error comes back as it was, though its message travelled encoded', async () => {
    const converter = loadDataConverter({ failureConverter: new DefaultFailureConverter({ encodeCommonAttributes: true }), payloadCodecs: [wrapping('one')] });
    const failure = await encodeErrorToFailure(converter, ApplicationFailure.nonRetryable('secret', 'T', { a: 1 }));
    expect(JSON.stringify(failure)).not.toContain('secret');
    expect(await decodeFailureToError(converter, failure)).toMatchObject({ message: 'secret', type: 'T', nonRetryable: true, details: [{ a: 1 }] });
  });
});

test('a converter or codec that lacks a method is refused by name', () => {
  expect(() => loadDataConverter({ payloadConverter: {} as never })).toThrow(
    'dataConverter.payloadConverter has no method toPayload, fromPayload; give an object that implements it',
  );
  expect(() => loadDataConverter({ payloadCodecs: [{ encode: async () => [] } as never] })).toThrow('dataConverter.payloadCodecs[0] has no method decode');
});

describe('a codec that does not return a payload for each is found out', () => {
  class Faulty {
    readonly #returned: unknown;
    constructor(returned: unknown) {
      this.#returned = returned;
    }
    encode = async () => this.#returned as never;
    decode = async () => this.#returned as never;
  }
  test.each<[unknown, string]>([
    [[], 'encode of the payload codec Faulty was given 2 payloads and returned 0; it must return one for each, in their order'],
    [[{}, {}, {}], 'was given 2 payloads and returned 3'],
    [[{}, undefined], 'was given 2 payloads and returned something that is no payload among them'],
    [undefined, 'was given 2 payloads and returned undefined'],
  ])('%j', async (returned, message) => {
    const converter = loadDataConverter({ payloadCodecs: [new Faulty(returned)] });
    await expect(encodeToPayloads(converter, [1, 2])).rejects.toThrow(PayloadConverterError);
    await expect(encodeToPayloads(converter, [1, 2])).rejects.toThrow(message);
    await expect(
      decodeArrayFromPayloads(converter, [
        { encoding: 'json/plain', data: '1' },
        { encoding: 'json/plain', data: '2' },
      ]),
    ).rejects.toThrow('decode of the payload codec Faulty was given 2 payloads');
  });
});
