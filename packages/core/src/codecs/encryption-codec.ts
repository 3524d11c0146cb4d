/**
 * Encrypts payloads with AES-GCM, in the format of Temporal's samples and features suite: `encoding` is "binary/encrypted", `encryption-key-id` names the
 * key, the data is a nonce of 12 bytes, the ciphertext of the whole payload (its metadata included) and a tag of 16 bytes. What those lack is that a payload
 * is bound to its workflow, by the associated data of AES-GCM: `encryption-binding` says that it is.
 */
import type { PayloadCodec } from '../common/data-converter.ts';
import { decode, encode } from '../common/encoding.ts';
import { METADATA_ENCODING_KEY, type Payload, type SerializationContext } from '../common/payload-converter.ts';
import { DecryptionError, UnknownEncryptionKeyError } from './codec-errors.ts';
import { join, payloadFromBytes, payloadToBytes } from './payload-message.ts';

export const ENCODING_ENCRYPTED = 'binary/encrypted';
export const METADATA_ENCRYPTION_KEY_ID = 'encryption-key-id';

export const METADATA_ENCRYPTION_BINDING = 'encryption-binding';

const BOUND_TO_WORKFLOW = 'workflow';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES: readonly number[] = [16, 24, 32];

/** A key of WebCrypto for AES-GCM with the usages "encrypt" and "decrypt", or its 16, 24 or 32 bytes. */
export type EncryptionKey = CryptoKey | Uint8Array;

export interface EncryptionCodecOptions {
  /** The id of the key to encrypt with. A function is asked each time: to rotate, let it name a new key, and keep the old ones for what was encrypted with them. */
  readonly keyId: string | (() => string | Promise<string>);
  /**
   * The key of an id, or `undefined` if there is none; it may have to be fetched. It is asked once for each id that it knows: a key never changes
   * under its id. An id that it does not know is asked for again.
   */
  readonly key: (keyId: string) => EncryptionKey | undefined | Promise<EncryptionKey | undefined>;
  /**
   * `'workflow'`: a payload is read in the workflow alone that it was encrypted for, by namespace and workflow id, so that whoever can write to the storage
   * cannot put it elsewhere. `'none'`: the format of Temporal's samples, for their codec servers and SDKs. Either reads both.
   *
   * @defaultValue 'workflow'
   */
  readonly binding?: 'workflow' | 'none';
}

/**
 * A codec that encrypts. Payloads that are not encrypted pass its `decode` as they are, so it can be switched on while runs are under way.
 *
 * To be the last of `payloadCodecs`: what is encrypted cannot be compressed. Nonces are random: change the key before it has encrypted 2³² payloads.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #options: EncryptionCodecOptions;
  readonly #keys = new Map<string, Promise<CryptoKey>>();

  /** @throws {TypeError} for options that are missing, and where there is no WebCrypto: pages without https have none */
  constructor(options: EncryptionCodecOptions) {
    const { keyId, key } = options;
    if (typeof keyId !== 'function' && (typeof keyId !== 'string' || keyId === ''))
      throw new TypeError(`EncryptionCodec: keyId must be a string that is not empty, or a function that gives one; got ${JSON.stringify(keyId)}`);
    if (typeof key !== 'function') throw new TypeError(`EncryptionCodec: key must be a function from a key id to its key; got ${typeof key}`);
    if (options.binding !== undefined && options.binding !== 'workflow' && options.binding !== 'none')
      throw new TypeError(`EncryptionCodec: binding must be 'workflow' or 'none'; got ${JSON.stringify(options.binding)}`);
    if (globalThis.crypto?.subtle === undefined)
      throw new TypeError('EncryptionCodec: there is no crypto.subtle here; browsers give it to secure contexts alone (https, or localhost)');
    this.#options = options;
  }

  /** @throws {UnknownEncryptionKeyError} if there is no key under the current id */
  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const { keyId, binding = 'workflow' } = this.#options;
    const id = typeof keyId === 'function' ? await keyId() : keyId;
    const key = await this.#key(id, 'payloads are to be encrypted with');
    const bound = binding === 'workflow' ? bindingOf(context) : undefined; // who completes an activity by its token alone does not know the workflow
    return Promise.all(payloads.map((payload) => encrypt(payload, id, key, bound)));
  }

  /**
   * @throws {UnknownEncryptionKeyError} if a payload names a key that is not known
   * @throws {DecryptionError} if one is not what was encrypted, or was encrypted for another workflow
   */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => (encodingOf(payload) === ENCODING_ENCRYPTED ? this.#decrypt(payload, context) : payload)));
  }

  async #decrypt({ metadata, data }: Payload, context: SerializationContext | undefined): Promise<Payload> {
    const named = metadata?.[METADATA_ENCRYPTION_KEY_ID];
    if (!named)
      throw new UnknownEncryptionKeyError(`An encrypted payload lacks "${METADATA_ENCRYPTION_KEY_ID}" in its metadata: nothing says with which key`, '');
    const keyId = decode(named);
    const bytes = data ?? new Uint8Array();
    if (bytes.length < NONCE_BYTES + TAG_BYTES)
      throw new DecryptionError(
        `A payload encrypted with key '${keyId}' is cut short: it has ${bytes.length} bytes, nonce and tag alone have ${NONCE_BYTES + TAG_BYTES}`,
        keyId,
      );
    const binding = metadata?.[METADATA_ENCRYPTION_BINDING];
    return decrypt(bytes, keyId, await this.#key(keyId, 'a payload was encrypted with'), binding && expectBinding(decode(binding), keyId, context));
  }

  #key(keyId: string, whatFor: string): Promise<CryptoKey> {
    const known = this.#keys.get(keyId);
    if (known) return known;
    const asked = this.#load(keyId, whatFor);
    this.#keys.set(keyId, asked);
    asked.catch(() => this.#keys.delete(keyId)); // it may be there the next time; who asks now is told
    return asked;
  }

  async #load(keyId: string, whatFor: string): Promise<CryptoKey> {
    const key = await this.#options.key(keyId);
    if (key === undefined || key === null)
      throw new UnknownEncryptionKeyError(
        `The key '${keyId}', which ${whatFor}, is not known: the key function of EncryptionCodec gave none; give it this key`,
        keyId,
      );
    return ArrayBuffer.isView(key) ? importKey(key, keyId) : checkKey(key, keyId);
  }
}

