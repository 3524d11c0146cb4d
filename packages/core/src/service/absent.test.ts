import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { createMemoryDatabase } from '../storage/memory.ts';
import type { Key, Table } from '../storage/store.ts';
import { manualClock, open, quiet, startRequest, watchedStore } from './service.test-kit.ts';
import { createService } from './service.ts';

/** A store that says of every workflow id that is not in `there` that it has no run. */
async function trusting(there: ReadonlySet<string>) {
  const database = createMemoryDatabase();
  const reads: string[] = [];
  const store = watchedStore(database);
  const { getMany } = store;
  Object.assign(store, {
    isAbsent: (table: Table, [, workflowId]: Key) => table === 'executions' && !there.has(String(workflowId)),
    getMany(table: Table, keys: readonly Key[]) {
      reads.push(...keys.map(([, workflowId]) => `${table} ${String(workflowId)}`));
      return getMany(table, keys);
    },
  });
  const service = await createService({ store, clock: manualClock(), rng: seededRng(1) });
  await quiet();
  return { service, database, reads };
}

test('a workflow id that the store knows to have no run is not looked up', async () => {
  const there = new Set<string>();
  const { service, reads } = await trusting(there);
  expect((await service.startWorkflowExecution(startRequest('new'))).started).toBe(true);
  expect(reads).toEqual([]);
  there.add('other');
  expect((await service.startWorkflowExecution(startRequest('other'))).started).toBe(true);
  expect(reads).toEqual(['executions other']);
});

test('an engine that does not know yet that it was taken over starts nothing under an id that another one has given away', async () => {
  const { service, database } = await trusting(new Set());
  const other = await open({ database });
  const { runId } = await other.service.startWorkflowExecution(startRequest('wf'));
  await expect(service.startWorkflowExecution(startRequest('wf'))).rejects.toMatchObject({ code: 'Unavailable' });
  expect((await other.service.describeWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId: 'wf' } })).summary.runId).toBe(runId);
});
