/**
 * How often something may happen, by a key: so many times at once, and then once per interval. Kept in memory, of keys that have used some of
 * their budget alone.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';

export interface Budget {
  /** So many times at once. `Infinity`: always. */
  readonly burst: number;
  /** So often after that, in ms. */
  readonly interval: Millis;
}

/** Keys that are looked through for those whose budget is full again, with each one that is added. */
const SWEEP = 2;

export class Budgets {
  readonly #clock: Clock;
  readonly #budget: Budget;
  /** When all that was spent so far is paid for, at one per interval; only keys that are not full are here, in turn. */
  readonly #paidAt = new Map<string, Millis>();

  constructor(clock: Clock, budget: Budget) {
    this.#clock = clock;
    this.#budget = budget;
  }

  get size(): number {
    return this.#paidAt.size;
  }

  /** @returns the milliseconds until it may happen; 0 when it may now */
  retryAfter(key: string): Millis {
    const { burst, interval } = this.#budget;
    if (burst === Number.POSITIVE_INFINITY) return 0;
    const now = this.#clock.now();
    return Math.max(0, this.#paid(key, now) - now - (burst - 1) * interval);
  }

  spend(key: string): void {
    const { burst, interval } = this.#budget;
    if (burst === Number.POSITIVE_INFINITY) return;
    const now = this.#clock.now();
    const paidAt = this.#paid(key, now) + interval;
    this.#paidAt.delete(key);
    this.#sweep(now);
    this.#paidAt.set(key, paidAt);
  }

  /** Never later than a full burst takes: the clock may go back. */
  #paid(key: string, now: Millis): Millis {
    const { burst, interval } = this.#budget;
    return Math.min(Math.max(this.#paidAt.get(key) ?? now, now), now + burst * interval);
  }

  /** Forgets keys that are full again. One that is not goes to the end, so that all are looked at in turn. */
  #sweep(now: Millis): void {
    let looked = 0;
    for (const [key, paidAt] of this.#paidAt) {
      if (looked++ === SWEEP) return;
      this.#paidAt.delete(key);
      if (paidAt > now) this.#paidAt.set(key, paidAt);
    }
  }
}
