import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChunkFolder } from './chunk-folder.ts';
import { createUploadEndpoint } from './endpoint.ts';
import { NO_FAULTS } from './faults.ts';

let root: string;
let server: Server;
let base: string;
let now = 0;
let random = 1;

const sha256 = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');
const put = (index: number, bytes: string, digest = sha256(bytes)): Promise<Response> =>
  fetch(`${base}/s/u/chunks/${index}`, { method: 'PUT', body: bytes, headers: { 'x-chunk-sha256': digest } });
const complete = (...digests: string[]): Promise<Response> => fetch(`${base}/s/u/complete`, { method: 'POST', body: JSON.stringify({ digests }) });
const setFaults = (faults: object): Promise<Response> => fetch(`${base}/s/faults`, { method: 'PUT', body: JSON.stringify(faults) });
const status = async (session = 's'): Promise<Record<string, unknown>> => (await fetch(`${base}/${session}/status`)).json() as Promise<Record<string, unknown>>;

beforeEach(async () => {
  now = 1000;
  random = 1;
  root = await mkdtemp(join(tmpdir(), 'endpoint-'));
  const endpoint = createUploadEndpoint({ folder: new ChunkFolder(root), now: () => now, random: () => random });
  server = createServer((request, response) => endpoint(request, response, () => response.writeHead(404).end('passed on')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/upload`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});

test('chunks in any order become the whole, whose digest completes the upload', async () => {
  await put(1, 'world');
  await put(0, 'hello ');
  const answer = await complete(sha256('hello '), sha256('world'));
  expect(await answer.json()).toEqual({ sha256: sha256('hello world'), size: 11, chunkCount: 2 });
  expect(await readdir(root)).toEqual([]);
});

test('an empty file is complete without a chunk', async () => {
  expect(await (await complete()).json()).toEqual({ sha256: sha256(''), size: 0, chunkCount: 0 });
});

test('a chunk that comes twice is taken once, and both arrivals are counted', async () => {
  await put(0, 'a');
  now = 2000;
  expect(await (await put(0, 'a')).json()).toEqual({ index: 0, sha256: sha256('a'), received: 2 });
  expect(await readdir(join(root, 'u'))).toEqual([`0-${sha256('a')}`]);
  expect(await status()).toEqual({
    faults: NO_FAULTS,
    requests: 2,
    hanging: 0,
    uploads: { u: { chunks: [{ index: 0, sha256: sha256('a'), size: 1, arrivals: [1000, 2000] }], completions: 0, isDiscarded: false } },
  });
});

test('completing twice gives the same answer', async () => {
  await put(0, 'a');
  const first = await (await complete(sha256('a'))).json();
  expect(await (await complete(sha256('a'))).json()).toEqual(first);
});

test('completing with a chunk missing is refused and can be mended', async () => {
  const refused = await complete(sha256('a'));
  expect([refused.status, await refused.json()]).toEqual([409, { error: 'Upload u cannot be completed: a chunk is missing. Send it again, then complete' }]);
  await put(0, 'a');
  expect((await complete(sha256('a'))).status).toBe(200);
});

test('bytes that do not have their digest are refused and not counted', async () => {
  expect((await put(0, 'a', sha256('b'))).status).toBe(422);
  expect((await status())['uploads']).toEqual({});
});

test('an upload that is discarded leaves nothing on the disk', async () => {
  await put(0, 'a');
  await fetch(`${base}/s/u`, { method: 'DELETE' });
  expect(await readdir(root)).toEqual([]);
});

test('names and paths that could leave the folder are refused', async () => {
  const answers = await Promise.all([
    fetch(`${base}/s/..%2fx/complete`, { method: 'POST', body: '{"digests":[]}' }),
    fetch(`${base}/%2e%2e%2f/status`),
    put(-1, 'a'),
    put(0, 'a', '../../x'),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([404, 400, 400, 400]);
});

test('a session that is away drops connections, and others are served', async () => {
  await setFaults({ isAway: true });
  await expect(put(0, 'a')).rejects.toThrow('fetch failed');
  expect((await fetch(`${base}/other/u/chunks/0`, { method: 'PUT', body: 'a', headers: { 'x-chunk-sha256': sha256('a') } })).status).toBe(200);
  await setFaults({ isAway: false });
  expect((await put(0, 'a')).status).toBe(200);
});

test('chunks from an index on hang until the fault is lifted', async () => {
  await setFaults({ hangFrom: 1 });
  await put(0, 'a');
  const hanging = put(1, 'b');
  await vi.waitFor(async () => expect((await status())['hanging']).toBe(1));
  await setFaults({ hangFrom: null });
  expect((await hanging).status).toBe(200);
});

test('a chunk whose sender hung up while it hung was not received', async () => {
  await setFaults({ hangFrom: 0 });
  const sender = new AbortController();
  const large = 'a'.repeat(4 * 1024 * 1024);
  const sent = fetch(`${base}/s/u/chunks/0`, { method: 'PUT', body: large, headers: { 'x-chunk-sha256': sha256(large) }, signal: sender.signal });
  await vi.waitFor(async () => expect((await status())['hanging']).toBe(1));
  sender.abort();
  await expect(sent).rejects.toThrow('aborted');
  await vi.waitFor(async () => expect((await status())['hanging']).toBe(0));
  await setFaults({ hangFrom: null });
  expect((await status())['uploads']).toEqual({});
});

test('every n-th request fails, and so does a share of them', async () => {
  await setFaults({ failEvery: 2 });
  expect([(await put(0, 'a')).status, (await put(1, 'b')).status]).toEqual([200, 503]);
  await setFaults({ failEvery: 0, failRate: 0.5 });
  random = 0.4;
  expect((await put(1, 'b')).status).toBe(503);
  random = 0.5;
  expect((await put(1, 'b')).status).toBe(200);
});

test('a chunk whose answer is lost was received', async () => {
  await setFaults({ loseEvery: 1 });
  await expect(put(0, 'a')).rejects.toThrow('fetch failed');
  expect((await status())['uploads']).toMatchObject({ u: { chunks: [{ index: 0, arrivals: [1000] }] } });
});

test('faults without a meaning are refused by name', async () => {
  const answers = await Promise.all(
    [{ isGone: true }, { failRate: 2 }, { hangFrom: -1 }, { isAway: 'yes' }].map(async (faults) => (await setFaults(faults)).json()),
  );
  expect(answers).toEqual([
    { error: 'There is no fault "isGone"; known are isAway, hangFrom, failRate, failEvery, loseEvery, delayMs' },
    { error: '"failRate" is a number from 0 to 1, not 2' },
    { error: '"hangFrom" is the index of a chunk or null, not -1' },
    { error: '"isAway" is true or false, not "yes"' },
  ]);
});

test('other addresses are passed on', async () => {
  expect(await (await fetch(new URL('/', base))).text()).toBe('passed on');
});

test('folders of servers long gone are removed', async () => {
  const folder = new ChunkFolder(root);
  await folder.write('old', { index: 0, sha256: sha256('a') }, new Uint8Array(1));
  await folder.removeAbandoned(Date.now());
  expect(await readdir(root)).toEqual(['old']);
  await folder.removeAbandoned(Date.now() + 48 * 3_600_000);
  expect(await readdir(root)).toEqual([]);
});
