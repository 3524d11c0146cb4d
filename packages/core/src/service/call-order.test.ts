/** Calls on one workflow are decided in the order in which they came, also while its run is being looked for. */
import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { createMemoryDatabase, openMemoryStore } from '../storage/memory.ts';
import type { Store } from '../storage/store.ts';
import { manualClock, on, open, quiet, signalRequest, startRequest } from './service.test-kit.ts';
import { createService } from './service.ts';

/** Rows of the table `executions` are read when the returned function is called, and not before. */
function slowLookUps(store: Store): { readonly store: Store; readonly go: () => void } {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow: Store = {
    acquire: () => store.acquire(),
    get: (table, key) => store.get(table, key),
    getMany: (table, keys) => (table === 'executions' ? gate.then(() => store.getMany(table, keys)) : store.getMany(table, keys)),
    range: (table, range) => store.range(table, range),
    outline: (table, range) => store.outline(table, range),
    commit: (batch, epoch) => store.commit(batch, epoch),
    status: () => store.status(),
    close: () => store.close(),
  };
  return { store: slow, go };
}

test('a signal that came while an engine starts is not overtaken by the next one', async () => {
  const database = createMemoryDatabase();
  const before = await open({ database });
  await before.service.startWorkflowExecution(startRequest('w'));
  await before.service.stop();

  const { store, go } = slowLookUps(openMemoryStore(database));
  const service = await createService({ store, clock: manualClock(), rng: seededRng(2) });
  const first = service.signalWorkflowExecution(signalRequest('w', 'first')); // looks the run up
  for (let i = 0; i < 10; i++) await quiet(); // meanwhile what an earlier engine left is loaded
  const second = service.signalWorkflowExecution(signalRequest('w', 'second'));
  await quiet();
  go();
  await Promise.all([first, second]);
  const { events } = await service.getWorkflowExecutionHistory(on('w'));
  expect(events.flatMap((event) => (event.type === 'WorkflowExecutionSignaled' ? [event.attributes.signalName] : []))).toEqual(['first', 'second']);
  await service.stop();
});
