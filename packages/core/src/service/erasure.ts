/**
 * Takes closed runs out of the store, each with all of its rows in one commit: a run is there as a whole or not at all. Who asks for one
 * that is on its way out does not find it any more.
 */
import type { Epoch } from '../common/brand.ts';
import type { ServiceError } from '../common/service-error.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import type { Key, Store, Table } from '../storage/store.ts';
import { idName } from './loaded-run.ts';
import { pagesOf } from './pages.ts';
import { currentKey, type ExecutionRow, type RunName, runKey } from './rows.ts';
import type { Runs } from './runs.ts';

/** A row of 'visibility'. */
export type ClosedRun = readonly [key: Key, summary: WorkflowExecutionSummary];

export interface ErasureOptions {
  readonly store: Store;
  readonly epoch: Epoch;
  readonly runs: Runs;
  /** Runs are being read back after a failed commit: what memory says of them is not all that there is. */
  readonly isUnsure: () => boolean;
}

interface Leaving {
  readonly run: RunName;
  readonly visibility: Key;
  readonly history: readonly Key[];
  /** By the store, it is the newest of its workflow id. */
  readonly isCurrent: boolean;
}

/** History rows that are read at once, and about how many keys one commit deletes. */
const PAGE = 256;
const MOST_ROWS = 2_000;

export class Erasure {
  readonly #options: ErasureOptions;

  constructor(options: ErasureOptions) {
    this.#options = options;
  }

  /** @returns how many of them are gone; the others are in use, or were too many for one commit */
  async erase(closed: readonly ClosedRun[]): Promise<number> {
    const { runs, isUnsure } = this.#options;
    const untouched = new Set(closed.map(([, { namespace, workflowId }]) => idName(namespace, workflowId)));
    const endWatch = runs.watchAbsences(untouched);
    try {
      const found = await this.#find(closed);
      if (isUnsure()) return 0;
      // A newer run of its workflow id that has come meanwhile may be about to write its row as well.
      const leaving = found.filter(({ run }) => untouched.has(idName(run.namespace, run.workflowId)) && runs.mayLeave(run));
      if (leaving.length > 0) await this.#delete(leaving);
      return leaving.length;
    } finally {
      endWatch();
    }
  }

  async #find(closed: readonly ClosedRun[]): Promise<Leaving[]> {
    const { store } = this.#options;
    const currents = await store.getMany(
      'executions',
      closed.map(([, { namespace, workflowId }]) => currentKey(namespace, workflowId)),
    );
    const found: Leaving[] = [];
    let rows = 0;
    for (const [index, [visibility, { namespace, workflowId, runId }]] of closed.entries()) {
      const run = { namespace, workflowId, runId };
      const history = await this.#historyKeys(run);
      found.push({ run, visibility, history, isCurrent: (currents[index] as ExecutionRow | undefined)?.runId === runId });
      rows += history.length;
      if (rows >= MOST_ROWS) break;
    }
    return found;
  }

  async #historyKeys(run: RunName): Promise<Key[]> {
    const keys: Key[] = [];
    const onDamaged = ({ details }: ServiceError): void => {
      if (Array.isArray(details['row'])) keys.push(details['row'] as Key); // it goes as well
    };
    for await (const page of pagesOf(this.#options.store, 'history', { prefix: runKey(run), limit: PAGE, onDamaged })) for (const [key] of page) keys.push(key);
    return keys;
  }

  async #delete(leaving: readonly Leaving[]): Promise<void> {
    const { store, epoch, runs } = this.#options;
    const deletes = leaving.flatMap(rowsOf);
    const names = leaving.map(({ run }) => run);
    runs.beginLeaving(names);
    try {
      await store.commit({ puts: [], deletes }, epoch);
    } finally {
      await runs.endLeaving(names);
    }
  }
}

function rowsOf({ run, visibility, history, isCurrent }: Leaving): [Table, Key][] {
  const rows: [Table, Key][] = history.map((key) => ['history', key]);
  rows.push(['visibility', visibility], ['executions', runKey(run)]);
  if (isCurrent) rows.push(['executions', currentKey(run.namespace, run.workflowId)]);
  return rows;
}
