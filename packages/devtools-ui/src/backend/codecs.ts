/** Payloads through the codecs that the host's data converter has: in before they are sent, out before they are shown. */
import {
  type DataConverter,
  decodeWire,
  encodeWire,
  loadDataConverter,
  type SerializationContext,
  type WirePayload,
  type WirePayloads,
} from '@perdure/core/common';
import { messageOf } from './errors.ts';

export type DecodedPayload = { readonly payload: WirePayload } | { readonly failure: string };

export interface Codecs {
  readonly isEmpty: boolean;
  encode(payloads: WirePayloads, context: SerializationContext): Promise<WirePayloads>;
  /** @throws what a codec throws */
  decode(payloads: WirePayloads, context: SerializationContext): Promise<WirePayloads>;
  /** Never rejects: one that cannot be decoded says why, and the others are there. */
  decodeEach(payloads: WirePayloads, context: SerializationContext): Promise<readonly DecodedPayload[]>;
}

/** @throws {PayloadConverterError} if a codec lacks one of its methods */
export function codecsOf(dataConverter: DataConverter | undefined): Codecs {
  const { payloadCodecs } = loadDataConverter(dataConverter);
  const decode: Codecs['decode'] = (payloads, context) => decodeWire(payloadCodecs, payloads, context);
  return {
    isEmpty: payloadCodecs.length === 0,
    encode: (payloads, context) => encodeWire(payloadCodecs, payloads, context),
    decode,
    async decodeEach(payloads, context) {
      try {
        return (await decode(payloads, context)).map((payload) => ({ payload }));
      } catch {
        // Which of them it was is found out one by one.
        return Promise.all(payloads.map((payload) => one(decode, payload, context)));
      }
    },
  };
}

async function one(decode: Codecs['decode'], payload: WirePayload, context: SerializationContext): Promise<DecodedPayload> {
  try {
    const [decoded] = await decode([payload], context);
    return decoded ? { payload: decoded } : { failure: 'the codec gave nothing back' };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}
