/**
 * Which activity's code is running: what `Context.current()` answers.
 *
 * Hosts with `AsyncLocalStorage` (Node, edge) know it always. Browsers do not carry a context across a native `await`: there it is known
 * until the first `await`, and after it as long as one activity alone runs in the realm. Otherwise take it first:
 * `const context = Context.current()` at the start, then `context.heartbeat()` wherever you are.
 */
import { IllegalStateError } from '../common/errors.ts';
import type { Context } from './context.ts';

/** The part of Node's `AsyncLocalStorage` that activities use. */
export interface ContextStorage {
  getStore(): Context | undefined;
  run<R>(context: Context, fn: () => R): R;
}

class RealmStorage implements ContextStorage {
  #current: Context | undefined;
  readonly #running = new Set<Context>();

  get size(): number {
    return this.#running.size;
  }

  getStore(): Context | undefined {
    if (this.#current || this.#running.size !== 1) return this.#current;
    const [only] = this.#running;
    return only;
  }

  run<R>(context: Context, fn: () => R): R {
    const before = this.#current;
    this.#current = context;
    this.#running.add(context);
    let result: R;
    try {
      result = fn();
    } catch (error) {
      this.#running.delete(context);
      throw error;
    } finally {
      this.#current = before;
    }
    const ended = (): boolean => this.#running.delete(context);
    if (isThenable(result)) result.then(ended, ended);
    else ended();
    return result;
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null)?.then === 'function';

/** Storage for hosts without `AsyncLocalStorage`; one for tests of that case. */
export const createRealmStorage = (): ContextStorage & { readonly size: number } => new RealmStorage();

/** One for a realm, also if two copies of this package are loaded in it. */
const STORAGE = Symbol.for('perdure.activity.context');
const realm = globalThis as unknown as { [STORAGE]?: ContextStorage };

interface Host {
  readonly process?: { getBuiltinModule?(name: string): { AsyncLocalStorage?: new () => ContextStorage } | undefined };
  readonly AsyncLocalStorage?: new () => ContextStorage;
}

function createStorage(): ContextStorage {
  const { process, AsyncLocalStorage } = globalThis as unknown as Host;
  const HostStorage = process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ?? AsyncLocalStorage;
  return HostStorage ? new HostStorage() : createRealmStorage();
}

realm[STORAGE] ??= createStorage();
export const asyncLocalStorage: ContextStorage = realm[STORAGE];

/** @throws {IllegalStateError} outside an activity, and where it cannot be known which one runs */
export function currentContext(storage: ContextStorage = asyncLocalStorage): Context {
  const context = storage.getStore();
  if (context) return context;
  const running = storage instanceof RealmStorage ? storage.size : 0;
  throw new IllegalStateError(
    running > 1
      ? `Activity context not known: ${running} activities run in this realm, and it has no AsyncLocalStorage that would tell them apart after an await. ` +
          'Take the context before the first await: const context = Context.current(); then use context.heartbeat(), context.sleep(), context.info'
      : 'Activity context not initialized: this was called outside an activity',
  );
}
