/**
 * The context that outlives `await`: which run's code is running, and the values of `AsyncLocalStorage`s (cancellation scopes are one).
 * It is carried by the host's `AsyncLocalStorage` where there is one. Elsewhere it rides on `Promise.prototype.then`, which native
 * `await` goes around: workflow code must be lowered to `then` (the Vite plugin does it).
 */
import { findAsyncLocalStorage, hostThen } from './host.ts';

/** Whose code runs in a frame. */
export interface FrameOwner {
  /** A function of the run's code is a native async function, so that a context would be lost at its first `await`. */
  readonly hasNativeAsync: boolean;
  /** The calls of its async functions are kept, to tell where they wait. */
  readonly isRecordingCalls: boolean;
}

/** The stack of a call, and of the calls around it: those of the async functions that the code at the call is in. */
export interface CallSite {
  readonly error: Error;
  readonly callers: CallSite | undefined;
}

/** What is current at one point of asynchronous code. Never changed: a nested value makes a new frame. */
export interface Frame<Owner extends FrameOwner = FrameOwner> {
  readonly owner: Owner | undefined;
  readonly values: ReadonlyMap<object, unknown> | undefined;
  /** Code that the sandbox lets out on purpose (`sideEffect`): it gets the host's globals. */
  readonly isHost?: true;
  /** The call of the async function that the code is in: in lowered code of a run that records calls. */
  readonly calledFrom?: CallSite | undefined;
}

export interface Carrier {
  readonly kind: 'host' | 'lowered';
  current(): Frame | undefined;
  run<R>(frame: Frame | undefined, fn: () => R): R;
  /** Makes `frame` current until the end of this piece of code, and for what it starts. */
  enter(frame: Frame): void;
  /** Makes `frame` current where nothing else is until `endTurn`: for code that awaits natively. Does nothing where the host knows better. */
  beginTurn(frame: Frame): void;
  endTurn(): void;
}

function hostCarrier(AsyncLocalStorageClass: NonNullable<ReturnType<typeof findAsyncLocalStorage>>): Carrier {
  const storage = new AsyncLocalStorageClass<Frame | undefined>();
  return {
    kind: 'host',
    current: () => storage.getStore(),
    run: (frame, fn) => storage.run(frame, fn),
    enter(frame) {
      if (!storage.enterWith) throw new Error('AsyncLocalStorage of this host has no enterWith(); use run()');
      storage.enterWith(frame);
    },
    beginTurn() {},
    endTurn() {},
  };
}

/** The context that rides on `then`. Installing it twice would wrap every callback twice: see `carrier`. */
function loweredCarrier(): Carrier {
  let current: Frame | undefined;

  function bind(frame: Frame, fn: unknown): unknown {
    if (typeof fn !== 'function') return fn;
    return (value: unknown) => {
      const before = current;
      current = frame;
      try {
        return fn(value);
      } finally {
        current = before;
      }
    };
  }
  Object.defineProperty(Promise.prototype, 'then', {
    configurable: true,
    writable: true,
    value: function then(this: Promise<unknown>, onFulfilled: unknown, onRejected: unknown): Promise<unknown> {
      const frame = current;
      if (frame === undefined) return Reflect.apply(hostThen, this, [onFulfilled, onRejected]);
      return Reflect.apply(hostThen, this, [bind(frame, onFulfilled), bind(frame, onRejected)]);
    },
  });

  return {
    kind: 'lowered',
    current: () => current,
    run(frame, fn) {
      const before = current;
      current = frame;
      try {
        return fn();
      } finally {
        current = before;
      }
    },
    enter(frame) {
      current = frame;
    },
    beginTurn(frame) {
      current = frame;
    },
    endTurn() {
      current = undefined;
    },
  };
}

/** One for a realm, also if two copies of this package are loaded in it. */
const CARRIER = Symbol.for('perdure.context');
const realm = globalThis as unknown as { [CARRIER]?: Carrier };

/**
 * Chooses how the context is carried. The choice is the realm's and is made once.
 *
 * @param kind "lowered" even where the host has an `AsyncLocalStorage`; by default that is used where it exists
 * @throws {Error} if the other one is in use already
 */
