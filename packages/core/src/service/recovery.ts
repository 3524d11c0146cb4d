/** Getting runs back from the store: those that are busy when an engine starts, and those whose commit has failed. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { Key, Store } from '../storage/store.ts';
import { isNoRoom, isStoreGone } from './admission.ts';
import type { LoadedRun } from './loaded-run.ts';
import { type RunName, runOfKey } from './rows.ts';

export interface RecoveryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly load: (run: RunName) => Promise<LoadedRun | undefined>;
  /** They are as the store has them, which may be more than was known: a commit can fail and take effect all the same. */
  readonly onReloaded: (runs: readonly LoadedRun[]) => void;
  /** The runs that were lost are back: writing may go on. */
  readonly onRecovered: () => void;
  readonly onGivenUp: (error: Error) => void;
  /** A row of 'busy' is damaged: a run may not have been found. */
  readonly onDamaged: () => void;
}

const PAGE = 256;
/** So often in a row the store may fail, with pauses of 100 ms, 200 ms … 10 s between. */
const MOST_FAILURES = 10;
const FIRST_PAUSE: Millis = 100;
const LONGEST_PAUSE: Millis = 10_000;

export class Recovery {
  readonly #options: RecoveryOptions;
  #lost: RunName[] = [];
  #failures = 0;
  #isUnderWay = false;
  #isStarted = false;
  #isStopped = false;
  #stopWaiting: () => void = () => {};
  #lastError = '';

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Not all that is to be read back has been. */
  get isUnderWay(): boolean {
    return this.#isUnderWay || !this.#isStarted;
  }

  /** What is wrong with the store, in words, while it is. */
  get trouble(): string | undefined {
    return this.#failures > 0 ? `the store failed (${this.#lastError}); failure ${this.#failures} of at most ${MOST_FAILURES} in a row` : undefined;
  }

  /** Loads the runs that a worker has or could take, by the page. */
  async loadBusy(): Promise<void> {
    for (let after: Key | undefined; !this.#isStopped; ) {
      const keys = await this.#loadBusyPage(after).catch((error: unknown) => this.failed(error));
      if (!keys) await this.#pause();
      else if (keys.length < PAGE) break;
      else after = keys.at(-1);
    }
    this.#isStarted = true;
  }

  /** The store has failed: `runs` are read again, after a pause that grows with each failure. */
  begin(runs: readonly RunName[], error: unknown): void {
    for (const { namespace, workflowId, runId } of runs) this.#lost.push({ namespace, workflowId, runId });
    this.failed(error);
    if (this.#isUnderWay || this.#isStopped) return;
    this.#isUnderWay = true;
    void this.#recover();
  }

  /** The store could not be read or written; too often in a row, and the engine is given up. At once, when the store says that it is gone. */
  failed(error: unknown): void {
    if (isStoreGone(error) && !this.#isStopped) {
      this.#isStopped = true;
      this.#options.onGivenUp(error);
      return;
    }
    this.#lastError = error instanceof Error ? error.message : String(error);
    this.#failures = isNoRoom(error) ? Math.max(this.#failures, 1) : this.#failures + 1;
    if (this.#failures <= MOST_FAILURES || this.#isStopped) return;
    this.#isStopped = true;
    this.#options.onGivenUp(givenUp(`the store failed ${this.#failures} times in a row: ${this.#lastError}`, error));
  }

  succeeded(): void {
    this.#failures = 0;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopWaiting();
  }

  async #loadBusyPage(after: Key | undefined): Promise<Key[]> {
    const { store, onDamaged } = this.#options;
    const entries = await store.range('busy', { limit: PAGE, onDamaged, ...(after ? { after } : {}) });
    await Promise.all(entries.map(([key]) => this.#options.load(runOfKey(key))));
    return entries.map(([key]) => key);
  }

  async #recover(): Promise<void> {
    for (;;) {
      await this.#pause();
      if (this.#isStopped) return;
      try {
        await this.#reload();
        break;
      } catch (error) {
        this.failed(error);
      }
    }
    this.#isUnderWay = false;
    this.#options.onRecovered();
  }

  async #reload(): Promise<void> {
    while (this.#lost.length > 0) {
      const page = this.#lost.slice(0, PAGE);
      const runs = await Promise.all(page.map((name) => this.#options.load(name)));
      this.#options.onReloaded(runs.filter((run) => run !== undefined));
      this.#lost.splice(0, page.length);
    }
  }

  #pause(): Promise<void> {
    const delay = Math.min(FIRST_PAUSE * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    return new Promise((resolve) => {
      const cancel = this.#options.clock.setTimer(delay, resolve);
      this.#stopWaiting = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Of the kind that it is, so that callers of an engine that ends so know what to wait for. */
const givenUp = (message: string, cause: unknown): ServiceError =>
  new ServiceError('StorageUnavailable', message, { cause, details: { ...(isServiceError(cause) ? cause.details : {}), retryable: true } });
