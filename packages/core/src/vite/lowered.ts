/**
 * What lowered code calls in place of `async`: the helpers that Oxc's transformer asks for, by its names and in its protocol, but with the
 * order of microtasks that the language has. A history made by native code must replay in lowered code, and the other way round.
 *
 * In the protocol, `await v` in an async generator is `yield awaitAsyncGenerator(v)`, and `yield* it` is
 * `yield* asyncGeneratorDelegate(asyncIterator(it))`; `yield v` stays, and the await that the language has in it is ours to do.
 */

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type GeneratorOf = (this: unknown, ...args: unknown[]) => Generator<unknown, unknown, unknown>;
type Mode = 'next' | 'throw' | 'return';
type Result = IteratorResult<unknown, unknown>;

/** There in a run that is replayed to tell where its code waits: see `workflow/waits.ts`. */
type CallRecorder = <R>(start: () => R, spawn: Spawn) => R;
type Spawn = (fn: GeneratorOf) => () => unknown;
const CALLS = Symbol.for('perdure.calls');
const realm = globalThis as unknown as { [CALLS]?: CallRecorder };

/** @param spawn shows how a call of this kind looks on the stack */
function call<R>(start: () => R, spawn: Spawn): R {
  const record = realm[CALLS];
  return record ? record(start, spawn) : start();
}

/** `async function` */
export function asyncToGenerator(fn: GeneratorOf): AnyFunction {
  return function (this: unknown, ...args) {
    return call(() => run(() => fn.apply(this, args)), asyncToGenerator);
  };
}

function run(start: () => Generator<unknown, unknown, unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const generator = start(); // may throw: defaults of parameters are the generator's
    const step = (mode: 'next' | 'throw', value: unknown): void => {
      let result: Result;
      try {
        result = generator[mode](value);
      } catch (error) {
        return reject(error);
      }
      if (result.done) resolve(result.value);
      else awaitThen(result.value, step);
    };
    step('next', undefined);
  });
}

function awaitThen(value: unknown, step: (mode: 'next' | 'throw', value: unknown) => void): void {
  let promise: Promise<unknown>;
  try {
    promise = Promise.resolve(value); // may read a getter that throws
  } catch (error) {
    return step('throw', error);
  }
  promise.then(
    (fulfilled) => step('next', fulfilled),
    (reason) => step('throw', reason),
  );
}

class Await {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** From a delegate: yielded as it is, without an await. */
class Yield {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** From a delegate: the generator around it returns with this value. */
class Return {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export const awaitAsyncGenerator = (value: unknown): Await => new Await(value);

interface Request {
  readonly mode: Mode;
  readonly value: unknown;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** `async function*` */
export function wrapAsyncGenerator(fn: GeneratorOf): AnyFunction {
  return function (this: unknown, ...args) {
    return new AsyncGeneratorObject(fn.apply(this, args));
  };
}

const spawnGenerator: Spawn = (fn) => () => new AsyncGeneratorObject(fn()).next();

const AsyncGeneratorPrototype: object = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)) as object;

/** An async generator, as the language describes it: requests queue up, and one that comes while the code runs is served when it yields. */
class AsyncGeneratorObject {
  readonly #generator: Generator<unknown, unknown, unknown>;
  readonly #queue: Request[] = [];
  #state: 'start' | 'yielded' | 'running' | 'completed' = 'start';
  /** What the code was last told to return with; a `finally` may be on its way still. */
  #returning: { readonly value: unknown } | undefined;

  constructor(generator: Generator<unknown, unknown, unknown>) {
    this.#generator = generator;
  }

  next(value?: unknown): Promise<Result> {
    return this.#request('next', value);
  }
  throw(value?: unknown): Promise<Result> {
    return this.#request('throw', value);
  }
  return(value?: unknown): Promise<Result> {
    return this.#request('return', value);
  }

  #request(mode: Mode, value: unknown): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ mode, value, resolve, reject });
      if (this.#state !== 'running') call(() => this.#serve(), spawnGenerator);
    });
  }

