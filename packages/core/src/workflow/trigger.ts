/** A promise that is settled from outside of it, and cancelled with its scope. */
import type { Activator } from './activator.ts';
import { assertInWorkflowContext } from './current.ts';
import { handled } from './promises.ts';
import { CancellationScope } from './scope.ts';

export class Trigger<T> implements PromiseLike<T> {
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (reason?: unknown) => void;
  readonly #promise: Promise<T>;
  readonly #waitsHere: (() => void) | undefined;

  constructor() {
    const activator = assertInWorkflowContext('Trigger may only be used from a Workflow Execution');
    const { waits } = activator;
    if (waits) {
      const made = waits.here();
      this.#waitsHere = () => waits.during(this.#promise, waits.here(made));
    }
    const settle = once(activator);
    let resolve!: (value: T | PromiseLike<T>) => void;
    let reject!: (reason?: unknown) => void;
    this.#promise = new Promise<T>((onResolve, onReject) => {
      const scope = CancellationScope.current();
      if (scope.cancellable) scope.cancellation.then(undefined, settle(onReject));
      resolve = settle(onResolve);
      reject = settle(onReject);
    });
    this.resolve = resolve;
    this.reject = reject;
    handled(this.#promise);
  }

  // biome-ignore lint/suspicious/noThenProperty: a trigger is awaited
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#waitsHere?.();
    return this.#promise.then(onFulfilled, onRejected);
  }
}

/** Counts the trigger as open until it is settled for the first time. */
function once(activator: Activator): <V>(settle: (value: V) => void) => (value: V) => void {
  let isOpen = true;
  activator.openTriggers++;
  return (settle) => (value) => {
    if (isOpen) activator.openTriggers--;
    isOpen = false;
    settle(value);
  };
}
