/**
 * The server's side of an upload, as middleware: takes chunks, puts them together, and can be told to fail.
 *
 * - `PUT    /api/upload/:session/:uploadId/chunks/:index` the bytes, with header `x-chunk-sha256`
 * - `POST   /api/upload/:session/:uploadId/complete` `{ "digests": [...] }`; answers `{ sha256, size, chunkCount }` of the whole
 * - `DELETE /api/upload/:session/:uploadId` forgets the chunks of an upload that was given up
 * - `GET    /api/upload/:session/status` what was received, for tests
 * - `PUT    /api/upload/:session/faults` what to do wrong from now on; `GET` answers it
 *
 * The same chunk (upload, index, digest) may come twice and is taken once. Faults apply to the first three.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChunkFolder } from './chunk-folder.ts';
import { judge, parseFaults, type Verdict } from './faults.ts';
import { Session } from './session.ts';

const PREFIX = '/api/upload/';
const NAME = /^[A-Za-z0-9-]{1,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MOST_CHUNK_BYTES = 64 * 1024 * 1024;
const MOST_JSON_BYTES = 1024 * 1024;

/** One request, its address taken apart. */
interface Call {
  readonly session: Session;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrivedAt: number;
  readonly hungUp: AbortSignal;
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface EndpointOptions {
  readonly folder: ChunkFolder;
  readonly random?: () => number;
  readonly now?: () => number;
}

export type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export function createUploadEndpoint({ folder, random = Math.random, now = Date.now }: EndpointOptions): Middleware {
  const sessions = new Map<string, Session>();

  return (request, response, next) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith(PREFIX)) return next();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const [name = '', ...path] = pathname.slice(PREFIX.length).split('/');
    route(name, path, request, response, gone.signal).catch((error: unknown) => answerError(response, error));
  };

  async function route(name: string, path: readonly string[], request: IncomingMessage, response: ServerResponse, hungUp: AbortSignal): Promise<void> {
    if (!NAME.test(name)) throw new Refused(400, `A session's name is made of letters, digits and hyphens, not "${name}"`);
    const session = sessions.get(name) ?? new Session();
    sessions.set(name, session);
    const call: Call = { session, request, response, arrivedAt: now(), hungUp };
    const [uploadId = '', what, index] = path;
    const wanted = `${request.method} ${path.length === 1 && (uploadId === 'status' || uploadId === 'faults') ? uploadId : (what ?? '')}`;
    if (wanted === 'GET status') return answer(response, 200, session.status());
    if (wanted === 'GET faults') return answer(response, 200, session.faults);
    if (wanted === 'PUT faults') return setFaults(call);
    if (!NAME.test(uploadId)) throw new Refused(404, `There is nothing at ${request.url}`);
    if (wanted === 'PUT chunks') return takeChunk(call, uploadId, Number(index));
    if (wanted === 'POST complete') return complete(call, uploadId);
    if (wanted === 'DELETE ') return discard(call, uploadId);
    throw new Refused(404, `There is no ${request.method} ${request.url}`);
  }

  async function setFaults({ session, request, response }: Call): Promise<void> {
    const json = await readJson(request);
    session.setFaults(orRefuse(() => parseFaults(json, session.faults)));
    answer(response, 200, session.faults);
  }

  async function takeChunk(call: Call, uploadId: string, index: number): Promise<void> {
    const sha256 = String(call.request.headers['x-chunk-sha256'] ?? '');
    if (!Number.isInteger(index) || index < 0) throw new Refused(400, 'A chunk is addressed by its index, from 0');
    if (!SHA256.test(sha256)) throw new Refused(400, 'Header x-chunk-sha256 must be the SHA-256 of the chunk, in lower-case hex');
    // Read from the start, also by a request that is to hang: Node learns that a client hung up only from a socket that it reads.
    const body = readBody(call.request, MOST_CHUNK_BYTES);
    body.catch(() => undefined /* looked at below, unless the request has had its end by then */);
    const verdict = await suffer(call, index);
    if (verdict === undefined) return;
    const bytes = await body;
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Refused(422, `Chunk ${index} has ${bytes.length} bytes that do not have the digest ${sha256}`);
    await folder.write(uploadId, { index, sha256 }, bytes);
    const { arrivals } = call.session.receive(uploadId, { index, sha256, size: bytes.length }, call.arrivedAt);
    if (verdict === 'lose') call.response.destroy();
    else answer(call.response, 200, { index, sha256, received: arrivals.length });
  }

  async function complete(call: Call, uploadId: string): Promise<void> {
    if ((await suffer(call, null)) === undefined) return;
    const upload = call.session.upload(uploadId);
    upload.completions += 1;
    const json = await readJson(call.request);
    const digests = orRefuse(() => parseDigests(json));
    if (!upload.completed) {
      const whole = await folder.digest(uploadId, digests).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        throw new Refused(409, `Upload ${uploadId} cannot be completed: a chunk is missing. Send it again, then complete`);
      });
      upload.completed = { ...whole, chunkCount: digests.length };
      await folder.remove(uploadId);
    }
    answer(call.response, 200, upload.completed);
  }

  async function discard(call: Call, uploadId: string): Promise<void> {
    if ((await suffer(call, null)) === undefined) return;
    call.session.upload(uploadId).isDiscarded = true;
    await folder.remove(uploadId);
    answer(call.response, 200, {});
  }

  /** Applies the session's faults; `undefined` when the request has had its end. */
  async function suffer(call: Call, chunkIndex: number | null): Promise<Exclude<Verdict, 'drop' | 'fail' | 'hang'> | undefined> {
    const { session, response, hungUp } = call;
    session.requests += 1;
    const ordinal = session.requests;
    await delay(session.faults.delayMs, undefined, { signal: hungUp }).catch(() => undefined /* the caller hung up, which is looked at below */);
    for (;;) {
      if (hungUp.aborted) return undefined;
      const verdict = judge(session.faults, { ordinal, chunkIndex }, random);
      if (verdict === 'serve' || verdict === 'lose') return verdict;
      if (verdict === 'fail') return void answer(response, 503, { error: 'Told to fail' });
      if (verdict === 'drop') return void response.destroy();
      await session.changed(hungUp);
    }
  }
}

function parseDigests(json: unknown): readonly string[] {
  const digests = (json as { digests?: unknown } | null)?.digests;
  if (!Array.isArray(digests) || !digests.every((digest) => typeof digest === 'string' && SHA256.test(digest))) {
    throw new TypeError('The body of complete is {"digests": [...]}, the SHA-256 of every chunk in order');
  }
  return digests;
}

function orRefuse<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Refused(400, (error as Error).message);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, MOST_JSON_BYTES);
  return orRefuse(() => JSON.parse(body.toString('utf8')) as unknown);
}

async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > mostBytes) throw new Refused(413, `The body is longer than ${mostBytes} bytes`);
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

function answerError(response: ServerResponse, error: unknown): void {
  // A client that hung up in the middle of its request gets no answer, and is no fault of ours.
  if (response.destroyed || response.headersSent) return;
  if (error instanceof Refused) answer(response, error.status, { error: error.message });
  else answer(response, 500, { error: error instanceof Error ? error.message : String(error) });
}
