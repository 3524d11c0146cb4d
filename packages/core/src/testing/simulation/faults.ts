/** What goes wrong, and how often. Each fault that strikes is counted, so that a failing run can be shrunk to fewer of them. */
import type { Scheduler } from './scheduler.ts';

export const FAULT_KINDS = [
  'commit fails before it takes effect',
  'commit fails after it took effect',
  'commit is late',
  'request is lost',
  'request is doubled',
  'request is late',
  'answer is lost',
  'answer is late',
  'engine dies',
  'engine is taken over and wakes up later',
  'worker dies',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Those that are rare, since each step may have one: by themselves they may come more often. */
export const DEATHS: readonly FaultKind[] = ['engine dies', 'engine is taken over and wakes up later', 'worker dies'];

export interface FaultOptions {
  readonly kinds: readonly FaultKind[];
  /** How likely each opportunity is taken, from 0 to 1. */
  readonly rate: number;
  /** At most so many strike; then the world is kind. */
  readonly limit: number;
}

export class Faults {
  readonly #scheduler: Scheduler;
  readonly #options: FaultOptions;
  readonly #log: (line: string) => void;
  struck = 0;
  #isOver = false;

  constructor(scheduler: Scheduler, options: FaultOptions, log: (line: string) => void) {
    this.#scheduler = scheduler;
    this.#options = options;
    this.#log = log;
  }

  /** Whether a fault strikes at this opportunity. The chance is drawn in any case, so that a masked kind does not shift the others. */
  strikes(kind: FaultKind, weight = 1): boolean {
    const isHit = this.#scheduler.chance(this.#options.rate * weight);
    if (!isHit || this.#isOver || this.struck >= this.#options.limit || !this.#options.kinds.includes(kind)) return false;
    this.struck++;
    this.#log(`fault: ${kind}`);
    return true;
  }

  end(): void {
    this.#isOver = true;
  }
}
