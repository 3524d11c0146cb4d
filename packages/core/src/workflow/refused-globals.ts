/** What workflow code may not use, since a replay could not repeat what it does: refused in words. */
import { isAllowed } from './allowed-globals.ts';
import { mayUseHost } from './ambient.ts';
import { DeterminismViolationError } from './errors.ts';
import { replaceGlobal } from './replace-global.ts';

type AnyFunction = (...args: unknown[]) => unknown;
type Constructable = (new (...args: unknown[]) => object) & AnyFunction;

const host = globalThis as unknown as Record<string, unknown>;

const NETWORK = 'Use an activity.';
const TIMER = 'Use sleep() or setTimeout().';
const MESSAGES = 'Use signals, or an activity.';
const COLLECTOR = 'When garbage is collected is not deterministic, and the effect can be seen.';

/** In every realm. In a dedicated one, all else that is not allowed goes too. */
const REFUSED: Readonly<Record<string, string>> = {
  WeakRef: COLLECTOR,
  FinalizationRegistry: COLLECTOR,
  fetch: NETWORK,
  XMLHttpRequest: NETWORK,
  WebSocket: NETWORK,
  EventSource: NETWORK,
  WebTransport: NETWORK,
  setInterval: TIMER,
  setImmediate: TIMER,
  requestAnimationFrame: TIMER,
  requestIdleCallback: TIMER,
  Worker: NETWORK,
  SharedWorker: NETWORK,
  BroadcastChannel: MESSAGES,
  MessageChannel: MESSAGES,
  CompressionStream: NETWORK,
  DecompressionStream: NETWORK,
  ReadableStream: 'Streams settle in different orders in different browsers.',
  WritableStream: 'Streams settle in different orders in different browsers.',
  TransformStream: 'Streams settle in different orders in different browsers.',
  createImageBitmap: NETWORK,
  importScripts: 'Import at the top of the module.',
};

export const refusal = (name: string, advice: string): DeterminismViolationError =>
  new DeterminismViolationError(`${name} cannot be used in workflow code: a replay could not repeat what it does. ${advice}`);

/** The host's function, for whom may use it; `typeof`, statics and `instanceof` stay as they are. */
function refusing(name: string, target: Constructable, advice: string): Constructable {
  const check = (): void => {
    if (!mayUseHost()) throw refusal(name, advice);
  };
  return new Proxy(target, {
    apply(fn, self, args) {
      check();
      return Reflect.apply(fn, self === undefined ? globalThis : self, args);
    },
    construct(fn, args, newTarget) {
      check();
      return Reflect.construct(fn, args, newTarget);
    },
  });
}

/** In every realm: for workflow code alone. */
export function refuseGlobals(): void {
  for (const [name, advice] of Object.entries(REFUSED))
    if (typeof host[name] === 'function') replaceGlobal(name, refusing(name, host[name] as Constructable, advice));
  refuseMethods();
}

/** Functions that hang on objects which are allowed otherwise. */
function refuseMethods(): void {
  const methods: readonly (readonly [string, string, string])[] = [
    ['AbortSignal', 'timeout', TIMER],
    ['Atomics', 'wait', TIMER],
    ['Atomics', 'waitAsync', TIMER],
    ['WebAssembly', 'compile', 'Import the module, or use an activity.'],
    ['WebAssembly', 'instantiate', 'Import the module, or use an activity.'],
    ['WebAssembly', 'compileStreaming', NETWORK],
    ['WebAssembly', 'instantiateStreaming', NETWORK],
  ];
  for (const [owner, method, advice] of methods) {
    const object = host[owner] as Record<string, unknown> | undefined;
    if (typeof object?.[method] !== 'function') continue;
    Object.defineProperty(object, method, {
      configurable: true,
      writable: true,
      value: refusing(`${owner}.${method}`, object[method] as Constructable, advice),
    });
  }
}

/** An object that libraries ask for: it is there, and every use of it is refused. */
const refusingObject = (name: string): object =>
  new Proxy(
    {},
    {
      get(_target, key) {
        if (typeof key === 'symbol') return undefined;
        throw refusal(`${name}.${key}`, NETWORK);
      },
    },
  );

/** Functions refuse; what libraries ask for to know where they are is gone; storages are there and refuse. */
export function removeTheRest(): void {
  for (let holder: object | null = globalThis; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (isAllowed(name) || name in REFUSED) continue;
      const value = valueIn(holder, name);
      if (typeof value === 'function') replaceGlobal(name, refusing(name, value as Constructable, NETWORK));
      else replaceGlobal(name, name === 'indexedDB' || name === 'caches' ? refusingObject(name) : undefined);
    }
  }
}

function valueIn(holder: object, name: string): unknown {
  try {
    return Reflect.get(holder, name, globalThis);
  } catch {
    return undefined; // a getter that wants another receiver
  }
}
