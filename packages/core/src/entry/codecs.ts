/** `@perdure/core/codecs`: codecs for `dataConverter.payloadCodecs`, on what the platform brings with it. */
export { DecompressionError, DecryptionError, PayloadCodecError, UnknownEncryptionKeyError } from '../codecs/codec-errors.ts';
export type { CompressionCodecOptions, CompressionFormatName } from '../codecs/compression-codec.ts';
export { CompressionCodec } from '../codecs/compression-codec.ts';
export type { EncryptionCodecOptions, EncryptionKey } from '../codecs/encryption-codec.ts';
export { ENCODING_ENCRYPTED, EncryptionCodec, METADATA_ENCRYPTION_KEY_ID } from '../codecs/encryption-codec.ts';
export type { PayloadCodec } from '../common/data-converter.ts';
export type { Payload } from '../common/payload-converter.ts';
