/**
 * Keeps one sandbox alive: watches the time that an activation takes, ends a sandbox whose code does not come back, and makes a new one.
 * Only the run that hung is blamed; the others lose what was cached and replay.
 */
import type { Millis, RunId } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { ActivationCompletion, Sandbox, WorkflowActivation } from '../protocol/activation.ts';

/** Workflow code did not come back in time, or its sandbox broke while it ran. Fails the workflow task. */
export class SandboxHungError extends Error {
  override readonly name = 'SandboxHungError';
}

/** The sandbox was ended because of another run. The task starts over in the new one. */
export class SandboxLostError extends Error {
  override readonly name = 'SandboxLostError';
}

export interface SandboxKeeperOptions {
  readonly create: () => Sandbox;
  /** The longest that one activation may take. */
  readonly limit: Millis;
  /** Measures it. A real clock even where the engine's is virtual: code that hangs does so in real time. */
  readonly clock: Clock;
  /** The sandbox was replaced: nothing that was cached in it is left. */
  readonly onReplaced: () => void;
}

interface Waiting {
  readonly runId: RunId;
  readonly reject: (error: Error) => void;
}

export class SandboxKeeper {
  readonly #options: SandboxKeeperOptions;
  #sandbox: Sandbox | undefined;
  #types: Promise<readonly string[]> | undefined;
  /** Activations under way, the oldest first: a sandbox works on one at a time, in this order. */
  readonly #waiting = new Set<Waiting>();
  #oldestSince: Millis = 0;
  #takeTimerBack: (() => void) | undefined;
  #isClosed = false;
  /** Counts the sandboxes: what was cached in an earlier one is gone. */
  generation = 0;

  constructor(options: SandboxKeeperOptions) {
    this.#options = options;
  }

  /** The registered workflow types; empty while unknown. Rejects when the user's module does not load. */
  ready(): Promise<readonly string[]> {
    if (this.#types) return this.#types;
    const types = this.#current().ready();
    this.#types = types;
    types.catch(() => {
      if (this.#types === types) this.#types = undefined; // what failed to load may load the next time
    });
    return types;
  }

  /**
   * @throws {SandboxHungError} the run is to blame
   * @throws {SandboxLostError} another run is
   */
  activate(activation: WorkflowActivation): Promise<ActivationCompletion> {
    const sandbox = this.#current();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { runId: activation.runId, reject };
      this.#add(waiting);
      sandbox.activate(activation).then(
        (completion) => {
          this.#remove(waiting);
          resolve(completion);
        },
        (error: unknown) => {
          if (!this.#waiting.has(waiting)) return;
          this.#replace(waiting, new SandboxHungError(`the sandbox broke while it ran workflow ${activation.runId}: ${String(error)}`, { cause: error }));
        },
      );
    });
  }

  /** Ends the sandbox. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#takeTimerBack?.();
    this.#takeTimerBack = undefined;
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    await sandbox?.close();
  }

  #current(): Sandbox {
    if (this.#isClosed) throw new SandboxLostError('the worker is shut down, its sandbox is closed');
    this.#sandbox ??= this.#options.create();
    return this.#sandbox;
  }

  #add(waiting: Waiting): void {
    if (this.#waiting.size === 0) this.#oldestSince = this.#options.clock.now();
    this.#waiting.add(waiting);
    if (!this.#takeTimerBack) this.#watch(this.#options.limit);
  }

  #remove(waiting: Waiting): void {
    const [oldest] = this.#waiting;
    this.#waiting.delete(waiting);
    if (oldest === waiting) this.#oldestSince = this.#options.clock.now();
  }

  /** One timer for all: it looks at the oldest activation, and again when that one's time would be over. */
  #watch(delay: Millis): void {
    this.#takeTimerBack = this.#options.clock.setTimer(delay, () => {
      this.#takeTimerBack = undefined;
      const [oldest] = this.#waiting;
      if (!oldest) return;
      const left = this.#oldestSince + this.#options.limit - this.#options.clock.now();
      if (left > 0) return this.#watch(left);
      this.#replace(
        oldest,
        new SandboxHungError(
          `Workflow code of run ${oldest.runId} did not come back within ${this.#options.limit} ms: it loops or blocks. Its sandbox was ended; ` +
            'await something between long computations, or move them into an activity',
        ),
      );
    });
  }

  #replace(culprit: Waiting, error: SandboxHungError): void {
    const ended = this.#sandbox;
    const others = [...this.#waiting].filter((waiting) => waiting !== culprit);
    this.#waiting.clear();
    this.#sandbox = undefined;
    this.#types = undefined;
    this.generation++;
    this.#options.onReplaced();
    ended?.close().catch(() => undefined); // it is given up: how its end goes changes nothing
    culprit.reject(error);
    for (const { reject } of others) reject(new SandboxLostError('the sandbox was ended because of another run'));
  }
}
