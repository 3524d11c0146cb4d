/** What codecs refuse. In a workflow task or an activity these are retried, so that work goes on when the key is there again. */
import { brandError } from '../common/error-brand.ts';
import { ValueError } from '../common/errors.ts';

/** A payload that a codec cannot take or give back. */
export class PayloadCodecError extends ValueError {
  static {
    brandError(PayloadCodecError, 'PayloadCodecError');
  }
}

/** The key that a payload names, or that payloads are to be encrypted with, is not known. */
export class UnknownEncryptionKeyError extends PayloadCodecError {
  readonly keyId: string;
  constructor(message: string, keyId: string) {
    super(message);
    this.keyId = keyId;
  }
  static {
    brandError(UnknownEncryptionKeyError, 'UnknownEncryptionKeyError');
  }
}

/** An encrypted payload that is not what was encrypted: changed, cut short, or encrypted with another key of the same id. */
export class DecryptionError extends PayloadCodecError {
  readonly keyId: string;
  constructor(message: string, keyId: string, cause?: unknown) {
    super(message, cause);
    this.keyId = keyId;
  }
  static {
    brandError(DecryptionError, 'DecryptionError');
  }
}

/** A compressed payload that is damaged, or larger than allowed once it is decompressed. */
export class DecompressionError extends PayloadCodecError {
  static {
    brandError(DecompressionError, 'DecompressionError');
  }
}
