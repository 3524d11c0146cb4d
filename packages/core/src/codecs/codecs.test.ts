import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../common/encoding.ts';
import { ValueError } from '../common/errors.ts';
import { defaultPayloadConverter, type Payload } from '../common/payload-converter.ts';
import { DecompressionError, DecryptionError, PayloadCodecError, UnknownEncryptionKeyError } from './codec-errors.ts';
import { CompressionCodec } from './compression-codec.ts';
import { EncryptionCodec } from './encryption-codec.ts';
import { MalformedMessageError, payloadFromBytes, payloadToBytes } from './payload-message.ts';

const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const metadataOf = ({ metadata }: Payload) => Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, decode(value)]));
const textOf = ({ metadata, data }: Payload) => [...Object.values(metadata ?? {}), data ?? new Uint8Array()].map(decode).join(' ');
const keyBytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

const anyBytes = fc.uint8Array({ maxLength: 300 });
const anyPayload: fc.Arbitrary<Payload> = fc
  .record({ metadata: fc.dictionary(fc.string(), anyBytes, { noNullPrototype: true }), data: anyBytes }, { requiredKeys: ['metadata'] })
  .filter(({ metadata }) => !Object.keys(metadata).includes('__proto__'));

describe('a payload as bytes', () => {
  test('comes back as it was', () => {
    fc.assert(fc.property(anyPayload, (given) => void expect(payloadFromBytes(payloadToBytes(given))).toEqual(given)));
  });

  test('S4: keeps metadata with the name of the prototype as data', () => {
    const metadata = Object.fromEntries([['__proto__', encode('value')]]);
    const { metadata: again } = payloadFromBytes(payloadToBytes({ metadata, data: encode('c') }));
    expect(Object.getPrototypeOf(again)).toBe(Object.prototype);
    expect(Object.entries(again ?? {})).toEqual([['__proto__', encode('value')]]);
  });

  test("is Temporal's message", () => {
    expect(Array.from(payloadToBytes({ metadata: { a: encode('b') }, data: encode('c') }))).toEqual([0x0a, 6, 0x0a, 1, 0x61, 0x12, 1, 0x62, 0x12, 1, 0x63]);
  });

  test('of a newer message is read without the fields that are not known', () => {
    const bytes = Uint8Array.of(0x12, 1, 0x63, 0x18, 0x96, 1, 0x1a, 2, 0, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x2d, 0, 0, 0, 0);
    expect(payloadFromBytes(bytes)).toEqual({ metadata: {}, data: encode('c') });
  });

  test.each([
    ['ends too early', [0x12, 9, 1], '9 bytes are announced at byte 2, of which 1 are there'],
    ['has no such form', [0x0f], 'wire type 7 at byte 1'],
    ['holds a number without end', Array(12).fill(0xff), 'a number of more than 64 bits'],
  ])('that %s is refused', (_, bytes, message) => {
    expect(() => payloadFromBytes(Uint8Array.from(bytes))).toThrow(MalformedMessageError);
    expect(() => payloadFromBytes(Uint8Array.from(bytes))).toThrow(message);
  });
});

