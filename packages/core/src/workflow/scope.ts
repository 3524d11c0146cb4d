/**
 * Cancellation scopes: what they contain is cancelled together. A scope is a value of the context.
 * In which order its parts hear of a cancellation is part of what histories record: see the order of subscriptions below.
 */
import { type Duration, optionalMillis } from '../common/duration.ts';
import { IllegalStateError } from '../common/errors.ts';
import { CancelledFailure } from '../common/failures.ts';
import type { Activator } from './activator.ts';
import { assertContextSurvives, contextValue, runWith } from './context.ts';
import { assertInWorkflowContext } from './current.ts';
import { SdkFlag } from './flags.ts';
import { awaitedFinally, handled } from './promises.ts';

export interface CancellationScopeOptions {
  /** Cancels the scope when it is over; only with `cancellable`. */
  readonly timeout?: Duration | undefined;
  /** False shields what is in the scope from the cancellation of scopes around it. @defaultValue true */
  readonly cancellable?: boolean | undefined;
  /** @defaultValue the current one */
  readonly parent?: CancellationScope | undefined;
}

/** The key of the context. */
const CURRENT = {};
const NOT_IN_CONTEXT = 'CancellationScope may only be used from a Workflow Execution';

/** Scopes need `sleep`, and `sleep` needs scopes. */
let sleep = (_ms: number): Promise<void> => {
  throw new IllegalStateError('Workflow has not been properly initialized');
};
export function provideSleep(implementation: typeof sleep): void {
  sleep = implementation;
}

export class CancellationScope {
  readonly timeout: number | undefined;
  readonly cancellable: boolean;
  readonly parent: CancellationScope | undefined;
  /** Rejected when the scope is cancelled. For the sandbox itself: user code looks at `cancelRequested`. @internal */
  readonly cancellation: Promise<never>;
  readonly #activator: Activator;
  #isCancelRequested = false;
  #rejectCancellation!: (reason: unknown) => void;

  constructor(options: CancellationScopeOptions = {}, root?: Activator) {
    this.#activator = root ?? assertInWorkflowContext(NOT_IN_CONTEXT);
    this.timeout = optionalMillis(options.timeout, 'CancellationScopeOptions.timeout');
    this.cancellable = options.cancellable ?? true;
    this.cancellation = new Promise((_resolve, reject) => {
      this.#rejectCancellation = reject;
    });
    handled(this.cancellation);
    this.parent = root ? undefined : (options.parent ?? CancellationScope.current());
    if (this.parent) this.#linkTo(this.parent);
  }

  #linkTo(parent: CancellationScope): void {
    const propagates = (): boolean => parent.cancellable || !this.#activator.hasFlag(SdkFlag.NonCancellableScopesAreShielded);
    if (parent.cancellable || (parent.#isCancelRequested && propagates())) this.#isCancelRequested = parent.#isCancelRequested;
    parent.cancellation.then(undefined, (reason) => {
      if (propagates()) this.reject(reason);
    });
  }

  /** @internal */
  reject(reason: unknown): void {
    this.#isCancelRequested = true;
    this.#rejectCancellation(reason);
  }

  /** Rejected with a `CancelledFailure` when the scope is cancelled. */
  get cancelRequested(): Promise<never> {
    const { waits } = this.#activator;
    this.#activator.watchesCancellation = true;
    if (waits) this.cancellation.then(undefined, waits.begin());
    return this.cancellation;
  }

  /** It was cancelled, and does not shield itself. */
  get consideredCancelled(): boolean {
    return this.#isCancelRequested && this.cancellable;
  }

  /**
   * Runs `fn` in this scope.
   *
   * @returns the result of `fn`
   * @throws {Error} in browsers if the workflow's code is not lowered
   */
  run<T>(fn: () => Promise<T>): Promise<T> {
    assertContextSurvives('CancellationScope.run()', fn);
    const { waits } = this.#activator;
    return waits ? waits.calling(() => this.runOwn(fn)) : this.runOwn(fn);
  }

  /** For functions of the sandbox, which need no lowering. @internal */
  runOwn<T>(fn: () => Promise<T>): Promise<T> {
    return runWith(CURRENT, this, () => this.#runInContext(fn));
  }

  #runInContext<T>(fn: () => Promise<T>): Promise<T> {
    const timer = this.timeout ? this.#startTimeout(this.timeout) : undefined;
    return awaitedFinally(fn, () => {
      if (timer && !timer.consideredCancelled && this.#activator.hasFlag(SdkFlag.NonCancellableScopesAreShielded)) timer.cancel();
    });
  }

  #startTimeout(timeout: number): CancellationScope {
    const scope = new CancellationScope();
    const { waits } = this.#activator;
    const start = (): Promise<void> => scope.runOwn(() => sleep(timeout));
    (waits ? waits.quietly(start) : start()).then(
      () => this.cancel(),
      () => {
        // the scope of the timer was cancelled: there is nothing left to time
      },
    );
    return scope;
  }

  cancel(): void {
    this.reject(new CancelledFailure('Cancellation scope cancelled'));
  }

  /** The innermost scope around the code that calls; the workflow's own at the outside. */
  static current(): CancellationScope {
    return (contextValue(CURRENT) as CancellationScope | undefined) ?? assertInWorkflowContext(NOT_IN_CONTEXT).rootScope;
  }

  /** `new CancellationScope({ cancellable: true }).run(fn)` */
  static cancellable<T>(fn: () => Promise<T>): Promise<T> {
    return new CancellationScope({ cancellable: true }).run(fn);
  }

  /** `new CancellationScope({ cancellable: false }).run(fn)`: for work that must be done even if the workflow is cancelled. */
  static nonCancellable<T>(fn: () => Promise<T>): Promise<T> {
    return new CancellationScope({ cancellable: false }).run(fn);
  }

  /** `new CancellationScope({ cancellable: true, timeout }).run(fn)` */
  static withTimeout<T>(timeout: Duration, fn: () => Promise<T>): Promise<T> {
    return new CancellationScope({ cancellable: true, timeout }).run(fn);
  }
}

/** The scope of the workflow function: cancelled when the workflow is. */
export class RootCancellationScope extends CancellationScope {
  constructor(activator: Activator) {
    super({ cancellable: true }, activator);
  }

  override cancel(): void {
    this.reject(new CancelledFailure('Workflow cancelled'));
  }
}

/**
 * What each operation does with the scope it is started in.
 *
 * @param start issues the command
 * @param cancel called when the scope is cancelled, never if it does not pass cancellation on
 */
export function inCurrentScope<T>(
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
  cancel: (reason: unknown, reject: (reason: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const scope = CancellationScope.current();
    if (scope.consideredCancelled) {
      scope.cancellation.then(undefined, reject);
      return;
    }
    const { waits } = assertInWorkflowContext(NOT_IN_CONTEXT);
    const [end, fail] = waits ? waits.until(resolve, reject) : [resolve, reject];
    if (scope.cancellable) scope.cancellation.then(undefined, (reason) => cancel(reason, fail));
    start(end, fail);
  });
}
