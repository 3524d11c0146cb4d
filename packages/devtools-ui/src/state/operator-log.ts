/** What was ordered from this panel, by whom it can be told, and what came of it. */
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, CommandOutcome, DevtoolsCommand } from '../backend/backend.ts';

export interface LogEntry {
  readonly id: number;
  /** By this page's clock, in ms since the epoch. */
  readonly at: number;
  readonly source: string;
  readonly command: DevtoolsCommand;
  /** Absent until it is known. */
  readonly outcome?: CommandOutcome;
  /** How long the answer took, in ms. */
  readonly took?: number;
}

export interface OperatorLog {
  /** The newest first. */
  readonly store: StoreApi<{ readonly entries: readonly LogEntry[] }>;
  /** Sends an order and writes it down. Never rejects. */
  order(backend: Backend, command: DevtoolsCommand): Promise<CommandOutcome>;
}

const KEPT = 500;

export function createOperatorLog(clock: Clock): OperatorLog {
  const store = createStore<{ readonly entries: readonly LogEntry[] }>(() => ({ entries: [] }));
  let last = 0;
  return {
    store,
    async order(backend, command) {
      const entry: LogEntry = { id: ++last, at: clock.now(), source: backend.describe().label, command };
      store.setState(({ entries }) => ({ entries: [entry, ...entries].slice(0, KEPT) }));
      const outcome = await backend.send(command);
      const done = { ...entry, outcome, took: clock.now() - entry.at };
      store.setState(({ entries }) => ({ entries: entries.map((each) => (each.id === entry.id ? done : each)) }));
      return outcome;
    },
  };
}
