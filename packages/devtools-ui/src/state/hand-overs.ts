/** Which tab has led the engine, and since when, as this panel was told it while it was open. */
import type { EngineStatus } from '@perdure/core/client';
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface HandOver {
  /** By this page's clock, in ms since the epoch. */
  readonly at: number;
  readonly epoch: number | undefined;
  readonly isThisTab: boolean;
  /** How long there was no engine, in ms, as far as this tab was told; absent for the first one that it saw. */
  readonly took?: number;
}

export interface HandOvers {
  /** The newest first. */
  readonly store: StoreApi<{ readonly entries: readonly HandOver[] }>;
  /** Takes each status that the engine tells. */
  saw(status: EngineStatus): void;
}

const KEPT = 100;

export function createHandOvers(clock: Clock): HandOvers {
  const store = createStore<{ readonly entries: readonly HandOver[] }>(() => ({ entries: [] }));
  let goneAt: number | undefined;
  return {
    store,
    saw({ role, state, epoch }) {
      const now = clock.now();
      const isThisTab = role === 'leader';
      const [last] = store.getState().entries;
      const isSame = last !== undefined && last.epoch === epoch && last.isThisTab === isThisTab;
      if (state !== 'running') {
        goneAt ??= now;
        return;
      }
      if (!isSame) {
        const entry: HandOver = { at: now, epoch, isThisTab, ...(last && { took: now - (goneAt ?? now) }) };
        store.setState(({ entries }) => ({ entries: [entry, ...entries].slice(0, KEPT) }));
      }
      goneAt = undefined;
    },
  };
}
