/**
 * One thread, one seed: all that may happen waits here, and the seed says what happens next. Time is virtual and moves only when nothing
 * is left to do at the present moment.
 */
import type { Millis } from '../../common/brand.ts';
import type { Clock } from '../../common/clock.ts';
import { invariant } from '../../common/invariant.ts';
import type { Rng } from '../../common/rng.ts';

interface Step {
  readonly at: Millis;
  readonly label: string;
  readonly owner: Process | undefined;
  readonly run: () => void;
}

/** Something that can die: its steps are dropped with it. One that is frozen does nothing until it is thawed, and is late then. */
export interface Process {
  readonly name: string;
  /** Its timers go by the time that passes; what it shows may be set otherwise. */
  readonly clock: Clock;
  readonly isAlive: boolean;
  readonly isFrozen: boolean;
  /** Until it is thawed as often. */
  freeze(): void;
  thaw(): void;
  kill(): void;
}

export class Scheduler {
  readonly rng: Rng;
  readonly #settle: () => Promise<void>;
  readonly #onStep: (label: string) => void;
  #now: Millis = 1_700_000_000_000;
  #steps: Step[] = [];

  /**
   * @param settle resolves when all that follows from a step has happened
   * @param onStep told of each step before it happens
   */
  constructor(rng: Rng, settle: () => Promise<void>, onStep: (label: string) => void) {
    this.rng = rng;
    this.#settle = settle;
    this.#onStep = onStep;
  }

  get now(): Millis {
    return this.#now;
  }

  /** Something that happens, at the earliest after `delayMs`; among what may happen at once the seed chooses. Nothing happens to the dead. */
  post(label: string, owner: Process | undefined, delayMs: Millis, run: () => void): () => void {
    if (owner && !owner.isAlive) return () => {};
    const step: Step = { at: this.#now + Math.max(0, delayMs), label, owner, run };
    this.#steps.push(step);
    return () => {
      const index = this.#steps.indexOf(step);
      if (index >= 0) this.#steps.splice(index, 1);
    };
  }

  /** @param ahead how far its clock is ahead of the time that passes, in ms: below 0 it is behind */
  process(name: string, ahead: () => Millis = () => 0): Process {
    const scheduler = this;
    let isAlive = true;
    let holds = 0;
    const process: Process = {
      name,
      get isAlive() {
        return isAlive;
      },
      get isFrozen() {
        return holds > 0;
      },
      clock: {
        now: () => scheduler.#now + ahead(),
        setTimer: (delayMs, fn) => (isAlive && delayMs < Number.POSITIVE_INFINITY ? scheduler.post(`${name} timer`, process, delayMs, fn) : () => {}),
      },
      freeze() {
        holds++;
      },
      thaw() {
        holds--;
      },
      kill() {
        isAlive = false;
        scheduler.#steps = scheduler.#steps.filter((step) => step.owner !== process);
      },
    };
    return process;
  }

  /** Runs step after step until `isDone`, until nothing is left, or until `limit` steps. @returns whether `isDone` */
  async run(isDone: () => boolean, limit: number): Promise<boolean> {
    await this.#settle();
    for (let count = 0; count < limit && !isDone(); count++) {
      const step = this.#take();
      if (!step) return isDone();
      this.#onStep(step.label);
      step.run();
      await this.#settle();
    }
    return isDone();
  }

  /** A whole number from 0 to `limit` - 1. */
  pick(limit: number): number {
    invariant(limit > 0, 'there is something to choose from');
    return this.rng.uint32() % limit;
  }

  of<T>(values: readonly T[]): T {
    return values[this.pick(values.length)] as T;
  }

  chance(probability: number): boolean {
    return this.rng.uint32() < probability * 2 ** 32;
  }

  #take(): Step | undefined {
    let ready = this.#steps.filter((step) => step.at <= this.#now && !step.owner?.isFrozen);
    if (ready.length === 0) {
      const next = this.#steps.reduce((least, { at, owner }) => (owner?.isFrozen ? least : Math.min(least, at)), Number.POSITIVE_INFINITY);
      if (next === Number.POSITIVE_INFINITY) return undefined;
      this.#now = next;
      ready = this.#steps.filter((step) => step.at <= next && !step.owner?.isFrozen);
    }
    const step = ready[this.pick(ready.length)] as Step;
    this.#steps.splice(this.#steps.indexOf(step), 1);
    return step;
  }
}
