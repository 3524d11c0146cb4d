/** Payloads and failures from outside, through every converter and codec. */
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { CompressionCodec } from '../../packages/core/src/codecs/compression-codec.ts';
import { EncryptionCodec } from '../../packages/core/src/codecs/encryption-codec.ts';
import {
  type DataConverter,
  decodeArrayFromPayloads,
  decodeFailureToError,
  encodeToPayload,
  loadDataConverter,
} from '../../packages/core/src/common/data-converter.ts';
import { ValueError } from '../../packages/core/src/common/errors.ts';
import type { Failure } from '../../packages/core/src/common/failure.ts';
import { defaultFailureConverter } from '../../packages/core/src/common/failure-converter.ts';
import type { WirePayload, WirePayloads } from '../../packages/core/src/common/payload.ts';
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  UndefinedPayloadConverter,
} from '../../packages/core/src/common/payload-converter.ts';
import { ProtobufBinaryPayloadConverter, ProtobufJsonPayloadConverter } from '../../packages/core/src/entry/protobufs.ts';
import type { Target } from './target.ts';
import { name, poison } from './values.ts';

const ROOT = protobuf.parse(
  `syntax = "proto3"; package fuzz; message Order { string id = 1; int32 count = 2; map<string, string> tags = 3; Order inner = 4; bytes raw = 5; }`,
).root;
const KEY = new Uint8Array(32).fill(7);

const protobufs = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new ProtobufJsonPayloadConverter(ROOT),
  new ProtobufBinaryPayloadConverter(ROOT),
  new JsonPayloadConverter(),
);
const encryption = new EncryptionCodec({ keyId: 'key', key: (id) => (id === 'key' ? KEY : undefined) });
const compression = new CompressionCodec({ minBytes: 0, maxBytes: 1_000_000 });

const CONVERTERS: readonly DataConverter[] = [
  {},
  { payloadConverter: protobufs },
  { payloadCodecs: [encryption] },
  { payloadCodecs: [compression] },
  { payloadConverter: protobufs, payloadCodecs: [compression, encryption] },
];
const LOADED = CONVERTERS.map(loadDataConverter);

const encoding = fc.constantFrom(
  'json/plain',
  'binary/null',
  'binary/plain',
  'json/protobuf',
  'binary/protobuf',
  'binary/encrypted',
  'binary/zlib',
  'binary/gzip',
  '',
  '__proto__',
);
const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  poison.map((value) => JSON.stringify(value)),
  fc.constantFrom('{"id":"1","count":"x"}', '{"tags":{"__proto__":"x"}}', '', '{', '[', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, '1e999', '"\\ud800"'),
);
const base64 = fc.oneof(fc.base64String({ maxLength: 200 }), fc.constantFrom('', '=', 'eJwDAAAAAAE=', 'H4sIAAAAAAAAAwMAAAAAAAAAAAA=', '%%%'));
const payload: fc.Arbitrary<WirePayload> = fc.record(
  {
    encoding,
    data: fc.oneof(json, base64),
    base64: fc.constant(true as const),
    metadata: fc.dictionary(
      fc.oneof(name, fc.constantFrom('encryption-key-id', 'messageType', 'type')),
      fc.constantFrom('key', 'fuzz.Order', 'other', '__proto__', 'constructor'),
    ),
    binaryMetadata: fc.dictionary(fc.oneof(name, fc.constant('encryption-key-id')), base64),
  },
  { requiredKeys: ['encoding'] },
);

export const payloads: Target<readonly [converter: number, payloads: unknown]> = {
  name: 'payloads',
  share: 14,
  inputs: fc.tuple(fc.nat(LOADED.length - 1), fc.array(payload, { maxLength: 2 })),
  create: () => ({
    async check([converter, payloads]) {
      await decodeArrayFromPayloads(LOADED[converter] ?? loadDataConverter(), payloads as WirePayloads);
      return undefined;
    },
    isRefusal: (error) => error instanceof ValueError,
  }),
};

/** A value comes back as it was, whatever its keys are called. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  poison,
  fc.record({ a: poison, b: fc.array(poison, { maxLength: 3 }) }),
  fc.dictionary(name, fc.jsonValue({ maxDepth: 1 })),
);

export const roundTrips: Target<readonly [converter: number, value: unknown]> = {
  name: 'values there and back',
  share: 8,
  inputs: fc.tuple(fc.nat(LOADED.length - 1), value),
  create: () => ({
    async check([converter, value]) {
      const loaded = LOADED[converter] ?? loadDataConverter();
      const wire = await encodeToPayload(loaded, value);
      const [back] = await decodeArrayFromPayloads(loaded, [wire]);
      return JSON.stringify(back) === JSON.stringify(value) ? undefined : `comes back as ${JSON.stringify(back)?.slice(0, 200)}`;
    },
    isRefusal: () => false,
  }),
};

/** What was encrypted and changed after it is refused, always. */
export const ciphertexts: Target<readonly [value: unknown, at: number, bit: number, cut: number]> = {
  name: 'changed ciphertexts',
  share: 6,
  inputs: fc.tuple(value, fc.nat(100_000), fc.nat(7), fc.oneof(fc.constant(0), fc.nat(60))),
  create: () => ({
    async check([value, at, bit, cut]) {
      const [encrypted] = await encryption.encode([new JsonPayloadConverter().toPayload(value) ?? {}]);
      const data = Uint8Array.from(encrypted?.data ?? []);
      if (cut > 0) await encryption.decode([{ ...encrypted, data: data.subarray(0, -cut) }]);
      else {
        const place = at % data.length;
        data[place] = (data[place] as number) ^ (1 << bit);
        await encryption.decode([{ ...encrypted, data }]);
      }
      return 'a ciphertext that was changed is taken';
    },
    isRefusal: (error) => error instanceof ValueError,
  }),
};

const FAILURE: Failure = {
  message: 'failed',
  source: 'TypeScriptSDK',
  stackTrace: 'at x',
  applicationFailureInfo: { type: 'Oops', nonRetryable: true, details: [{ encoding: 'json/plain', data: '[1]' }], nextRetryDelay: 5 },
  cause: {
    message: 'Activity task failed',
    activityFailureInfo: { scheduledEventId: 5, startedEventId: 6, activityType: 'a', activityId: '1', retryState: 'MAXIMUM_ATTEMPTS_REACHED' },
    cause: { message: '', timeoutFailureInfo: { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: [{ encoding: 'json/plain', data: '1' }] } },
  },
  encodedAttributes: { encoding: 'json/plain', data: '{"message":"real","stack_trace":"at y"}' },
} as Failure;

/** Failures whose payloads are anything; the rest of their form is what the wire lets through. */
const failure = fc
  .tuple(payload, payload, fc.string(), fc.constantFrom('applicationFailureInfo', 'canceledFailureInfo', 'timeoutFailureInfo', 'none'))
  .map(([first, second, message, kind]) => ({
    ...FAILURE,
    message,
    encodedAttributes: first,
    ...(kind === 'none' ? {} : { [kind]: { details: [second], lastHeartbeatDetails: [second], timeoutType: 'START_TO_CLOSE', type: message } }),
  }));

export const failures: Target<unknown> = {
  name: 'failures',
  share: 5,
  inputs: failure,
  create: () => ({
    async check(failure) {
      const error = await decodeFailureToError({ ...loadDataConverter(), failureConverter: defaultFailureConverter }, failure as Failure);
      return error instanceof Error ? undefined : 'a failure becomes something that is no error';
    },
    isRefusal: (error) => error instanceof ValueError,
  }),
};
