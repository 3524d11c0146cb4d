import { afterEach, expect, test } from 'vitest';
import { createMemoryDatabase, openMemoryStore } from '../storage/memory.ts';
import type { Worker } from '../worker/worker.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const DAY = 86_400_000;
const START = Date.UTC(2031, 0, 1);

async function sleeps(ms: number): Promise<number> {
  const before = Date.now();
  await sleep(ms);
  return Date.now() - before;
}
async function waitsForEver(): Promise<void> {
  await condition(() => false);
}
const workflows = async (): Promise<Record<string, unknown>> => ({ sleeps, waitsForEver });

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(environment: TestWorkflowEnvironment): Promise<Worker> {
  open.push(() => environment.teardown());
  const worker = await environment.createWorker({ taskQueue: 'tests', workflows });
  const running = worker.run();
  open.push(async () => {
    worker.shutdown();
    await running;
  });
  return worker;
}

test('a month passes while a test awaits the result of a workflow that sleeps', async () => {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ startTime: START });
  await start(environment);
  const slept = await environment.client.workflow.execute(sleeps, { workflowId: 'w', taskQueue: 'tests', args: [30 * DAY] });
  expect([slept, await environment.currentTimeMs()]).toEqual([30 * DAY, START + 30 * DAY]);
});

test('time stands still while nothing is awaited, and sleep lets it pass', async () => {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ startTime: START });
  await start(environment);
  const handle = await environment.client.workflow.start(sleeps, { workflowId: 'w', taskQueue: 'tests', args: [2 * DAY] });
  await environment.clock?.settle();
  expect([(await handle.describe()).status.name, await environment.currentTimeMs()]).toEqual(['RUNNING', START]);
  await environment.sleep('1 day');
  expect([(await handle.describe()).status.name, await environment.currentTimeMs()]).toEqual(['RUNNING', START + DAY]);
  await environment.sleep('1 day');
  expect([(await handle.describe()).status.name, await environment.currentTimeMs()]).toEqual(['COMPLETED', START + 2 * DAY]);
});

test('a result that can never come is said to be so', async () => {
  let stuck = () => {};
  const isStuck = new Promise<void>((resolve) => {
    stuck = resolve;
  });
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ onStuck: stuck });
  await start(environment);
  const handle = await environment.client.workflow.start(waitsForEver, { workflowId: 'w', taskQueue: 'tests' });
  const result = handle.result();
  await isStuck;
  await handle.terminate('enough');
  await expect(result).rejects.toThrow('enough');
});

test('a second environment on the same data goes on where the first ended', async () => {
  const database = createMemoryDatabase();
  const first = await TestWorkflowEnvironment.createTimeSkipping({ startTime: START, store: openMemoryStore(database) });
  await first.client.workflow.start(sleeps, { workflowId: 'w', taskQueue: 'tests', args: [DAY] });
  await first.teardown();
  const second = await TestWorkflowEnvironment.createTimeSkipping({ startTime: START + DAY, store: openMemoryStore(database) });
  await start(second);
  expect(await second.client.workflow.getHandle('w').result()).toBe(DAY);
});

test('a local environment is in real time', async () => {
  const environment = await TestWorkflowEnvironment.createLocal();
  await start(environment);
  const slept = await environment.client.workflow.execute(sleeps, { workflowId: 'w', taskQueue: 'tests', args: [20] });
  expect(slept).toBeGreaterThanOrEqual(20);
  expect([environment.clock, slept < 5_000]).toEqual([undefined, true]);
});