describe('EncryptionCodec', () => {
  const keys: Record<string, Uint8Array> = { old: keyBytes(1), new: keyBytes(2) };
  const codecOf = (keyId: string) => new EncryptionCodec({ keyId, key: (id) => keys[id] });

  test('gives back what it was given, payload by payload', async () => {
    const codec = codecOf('old');
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 4 }), async (given) => void expect(await codec.decode(await codec.encode(given))).toEqual(given)),
      {
        numRuns: 30,
      },
    );
  });

  test('leaves nothing to read but its own name and the id of the key', async () => {
    const given = { metadata: { encoding: encode('json/plain'), messageType: encode('secret.Type') }, data: encode('"secret"') };
    const [encrypted] = (await codecOf('old').encode([given])) as [Payload];
    expect(metadataOf(encrypted)).toEqual({ encoding: 'binary/encrypted', 'encryption-key-id': 'old' });
    expect(textOf(encrypted)).not.toMatch(/secret|json/);
  });

  describe('S11: binds a payload to its workflow', () => {
    const of = (workflowId: string, namespace = 'default') => ({ type: 'workflow', namespace, workflowId }) as const;

    test('it is read there, whatever part of it reads, and nowhere else', async () => {
      const codec = codecOf('old');
      const encrypted = await codec.encode([payload('mine')], of('a'));
      expect(metadataOf(encrypted[0] as Payload)).toEqual({ encoding: 'binary/encrypted', 'encryption-key-id': 'old', 'encryption-binding': 'workflow' });
      expect(await codec.decode(encrypted, of('a'))).toEqual([payload('mine')]);
      expect(await codec.decode(encrypted, { type: 'activity', namespace: 'default', workflowId: 'a', activityId: '1', isLocal: false })).toEqual([
        payload('mine'),
      ]);
      for (const elsewhere of [of('b'), of('a', 'other'), of('', 'a'), of('a"', 'default')])
        await expect(codec.decode(encrypted, elsewhere)).rejects.toThrow(/encrypted for another workflow/);
      await expect(codec.decode(encrypted)).rejects.toThrow(/bound to its workflow: decode it with the context/);
    });

    test('to take the mark of it away, or to put another, is no way around it', async () => {
      const codec = codecOf('old');
      const [encrypted] = (await codec.encode([payload('mine')], of('a'))) as [Payload];
      const marked = (binding?: string): Payload[] => {
        const { 'encryption-binding': _, ...metadata } = encrypted.metadata ?? {};
        return [{ ...encrypted, metadata: { ...metadata, ...(binding && { 'encryption-binding': encode(binding) }) } }];
      };
      await expect(codec.decode(marked(), of('b'))).rejects.toBeInstanceOf(DecryptionError);
      await expect(codec.decode(marked('field'), of('a'))).rejects.toThrow(/bound to "field", which this version does not know/);
    });

    test('what was written without it is read, and can be written for the codec servers of Temporal', async () => {
      const plain = new EncryptionCodec({ keyId: 'old', key: (id) => keys[id], binding: 'none' });
      const encrypted = await plain.encode([payload(1)], of('a'));
      expect(metadataOf(encrypted[0] as Payload)).toEqual({ encoding: 'binary/encrypted', 'encryption-key-id': 'old' });
      expect([await codecOf('old').decode(encrypted, of('b')), await plain.decode(encrypted)]).toEqual([[payload(1)], [payload(1)]]);
      expect(() => new EncryptionCodec({ keyId: 'old', key: (id) => keys[id], binding: 'field' as never })).toThrow(/'workflow' or 'none'; got "field"/);
    });
  });

  test('never uses a nonce twice', async () => {
    const encrypted = await codecOf('old').encode(Array.from({ length: 100 }, () => payload('same')));
    expect(new Set(encrypted.map(({ data }) => data?.subarray(0, 12).join())).size).toBe(100);
  });

  test('lets what is not encrypted pass', async () => {
    expect(await codecOf('old').decode([payload(1), {}])).toEqual([payload(1), {}]);
  });

  test('S12: encrypts with the current key and reads with any that is known', async () => {
    let current = 'old';
    const codec = new EncryptionCodec({ keyId: async () => current, key: async (id) => keys[id] });
    const before = await codec.encode([payload('before')]);
    current = 'new';
    const after = await codec.encode([payload('after')]);
    expect([...before, ...after].map((one) => metadataOf(one)['encryption-key-id'])).toEqual(['old', 'new']);
    expect(await codec.decode([...before, ...after])).toEqual([payload('before'), payload('after')]);
  });

  test('takes a CryptoKey, and asks for each key once', async () => {
    const asked: string[] = [];
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
    const codec = new EncryptionCodec({ keyId: 'made', key: (id) => [made][asked.push(id) - 1] });
    expect(await codec.decode(await codec.encode([payload(1), payload(2)]))).toEqual([payload(1), payload(2)]);
    expect(asked).toEqual(['made']);
  });

  test('S12: names the key that is not known, and reads when it is', async () => {
    const encrypted = await codecOf('new').encode([payload(1)]);
    const known: Record<string, Uint8Array> = {};
    const codec = new EncryptionCodec({ keyId: 'new', key: (id) => known[id] });
    await expect(codec.encode([payload(1)])).rejects.toThrow("The key 'new', which payloads are to be encrypted with, is not known");
    const refused = await codec.decode(encrypted).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnknownEncryptionKeyError);
    expect(refused).toMatchObject({ name: 'UnknownEncryptionKeyError', keyId: 'new' });
    known['new'] = keyBytes(2);
    expect(await codec.decode(encrypted)).toEqual([payload(1)]);
  });

  test.each<[string, (data: Uint8Array) => Uint8Array, string]>([
    ['changed', (data) => data.map((byte, index) => (index === 20 ? byte ^ 1 : byte)), "cannot be decrypted with key 'old': it was changed or cut short"],
    ['cut short', (data) => data.subarray(0, -1), 'it was changed or cut short'],
    ['cut to less than a nonce and a tag', (data) => data.subarray(0, 20), 'it has 20 bytes, nonce and tag alone have 28'],
    ['emptied', () => new Uint8Array(), 'it has 0 bytes'],
  ])('refuses data that was %s', async (_, change, message) => {
    const codec = codecOf('old');
    const [encrypted] = (await codec.encode([payload('value')])) as [Payload];
    const refused = await codec.decode([{ ...encrypted, data: change(encrypted.data as Uint8Array) }]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DecryptionError);
    expect((refused as Error).message).toContain(message);
    expect((refused as Error).message).not.toContain('value');
  });

  test('refuses data of another key under the same id, and data that names no key', async () => {
    const [encrypted] = (await codecOf('old').encode([payload(1)])) as [Payload];
    const other = new EncryptionCodec({ keyId: 'old', key: () => keyBytes(9) });
    await expect(other.decode([encrypted])).rejects.toThrow(DecryptionError);
    await expect(other.decode([{ ...encrypted, metadata: { encoding: encode('binary/encrypted') } }])).rejects.toThrow('lacks "encryption-key-id"');
  });

  test.each<[unknown, string]>([
    [{ keyId: '', key: () => undefined }, 'keyId must be a string that is not empty'],
    [{ key: () => undefined }, 'keyId must be a string that is not empty, or a function that gives one; got undefined'],
    [{ keyId: 'id', key: keyBytes(1) }, 'key must be a function from a key id to its key; got object'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new EncryptionCodec(options as never)).toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ['bytes of another length', keyBytes(1, 20), "key 'id' has 20 bytes; AES has 16, 24, 32"],
    ['what is no key', {}, "key 'id' is no CryptoKey; give a CryptoKey for AES-GCM, or its bytes"],
  ])('refuses %s', async (_, key, message) => {
    await expect(new EncryptionCodec({ keyId: 'id', key: () => key as never }).encode([payload(1)])).rejects.toThrow(message);
  });

  test('refuses a key for another algorithm', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-CBC', length: 128 }, false, ['encrypt', 'decrypt']);
    await expect(new EncryptionCodec({ keyId: 'id', key: () => key }).encode([payload(1)])).rejects.toThrow("key 'id' is for AES-CBC");
  });
});

