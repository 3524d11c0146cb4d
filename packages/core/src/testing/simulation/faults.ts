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

/** What befalls the tabs of a browser, where the engines live in tabs. */
export const TAB_FAULT_KINDS = [
  'tab is opened',
  'tab is closed',
  'page freezes and ends its engine',
  'tab freezes',
  'engine hangs',
  'machine sleeps',
  'leader is deposed',
  'page is hidden or seen',
  'clock jumps',
  'message between tabs is lost',
  'message between tabs is late',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number] | (typeof TAB_FAULT_KINDS)[number];

/** Those that are rare, since each step may have one: by themselves they may come more often. */
export const DEATHS: readonly FaultKind[] = ['engine dies', 'engine is taken over and wakes up later', 'worker dies'];
export const TAB_DEATHS: readonly FaultKind[] = ['engine dies', 'worker dies', ...TAB_FAULT_KINDS];

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

  /** A fault whose moment was fixed beforehand. @returns whether it strikes */
  strikesAsPlanned(what: string): boolean {
    if (this.#isOver) return false;
    this.struck++;
    this.#log(`fault: ${what}`);
    return true;
  }

  end(): void {
    this.#isOver = true;
  }
}
