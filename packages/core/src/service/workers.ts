/** The workers that the engine has met, and the host's watch over each: a worker that is gone is noticed at once, not by a timeout. */
import type { Millis } from '../common/brand.ts';
import type { WorkerInfo, WorkerPoll } from '../protocol/engine-info.ts';
import type { PollRequest } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';

export interface WorkersOptions {
  /** @returns a function that ends the watch */
  readonly watch: ((workerId: string, onLost: () => void) => () => void) | undefined;
  readonly onLost: (workerId: string) => void;
}

interface Met {
  identity: string;
  lastPollTime: Millis;
  readonly polls: WorkerPoll[];
}

/** So many are told of, and remembered where nobody says that one is gone. */
const MOST_TOLD = 100;

export class Workers {
  readonly #options: WorkersOptions;
  readonly #watches = new Map<string, () => void>();
  /** By worker id, the latest to be met anew last. */
  readonly #met = new Map<string, Met>();

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  see(workerId: string): void {
    const { watch, onLost } = this.#options;
    if (!watch || this.#watches.has(workerId)) return;
    this.#watches.set(workerId, () => {}); // the watch may report a loss before it returns
    this.#watches.set(
      workerId,
      watch(workerId, () => onLost(workerId)),
    );
  }

  /** The worker polls. */
  meet(kind: WorkerPoll['kind'], { workerId, identity, namespace, taskQueue }: PollRequest, now: Millis): void {
    this.see(workerId);
    const met = this.#met.get(workerId) ?? this.#welcome(workerId, identity);
    met.identity = identity;
    met.lastPollTime = now;
    if (!met.polls.some((poll) => poll.taskQueue === taskQueue && poll.kind === kind && poll.namespace === namespace))
      met.polls.push({ kind, namespace, taskQueue });
  }

  /** It polls no more. */
  shutDown(workerId: string): void {
    this.#met.delete(workerId);
  }

  forget(workerId: string): void {
    this.#watches.get(workerId)?.();
    this.#watches.delete(workerId);
    this.#met.delete(workerId);
  }

  /** @param runs those in memory: what a worker has under way is among them */
  list(runs: Iterable<LoadedRun>): readonly WorkerInfo[] {
    const workflowTasks = new Map<string, number>();
    const activityTasks = new Map<string, number>();
    const count = (counts: Map<string, number>, id: string | undefined): void => {
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    };
    for (const run of runs) {
      if (run.state.workflowTask.phase === 'started') count(workflowTasks, run.taskWorker);
      for (const { phase } of run.state.activities.values()) if (phase.tag === 'started') count(activityTasks, phase.workerId);
    }
    return [...this.#met]
      .map(([workerId, { identity, lastPollTime, polls }]) => ({
        workerId,
        identity,
        polls: [...polls],
        lastPollTime,
        workflowTasksUnderWay: workflowTasks.get(workerId) ?? 0,
        activityTasksUnderWay: activityTasks.get(workerId) ?? 0,
      }))
      .sort((a, b) => b.lastPollTime - a.lastPollTime);
  }

  close(): void {
    for (const workerId of [...this.#watches.keys()]) this.forget(workerId);
    this.#met.clear();
  }

  #welcome(workerId: string, identity: string): Met {
    const met: Met = { identity, lastPollTime: 0, polls: [] };
    this.#met.set(workerId, met);
    const [oldest] = this.#met.keys();
    if (this.#met.size > MOST_TOLD && oldest !== undefined) this.#met.delete(oldest);
    return met;
  }
}
