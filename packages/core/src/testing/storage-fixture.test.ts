import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { complete, eventTypes, finish, manualClock, on, quiet, startRequest, workflowTask } from '../service/service.test-kit.ts';
import { createService } from '../service/service.ts';
import { readFixture, restoreDump } from '../storage/fixtures.test-kit.ts';
import { openIndexedDbStore } from '../storage/indexeddb.ts';
import { dumpDatabase } from '../storage/indexeddb-dump.ts';
import { FORMAT_VERSION } from '../storage/indexeddb-format.ts';
import { createManualClock } from '../storage/manual-clock.ts';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn++) await quiet();
};

for (let format = 1; format <= FORMAT_VERSION; format++)
  test(`B11: an engine goes on with a database of format ${format}: what was closed is there, what slept wakes up, what waited is done`, async () => {
    const name = `fixture-${format}`;
    await restoreDump(readFixture(format), name);
    const store = await openIndexedDbStore({ name, clock: createManualClock() });
    const clock = manualClock(1_700_000_100_000);
    const service = await createService({ store, clock, rng: seededRng(3) });
    await settle();
    const { executions } = await service.listWorkflowExecutions({ namespace: 'default' });
    expect(executions.map(({ workflowId, status, damage }) => [workflowId, status, damage]).sort()).toEqual([
      ['activity', 'RUNNING', undefined],
      ['closed-1', 'COMPLETED', undefined],
      ['closed-2', 'COMPLETED', undefined],
      ['closed-ü', 'COMPLETED', undefined],
      ['sleeping', 'RUNNING', undefined],
      ['waiting', 'RUNNING', undefined],
    ]);
    expect(await eventTypes(service, 'closed-ü')).toEqual([
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
    expect((await service.describeNamespace({ namespace: 'other' })).retention).toBe(86_400_000);
    await clock.advance(3_600_000);
    await settle();
    for (const _ of ['waiting', 'sleeping']) await complete(service, await workflowTask(service), finish);
    await service.terminateWorkflowExecution(on('activity'));
    for (const id of ['waiting', 'sleeping']) expect((await service.describeWorkflowExecution(on(id))).summary.status).toBe('COMPLETED');
    expect(await eventTypes(service, 'sleeping')).toContain('TimerFired');
    expect(await eventTypes(service, 'waiting')).toContain('WorkflowExecutionSignaled');
    await service.startWorkflowExecution(startRequest('new'));
    const status = await service.getEngineStatus();
    expect([status.state, status.damagedRuns, status.store.damage]).toEqual(['running', undefined, undefined]);
    await service.stop();
    await store.close();
    expect((await dumpDatabase(name)).version).toBe(FORMAT_VERSION);
  });

test('each format that was ever written has its fixture', () => {
  for (let format = 1; format <= FORMAT_VERSION; format++) expect(readFixture(format).version).toBe(format);
});
