/** What keeps the engine busy from one page: starts, results, signals and updates, each told to the ledger once it is acknowledged. */
import type { Client } from '@perdure/core/client';
import type { Calls } from './calls.ts';
import { type LedgerRecord, tell } from './records.ts';
import { add, type chain, type mailbox, put, type ticker } from './workflows.ts';

export interface LoadOptions {
  readonly client: Client;
  readonly calls: Calls;
  /** Of this page, never used by another one: its letters are numbered from 0. */
  readonly sender: string;
  /** The workflow that takes the letters of all pages. */
  readonly mailboxId: string;
}

/** How many of each are on the way at once. Signals are more than one, so that their order is put to the test. */
const [CHAINS, SIGNALS, UPDATES] = [3, 4, 1];
const STEPS = 6;
const TICKS = 20;
const TICKERS = 2;

/** @returns a function that ends it, which resolves when nothing is on the way any more */
export function startLoad({ client, calls, sender, mailboxId }: LoadOptions): () => Promise<void> {
  let isOver = false;
  let started = 0;
  const numbers = { signal: 0, update: 0 };
  const mailboxHandle = client.workflow.getHandle<typeof mailbox>(mailboxId);

  async function start(type: 'chain' | 'ticker', argument: number): Promise<void> {
    const workflowId = `${mailboxId}/${sender}-${type}-${started++}`;
    const handle = await calls.time(`the start of ${workflowId}`, () =>
      client.workflow.start<typeof chain | typeof ticker>(type, { workflowId, taskQueue: 'default', args: [argument] }),
    );
    await tell({ kind: 'start', workflowId, runId: handle.firstExecutionRunId });
    // Results are not waited for by the load's end: the workflow may outlive the page.
    void handle.result().then(
      (result) => tell({ kind: 'result', workflowId, result }),
      (error) => refused(`the result of ${workflowId}`, error),
    );
  }

  async function chains(): Promise<void> {
    await start('chain', STEPS);
    await pause(60);
  }

  /** The number is taken and the signal sent in one go: the order of the numbers is the order of sending. */
  async function signal(): Promise<void> {
    const number = numbers.signal++;
    await calls.time(`signal ${number}`, () => mailboxHandle.signal(put, `${sender}:s${number}`));
    await tell({ kind: 'signal', workflowId: mailboxId, sender, number });
    await pause(5);
  }

  async function update(): Promise<void> {
    const number = numbers.update++;
    await calls.time(`update ${number}`, () => mailboxHandle.executeUpdate(add, { updateId: `${sender}:u${number}`, args: [`${sender}:u${number}`] }));
    await tell({ kind: 'update', workflowId: mailboxId, sender, number });
    await pause(15);
  }

  const repeat = async (what: string, work: () => Promise<void>): Promise<void> => {
    while (!isOver) await work().catch((error: unknown) => refused(what, error));
  };
  const loops = [
    ...Array.from({ length: TICKERS }, () => start('ticker', TICKS).catch((error: unknown) => refused('a ticker', error))),
    ...Array.from({ length: CHAINS }, () => repeat('a chain', chains)),
    ...Array.from({ length: SIGNALS }, () => repeat('a signal', signal)),
    ...Array.from({ length: UPDATES }, () => repeat('an update', update)),
  ];
  return async () => {
    isOver = true;
    await Promise.all(loops);
  };
}

async function refused(what: string, error: unknown): Promise<void> {
  const record: LedgerRecord = { kind: 'refused', what, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  await tell(record);
  await pause(100); // an engine that refuses is not asked at full speed
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
