/** The workloads, as a page does them. All times are taken in the page. */
import type { Connection } from '@perdure/core/client';
import { BENCH_CHANNEL, type BenchMessage } from './channel.ts';
import { inParallel } from './in-parallel.ts';
import type { counter, fan, one, parent, sequence, sleeper } from './workflows.ts';

export interface Workloads {
  /** A workflow with one activity, to its result. */
  one(): Promise<number>;
  /** W1. @returns milliseconds of each */
  inSequence(count: number): Promise<number[]>;
  /** W2. @returns seconds for all */
  inFlight(count: number, inFlight: number): Promise<number>;
  /** W3. @returns seconds to the commit of the last step; the workflow waits for its signal then */
  steps(workflowId: string, steps: number): Promise<number>;
  /** W3, after the restart. @returns the result */
  recover(workflowId: string): Promise<number>;
  result(workflowId: string): Promise<unknown>;
  /** How often the worker for activities has run a step since it started. */
  additions(): Promise<number>;
  /** W4. @returns seconds until every timer is stored */
  sleepers(count: number, inFlight: number): Promise<number>;
  /** W5. @returns seconds to the last acknowledgement, and to the result */
  signals(count: number): Promise<{ readonly acknowledged: number; readonly completed: number }>;
  /** W6. @returns milliseconds to the result of a parent whose children run at once, with one activity each */
  children(count: number): Promise<number>;
  /** W6. @returns milliseconds to the result of a workflow whose activities run at once */
  activities(count: number): Promise<number>;
  /** What the engine says of its store. */
  counts(): Promise<{ readonly commits: number; readonly puts: number; readonly loadedRuns: number }>;
}

const NAMESPACE = 'default';
const taskQueue = 'default';
/** Events of a sleeper when its timer is stored: started, task scheduled, started and completed, timer started. */
const EVENTS_OF_SLEEPER = 5;

export function createWorkloads(connection: Connection): Workloads {
  const client = connection.client();
  const channel = new BroadcastChannel(BENCH_CHANNEL);
  let lastId = 0;
  const nextId = (name: string): string => `${name}-${Date.now().toString(36)}-${++lastId}`;
  const runOne = (): Promise<number> => client.workflow.execute<typeof one>('one', { workflowId: nextId('one'), taskQueue, args: [1] });

  /** @returns milliseconds to the result, which has to be the sum of the first `count` numbers above 0 */
  async function toResult(workflowType: 'parent' | 'fan', count: number): Promise<number> {
    let result = 0;
    const taken = await seconds(async () => {
      result = await client.workflow.execute<typeof parent | typeof fan>(workflowType, { workflowId: nextId(workflowType), taskQueue, args: [count] });
    });
    if (result !== (count * (count + 1)) / 2) throw new Error(`${workflowType} of ${count} ended with ${result}`);
    return 1_000 * taken;
  }

  function heard(fits: (message: BenchMessage) => boolean): Promise<BenchMessage> {
    return new Promise((resolve) => {
      channel.addEventListener('message', function listen({ data }: MessageEvent<BenchMessage>) {
        if (!fits(data)) return;
        channel.removeEventListener('message', listen);
        resolve(data);
      });
    });
  }

  /** Waits until the run has so many events in the store. */
  async function eventsStored(workflowId: string, events: number): Promise<void> {
    for (let last = 0; last < events; ) {
      const request = { namespace: NAMESPACE, workflowExecution: { workflowId }, afterEventId: last, waitNewEvent: true };
      last = (await connection.service.getWorkflowExecutionHistory(request)).events.at(-1)?.eventId ?? last;
    }
  }

  /** A look at one: a timer that was not stored would make the figure better. */
  async function expectAsleep(workflowId: string): Promise<void> {
    const { events } = await connection.service.getWorkflowExecutionHistory({ namespace: NAMESPACE, workflowExecution: { workflowId } });
    if (events.at(-1)?.type !== 'TimerStarted') throw new Error(`${workflowId} should sleep, and its last event is ${events.at(-1)?.type}`);
  }

  return {
    one: runOne,
    async inSequence(count) {
      const times: number[] = [];
      for (let i = 0; i < count; i++) times.push(1_000 * (await seconds(runOne)));
      return times;
    },
    inFlight: (count, inFlight) => seconds(() => inParallel(count, inFlight, runOne)),
    async steps(workflowId, steps) {
      const arrived = heard((message) => message.kind === 'arrived' && message.workflowId === workflowId);
      const taken = await seconds(async () => {
        await client.workflow.start<typeof sequence>('sequence', { workflowId, taskQueue, args: [steps] });
        await arrived;
      });
      await eventsStored(workflowId, 4 + 6 * (steps + 1)); // four events to the first activity, then six for each
      return taken;
    },
    async recover(workflowId) {
      const handle = client.workflow.getHandle<typeof sequence>(workflowId);
      await handle.signal('go');
      return handle.result();
    },
    result: (workflowId) => client.workflow.getHandle(workflowId).result(),
    async additions() {
      const answer = heard(({ kind }) => kind === 'additions');
      channel.postMessage({ kind: 'howOften' } satisfies BenchMessage);
      return ((await answer) as BenchMessage & { kind: 'additions' }).additions;
    },
    async sleepers(count, inFlight) {
      const started: string[] = [];
      const taken = await seconds(async () => {
        await inParallel(count, inFlight, async () => {
          const workflowId = nextId('sleeper');
          started.push(workflowId);
          await client.workflow.start<typeof sleeper>('sleeper', { workflowId, taskQueue });
        });
        // A start is answered before its timer is there. Those of the last ones are stored last.
        await Promise.all(started.slice(-inFlight).map((workflowId) => eventsStored(workflowId, EVENTS_OF_SLEEPER)));
      });
      for (let at = 0; at < count; at += Math.ceil(count / 100)) await expectAsleep(started[at] as string);
      return taken;
    },
    async signals(count) {
      const handle = await client.workflow.start<typeof counter>('counter', { workflowId: nextId('counter'), taskQueue, args: [count] });
      const start = performance.now();
      for (let i = 0; i < count; i++) await handle.signal('count');
      const acknowledged = (performance.now() - start) / 1_000;
      const counted = await handle.result();
      if (counted !== count) throw new Error(`${count} signals were acknowledged and ${counted} counted`);
      return { acknowledged, completed: (performance.now() - start) / 1_000 };
    },
    children: (count) => toResult('parent', count),
    activities: (count) => toResult('fan', count),
    async counts() {
      const { store, loadedRuns } = await connection.status();
      return { commits: store.commits, puts: store.puts, loadedRuns };
    },
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}
