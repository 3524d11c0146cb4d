/** `__stack_trace` and `__enhanced_stack_trace`, asked of runs that are open, kept, closed, or of an engine before. */
import { afterEach, expect, test } from 'vitest';
import { createMemoryDatabase, openMemoryStore } from '../storage/memory.ts';
import { defineQuery, defineSignal, setHandler } from '../workflow/definitions.ts';
import { enhancedStackTraceQuery, stackTraceQuery } from '../workflow/stack-traces.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const advance = defineSignal('advance');
const steps = defineQuery<number>('steps');

async function firstStep(state: { signals: number }): Promise<void> {
  await condition(() => state.signals > 0);
}
async function secondStep(state: { signals: number }): Promise<void> {
  await condition(() => state.signals > 1);
}
async function advances(): Promise<string> {
  const state = { signals: 0 };
  setHandler(advance, () => void state.signals++);
  setHandler(steps, () => state.signals);
  await firstStep(state);
  await secondStep(state);
  return 'done';
}

async function sleeps(): Promise<string> {
  await sleep('1 hour');
  return 'slept';
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(database = createMemoryDatabase()): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ store: openMemoryStore(database) });
  const worker = await environment.createWorker({ taskQueue: 'tests', workflows: { advances, sleeps } });
  const running = worker.run();
  open.push(async () => {
    worker.shutdown();
    await running;
    await environment.teardown();
  });
  return environment;
}

async function placesOf({ client }: TestWorkflowEnvironment): Promise<(string | undefined)[][]> {
  const { stacks } = await client.workflow.getHandle('w').query(enhancedStackTraceQuery);
  return stacks.map(({ locations }) => locations.map(({ function_name: name }) => name));
}

test('is answered while time skips around it', async () => {
  const environment = await start();
  const handle = await environment.client.workflow.start(sleeps, { workflowId: 'w', taskQueue: 'tests' });
  await environment.clock?.settle();
  const result = handle.result();
  expect([await placesOf(environment), await result]).toEqual([[['sleeps']], 'slept']);
});

test('an open run tells where it waits, also when it was kept without recording that, and goes on from there', async () => {
  const environment = await start();
  const handle = await environment.client.workflow.start(advances, { workflowId: 'w', taskQueue: 'tests' });
  await environment.clock?.settle();
  expect(await handle.query(steps)).toBe(0);
  expect(await placesOf(environment)).toEqual([['firstStep', 'advances']]);
  await handle.signal(advance);
  await environment.clock?.settle();
  expect(await placesOf(environment)).toEqual([['secondStep', 'advances']]);
  expect(await handle.query(stackTraceQuery)).toMatch(
    /^ {4}at secondStep \(.*stack-traces\.test\.ts:\d+:\d+\)\n {4}at advances \(.*stack-traces\.test\.ts:\d+:\d+\)$/,
  );
  await handle.signal(advance);
  expect([await handle.result(), await placesOf(environment), await handle.query(stackTraceQuery)]).toEqual(['done', [], '']);
});

test('after an engine restart a run tells the same, and a run that was terminated where it was then', async () => {
  const database = createMemoryDatabase();
  const first = await start(database);
  await (await first.client.workflow.start(advances, { workflowId: 'w', taskQueue: 'tests' })).signal(advance);
  await first.clock?.settle();
  await open.pop()?.();
  const second = await start(database);
  expect(await placesOf(second)).toEqual([['secondStep', 'advances']]);
  await second.client.workflow.getHandle('w').terminate();
  expect(await placesOf(second)).toEqual([['secondStep', 'advances']]);
});
