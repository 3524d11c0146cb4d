/** Long polls that keep a host supplied with tasks: as many at once as it may work on. */
import type { Clock } from '../common/clock.ts';
import type { Logger } from '../common/logger.ts';
import { pause, pauseAfter } from './answers.ts';

export interface PollersOptions<T> {
  /** At most so many tasks; `null` when the worker is shut down. */
  poll(most: number): Promise<readonly T[] | null>;
  /** Never rejects. */
  handle(task: T): Promise<void>;
  readonly maxPolls: number;
  readonly maxTasks: number;
  /** How many may come with one poll: together they ask for what there is room for, and each for one at least. @defaultValue 1 */
  readonly mostOfPoll?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names what is polled for, in the log. */
  readonly what: string;
}

export class Pollers<T> {
  readonly #options: PollersOptions<T>;
  readonly #stop = new AbortController();
  readonly #handled = new Set<Promise<void>>();
  #wake: (() => void)[] = [];
  inFlight = 0;
  /** What the polls that are under way may bring. */
  #asked = 0;

  constructor(options: PollersOptions<T>) {
    this.#options = options;
  }

  /** Resolves when no more tasks come and those in hand are done. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.maxPolls }, () => this.#loop()));
    await Promise.all(this.#handled);
  }

  /** No further poll; a task that a poll under way brings is still handled. */
  stop(): void {
    this.#stop.abort();
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #loop(): Promise<void> {
    const { clock, logger, what } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      await this.#slot();
      if (this.#stop.signal.aborted) break;
      try {
        const tasks = await this.#poll();
        failures = 0;
        if (tasks === null) return;
        for (const task of tasks) this.#start(task);
      } catch (error) {
        failures++;
        logger.warn(`Polling for ${what} failed; trying again`, { error });
        await pause(clock, pauseAfter(failures), this.#stop.signal);
      }
    }
  }

  /** A poll that the engine never answers does not keep a worker from stopping. */
  #poll(): Promise<readonly T[] | null> {
    const { signal } = this.#stop;
    const { maxTasks, mostOfPoll = 1 } = this.#options;
    const most = Math.max(1, Math.min(mostOfPoll, maxTasks - this.inFlight - this.#asked));
    this.#asked += most;
    return new Promise((resolve, reject) => {
      const stopped = (): void => resolve(null);
      signal.addEventListener('abort', stopped, { once: true });
      this.#options.poll(most).then(
        (tasks) => {
          this.#asked -= most;
          signal.removeEventListener('abort', stopped);
          if (signal.aborted) for (const task of tasks ?? []) this.#start(task);
          else resolve(tasks);
        },
        (error: unknown) => {
          this.#asked -= most;
          signal.removeEventListener('abort', stopped);
          reject(error);
        },
      );
    });
  }

  #start(task: T): void {
    this.inFlight++;
    const handled = this.#options.handle(task).finally(() => {
      this.inFlight--;
      this.#handled.delete(handled);
      this.#wake.shift()?.();
    });
    this.#handled.add(handled);
  }

  async #slot(): Promise<void> {
    while (this.inFlight >= this.#options.maxTasks && !this.#stop.signal.aborted) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}
