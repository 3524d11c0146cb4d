/** Which runs of the list are picked, for what is to be done to all of them. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunSummary } from '../backend/shapes.ts';

export interface SelectionState {
  /** By run id, as they were when they were picked. */
  readonly picked: ReadonlyMap<string, RunSummary>;
  /** All that meet the query are meant, those too that were not read yet; then none is picked by itself. */
  readonly isAll: boolean;
}

export interface Selection {
  readonly store: StoreApi<SelectionState>;
  toggle(run: RunSummary): void;
  /** Picks all from the one that was picked last to this one, in the order of `rows`. */
  extend(rows: readonly RunSummary[], to: RunSummary): void;
  pick(runs: readonly RunSummary[]): void;
  pickAll(): void;
  clear(): void;
}

const NONE: SelectionState = { picked: new Map(), isAll: false };

export function createSelection(): Selection {
  const store = createStore<SelectionState>(() => NONE);
  let anchor: string | undefined;
  const add = (runs: readonly RunSummary[]): void =>
    store.setState(({ picked }) => ({ picked: new Map([...picked, ...runs.map((run) => [run.runId, run] as const)]), isAll: false }));

  return {
    store,
    toggle(run) {
      anchor = run.runId;
      const picked = new Map(store.getState().picked);
      if (!picked.delete(run.runId)) picked.set(run.runId, run);
      store.setState({ picked, isAll: false });
    },
    extend(rows, to) {
      const ends = [rows.findIndex(({ runId }) => runId === anchor), rows.indexOf(to)].sort((a, b) => a - b);
      const [first = -1, last = -1] = ends;
      add(first < 0 ? [to] : rows.slice(first, last + 1));
      anchor ??= to.runId;
    },
    pick(runs) {
      anchor = runs.at(-1)?.runId;
      add(runs);
    },
    pickAll: () => store.setState({ picked: new Map(), isAll: true }),
    clear() {
      anchor = undefined;
      store.setState(NONE);
    },
  };
}
