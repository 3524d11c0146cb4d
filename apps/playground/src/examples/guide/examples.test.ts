import { CancelledFailure } from '@perdure/core/common';
import { TestWorkflowEnvironment } from '@perdure/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as workflows from '../workflows.ts';
import { EXAMPLES } from './examples.ts';

const TASK_QUEUE = 'examples';

let environment: TestWorkflowEnvironment;
let done: string[];
beforeEach(async () => {
  environment = await TestWorkflowEnvironment.createTimeSkipping();
  done = [];
});
afterEach(() => environment.teardown());

/** Activities that note what they were asked. */
const activities = {
  book: async (what: string): Promise<void> => void done.push(`book ${what}`),
  unbook: async (what: string): Promise<void> => void done.push(`unbook ${what}`),
  notify: async (text: string): Promise<void> => void done.push(text),
};

async function whileWorking<T>(body: () => Promise<T>): Promise<T> {
  const worker = await environment.createWorker({ taskQueue: TASK_QUEUE, workflows, activities });
  return worker.runUntil(body);
}

test('every example has a workflow, and an id of its own', () => {
  expect(EXAMPLES.filter(({ workflowType }) => !(workflowType in workflows))).toEqual([]);
  expect(new Set(EXAMPLES.map(({ id }) => id)).size).toBe(EXAMPLES.length);
});

test('a trip that is cancelled takes back what is booked, the last first', async () => {
  const handle = await environment.client.workflow.start('trip', { workflowId: 'trip', taskQueue: TASK_QUEUE, args: [['flight', 'hotel']] });
  await whileWorking(async () => {
    await expect.poll(() => handle.query('trip')).toEqual({ booked: ['flight', 'hotel'] });
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
  });
  expect(done).toEqual(['book flight', 'book hotel', 'unbook hotel', 'unbook flight']);
});

const closed = [
  ['TERMINATE', 'TERMINATED'],
  ['REQUEST_CANCEL', 'COMPLETED'],
  ['ABANDON', 'RUNNING'],
] as const;
test.each(closed)('a light whose parent closes with %s is %s', async (policy, status) => {
  const handle = await environment.client.workflow.start('household', { workflowId: 'house', taskQueue: TASK_QUEUE, args: [policy] });
  await whileWorking(async () => {
    await handle.signal('leave');
    expect(await handle.result()).toBe('left house-light');
    await expect.poll(async () => (await environment.client.workflow.getHandle('house-light').describe()).status.name).toBe(status);
  });
});

test('a report knows the number of the one before', async () => {
  const handle = await environment.client.workflow.start('report', { workflowId: 'report', taskQueue: TASK_QUEUE, cronSchedule: '@every 15s' });
  await whileWorking(async () => {
    await environment.sleep('50 seconds');
    await handle.terminate();
  });
  expect(done.slice(0, 3)).toEqual(['Report 1', 'Report 2', 'Report 3']);
});

test('dice say what they have thrown', async () => {
  const handle = await environment.client.workflow.start('dice', { workflowId: 'dice', taskQueue: TASK_QUEUE, args: [2] });
  const thrown = await whileWorking(async () => {
    await handle.signal('throw');
    await handle.signal('throw');
    return (await handle.result()) as number[];
  });
  expect(done).toEqual(thrown.map((number) => `Dice: ${number}`));
});
