/** What must hold of the election, seen from outside: who leads, who may take the database from whom, and that silence is noticed. */
import type { Millis } from '../../common/brand.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { Tab } from './tab.ts';

/** A tab that takes the database has missed four beats, three of them in full. */
const LEAST_SILENCE: Millis = 2_900;
/** A leader that has run so long undisturbed is heard by everybody. */
const LONG_HEARD: Millis = 15_000;
/** By then a leader that is silent is deposed, also by a tab that is hidden. */
export const LONGEST_SILENCE: Millis = 15_000;

export interface TabJudgeOptions {
  readonly scheduler: Scheduler;
  readonly tabs: () => readonly Tab[];
  readonly violate: (statement: string) => void;
}

export class TabJudge {
  readonly #options: TabJudgeOptions;
  /** The engine that leads, or begins to. */
  #leader: Process | undefined = undefined;
  #ledSince: Millis = 0;
  #troubledAt: Millis = 0;

  constructor(options: TabJudgeOptions) {
    this.#options = options;
  }

  get leader(): Process | undefined {
    return this.#leader;
  }

  /** For how long the same engine has led, undisturbed. */
  get leaderSteadyFor(): Millis {
    const tab = this.#options.tabs().find(({ engine }) => engine !== undefined && engine.process === this.#leader);
    return tab ? this.#options.scheduler.now - Math.max(this.#ledSince, tab.steadySince) : 0;
  }

  leads(engine: Process): void {
    this.#leader = engine;
    this.#ledSince = this.#options.scheduler.now;
  }

  leadsNoMore(engine: Process): void {
    if (this.#leader === engine) this.#leader = undefined;
  }

  /** A message between tabs got lost, or is late. */
  troubled(): void {
    this.#troubledAt = this.#options.scheduler.now;
  }

  /** B14, B17: only a tab that was awake may say that the leader is silent, and only of one that is. */
  steals(tab: Tab): void {
    const { now } = this.#options.scheduler;
    const awake = now - (tab.steadySince === now ? tab.steadyBefore : tab.steadySince);
    if (awake < LEAST_SILENCE) this.#options.violate(`B17: ${tab.name} takes the database, and was awake for ${awake} ms only`);
    const leader = this.#options.tabs().find(({ engine }) => engine !== undefined && engine.process === this.#leader);
    if (!leader || leader === tab) return;
    const undisturbed = now - Math.max(this.#troubledAt, this.#ledSince, leader.steadySince, tab.steadySince);
    if (undisturbed > LONG_HEARD && !leader.engine?.process.isFrozen)
      this.#options.violate(`B14: ${tab.name} takes the database from ${leader.name}, which has beaten for ${undisturbed} ms`);
  }

  /** B14: the engine is silent for as long as `isStill`; a tab that is awake takes the database from it. */
  silent(engine: Process, isStill: () => boolean): void {
    if (this.#leader !== engine) return;
    const { scheduler, tabs, violate } = this.#options;
    const since = scheduler.now;
    scheduler.post('a silent leader was deposed', undefined, LONGEST_SILENCE, () => {
      const heir = tabs().find((tab) => tab.engine && !tab.engine.process.isFrozen && tab.steadySince < since);
      if (this.#leader === engine && engine.isAlive && isStill() && heir)
        violate(`B14: ${engine.name} has been silent for ${LONGEST_SILENCE} ms, and ${heir.name} has not taken the database`);
    });
  }
}