export function useContext(kind?: Carrier['kind']): Carrier {
  const existing = realm[CARRIER];
  if (existing) {
    if (kind && existing.kind !== kind)
      throw new Error(
        `The context of this realm is carried by "${existing.kind}" already; "${kind}" was asked for. Choose before the first sandbox or AsyncLocalStorage is used.`,
      );
    return existing;
  }
  const hostClass = kind === 'lowered' ? undefined : findAsyncLocalStorage();
  if (kind === 'host' && !hostClass) throw new Error('This host has no AsyncLocalStorage; lower workflow code with perdure() of @perdure/core/vite instead.');
  const carrier = hostClass ? hostCarrier(hostClass) : loweredCarrier();
  Object.defineProperty(realm, CARRIER, { value: carrier, enumerable: false, configurable: true });
  return carrier;
}

export const currentFrame = (): Frame | undefined => realm[CARRIER]?.current();

/** The frame of `sideEffect`: no run, no values, the host's globals. */
export const HOST_FRAME: Frame = { owner: undefined, values: undefined, isHost: true };

export const isNativeAsync = (fn: unknown): boolean => {
  const tag = Object.prototype.toString.call(fn);
  return tag === '[object AsyncFunction]' || tag === '[object AsyncGeneratorFunction]';
};

/** Refuses a nested context that native `await` would lose. */
export function assertContextSurvives(what: string, fn: unknown): void {
  const carrier = useContext();
  if (carrier.kind === 'host') return;
  if (!isNativeAsync(fn) && !carrier.current()?.owner?.hasNativeAsync) return;
  throw new Error(
    `${what} needs a context that outlives await, and this host has no AsyncLocalStorage: native async functions lose it. ` +
      'Add the plugin perdure() of "@perdure/core/vite" to plugins and worker.plugins of your Vite configuration, which lowers async code in the modules of your workflows.',
  );
}

/** Runs `fn` with `value` under `key`, now and in what it starts, without asking whether the code of `fn` keeps a context. */
export function runWith<R>(key: object, value: unknown, fn: () => R): R {
  const carrier = useContext();
  return carrier.run(withValue(carrier.current(), key, value), fn);
}

export const contextValue = (key: object): unknown => currentFrame()?.values?.get(key);

function withValue(frame: Frame | undefined, key: object, value: unknown): Frame {
  const values = new Map(frame?.values);
  values.set(key, value);
  return frame?.calledFrom ? { owner: frame.owner, values, calledFrom: frame.calledFrom } : { owner: frame?.owner, values };
}

/** A value that follows asynchronous code, with the interface of Node's class, in browsers too. */
export class AsyncLocalStorage<T> {
  #isDisabled = false;

  getStore(): T | undefined {
    return this.#isDisabled ? undefined : (contextValue(this) as T | undefined);
  }

  /** @throws {Error} in browsers if the workflow's code is not lowered */
  run<R, Args extends unknown[]>(store: T, fn: (...args: Args) => R, ...args: Args): R {
    assertContextSurvives('AsyncLocalStorage.run()', fn);
    this.#isDisabled = false;
    return runWith(this, store, () => fn(...args));
  }

  exit<R, Args extends unknown[]>(fn: (...args: Args) => R, ...args: Args): R {
    return runWith(this, undefined, () => fn(...args));
  }

  enterWith(store: T): void {
    assertContextSurvives('AsyncLocalStorage.enterWith()', undefined);
    this.#isDisabled = false;
    const carrier = useContext();
    carrier.enter(withValue(carrier.current(), this, store));
  }

  disable(): void {
    this.#isDisabled = true;
  }

  /** A function that runs others in the context of this call. */
  static snapshot(): <R, Args extends unknown[]>(fn: (...args: Args) => R, ...args: Args) => R {
    const carrier = useContext();
    const frame = carrier.current();
    return (fn, ...args) => carrier.run(frame, () => fn(...args));
  }

  /** `fn`, to run in the context of this call. */
  static bind<R, Args extends unknown[]>(fn: (...args: Args) => R): (...args: Args) => R {
    const carrier = useContext();
    const frame = carrier.current();
    return (...args) => carrier.run(frame, () => fn(...args));
  }
}
