/** The local activities of one run that are under way, across its workflow tasks. */
import type { RunMachines } from './activations.ts';
import type { LocalActivityOwner, LocalActivityRunner } from './local-activities.ts';

export class RunLocals {
  readonly #runner: LocalActivityRunner;
  readonly #owner: LocalActivityOwner;
  readonly #machines: RunMachines;
  readonly #stops = new Map<number, (reason: 'CANCELLED' | 'WORKER_SHUTDOWN') => void>();
  #wake: (() => void) | undefined;
  #isDisposed = false;

  constructor(runner: LocalActivityRunner, owner: LocalActivityOwner, machines: RunMachines) {
    this.#runner = runner;
    this.#owner = owner;
    this.#machines = machines;
  }

  /** Starts and stops what the workflow asked for. */
  carryOut(): void {
    const { run, cancel } = this.#machines.locals.takeRequests();
    for (const command of run) {
      const stop = this.#runner.run(this.#owner, command, this.#machines.time, (result) => {
        this.#stops.delete(command.seq);
        if (this.#isDisposed) return;
        this.#machines.locals.ended(result);
        this.#wake?.();
      });
      this.#stops.set(command.seq, stop);
    }
    for (const seq of cancel) this.#stops.get(seq)?.('CANCELLED');
  }

  /** Resolves when one of them has ended. */
  nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** The run is given up or has ended: what is under way is asked to stop, its results count no more. */
  dispose(): void {
    this.#isDisposed = true;
    for (const stop of this.#stops.values()) stop('CANCELLED');
    this.#stops.clear();
  }
}
