/** The page of the load: a connection as users have it, and what the driver needs of it on `globalThis.trust`. */
import { connect } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';
import { Calls } from './calls.ts';
import { startLoad } from './load.ts';
import { close, type mailbox, type sleeper } from './workflows.ts';

let engineWorker: Worker | undefined;
const connection = connect({
  worker() {
    engineWorker = new Worker(new URL('./trust.worker.ts', import.meta.url), { type: 'module', name: 'perdure' });
    return engineWorker;
  },
});
const client = connection.client();
const calls = new Calls();
let endLoad: (() => Promise<void>) | undefined;
/** When the engine that leads was heard of first, by its epoch. */
const epochs = new Map<number, number>();

/** Asks the leader for its status, all the time: the answer of the next one tells when it took over. */
async function watchEpochs(): Promise<never> {
  for (;;) {
    const { epoch, role } = await connection.status();
    if (epoch !== undefined && !epochs.has(epoch)) epochs.set(epoch, Date.now());
    if (epoch !== undefined) document.title = `${role} ${epoch}`;
    await pause(10);
  }
}
void watchEpochs();

const page = {
  /** Resolves when an engine answers; with its epoch, and whether it runs in this page. */
  async leadership(): Promise<{ readonly epoch: number; readonly leads: boolean }> {
    for (;;) {
      const { epoch, role, state } = await connection.status();
      if (epoch !== undefined && state === 'running') return { epoch, leads: role === 'leader' };
      await pause(10);
    }
  },
  async openMailbox(workflowId: string): Promise<void> {
    await client.workflow.start<typeof mailbox>('mailbox', { workflowId, taskQueue: 'default', workflowIdConflictPolicy: 'USE_EXISTING' });
  },
  load(sender: string, mailboxId: string): void {
    if (endLoad) throw new Error('this page is under load already');
    endLoad = startLoad({ client, calls, sender, mailboxId });
  },
  async endLoad(): Promise<void> {
    await endLoad?.();
    endLoad = undefined;
  },
  /** Ends the mailbox and waits until all but the sleepers have come to their end. @returns what the mailbox saw */
  async finish(mailboxId: string, patienceMs: number): Promise<readonly string[]> {
    const handle = client.workflow.getHandle<typeof mailbox>(mailboxId);
    await handle.signal(close);
    const letters = await handle.result();
    const end = Date.now() + patienceMs;
    for (;;) {
      const open = await openButSleepers();
      if (open.length === 0) return letters;
      if (Date.now() > end) throw new Error(`after ${patienceMs} ms there are runs that do not end: ${open.slice(0, 5).join(', ')}`);
      await pause(25);
    }
  },
  async startSleepers(from: number, count: number): Promise<void> {
    const start = (index: number) => client.workflow.start<typeof sleeper>('sleeper', { workflowId: `sleeper-${index}`, taskQueue: 'default' });
    await Promise.all(Array.from({ length: count }, (_, index) => start(from + index)));
  },
  countSleepers: async (): Promise<number> => (await client.workflow.count('WorkflowType = "sleeper" AND ExecutionStatus = "Running"')).count,
  /** The histories in the order of the names; an error in words for one that cannot be read. */
  histories: (runs: readonly RunName[]): Promise<readonly FetchedHistory[]> => Promise.all(runs.map(fetchHistory)),
  settled: (earliest: number, latest: number, patienceMs: number): Promise<number> => calls.settled(earliest, latest, patienceMs),
  /** @returns milliseconds from `moment` to the first answer to the load by an engine of a later epoch than `epoch` */
  async takeoverSince(moment: number, epoch: number, patienceMs: number): Promise<number> {
    for (;;) {
      const heardAt = Math.min(...[...epochs].flatMap(([later, at]) => (later > epoch ? [at] : [])));
      const answeredAt = heardAt < Number.POSITIVE_INFINITY ? calls.firstAnswerSince(heardAt) : undefined;
      if (answeredAt !== undefined) return answeredAt - moment;
      if (Date.now() > moment + patienceMs) throw new Error(`no engine after that of epoch ${epoch} has answered within ${patienceMs} ms`);
      await pause(5);
    }
  },
  /** Ends the engine worker behind the back of the connection. */
  endWorker: (): void => engineWorker?.terminate(),
  forget: (moment: number): void => calls.forget(moment),
  navigatedAt: (): number => performance.timeOrigin,
};

async function openButSleepers(): Promise<string[]> {
  const open: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType != "sleeper" AND ExecutionStatus = "Running"' })) open.push(workflowId);
  return open;
}

async function fetchHistory({ workflowId, runId }: RunName): Promise<FetchedHistory> {
  try {
    return { events: (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface RunName {
  readonly workflowId: string;
  readonly runId?: string;
}
export type FetchedHistory = { readonly events: readonly HistoryEvent[] } | { readonly error: string };
export type LoadPage = typeof page;
declare global {
  var trust: LoadPage;
}
globalThis.trust = page;
