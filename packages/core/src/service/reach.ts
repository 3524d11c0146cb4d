/**
 * The runs that a decision reaches beside its own. They have to be in memory before it is made, since what one run does to another is part
 * of the same commit: what is found missing is noted, read, and kept from leaving until the decision has been made.
 */
import { isServiceError } from '../common/service-error.ts';
import type { Reach as RunRef } from '../engine/sends.ts';
import { idName, type LoadedRun, nameOf } from './loaded-run.ts';
import type { Runs } from './runs.ts';

/** No such run; or one that cannot be read. */
export type NotThere = 'absent' | 'unreadable';

interface Wanted {
  readonly namespace: string;
  readonly run: RunRef;
  readonly name: string;
}

export class Reach {
  readonly #runs: Runs;
  #wanted: Wanted[] = [];
  readonly #absent = new Set<string>();
  readonly #unreadable = new Set<string>();
  readonly #pinned: LoadedRun[] = [];
  #endWatch: (() => void) | undefined = undefined;
  #isClosed = false;

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** The run, or the newest of its id, or why there is none; `undefined` while that is not known: then `load` is to be called. */
  find(namespace: string, run: RunRef): LoadedRun | NotThere | undefined {
    const { workflowId, runId } = run;
    const found = runId ? this.#runs.get({ namespace, workflowId, runId }) : this.#runs.getCurrent(namespace, workflowId);
    if (found) return found;
    const name = runId ? nameOf({ namespace, workflowId, runId }) : idName(namespace, workflowId);
    if (this.#absent.has(name) || (!runId && this.#runs.isAbsent(namespace, workflowId))) return 'absent';
    if (this.#unreadable.has(name)) return 'unreadable';
    this.#wanted.push({ namespace, run, name });
    return undefined;
  }

  /** Something was looked for that is not in memory. */
  get isIncomplete(): boolean {
    return this.#wanted.length > 0;
  }

  /** Reads what was looked for. The decision is then tried again from the start: much may have happened. */
  async load(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    this.#endWatch ??= this.#runs.watchAbsences(this.#absent);
    await Promise.all(wanted.map((item) => this.#loadOne(item)));
  }

  /** The decision was made, or never will be. */
  close(): void {
    this.#isClosed = true;
    this.#endWatch?.();
    for (const run of this.#pinned) {
      run.pins--;
      this.#runs.release(run);
    }
    this.#pinned.length = 0;
  }

  async #loadOne({ namespace, run: { workflowId, runId }, name }: Wanted): Promise<void> {
    this.#absent.add(name); // a run that is opened while we read takes it out again
    try {
      const found = await (runId ? this.#runs.load({ namespace, workflowId, runId }) : this.#runs.loadCurrent(namespace, workflowId));
      if (!found) return;
      this.#absent.delete(name);
      if (found.isGone || this.#isClosed) return;
      found.pins++;
      this.#pinned.push(found);
    } catch (error) {
      this.#absent.delete(name);
      if (!isServiceError(error, 'DataLoss')) throw error;
      this.#unreadable.add(name);
    }
  }
}
