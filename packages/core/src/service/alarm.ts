/**
 * Wakes runs when their time has come: one timer of the clock for the earliest of all. Runs in memory are in a heap; of those that sleep
 * in the store only the earliest moment is kept, and the rows that are due are read by the page when it comes.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Key, Store } from '../storage/store.ts';
import type { LoadedRun } from './loaded-run.ts';
import { type RunName, runOfKey } from './rows.ts';
import { WakeHeap } from './wake-heap.ts';

export interface AlarmOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** A clock may jump, and a timer may be late by the time a machine slept: at least this often it looks again, in ms. */
  readonly longestWait: Millis;
  readonly load: (run: RunName) => Promise<LoadedRun | undefined>;
  /** Lets the run do what is due. */
  readonly passTime: (run: LoadedRun) => void;
  /** Resolves when what the runs have done is stored: no more than a page is ahead of the store. */
  readonly settled: () => Promise<void>;
  /** The store was read, or could not be: then it is tried again. */
  readonly onRead: () => void;
  readonly onFailed: (error: unknown) => void;
  /** A row is damaged: a run may not be found when its time comes. */
  readonly onDamaged: () => void;
}

/** After a failed read, in ms. */
const RETRY: Millis = 1_000;

const PAGE = 256;

export class Alarm {
  readonly #options: AlarmOptions;
  readonly #heap = new WakeHeap<LoadedRun>();
  /** No run that sleeps in the store wakes before. */
  #storedNext: Millis = 0;
  #timer: { readonly at: Millis; readonly cancel: () => void } | undefined = undefined;
  /** True until `start`: busy runs come first. */
  #isRinging = true;
  #isStopped = false;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** When it rings next; `Infinity` when nothing waits for time. */
  get next(): Millis {
    return Math.min(this.#storedNext, this.#heap.first?.wakeAt ?? Number.POSITIVE_INFINITY);
  }

  /** The run in memory wakes then. */
  place(run: LoadedRun, wakeAt: Millis): void {
    this.#heap.place(run, wakeAt);
    this.#set();
  }

  /** The run leaves memory; `wakeAt` is when it is to be found in the store. */
  release(run: LoadedRun): void {
    this.#heap.remove(run);
    this.expect(run.rows.wakeAt);
  }

  /** A run that is not in memory wakes then. */
  expect(wakeAt: Millis): void {
    this.#storedNext = Math.min(this.#storedNext, wakeAt);
    this.#set();
  }

  /** All that is to be looked at first is in memory: from now on it rings. */
  start(): void {
    this.#isRinging = false;
    this.ring();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #set(): void {
    const at = this.next;
    if (this.#isStopped || this.#isRinging || this.#timer?.at === at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(Math.max(0, at - this.#options.clock.now()), this.#options.longestWait);
    this.#timer = { at, cancel: this.#options.clock.setTimer(delay, () => this.ring()) };
  }

  /** Does all that is due by now, in due order. */
  ring(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#isRinging || this.#isStopped) return;
    const now = this.#options.clock.now();
    if (this.#storedNext > now) {
      this.#wakeUntil(now);
      this.#set();
      return;
    }
    this.#isRinging = true;
    this.#ringStored(now)
      .then(this.#options.onRead, (error: unknown) => {
        this.expect(now + RETRY);
        this.#options.onFailed(error);
      })
      .finally(() => {
        this.#isRinging = false;
        this.#set();
      });
  }

  /** Wakes the runs of the heap that are due, a run that is due again at once included. */
  #wakeUntil(time: Millis): void {
    for (let run = this.#heap.first; run && run.wakeAt <= time && !this.#isStopped; run = this.#heap.first) this.#options.passTime(run);
  }

  async #ringStored(now: Millis): Promise<void> {
    this.#storedNext = Number.POSITIVE_INFINITY;
    let after: Key | undefined;
    while (!this.#isStopped) {
      const entries = await this.#options.store.range('wake', { limit: PAGE, onDamaged: this.#options.onDamaged, ...(after ? { after } : {}) });
      const due = entries.map(([key]) => key).filter(([wakeAt]) => (wakeAt as Millis) <= now);
      await Promise.all(due.map((key) => this.#options.load(runOfKey(key))));
      const isLastPage = due.length < PAGE;
      after = due.at(-1);
      this.#wakeUntil(isLastPage ? now : (after?.[0] as Millis));
      if (isLastPage) return this.expect((entries[due.length]?.[0][0] as Millis | undefined) ?? Number.POSITIVE_INFINITY);
      await this.#options.settled();
    }
  }
}
