/** The host's own globals, taken when this module loads: the sandbox itself must never use the ones that it replaces. */

const scope = globalThis as unknown as Record<string, unknown>;

/** A function of the host, bound so that it can be called from anywhere, or `undefined` where the host has none. */
function bound<F extends (...args: never[]) => unknown>(name: string): F | undefined {
  const value = scope[name];
  return typeof value === 'function' ? (value.bind(globalThis) as F) : undefined;
}

export const HostDate: DateConstructor = Date;
export const hostNow: () => number = Date.now;
export const hostRandom: () => number = Math.random;
export const hostThen: typeof Promise.prototype.then = Promise.prototype.then;
export const hostClone: ((value: unknown) => unknown) | undefined = bound('structuredClone');
export const hostSetImmediate: ((fn: () => void) => unknown) | undefined = bound('setImmediate');
export const hostSetTimeout: ((fn: () => void, ms: number) => unknown) | undefined = bound('setTimeout');
export const HostMessageChannel: typeof MessageChannel | undefined = globalThis.MessageChannel;
export const HostPromise: PromiseConstructor = Promise;

interface NodeLike {
  readonly versions?: { readonly node?: string };
  readonly getBuiltinModule?: (name: string) => unknown;
  emit?: (event: string | symbol, ...args: unknown[]) => boolean;
  /** Present even where nobody asked for it, so that its absence means a browser. */
  readonly listenerCount?: (event: string) => number;
}

/** Node's `process`, also as Deno, Bun and workerd offer it. */
export const hostProcess: NodeLike | undefined = scope['process'] as NodeLike | undefined;

export interface HostAsyncLocalStorage<T> {
  getStore(): T | undefined;
  run<R>(store: T, fn: () => R): R;
  enterWith?(store: T): void;
}
export type HostAsyncLocalStorageClass = new <T>() => HostAsyncLocalStorage<T>;

/** `AsyncLocalStorage` of the host: Node and most edge runtimes have it, browsers do not. */
export function findAsyncLocalStorage(): HostAsyncLocalStorageClass | undefined {
  const hooks = hostProcess?.getBuiltinModule?.('node:async_hooks') as { AsyncLocalStorage?: HostAsyncLocalStorageClass } | undefined;
  return hooks?.AsyncLocalStorage ?? (scope['AsyncLocalStorage'] as HostAsyncLocalStorageClass | undefined);
}
