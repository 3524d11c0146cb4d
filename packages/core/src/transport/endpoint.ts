/**
 * The service over a message port. Comlink carries one function and nothing else: a bare Comlink object lets a message read, set and construct
 * along any property path, so every message is checked and built anew before Comlink sees it, in both directions.
 */
import { type Endpoint as ComlinkEndpoint, expose, wrap } from 'comlink';
import type { Millis } from '../common/brand.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import { batchMessages, messagesIn } from './batched-messages.ts';
import { type Call, type Caller, callerOf, isReplayMethod, isServiceMethod, serviceOf, unknownMethod } from './call.ts';
import { createCallLine } from './call-line.ts';
import { decodeError, encodeError, type WireError } from './error-codec.ts';
import { checkPlainData } from './plain-data.ts';
import { isRecord, own } from './records.ts';

/** A `MessagePort`, a `Worker` or what behaves like one. */
export interface Endpoint {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  start?(): void;
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: WireError };

/** How long a call that is no long poll waits for its answer. */
export const DEFAULT_CALL_TIMEOUT: Millis = 10_000;
/** What the near end of a port waits longer than the far one, which knows better why there is no answer. */
const GRACE: Millis = 1_000;

/**
 * Answers calls that come in at `endpoint`: methods of the service by name, with plain data.
 *
 * @returns a function that stops answering; idempotent
 */
export function exposeService(service: WorkflowService | Caller, endpoint: Endpoint): () => void {
  const caller = typeof service === 'function' ? service : callerOf(service);
  const guarded = guard(endpoint, requestOnly, ({ message, send }) => send({ ...message, type: 'RAW', value: UNREADABLE }));
  expose((request: unknown) => answer(caller, request), guarded);
  return guarded.stop;
}

export interface RemoteService extends WorkflowService {
  /** Rejects the calls that have no answer yet, and those to come, with `Unavailable`. Idempotent. */
  close(reason?: string): void;
}

/**
 * The service at the other end of `endpoint`. A port does not tell that its peer has gone: whoever knows calls `close`.
 *
 * @throws {ServiceError} each method rejects as the service does; `Unavailable` once closed; `DeadlineExceeded` after `timeoutMs`, long polls excepted
 */
export function connectService(endpoint: Endpoint, options: { readonly timeoutMs?: Millis; readonly clock?: Clock } = {}): RemoteService {
  const { timeoutMs = DEFAULT_CALL_TIMEOUT, clock = systemClock } = options;
  const line = createCallLine({ clock, graceMs: GRACE, reason: 'the port is not open' });
  const carrier = openCarrier(endpoint);
  line.attach(carrier.call);
  return Object.assign(serviceOf(line.call, timeoutMs), {
    close(reason = 'the connection to the engine is closed') {
      carrier.stop();
      line.refuse(new ServiceError('Unavailable', `${reason}; connect again and repeat the call with the same request id`));
    },
  });
}

/** Calls across `endpoint`, without a memory of their own: a call whose peer dies stays open until whoever made it gives up. */
export function openCarrier(endpoint: Endpoint): { readonly call: Caller; readonly stop: () => void } {
  const guarded = guard(endpoint, answerOnly, ({ message, error, hear }) => hear({ ...message, type: 'RAW', value: notSent(error) }));
  const remote = wrap<(call: Call) => Answer>(guarded);
  return {
    call: (call) => remote(call).then(readAnswer),
    stop: guarded.stop,
  };
}

async function answer(caller: Caller, request: unknown): Promise<Answer> {
  try {
    return { ok: true, value: await caller(readRequest(request)) };
  } catch (error) {
    return { ok: false, error: encodeError(error) };
  }
}

function readRequest(request: unknown): Call {
  checkPlainData(request, 'the request');
  const { method, argument, timeoutMs } = request as Partial<Call>;
  if (!isServiceMethod(method) && !isReplayMethod(method)) throw unknownMethod(method);
  if (timeoutMs === undefined) return { method, argument };
  if (typeof timeoutMs !== 'number' || timeoutMs < 0)
    throw new ServiceError('InvalidArgument', `timeoutMs of ${method} is ${JSON.stringify(timeoutMs)}; give milliseconds`);
  return { method, argument, timeoutMs };
}

