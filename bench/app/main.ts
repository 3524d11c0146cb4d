/** The page of the benchmark: the client, through the transport that users have. What it measures is on `globalThis.bench`. */
import { connect } from '@perdure/core/client';
import type { counter, one, sequence, sleeper } from './workflows.ts';

const durability = new URLSearchParams(location.search).get('durability') === 'relaxed' ? 'relaxed' : 'strict';
const connection = connect({
  worker:
    durability === 'strict'
      ? () => new Worker(new URL('./strict.worker.ts', import.meta.url), { type: 'module', name: 'perdure' })
      : () => new Worker(new URL('./relaxed.worker.ts', import.meta.url), { type: 'module', name: 'perdure' }),
  callTimeout: '10 minutes',
});
const client = connection.client();
const taskQueue = 'default';
const runOne = (workflowId: string): Promise<number> => client.workflow.execute<typeof one>('one', { workflowId, taskQueue, args: [1] });
let ids = 0;
const nextId = (name: string): string => `${name}-${Date.now().toString(36)}-${++ids}`;

/** Does `total` things, at most `inFlight` at a time. */
async function inParallel(total: number, inFlight: number, work: () => Promise<unknown>): Promise<void> {
  let left = total;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await work();
    }),
  );
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** Waits until the run has so many events in the store. */
async function eventsStored(workflowId: string, wanted: number): Promise<void> {
  for (let after = 0; after < wanted; ) {
    const request = { namespace: 'default', workflowExecution: { workflowId }, afterEventId: after, waitNewEvent: true };
    const { events } = await connection.service.getWorkflowExecutionHistory(request);
    after = events.at(-1)?.eventId ?? after;
  }
}

let bareWorker: Worker | undefined;
let bareCalls = 0;
/** @returns milliseconds of each transaction */
function bare(transactions: number, puts: number, bytes: number): Promise<number[]> {
  bareWorker ??= new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module' });
  const worker = bareWorker;
  const id = ++bareCalls;
  return new Promise((resolve) => {
    worker.addEventListener('message', function listen({ data }) {
      if (data.id !== id) return;
      worker.removeEventListener('message', listen);
      resolve(data.times);
    });
    worker.postMessage({ id, transactions, puts, bytes, durability });
  });
}

const measures = {
  bare,
  /** @returns milliseconds of each workflow */
  async w1(total: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < total; i++) times.push(1_000 * (await seconds(() => runOne(nextId('w1')))));
    return times;
  },
  /** @returns seconds for all */
  w2: (total: number, inFlight: number): Promise<number> => seconds(() => inParallel(total, inFlight, () => runOne(nextId('w2')))),
  /** @returns seconds until the last activity's completion is stored and the workflow waits: four events to the first activity, then six for each */
  async w3(workflowId: string, steps: number): Promise<number> {
    await client.workflow.start<typeof sequence>('sequence', { workflowId, taskQueue, args: [steps] });
    return seconds(() => eventsStored(workflowId, 4 + 6 * steps));
  },
  /** @returns the result, and how often activities were completed */
  async w3Recover(workflowId: string): Promise<{ result: number; completed: number }> {
    const handle = client.workflow.getHandle(workflowId);
    await handle.signal('go');
    const result = (await handle.result()) as number;
    const { events } = await handle.fetchHistory();
    return { result, completed: events.filter(({ type }) => type === 'ActivityTaskCompleted').length };
  },
  /** @returns seconds until every timer is stored: a start is answered before its timer is there, so those of the last ones are waited for */
  async w4(total: number, inFlight: number): Promise<number> {
    const started: string[] = [];
    return seconds(async () => {
      await inParallel(total, inFlight, async () => {
        const workflowId = nextId('w4');
        started.push(workflowId);
        await client.workflow.start<typeof sleeper>('sleeper', { workflowId, taskQueue });
      });
      for (const workflowId of started.slice(-2 * inFlight)) await eventsStored(workflowId, 5);
    });
  },
  /** @returns seconds to the last acknowledgement, and to the result */
  async w5(total: number): Promise<{ acknowledged: number; completed: number }> {
    const handle = await client.workflow.start<typeof counter>('counter', { workflowId: nextId('w5'), taskQueue, args: [total] });
    const start = performance.now();
    for (let i = 0; i < total; i++) await handle.signal('count');
    const acknowledged = (performance.now() - start) / 1_000;
    await handle.result();
    return { acknowledged, completed: (performance.now() - start) / 1_000 };
  },
  /** @returns milliseconds from navigation to the result of one workflow */
  async first(): Promise<number> {
    await runOne(nextId('first'));
    return performance.now();
  },
  diskBytes: async (): Promise<number> => (await navigator.storage.estimate()).usage ?? 0,
};
(globalThis as unknown as { bench: typeof measures }).bench = measures;
