/**
 * Makes the database that is kept as the fixture of the current format: a world of a few runs in each state, of which some rows are in pages
 * and some in the log. `node scripts/storage-fixture.mjs` writes it to its file, once for each format.
 */
import { seededRng } from '../common/rng.ts';
import {
  activity,
  activityTask,
  complete,
  finish,
  manualClock,
  on,
  poll,
  quiet,
  signalRequest,
  startRequest,
  timer,
  workflowTask,
} from '../service/service.test-kit.ts';
import { createService } from '../service/service.ts';
import { openIndexedDbStore } from '../storage/indexeddb.ts';
import { type DatabaseDump, dumpDatabase } from '../storage/indexeddb-dump.ts';
import { createManualClock } from '../storage/manual-clock.ts';

export async function makeFixture(name: string): Promise<DatabaseDump> {
  const pages = createManualClock();
  const store = await openIndexedDbStore({ name, clock: pages, limits: { pageBytes: 600, idleBytes: 0 } });
  const clock = manualClock(1_700_000_000_000);
  const service = await createService({ store, clock, rng: seededRng(7) });
  await service.registerNamespace({ namespace: 'other', retention: 86_400_000 });
  for (const id of ['closed-1', 'closed-2', 'closed-ü']) {
    await service.startWorkflowExecution(startRequest(id));
    await complete(service, await workflowTask(service), finish);
  }
  await service.startWorkflowExecution(startRequest('sleeping'));
  await complete(service, await workflowTask(service), timer('t', 3_600_000));
  await service.startWorkflowExecution(startRequest('activity'));
  await complete(service, await workflowTask(service), activity('a'));
  await settle();
  pages.fire(); // what there is so far moves to the tables
  await settle();
  const task = await activityTask(service);
  await service.respondActivityTaskCompleted({ taskToken: task.taskToken, identity: 'worker' });
  await service.startWorkflowExecution(startRequest('waiting'));
  await complete(service, await workflowTask(service));
  await service.signalWorkflowExecution(signalRequest('waiting'));
  await service.startWorkflowExecution({ ...startRequest('elsewhere'), namespace: 'other' });
  await service.terminateWorkflowExecution({ ...on('closed-2'), reason: 'twice' }).catch(() => {}); // it is closed: refused
  await service.shutdownWorker({ workerId: poll().workerId });
  await service.stop();
  await settle();
  await store.close();
  return dumpDatabase(name);
}

/** Lets transactions go on that nobody waits for. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 300; turn++) await quiet();
}
