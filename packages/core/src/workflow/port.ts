/**
 * The sandbox in a Worker: a small protocol of our own over a message port; activations come in batches. Not Comlink: it draws from `Math.random`, and a
 * message could reach any property of what it exposes.
 */
import { IllegalStateError } from '../common/errors.ts';
import { gather } from '../common/gather.ts';
import type { ActivationCompletion, Sandbox, WorkflowActivation } from '../protocol/activation.ts';
import { hostThen } from './host.ts';
import { createSandbox, type SandboxOptions } from './sandbox.ts';

/** What `MessagePort`, `Worker` and a worker's own scope have in common. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start?(): void;
  close?(): void;
}

/** Activations in one message. */
const MOST_ITEMS = 64;
/** How long a removal waits for something to go with, in ms. */
const REMOVAL_DELAY = 20;

interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}
type Settled<T> = { readonly value: T } | { readonly error: WireError };

interface Item {
  readonly id: number;
  readonly activation: WorkflowActivation;
}
interface Result {
  readonly id: number;
  readonly result: Settled<ActivationCompletion>;
}

type Request = { readonly kind: 'ready' } | { readonly kind: 'activate'; readonly items: readonly Item[] } | { readonly kind: 'close' };

type Answer =
  | { readonly kind: 'ready'; readonly result: Settled<readonly string[]> }
  | { readonly kind: 'activated'; readonly results: readonly Result[] }
  | { readonly kind: 'closed' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Runs a sandbox for the other side of `port`. Call it first thing in the Worker: it replaces the globals before it returns.
 *
 * @param options.realm @defaultValue "dedicated"
 */
export function serveSandbox(port: MessagePortLike, options: SandboxOptions): void {
  // Taken before the globals are: in a Worker, `port` may be the scope itself.
  const post = port.postMessage.bind(port) as (answer: Answer) => void;
  const listen = port.addEventListener.bind(port);
  const start = port.start?.bind(port);
  const sandbox = createSandbox({ realm: 'dedicated', ...options });
  const queue: Item[] = [];
  let removed: Result[] = [];
  let isBusy = false;
  listen('message', ({ data }) => {
    const request = asRequest(data);
    if (request === undefined) return post({ kind: 'refused', reason: `a sandbox knows ready, activate and close; it was sent ${describe(data)}` });
    switch (request.kind) {
      case 'ready':
        return settle(sandbox.ready(), (result) => post({ kind: 'ready', result }));
      case 'activate':
        queue.push(...request.items);
        return isBusy ? undefined : work();
      case 'close':
        return settle(sandbox.close(), () => post({ kind: 'closed' }));
    }
  });
  start?.();

  /** One after the other. A result is on its way before the next run's code begins: should that hang, nobody else is kept waiting or blamed. */
  function work(): void {
    const item = queue.shift();
    isBusy = item !== undefined;
    if (removed.length > 0 && !(item && isRemoval(item.activation))) {
      post({ kind: 'activated', results: removed });
      removed = [];
    }
    if (!item) return;
    settle(sandbox.activate(item.activation), (result) => {
      if (isRemoval(item.activation)) removed.push({ id: item.id, result });
      else post({ kind: 'activated', results: [{ id: item.id, result }] });
      work();
    });
  }
}

const isRemoval = ({ jobs }: WorkflowActivation): boolean => jobs[0]?.type === 'removeFromCache';

function asRequest(data: unknown): Request | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, items } = data as { kind?: unknown; items?: unknown };
  if (kind === 'ready' || kind === 'close') return { kind };
  if (kind !== 'activate' || !Array.isArray(items)) return undefined;
  const isItem = (item: unknown): boolean => {
    const { id, activation } = (item ?? {}) as { id?: unknown; activation?: { runId?: unknown; jobs?: unknown } };
    return typeof id === 'number' && typeof activation?.runId === 'string' && Array.isArray(activation.jobs);
  };
  return items.every(isItem) ? (data as Request) : undefined;
}

function describe(data: unknown): string {
  if (typeof data !== 'object' || data === null) return typeof data;
  return `an object of kind ${JSON.stringify((data as { kind?: unknown }).kind)}`;
}

