/** The workers that the engine has met, and the host's watch over each: a worker that is gone is noticed at once, not by a timeout. */
export interface WorkersOptions {
  /** @returns a function that ends the watch */
  readonly watch: ((workerId: string, onLost: () => void) => () => void) | undefined;
  readonly onLost: (workerId: string) => void;
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #watches = new Map<string, () => void>();

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  see(workerId: string): void {
    const { watch, onLost } = this.#options;
    if (!watch || this.#watches.has(workerId)) return;
    this.#watches.set(workerId, () => {}); // the watch may report a loss before it returns
    this.#watches.set(
      workerId,
      watch(workerId, () => onLost(workerId)),
    );
  }

  forget(workerId: string): void {
    this.#watches.get(workerId)?.();
    this.#watches.delete(workerId);
  }

  close(): void {
    for (const workerId of [...this.#watches.keys()]) this.forget(workerId);
  }
}
