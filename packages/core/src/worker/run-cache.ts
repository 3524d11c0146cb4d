/** The runs whose state a worker keeps between their tasks: least recently used first to go, by number and by bytes of history. */
import type { RunId } from '../common/brand.ts';

export interface RunCacheLimits {
  readonly maxRuns: number;
  readonly maxBytes: number;
}

export class RunCache<T extends { size: number }> {
  readonly #limits: RunCacheLimits;
  readonly #runs = new Map<RunId, { readonly run: T; readonly size: number }>();
  #bytes = 0;

  constructor(limits: RunCacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#runs.size;
  }

  /** Puts a run in, as the one that was used last. */
  put(runId: RunId, run: T): void {
    this.take(runId);
    this.#runs.set(runId, { run, size: run.size });
    this.#bytes += run.size;
  }

  /** Takes a run out. */
  take(runId: RunId): T | undefined {
    const entry = this.#runs.get(runId);
    if (!entry) return undefined;
    this.#runs.delete(runId);
    this.#bytes -= entry.size;
    return entry.run;
  }

  /** Takes all runs out. */
  clear(): T[] {
    const runs = [...this.#runs.values()].map(({ run }) => run);
    this.#runs.clear();
    this.#bytes = 0;
    return runs;
  }

  /**
   * The runs that have to go, the longest unused first. They are out of the cache when this returns.
   *
   * @param mayGo whether nothing of a run would be lost that its history does not have
   */
  overflow(mayGo: (run: T) => boolean): [RunId, T][] {
    const gone: [RunId, T][] = [];
    for (const [runId, { run }] of this.#runs) {
      if (this.#runs.size <= this.#limits.maxRuns && this.#bytes <= this.#limits.maxBytes) break;
      if (!mayGo(run)) continue;
      this.take(runId);
      gone.push([runId, run]);
    }
    return gone;
  }
}