function readAnswer(answer: Answer): unknown {
  if (answer.ok) return answer.value;
  throw decodeError(answer.error);
}

function notSent(error: unknown): Answer {
  const message = `the request cannot be sent: ${error instanceof Error ? error.message : String(error)}; only plain JSON data can be sent`;
  return { ok: false, error: { code: 'InvalidArgument', message } };
}

/** A message that cannot be cloned, and what may be done about it. */
interface Refused {
  readonly message: { readonly id?: unknown };
  readonly error: unknown;
  /** Sends another one in its place. */
  readonly send: (message: object) => void;
  /** Lets Comlink hear this one, as if it had come in. */
  readonly hear: (message: object) => void;
}

/** The endpoint that Comlink gets: it hears only messages that `rebuild` could build anew. */
function guard(
  endpoint: Endpoint,
  rebuild: (data: unknown) => object | undefined,
  onRefused: (refused: Refused) => void,
): ComlinkEndpoint & { readonly stop: () => void } {
  const listeners: ((event: MessageEvent) => void)[] = [];
  let isStopped = false;
  /** A channel that is closed throws; a late answer, and what Comlink says when its proxy is collected, has no one to hear it. */
  const post = (message: unknown): void => {
    if (!isStopped) endpoint.postMessage(message);
  };
  const heard: ((event: MessageEvent) => void)[] = [];
  const hear = (data: object): void => {
    for (const listener of heard) listener({ data } as MessageEvent);
  };
  const batch = batchMessages(post, (message, error) => onRefused({ message, error, send: post, hear }));
  return {
    postMessage: (message) => batch.send(message as object),
    addEventListener(_type, listener) {
      heard.push(listener as (event: MessageEvent) => void);
      const guarded = (event: MessageEvent): void => {
        for (const message of messagesIn(event.data)) {
          const data = rebuild(message);
          if (data) (listener as (event: MessageEvent) => void)({ data } as MessageEvent);
        }
      };
      listeners.push(guarded);
      endpoint.addEventListener('message', guarded);
    },
    removeEventListener() {}, // Comlink takes its listener back on a RELEASE, which never passes
    start: () => endpoint.start?.(),
    stop() {
      isStopped = true;
      for (const listener of listeners.splice(0)) endpoint.removeEventListener('message', listener);
    },
  };
}

/** A call of the one function, with one raw argument. No path, no GET, SET, CONSTRUCT, ENDPOINT or RELEASE, no transfer handler. */
function requestOnly(data: unknown): object | undefined {
  if (!isRecord(data) || own(data, 'type') !== 'APPLY' || !isId(own(data, 'id'))) return undefined;
  const [path, list] = [own(data, 'path'), own(data, 'argumentList')];
  if (!Array.isArray(path) || path.length > 0 || !Array.isArray(list) || list.length !== 1) return undefined;
  const [argument] = list as readonly unknown[];
  if (!isRecord(argument) || own(argument, 'type') !== 'RAW' || !isRecord(own(argument, 'value'))) return undefined;
  return { id: own(data, 'id'), type: 'APPLY', path: [], argumentList: [{ type: 'RAW', value: own(argument, 'value') }] };
}

function answerOnly(data: unknown): object | undefined {
  if (!isRecord(data) || !isId(own(data, 'id'))) return undefined;
  const value = own(data, 'type') === 'RAW' ? own(data, 'value') : undefined;
  const isAnswer = isRecord(value) && typeof own(value, 'ok') === 'boolean';
  return { id: own(data, 'id'), type: 'RAW', value: isAnswer ? value : UNREADABLE };
}

/** Comlink answers so for a result that cannot be cloned. */
const UNREADABLE: Answer = { ok: false, error: { code: 'Internal', message: 'the engine gave an answer that cannot be sent; this is a bug of the engine' } };

const isId = (id: unknown): boolean => typeof id === 'string' && id.length > 0 && id.length <= 100;
