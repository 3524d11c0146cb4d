/** The workers of a world: each is a process that may die, and is replaced by one with the code of the day. */
import type { Process, Scheduler } from './scheduler.ts';

export interface PopulationOptions {
  readonly scheduler: Scheduler;
  readonly name: () => string;
  /** Brings a worker to life in its process. */
  readonly start: (process: Process) => void;
}

export class Population {
  readonly #options: PopulationOptions;
  readonly #workers: Map<string, Process> = new Map();
  /** Whom to tell that a worker is gone. */
  readonly #watchers: Map<string, (() => void)[]> = new Map();

  constructor(options: PopulationOptions) {
    this.#options = options;
  }

  add(): void {
    const process = this.#options.scheduler.process(this.#options.name());
    this.#workers.set(process.name, process);
    this.#options.start(process);
  }

  has(process: Process): boolean {
    return this.#workers.get(process.name) === process;
  }

  kill(process: Process): void {
    if (this.has(process)) this.#kill(process);
  }

  killAll(): void {
    for (const process of [...this.#workers.values()]) this.#kill(process);
  }

  /** One of them, by chance. */
  killOne(): void {
    const alive = [...this.#workers.values()];
    const process = alive[this.#options.scheduler.pick(alive.length || 1)];
    if (process) this.#kill(process);
  }

  /** Has an engine learn, a little later, that a worker is gone. @returns a function that ends that */
  watch(engine: Process, workerId: string, onLost: () => void): () => void {
    const { scheduler } = this.#options;
    const tell = () => scheduler.post(`${engine.name} learns that ${workerId} is gone`, engine, scheduler.pick(100), onLost);
    if (!this.#workers.has(workerId)) return tell();
    const watchers = this.#watchers.get(workerId) ?? [];
    watchers.push(tell);
    this.#watchers.set(workerId, watchers);
    return () => {
      const index = watchers.indexOf(tell);
      if (index >= 0) watchers.splice(index, 1);
    };
  }

  #kill(process: Process): void {
    const { scheduler } = this.#options;
    process.kill();
    this.#workers.delete(process.name);
    for (const tell of this.#watchers.get(process.name) ?? []) tell();
    this.#watchers.delete(process.name);
    scheduler.post('another worker', undefined, scheduler.pick(3_000), () => this.add());
  }
}
