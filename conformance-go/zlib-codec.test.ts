import { readFileSync } from 'node:fs';
import type { Payload } from '@perdure/core/common';
import { expect, test } from 'vitest';
import { zlibCodec } from './zlib-codec.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: unknown): Payload => ({ metadata: { encoding: bytes('json/plain') }, data: bytes(JSON.stringify(value)) });

test("payloads that Go's codec wrote are read", async () => {
  const golden = readFileSync(new URL('../conformance/go/golden/go-converters-zlib.json', import.meta.url), 'utf8');
  const { runs } = JSON.parse(golden) as {
    runs: [{ events: { workflowExecutionStartedEventAttributes?: { input: { payloads: Record<string, never>[] } } }[] }];
  };
  const [written] = runs[0].events[0]?.workflowExecutionStartedEventAttributes?.input.payloads ?? [];
  const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const { metadata, data } = written as unknown as { metadata: { encoding: string }; data: string };
  const payload = { metadata: { encoding: fromBase64(metadata.encoding) }, data: fromBase64(data) };
  expect(await zlibCodec.decode([payload])).toEqual([json('your_input')]);
});

test('what is encoded is decoded, long data and none included', async () => {
  const payloads = [
    json('short'),
    json('long '.repeat(1_000)),
    { metadata: { encoding: bytes('binary/null') } },
    { metadata: { encoding: bytes('x') }, data: bytes('') },
  ];
  const encoded = await zlibCodec.encode(payloads);
  expect(encoded.map(({ metadata }) => new TextDecoder().decode(metadata?.['encoding'] ?? undefined))).toEqual(Array(4).fill('binary/zlib'));
  expect(await zlibCodec.decode(encoded)).toEqual(payloads);
});

test('what another wrote passes through', async () => {
  expect(await zlibCodec.decode([json(1)])).toEqual([json(1)]);
});