  /** Starts on the first request. */
  #serve(): void {
    const { mode, value } = this.#queue[0] as Request;
    if (this.#state === 'start' && mode !== 'next') this.#state = 'completed';
    if (this.#state === 'completed') return this.#serveCompleted();
    const isFirst = this.#state === 'start';
    this.#state = 'running';
    // Returned to at a `yield`, the code awaits the value before it returns.
    if (mode === 'return' && !isFirst) awaitThen(value, (settled, result) => this.#resume(settled === 'next' ? 'return' : 'throw', result));
    else this.#resume(mode, value);
  }

  #serveCompleted(): void {
    while (this.#queue.length > 0) {
      const { mode, value } = this.#queue[0] as Request;
      if (mode === 'next') this.#settle({ value: undefined, done: true });
      else if (mode === 'throw') this.#fail(value);
      else {
        this.#state = 'running';
        return awaitThen(value, (settled, result) => {
          this.#state = 'completed';
          if (settled === 'next') this.#settle({ value: result, done: true });
          else this.#fail(result);
          this.#serveCompleted();
        });
      }
    }
  }

  #resume(mode: Mode, value: unknown): void {
    if (mode === 'return') this.#returning = { value };
    let result: Result;
    try {
      result = this.#generator[mode](value);
    } catch (error) {
      return this.#complete(() => this.#fail(error));
    }
    if (result.done) return this.#returned(result.value);
    if (result.value instanceof Await) return awaitThen(result.value.value, (settled, awaited) => this.#resume(settled, awaited));
    if (result.value instanceof Return) return this.#resume('return', result.value.value);
    if (result.value instanceof Yield) return this.#yield(result.value.value);
    awaitThen(result.value, (settled, awaited) => (settled === 'next' ? this.#yield(awaited) : this.#resume('throw', awaited)));
  }

  #yield(value: unknown): void {
    this.#state = 'yielded';
    this.#settle({ value, done: false });
    if (this.#queue.length > 0) this.#serve();
  }

  /** `return value` awaits the value; the end of the function, and a return from outside, do not. */
  #returned(value: unknown): void {
    if (value === undefined || (this.#returning && Object.is(this.#returning.value, value))) return this.#complete(() => this.#settle({ value, done: true }));
    awaitThen(value, (settled, result) => this.#complete(() => (settled === 'next' ? this.#settle({ value: result, done: true }) : this.#fail(result))));
  }

  #complete(settle: () => void): void {
    this.#state = 'completed';
    settle();
    this.#serveCompleted();
  }

  #settle(result: Result): void {
    (this.#queue.shift() as Request).resolve(result);
  }
  #fail(reason: unknown): void {
    (this.#queue.shift() as Request).reject(reason);
  }
}
// Inherits `Symbol.asyncIterator` and what else the language gives to async iterators.
Object.setPrototypeOf(AsyncGeneratorObject.prototype, AsyncGeneratorPrototype);

type Inner = AsyncIterator<unknown, unknown, unknown>;

/** `yield*` in an async generator: an iterator that asks the generator around it to await. */
export function asyncGeneratorDelegate(inner: Inner): Iterator<unknown, unknown, unknown> & Iterable<unknown> {
  let isFinishing = false;
  /** What to do with the result of the await that is under way. */
  let onResult: ((result: unknown) => Result) | undefined;

  const asked = (answer: unknown, mode: Mode): Result => {
    onResult = (result) => {
      if (typeof result !== 'object' || result === null) throw new TypeError(`Iterator result ${String(result)} is not an object`);
      const { done, value } = result as Result;
      if (!done) return { value: new Yield(value), done: false };
      if (mode !== 'return') return { value, done: true };
      isFinishing = true;
      return { value: new Return(value), done: false };
    };
    return { value: new Await(answer), done: false };
  };
  const takeResult = (result: unknown): Result => {
    const take = onResult as (result: unknown) => Result;
    onResult = undefined;
    return take(result);
  };

  return {
    [Symbol.iterator]() {
      return this;
    },
    next: (value) => (onResult ? takeResult(value) : asked(inner.next(value), 'next')),
    throw(error) {
      if (onResult) throw error; // what was awaited is rejected
      if (inner.throw) return asked(inner.throw(error), 'throw');
      const refuse = (): never => {
        throw new TypeError('The iterator does not provide a "throw" method');
      };
      if (!inner.return) return refuse();
      onResult = refuse;
      return { value: new Await(inner.return()), done: false };
    },
    return(value) {
      if (isFinishing || !inner.return) return { value, done: true };
      return asked(inner.return(value), 'return');
    },
  };
}

/** The iterator of `for await` and `yield*`: the object's own asynchronous one, or its synchronous one with its values awaited. */
export function asyncIterator(iterable: AsyncIterable<unknown> | Iterable<unknown>): Inner {
  const asynchronous = (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator];
  if (asynchronous !== undefined && asynchronous !== null) return asynchronous.call(iterable);
  const synchronous = (iterable as Iterable<unknown>)[Symbol.iterator];
  if (typeof synchronous !== 'function') throw new TypeError('Object is not async iterable');
  return fromSync(synchronous.call(iterable));
}

function fromSync(inner: Iterator<unknown, unknown, unknown>): Inner {
  const settle = (result: () => Result, closes: boolean): Promise<Result> =>
    new Promise((resolve, reject) => {
      const { done = false, value } = result();
      let promise: Promise<unknown>;
      try {
        promise = Promise.resolve(value);
      } catch (error) {
        if (!done && closes) inner.return?.();
        return reject(error);
      }
      promise.then(
        (settled) => resolve({ value: settled, done } as Result),
        (reason) => {
          if (!done && closes) inner.return?.();
          reject(reason);
        },
      );
    });
  return {
    next: (value) => settle(() => inner.next(value), true),
    return: (value) => (inner.return ? settle(() => (inner.return as NonNullable<typeof inner.return>)(value), false) : Promise.resolve({ value, done: true })),
    throw(error) {
      if (inner.throw) return settle(() => (inner.throw as NonNullable<typeof inner.throw>)(error), true);
      inner.return?.();
      return Promise.reject(new TypeError('The iterator does not provide a "throw" method'));
    },
  };
}
