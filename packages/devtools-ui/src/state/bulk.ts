/** One order to many runs: first what would be done, then its doing, run by run, which can be stopped half-way. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, CommandOutcome, DevtoolsCommand, RunRef } from '../backend/backend.ts';
import type { RunSummary } from '../backend/shapes.ts';

export const BULK_ACTIONS = ['cancel', 'terminate', 'delete', 'signal'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Runs that were picked, or all that meet a query, those too that were not read yet. */
export type BulkTargets = { readonly runs: readonly RunSummary[] } | { readonly query: string };

export interface BulkPlan {
  readonly action: BulkAction;
  readonly runs: readonly RunSummary[];
  /** Of those that were meant: closed already, so that there is nothing to do. */
  readonly skipped: number;
}

export interface BulkResult {
  readonly run: RunSummary;
  readonly outcome: CommandOutcome;
}

export interface BulkState {
  /** In the order in which they came. */
  readonly results: readonly BulkResult[];
  readonly refused: number;
  readonly isStopped: boolean;
  /** Nothing more comes. */
  readonly isDone: boolean;
}

export interface Bulk {
  readonly store: StoreApi<BulkState>;
  /** What has been sent is waited for; nothing more is sent. */
  stop(): void;
}

const PAGE = 1000;
const AT_ONCE = 4;

/** What would be done: nothing is sent. @throws {BackendError} */
export async function planBulk(
  { backend, namespace }: { readonly backend: Backend; readonly namespace: string },
  action: BulkAction,
  targets: BulkTargets,
): Promise<BulkPlan> {
  const meant = 'runs' in targets ? targets.runs : await readAll(backend, namespace, targets.query);
  const runs = action === 'delete' ? meant : meant.filter(({ status }) => status === 'RUNNING');
  return { action, runs, skipped: meant.length - runs.length };
}

async function readAll(backend: Backend, namespace: string, query: string): Promise<readonly RunSummary[]> {
  // A run that moves in the order while pages are read may come twice.
  const found = new Map<string, RunSummary>();
  let pageToken: string | undefined;
  do {
    const page = await backend.fetch('runs', { namespace, query, pageSize: PAGE, ...(pageToken !== undefined && { pageToken }) });
    for (const run of page.runs) found.set(run.runId, run);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return [...found.values()];
}

/** @param commandFor the order to one run; begins at once */
export function startBulk(
  plan: Pick<BulkPlan, 'runs'>,
  commandFor: (run: RunSummary) => DevtoolsCommand,
  send: (command: DevtoolsCommand) => Promise<CommandOutcome>,
): Bulk {
  const store = createStore<BulkState>(() => ({ results: [], refused: 0, isStopped: false, isDone: plan.runs.length === 0 }));
  let next = 0;
  let underWay = 0;

  function pump(): void {
    while (underWay < AT_ONCE && !store.getState().isStopped) {
      const run = plan.runs[next];
      if (!run) break;
      next += 1;
      underWay += 1;
      void send(commandFor(run)).then((outcome) => {
        underWay -= 1;
        store.setState(({ results, refused }) => ({ results: [...results, { run, outcome }], refused: refused + (outcome.isAccepted ? 0 : 1) }));
        pump();
      });
    }
    const { isStopped, isDone } = store.getState();
    if (!isDone && underWay === 0 && (isStopped || next === plan.runs.length)) store.setState({ isDone: true });
  }

  pump();
  return {
    store,
    stop() {
      if (store.getState().isDone) return;
      store.setState({ isStopped: true });
      pump();
    },
  };
}

export type BulkDetails = { readonly reason?: string } & Partial<Pick<Extract<DevtoolsCommand, { type: 'signal' }>, 'signalName' | 'args'>>;

/** The order to one run. */
export function bulkCommand(action: BulkAction, { namespace, workflowId, runId }: RunSummary, details: BulkDetails, requestId: string): DevtoolsCommand {
  const ref: RunRef = { namespace, workflowId, runId };
  const reason = details.reason ? { reason: details.reason } : {};
  switch (action) {
    case 'cancel':
      return { type: 'cancel', ...ref, requestId, ...reason };
    case 'terminate':
      return { type: 'terminate', ...ref, ...reason };
    case 'delete':
      return { type: 'delete', ...ref };
    case 'signal':
      return { type: 'signal', ...ref, signalName: details.signalName ?? '', args: details.args ?? [], requestId };
  }
}
