/**
 * What is pending of the runs that are in sight, for the list's "waiting on". Few are asked for at once; one is asked for again when its history
 * has grown, and now and then while it retries, of which histories do not tell.
 */
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend } from '../backend/backend.ts';
import type { DescribedRun, RunSummary } from '../backend/shapes.ts';
import type { Frame } from './frame.ts';

export interface Descriptions {
  /** By run id. The map is another one after each change. */
  readonly store: StoreApi<{ readonly runs: ReadonlyMap<string, DescribedRun> }>;
  /** These are in sight now, and no others. */
  look(runs: readonly RunSummary[]): void;
  /** Something changed of these. */
  forget(runIds: Iterable<string>): void;
  /** Something may have changed of any. */
  forgetAll(): void;
  close(): void;
}

const AT_ONCE = 4;
const AGAIN_MS = 2000;

export function createDescriptions({ backend, clock, frame }: { readonly backend: Backend; readonly clock: Clock; readonly frame: Frame }): Descriptions {
  const store = createStore<{ readonly runs: ReadonlyMap<string, DescribedRun> }>(() => ({ runs: new Map() }));
  const fresh = new Map<string, DescribedRun>();
  const known = new Map<string, DescribedRun>();
  const asked = new Set<string>();
  /** Of those that are asked for: they changed meanwhile, so the answer may be of before. */
  const changed = new Set<string>();
  let wanted: readonly RunSummary[] = [];
  let isClosed = false;
  let cancelAgain: (() => void) | undefined;

  const isOpen = (run: RunSummary): boolean => run.status === 'RUNNING';
  const next = (): RunSummary | undefined => wanted.find((run) => isOpen(run) && !fresh.has(run.runId) && !asked.has(run.runId));

  function pump(): void {
    for (let run = next(); run && asked.size < AT_ONCE && !isClosed; run = next()) void read(run);
  }

  async function read({ namespace, workflowId, runId }: RunSummary): Promise<void> {
    asked.add(runId);
    changed.delete(runId);
    try {
      const described = await backend.fetch('run', { namespace, workflowId, runId });
      if (!changed.has(runId)) fresh.set(runId, described);
      known.set(runId, described);
      if (!isClosed) frame.next('descriptions', () => store.setState({ runs: new Map(known) }));
    } catch {
      // The row shows its status; what is wrong with the engine is said above the list, and a run that is gone leaves the list.
      const last = known.get(runId);
      if (last) fresh.set(runId, last);
    } finally {
      asked.delete(runId);
      if (!isClosed) pump();
    }
  }

  /** Attempts and heartbeats are in no history, so nobody tells of them. */
  function lookAgain(): void {
    cancelAgain?.();
    cancelAgain = undefined;
    if (isClosed || !wanted.some(isOpen)) return;
    cancelAgain = clock.setTimer(AGAIN_MS, () => {
      for (const { runId } of wanted) if ((fresh.get(runId)?.pendingActivities.length ?? 0) > 0) fresh.delete(runId);
      pump();
      lookAgain();
    });
  }

  return {
    store,
    look(runs) {
      wanted = runs;
      const inSight = new Set(runs.map(({ runId }) => runId));
      for (const runId of known.keys()) if (!inSight.has(runId) && known.size > 500) known.delete(runId);
      pump();
      if (!cancelAgain) lookAgain();
    },
    forget(runIds) {
      for (const runId of runIds) {
        fresh.delete(runId);
        if (asked.has(runId)) changed.add(runId);
      }
      pump();
    },
    forgetAll() {
      fresh.clear();
      for (const runId of asked) changed.add(runId);
      pump();
    },
    close() {
      isClosed = true;
      wanted = [];
      cancelAgain?.();
    },
  };
}
