/**
 * Compresses payloads with the platform's own CompressionStream. With `deflate` the format is that of Temporal's features suite and Go SDK: `encoding`
 * is "binary/zlib", the data is the whole payload, its metadata included, in zlib's format.
 */
import type { PayloadCodec } from '../common/data-converter.ts';
import { decode, encode } from '../common/encoding.ts';
import { METADATA_ENCODING_KEY, type Payload } from '../common/payload-converter.ts';
import { DecompressionError } from './codec-errors.ts';
import { join, payloadFromBytes, payloadToBytes } from './payload-message.ts';

export type CompressionFormatName = 'deflate' | 'gzip';

export interface CompressionCodecOptions {
  /** What payloads are compressed with; both are read. @defaultValue "deflate", which other SDKs of Temporal read as "binary/zlib" */
  readonly format?: CompressionFormatName;
  /** Smaller payloads are left alone. @defaultValue 256 bytes */
  readonly minBytes?: number;
  /** No payload is decompressed to more, so that a small one cannot fill the memory; larger ones are not compressed. @defaultValue 64 MiB */
  readonly maxBytes?: number;
}

const ENCODINGS: Readonly<Record<CompressionFormatName, string>> = { deflate: 'binary/zlib', gzip: 'binary/gzip' };
const formatOf = new Map(Object.entries(ENCODINGS).map(([format, encoding]) => [encoding, format as CompressionFormatName]));

const MIN_BYTES = 256;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A codec that compresses. Payloads that are small, or that do not get smaller, stay as they are; those that are not compressed pass its `decode`.
 *
 * To stand before an encrypting codec in `payloadCodecs`: what is encrypted cannot be compressed.
 */
export class CompressionCodec implements PayloadCodec {
  readonly #format: CompressionFormatName;
  readonly #minBytes: number;
  readonly #maxBytes: number;

  /** @throws {TypeError} for an unknown format, a size that is not a whole number, and where there is no CompressionStream */
  constructor({ format = 'deflate', minBytes = MIN_BYTES, maxBytes = MAX_BYTES }: CompressionCodecOptions = {}) {
    if (!Object.hasOwn(ENCODINGS, format))
      throw new TypeError(`CompressionCodec: format is ${JSON.stringify(format)}; give one of ${Object.keys(ENCODINGS).join(', ')}`);
    for (const [name, value] of Object.entries({ minBytes, maxBytes }))
      if (!Number.isInteger(value) || value < 0) throw new TypeError(`CompressionCodec: ${name} must be a whole number of bytes, at least 0; got ${value}`);
    if (typeof CompressionStream === 'undefined')
      throw new TypeError('CompressionCodec: there is no CompressionStream here; it needs a browser of 2023 or later, or Node 18');
    this.#format = format;
    this.#minBytes = minBytes;
    this.#maxBytes = maxBytes;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#compress(payload)));
  }

  /** @throws {DecompressionError} for one that is damaged, or too large */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#decompress(payload)));
  }

  async #compress(payload: Payload): Promise<Payload> {
    const bytes = payloadToBytes(payload);
    if (bytes.length < this.#minBytes || bytes.length > this.#maxBytes) return payload;
    const compressed = await through(new CompressionStream(this.#format), bytes);
    if (compressed.length >= bytes.length) return payload;
    return { metadata: { [METADATA_ENCODING_KEY]: encode(ENCODINGS[this.#format]) }, data: compressed };
  }

  async #decompress(payload: Payload): Promise<Payload> {
    const encoding = decode(payload.metadata?.[METADATA_ENCODING_KEY] ?? new Uint8Array());
    const format = formatOf.get(encoding);
    if (!format) return payload;
    const bytes = payload.data ?? new Uint8Array();
    try {
      return payloadFromBytes(await through(new DecompressionStream(format), bytes, this.#maxBytes));
    } catch (error) {
      if (error instanceof DecompressionError) throw error;
      throw new DecompressionError(`A payload of encoding "${encoding}" and ${bytes.length} bytes cannot be decompressed: it was changed or cut short`, error);
    }
  }
}

/** @throws {DecompressionError} as soon as more than `limit` bytes have come out; the rest is not looked at */
async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  const writing = writer.write(join([bytes])).then(() => writer.close());
  writing.catch(() => {}); // the reader is told the same
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(parts);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new DecompressionError(
        `A payload of ${bytes.length} bytes decompresses to more than the ${limit} that are allowed; if it is yours, raise maxBytes of CompressionCodec`,
      );
    }
    parts.push(value);
  }
}
