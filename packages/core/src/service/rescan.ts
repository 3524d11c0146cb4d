/**
 * Finds open runs by the lists, when rows of 'busy' or 'wake' that should find them are damaged: no run sleeps for ever because nobody knows of it.
 * Each gets its row anew.
 */
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import type { Store } from '../storage/store.ts';
import type { LoadedRun } from './loaded-run.ts';
import { pagesOf } from './pages.ts';
import type { RunName } from './rows.ts';

export interface RescanOptions {
  readonly store: Store;
  readonly load: (run: RunName) => Promise<LoadedRun | undefined>;
  /** What the store has of its rows is not known: they are to be written. */
  readonly onFound: (run: LoadedRun) => void;
  /** Resolves when what was found so far is stored. */
  readonly settled: () => Promise<void>;
  readonly onFailed: (error: unknown) => void;
}

const PAGE = 256;
const OPEN = 0;

export class Rescan {
  readonly #options: RescanOptions;
  #isDone = false;

  constructor(options: RescanOptions) {
    this.#options = options;
  }

  /** Once in the life of an engine; a failure lets it be done again. */
  start(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#scan().catch((error: unknown) => {
      this.#isDone = false;
      this.#options.onFailed(error);
    });
  }

  async #scan(): Promise<void> {
    const { store, load, onFound, settled } = this.#options;
    for await (const page of pagesOf(store, 'visibility', { limit: PAGE, onDamaged: () => {} })) {
      const open = page.filter(([key]) => key[1] === OPEN).map(([, summary]) => summary as WorkflowExecutionSummary);
      const runs = await Promise.all(open.map((run) => load(run)));
      for (const run of runs) if (run && !run.isGone) onFound(run);
      await settled();
    }
  }
}
