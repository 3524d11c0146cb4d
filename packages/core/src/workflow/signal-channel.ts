/** A signal as a channel, as Go's SDK has it: signals queue up, and workflow code takes them one by one when it wants them. */
import { IllegalStateError } from '../common/errors.ts';
import { throwIfReservedName } from '../common/reserved.ts';
import type { Activator } from './activator.ts';
import { assertMayCommand } from './current.ts';
import { inCurrentScope } from './scope.ts';

export interface SignalChannel<T> {
  readonly name: string;
  /** Signals that nobody has taken yet. */
  readonly length: number;
  /** The next signal's first argument. Rejected when the scope is cancelled; the signal is then left for the next receiver. */
  receive(): Promise<T>;
  /**
   * The next signal's first argument, or `undefined` when none is there; for a signal without arguments `length` tells the two apart.
   * Take all of them before the workflow ends.
   */
  receiveAsync(): T | undefined;
  /** Never ends; leave it with `break`. */
  [Symbol.asyncIterator](): AsyncIterator<T, never>;
}

class Channel<T> implements SignalChannel<T> {
  readonly name: string;
  readonly #queue: T[] = [];
  readonly #receivers = new Set<(value: T) => void>();

  constructor(name: string) {
    this.name = name;
  }

  get length(): number {
    return this.#queue.length;
  }

  receiveAsync(): T | undefined {
    return this.#queue.shift();
  }

  receive(): Promise<T> {
    let waiting: ((value: T) => void) | undefined;
    return inCurrentScope<T>(
      (resolve) => {
        if (this.#queue.length > 0) return resolve(this.#queue.shift() as T);
        waiting = resolve;
        this.#receivers.add(resolve);
      },
      (reason, reject) => {
        if (waiting && this.#receivers.delete(waiting)) reject(reason);
      },
    );
  }

  /** A signal came. */
  take(args: unknown[]): void {
    const value = args[0] as T;
    const [receiver] = this.#receivers;
    if (!receiver) {
      this.#queue.push(value);
      return;
    }
    this.#receivers.delete(receiver);
    receiver(value);
  }

  [Symbol.asyncIterator](): AsyncIterator<T, never> {
    return { next: () => this.receive().then((value) => ({ done: false, value })) };
  }
}

const channels = new WeakMap<Activator, Map<string, Channel<unknown>>>();

/**
 * The channel of a signal. All calls with one name give the same one; signals that came before are in it.
 *
 * @throws {IllegalStateError} if the signal has a handler
 */
export function getSignalChannel<T = unknown>(signal: string | { readonly name: string }): SignalChannel<T> {
  const activator = assertMayCommand('Workflow.getSignalChannel(...)');
  const name = typeof signal === 'string' ? signal : signal.name;
  throwIfReservedName('signal', name);
  const own = channels.get(activator) ?? new Map<string, Channel<unknown>>();
  channels.set(activator, own);
  const existing = own.get(name);
  if (existing) return existing as Channel<T>;
  const { handlers } = activator;
  if (handlers.signals.has(name))
    throw new IllegalStateError(`Signal "${name}" has a handler (setHandler); it cannot be received by a channel too. Use one of them.`);
  const channel = new Channel<T>(name);
  own.set(name, channel as Channel<unknown>);
  handlers.channels.set(name, { receive: (args) => channel.take(args) });
  handlers.dispatchBufferedSignals();
  return channel;
}