async function importKey(bytes: Uint8Array, keyId: string): Promise<CryptoKey> {
  if (!KEY_BYTES.includes(bytes.byteLength))
    throw new TypeError(`EncryptionCodec: key '${keyId}' has ${bytes.byteLength} bytes; AES has ${KEY_BYTES.join(', ')}`);
  return crypto.subtle.importKey('raw', join([bytes]), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function checkKey(key: CryptoKey, keyId: string): CryptoKey {
  if (key.algorithm?.name === 'AES-GCM') return key;
  throw new TypeError(
    `EncryptionCodec: key '${keyId}' is ${key.algorithm ? `for ${key.algorithm.name}` : 'no CryptoKey'}; give a CryptoKey for AES-GCM, or its bytes`,
  );
}

/** The associated data: lengths are part of it, so that no two pairs of names give the same. */
function bindingOf(context: SerializationContext | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (context?.workflowId === undefined) return undefined;
  return join([encode(JSON.stringify([BOUND_TO_WORKFLOW, context.namespace, context.workflowId]))]);
}

function expectBinding(binding: string, keyId: string, context: SerializationContext | undefined): Uint8Array<ArrayBuffer> {
  if (binding !== BOUND_TO_WORKFLOW)
    throw new DecryptionError(
      `A payload encrypted with key '${keyId}' is bound to "${binding}", which this version does not know; it knows "${BOUND_TO_WORKFLOW}"`,
      keyId,
    );
  const bound = bindingOf(context);
  if (!bound)
    throw new DecryptionError(
      `A payload encrypted with key '${keyId}' is bound to its workflow: decode it with the context that names namespace and workflow id`,
      keyId,
    );
  return bound;
}

const gcm = (iv: Uint8Array<ArrayBuffer>, bound: Uint8Array<ArrayBuffer> | undefined): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  tagLength: TAG_BYTES * 8,
  ...(bound && { additionalData: bound }),
});

async function encrypt(payload: Payload, keyId: string, key: CryptoKey, bound: Uint8Array<ArrayBuffer> | undefined): Promise<Payload> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const ciphertext = await crypto.subtle.encrypt(gcm(nonce, bound), key, payloadToBytes(payload));
  return {
    metadata: {
      [METADATA_ENCODING_KEY]: encode(ENCODING_ENCRYPTED),
      [METADATA_ENCRYPTION_KEY_ID]: encode(keyId),
      ...(bound && { [METADATA_ENCRYPTION_BINDING]: encode(BOUND_TO_WORKFLOW) }),
    },
    data: join([nonce, new Uint8Array(ciphertext)]),
  };
}

async function decrypt(bytes: Uint8Array, keyId: string, key: CryptoKey, bound: Uint8Array<ArrayBuffer> | undefined): Promise<Payload> {
  const [nonce, ciphertext] = [join([bytes.subarray(0, NONCE_BYTES)]), join([bytes.subarray(NONCE_BYTES)])];
  try {
    return payloadFromBytes(new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, bound), key, ciphertext)));
  } catch (error) {
    throw new DecryptionError(
      `A payload of ${bytes.length} bytes cannot be decrypted with key '${keyId}': it was changed or cut short, ${bound ? 'or encrypted for another workflow, ' : ''}or that id had another key when it was encrypted`,
      keyId,
      error,
    );
  }
}

function encodingOf({ metadata }: Payload): string | undefined {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  return encoding && decode(encoding);
}