function settle<T>(promise: Promise<T>, done: (result: Settled<T>) => void): void {
  hostThen.call(
    promise,
    (value) => done({ value: value as T }),
    (error) => done({ error: toWireError(error) }),
  );
}

function toWireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}

function fromWireError({ name, message, stack }: WireError): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (stack !== undefined) error.stack = stack;
  return error;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** The other side of `serveSandbox`. If the Worker dies, `close()` rejects what still waits for it. */
export function connectSandbox(port: MessagePortLike): Sandbox {
  return new RemoteSandbox(port);
}

class RemoteSandbox implements Sandbox {
  readonly #port: MessagePortLike;
  readonly #waiting = new Map<number, Waiting<ActivationCompletion>>();
  readonly #unsent: (item: Item) => void;
  /** Removals, which nobody waits for: they go behind what is sent next, or after a while. */
  #removals: Item[] = [];
  #nextId = 1;
  #types: Promise<readonly string[]> | undefined;
  #waitingForTypes: Waiting<readonly string[]> | undefined;
  #closed: Error | undefined;

  constructor(port: MessagePortLike) {
    this.#port = port;
    this.#unsent = gather<Item>(MOST_ITEMS, (items) => this.#sendItems(items));
    port.addEventListener('message', ({ data }) => this.#receive(data as Answer));
    port.start?.();
  }

  ready(): Promise<readonly string[]> {
    if (this.#closed) return Promise.reject(this.#closed);
    this.#types ??= new Promise((resolve, reject) => {
      this.#waitingForTypes = { resolve, reject };
      this.#send({ kind: 'ready' });
    });
    return this.#types;
  }

  activate(activation: WorkflowActivation): Promise<ActivationCompletion> {
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      if (isRemoval(activation)) this.#sendLater({ id, activation });
      else this.#unsent({ id, activation });
    });
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#send({ kind: 'close' });
      this.#end(new IllegalStateError('The sandbox was closed before it answered'));
    }
    return Promise.resolve();
  }

  #sendLater(item: Item): void {
    this.#removals.push(item);
    if (this.#removals.length === 1) setTimeout(() => this.#sendItems([]), REMOVAL_DELAY);
    if (this.#removals.length >= MOST_ITEMS) this.#sendItems([]);
  }

  /** Removals come last, so that one message says of all of them that they are done: but not behind a run that begins anew. */
  #sendItems(items: readonly Item[]): void {
    const removals = this.#removals;
    this.#removals = [];
    if (this.#closed || items.length + removals.length === 0) return;
    const begun = new Set(items.map(({ activation }) => activation.runId));
    const isBegun = ({ activation }: Item): boolean => begun.has(activation.runId);
    this.#send({ kind: 'activate', items: [...removals.filter(isBegun), ...items, ...removals.filter((item) => !isBegun(item))] });
  }

  #send(request: Request): void {
    this.#port.postMessage(request);
  }

  #receive(answer: Answer): void {
    switch (answer.kind) {
      case 'ready': {
        const waiting = this.#waitingForTypes;
        this.#waitingForTypes = undefined;
        if (waiting) resolveWith(waiting, answer.result);
        return;
      }
      case 'activated':
        for (const { id, result } of answer.results) this.#settle(id, result);
        return;
      case 'closed':
        return;
      case 'refused':
        return this.#end(new IllegalStateError(`The sandbox refused a message: ${answer.reason}`));
      default:
        return this.#end(new IllegalStateError(`The sandbox sent what nobody understands: ${describe(answer)}`));
    }
  }

  #settle(id: number, result: Settled<ActivationCompletion>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) resolveWith(waiting, result);
  }

  /** Nothing will be answered any more. */
  #end(reason: Error): void {
    this.#closed = reason;
    const waiting: Pick<Waiting<never>, 'reject'>[] = [...this.#waiting.values()];
    if (this.#waitingForTypes) waiting.push(this.#waitingForTypes);
    this.#waiting.clear();
    this.#waitingForTypes = undefined;
    for (const { reject } of waiting) reject(reason);
  }
}

function resolveWith<T>(waiting: Waiting<T>, result: Settled<T>): void {
  if ('value' in result) waiting.resolve(result.value);
  else waiting.reject(fromWireError(result.error));
}
