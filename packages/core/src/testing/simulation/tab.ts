/** One tab of a browser: its page, with the workers that live in it, and its engine worker, which may be ended and booted again. */
import type { Millis } from '../../common/brand.ts';
import type { Process } from './scheduler.ts';
import type { TabEngine } from './tab-engine.ts';

export class Tab {
  readonly name: string;
  /** Who lives in its page. */
  readonly pages: Set<Process> = new Set();
  engine: TabEngine | undefined = undefined;
  /** How far its clock is ahead of that of the machine. */
  ahead: Millis = 0;
  isClosed = false;
  isSeen = true;
  /** How often its engine has failed since it has given up. */
  failures = 0;
  /** It has run, with a clock that nobody set, since then. */
  steadySince: Millis;
  /** The same, as it was before the present moment: what is done at one moment may have been decided before its tab was disturbed. */
  steadyBefore: Millis;
  readonly #now: () => Millis;
  #holds = 0;

  constructor(name: string, now: () => Millis) {
    this.name = name;
    this.#now = now;
    this.steadySince = now();
    this.steadyBefore = this.steadySince;
  }

  get isFrozen(): boolean {
    return this.#holds > 0;
  }

  /** All of it, with its engine. @returns thaws it; idempotent */
  freeze(): () => void {
    this.#holds++;
    const frozen = [...this.pages, ...(this.engine ? [this.engine.process] : [])];
    for (const process of frozen) process.freeze();
    return once(() => {
      this.#holds--;
      for (const process of frozen) process.thaw();
      this.disturbed();
    });
  }

  /** Its engine alone does not come to what it has to do. @returns lets it go on; idempotent */
  hang(): () => void {
    const process = this.engine?.process;
    process?.freeze();
    return once(() => {
      process?.thaw();
      if (this.engine?.process === process) this.disturbed(); // a later engine of this tab has run on
    });
  }

  /** It was not steady up to now. What still holds it says so when it lets go. */
  disturbed(): void {
    if (this.engine?.process.isFrozen) return;
    const now = this.#now();
    if (this.steadySince !== now) this.steadyBefore = this.steadySince;
    this.steadySince = now;
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
