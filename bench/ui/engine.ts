/** What is measured over an engine of this page: the list of a store that holds many runs, and time travel. */
import { type Connection, connect } from '@perdure/core/client';
import { type Backend, createEngineBackend } from '@perdure/devtools-ui/parts';
import type { Topics } from '../../packages/devtools-ui/src/backend/backend.ts';
import { createLists } from '../app/lists.ts';
import { wait } from './measure.ts';

export interface Engine {
  readonly backend: Backend;
  /** Runs `from` to `to` of the crowd, to their ends. */
  fill(from: number, to: number): Promise<void>;
  /** A workflow with so many steps, which then waits. */
  walk(workflowId: string, steps: number): Promise<void>;
  travel(workflowId: string): Promise<TravelFigures>;
}

export interface TravelFigures {
  /** ms from the question to the last moment, the reading of the history included. */
  readonly total: number;
  readonly moments: number;
  /** Writes of the engine's store meanwhile. */
  readonly writes: number;
}

const NAMESPACE = 'default';
const IN_FLIGHT = 100;

export function openEngine(): Engine {
  const worker = (): Worker => new Worker(new URL('../app/relaxed.worker.ts', import.meta.url), { type: 'module', name: 'perdure' });
  const connection = connect({ worker, callTimeout: '10 minutes' });
  const backend = createEngineBackend({ connection, label: 'bench' });
  return {
    backend,
    fill: (from, to) => createLists(connection).fill(from, to, IN_FLIGHT),
    walk: (workflowId, steps) => walk(connection, backend, workflowId, steps),
    travel: (workflowId) => travel(connection, backend, workflowId),
  };
}

async function walk(connection: Connection, backend: Backend, workflowId: string, steps: number): Promise<void> {
  await connection.client().workflow.start('sequence', { workflowId, taskQueue: 'default', args: [steps] });
  const run = { namespace: NAMESPACE, workflowId };
  for (let last = -1; ; await wait(500)) {
    const { summary, pendingActivities } = await backend.fetch('run', run);
    if (summary.historyLength === last && summary.historyLength > steps && pendingActivities.length === 0) return;
    last = summary.historyLength;
  }
}

async function travel(connection: Connection, backend: Backend, workflowId: string): Promise<TravelFigures> {
  const writesOf = async (): Promise<number> => {
    const { commits, puts, deletes } = (await connection.status()).store;
    return commits + puts + deletes;
  };
  const before = await writesOf();
  const start = performance.now();
  let moments = 0;
  await new Promise<void>((resolve, reject) => {
    const end = backend.subscribe('moments', { namespace: NAMESPACE, workflowId }, (delta: Topics['moments']['delta']) => {
      moments += delta.moments.length;
      if (delta.failure) reject(new Error(`the replay failed: ${delta.failure.message}`));
      if (!delta.isDone) return;
      resolve();
      queueMicrotask(() => end());
    });
  });
  const total = performance.now() - start;
  await wait(1_000); // a write that was held back would be counted
  return { total, moments, writes: (await writesOf()) - before };
}