describe('CompressionCodec', () => {
  const large = payload({ text: 'again and '.repeat(500) });

  test.each([
    ['deflate', 'binary/zlib'],
    ['gzip', 'binary/gzip'],
  ] as const)('%s makes a payload of encoding %s, and reads it', async (format, encoding) => {
    const codec = new CompressionCodec({ format });
    const [compressed] = (await codec.encode([large])) as [Payload];
    expect(metadataOf(compressed)).toEqual({ encoding });
    expect(compressed.data?.length).toBeLessThan(200);
    expect(await codec.decode([compressed])).toEqual([large]);
    expect(await new CompressionCodec({ format: format === 'gzip' ? 'deflate' : 'gzip' }).decode([compressed])).toEqual([large]);
  });

  test('gives back what it was given', async () => {
    const codec = new CompressionCodec({ minBytes: 0 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 3 }), async (given) => void expect(await codec.decode(await codec.encode(given))).toEqual(given)),
      {
        numRuns: 30,
      },
    );
  });

  test('leaves alone what is small, what does not get smaller, and what is larger than it would read', async () => {
    const noise = payload(crypto.getRandomValues(new Uint8Array(1_000)));
    expect(await new CompressionCodec().encode([payload('a'.repeat(100)), noise])).toEqual([payload('a'.repeat(100)), noise]);
    expect(await new CompressionCodec({ minBytes: 10_000 }).encode([large])).toEqual([large]);
    expect(await new CompressionCodec({ maxBytes: 1_000 }).encode([large])).toEqual([large]);
  });

  test('stops a payload that decompresses to more than is allowed', async () => {
    const bomb = await new CompressionCodec().encode([payload(new Uint8Array(20_000_000))]);
    expect(bomb[0]?.data?.length).toBeLessThan(20_000);
    const refused = await new CompressionCodec({ maxBytes: 100_000 }).decode(bomb).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DecompressionError);
    expect((refused as Error).message).toMatch(/^A payload of \d+ bytes decompresses to more than the 100000 that are allowed; if it is yours, raise maxBytes/);
  });

  test.each<[string, (data: Uint8Array) => Uint8Array]>([
    ['changed', (data) => data.map((byte, index) => (index === 10 ? byte ^ 0xff : byte))],
    ['cut short', (data) => data.subarray(0, -8)],
    ['emptied', () => new Uint8Array()],
  ])('refuses data that was %s', async (_, change) => {
    const codec = new CompressionCodec();
    const [compressed] = (await codec.encode([large])) as [Payload];
    const refused = await codec.decode([{ ...compressed, data: change(compressed.data as Uint8Array) }]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DecompressionError);
    expect((refused as Error).message).toContain('A payload of encoding "binary/zlib" and');
  });

  test.each<[unknown, string]>([
    [{ format: 'zip' }, 'format is "zip"; give one of deflate, gzip'],
    [{ minBytes: -1 }, 'minBytes must be a whole number of bytes, at least 0; got -1'],
    [{ maxBytes: 1.5 }, 'maxBytes must be a whole number of bytes, at least 0; got 1.5'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new CompressionCodec(options as never)).toThrow(message);
  });
});

test('each refusal of a codec is a PayloadCodecError, and that a ValueError', () => {
  for (const error of [new UnknownEncryptionKeyError('', 'k'), new DecryptionError('', 'k'), new DecompressionError('')]) {
    expect(error).toBeInstanceOf(PayloadCodecError);
    expect(error).toBeInstanceOf(ValueError);
  }
});
