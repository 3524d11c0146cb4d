/** A double with many runs, whose answers cost next to nothing and come in a later task, as those of a port do. */
import { type Backend, BackendError } from '@perdure/devtools-ui/parts';
import type { Fetches, Topics } from '../../packages/devtools-ui/src/backend/backend.ts';
import type { DescribedRun, RunSummary } from '../../packages/devtools-ui/src/backend/shapes.ts';

export interface Crowd extends Backend {
  /** To whoever listens. */
  tell<K extends keyof Topics>(topic: K, delta: Topics[K]['delta']): void;
}

const NAMESPACE = 'default';

/** @param runs in the order of the engine */
export function createCrowd(runs: readonly RunSummary[]): Crowd {
  const listeners = new Set<{ readonly topic: keyof Topics; readonly tell: (delta: never) => void }>();
  const byId = new Map(runs.map((run) => [run.runId, run]));
  const running = runs.filter(({ status }) => status === 'RUNNING').length;

  function answer(what: keyof Fetches, request: object): object {
    switch (what) {
      case 'runs': {
        const { pageSize, pageToken } = request as Fetches['runs']['request'];
        const from = Number(pageToken ?? 0);
        const end = from + pageSize;
        return { runs: runs.slice(from, end), ...(end < runs.length && { nextPageToken: String(end) }) };
      }
      case 'counts':
        return {
          count: runs.length,
          groups: [
            { values: ['Running'], count: running },
            { values: ['Completed'], count: runs.length - running },
          ],
        };
      case 'run': {
        const run = byId.get((request as Fetches['run']['request']).runId ?? '');
        if (!run) throw new BackendError('notFound', 'there is no such run');
        return described(run);
      }
      case 'code':
        return { signals: [], queries: [], updates: [] };
      case 'namespaces':
        return { namespaces: [{ name: NAMESPACE, state: 'REGISTERED', description: '', retention: 0 }] };
      default:
        throw new BackendError('unsupported', `the crowd has no ${what}`);
    }
  }

  return {
    describe: () => ({ kind: 'double', label: 'crowd', capabilities: ['filter', 'cancel', 'terminate'], isLive: true, hasCodecs: false }),
    async fetch(what, request) {
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(undefined);
      });
      return answer(what, request) as never;
    },
    subscribe(topic, _, tell) {
      const listener = { topic, tell: tell as (delta: never) => void };
      listeners.add(listener);
      if (topic === 'reach') listener.tell({ state: 'reachable', since: 0 } as never);
      return () => void listeners.delete(listener);
    },
    send: async () => ({ isAccepted: true }),
    close: () => listeners.clear(),
    tell(topic, delta) {
      for (const each of listeners) if (each.topic === topic) each.tell(delta as never);
    },
  };
}

/** A twentieth of them runs, and waits for a timer. */
export function runsOf(count: number): RunSummary[] {
  const now = Date.now();
  const runs = Array.from({ length: count }, (_, index) => summaryOf(index, now - index * 1_000, index < count / 20));
  return runs;
}

export const summaryOf = (index: number, startTime: number, isRunning: boolean): RunSummary => ({
  namespace: NAMESPACE,
  workflowId: `crowd-${index}`,
  runId: `run-${index}`,
  workflowType: ['order', 'batch', 'reminder', 'upload'][index % 4] as string,
  taskQueue: 'default',
  status: isRunning ? 'RUNNING' : 'COMPLETED',
  startTime,
  executionTime: startTime,
  ...(!isRunning && { closeTime: startTime + 700 }),
  historyLength: 11,
  historySizeBytes: 2_400,
  firstExecutionRunId: `run-${index}`,
});

function described(summary: RunSummary): DescribedRun {
  const { status, startTime } = summary;
  return {
    summary,
    pendingActivities: [],
    pendingTimers: status === 'RUNNING' ? [{ timerId: 'reminder', startedEventId: 5, startTime, fireTime: startTime + 86_400_000 }] : [],
    pendingChildren: [],
    cancelRequested: false,
    durability: 'strict',
    workflowTaskTimeout: 10_000,
  };
}
