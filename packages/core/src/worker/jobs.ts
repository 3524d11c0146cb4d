/** The jobs of one activation, in the order in which the sandbox handles them. */
import type { ActivationJob } from '../protocol/activation.ts';

/** From first to last; `messages` are signals and updates, in the order of their arrival. */
const RANKS = ['initialize', 'patches', 'seed', 'messages', 'others'] as const;
export type Rank = (typeof RANKS)[number];

export class Jobs {
  readonly #byRank: Partial<Record<Rank, ActivationJob[]>> = {};

  add(rank: Rank, job: ActivationJob): void {
    const jobs = this.#byRank[rank];
    if (jobs) jobs.push(job);
    else this.#byRank[rank] = [job];
  }

  inOrder(): readonly ActivationJob[] {
    let all: ActivationJob[] | undefined;
    for (const rank of RANKS) {
      const jobs = this.#byRank[rank];
      if (jobs) all = all ? all.concat(jobs) : jobs;
    }
    return all ?? [];
  }
}
