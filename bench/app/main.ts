/**
 * The page of the benchmark: the client, through the transport that users have. What measures is on `globalThis.bench`.
 * With `?then=` the page begins by itself as soon as it runs, so that what is measured from its navigation holds nothing of the driver.
 */
import { type Connection, connect } from '@perdure/core/client';
import { type Bare, createBare } from './bare.ts';
import { durabilityOf } from './durability.ts';
import { createLists, type Lists } from './lists.ts';
import { createReplays, type Replays } from './replays.ts';
import { createWorkloads, type Workloads } from './workloads.ts';

const search = new URLSearchParams(location.search);
const durability = durabilityOf(search);
const bare = createBare(durability);

function connectEngine(): Connection {
  return connect({
    worker:
      durability === 'strict'
        ? () => new Worker(new URL('./strict.worker.ts', import.meta.url), { type: 'module', name: 'perdure' })
        : () => new Worker(new URL('./relaxed.worker.ts', import.meta.url), { type: 'module', name: 'perdure' }),
    callTimeout: '10 minutes', // a workload that the machine is too slow for is a figure, not an error
  });
}

/** @returns milliseconds from navigation to the end */
async function sinceNavigation(work: Promise<unknown>): Promise<number> {
  await work;
  return performance.now();
}

/** What the page does by itself. With `bare` in its name there is no engine in the page. */
function begin(then: string | null): { readonly workloads?: Workloads; readonly lists?: Lists; readonly begun?: Promise<number> } {
  const count = Number(search.get('count'));
  const bareWrite = (transactions: number): Promise<unknown> => bare.read(count).then(() => bare.write({ transactions, records: 1, rowsInRecord: 1 }));
  if (then === 'bareRecover') return { begun: sinceNavigation(bareWrite(1)) };
  if (then === 'bareFirst') return { begun: sinceNavigation(bareWrite(2)) };
  const connection = connectEngine();
  const workloads = createWorkloads(connection);
  if (then === 'recover') return { workloads, begun: sinceNavigation(workloads.recover(search.get('id') as string)) };
  return then === 'first' ? { workloads, begun: sinceNavigation(workloads.one()) } : { workloads, lists: createLists(connection) };
}

export interface Bench {
  readonly bare: Bare;
  readonly workloads: Workloads;
  readonly lists: Lists;
  readonly replays: Replays;
  /** Milliseconds from navigation to the end of what the page began by itself. */
  readonly begun: Promise<number>;
}
declare global {
  var bench: Bench;
}
globalThis.bench = { bare, replays: createReplays(), ...begin(search.get('then')) } as Bench;
