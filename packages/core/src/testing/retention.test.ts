import { afterEach, beforeEach, expect, test } from 'vitest';
import { WorkflowNotFoundError } from '../common/errors.ts';
import type { Worker } from '../worker/worker.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const DAY = 86_400_000;
const finishes = async (): Promise<string> => 'done';

let environment: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;

beforeEach(async () => {
  environment = await TestWorkflowEnvironment.createTimeSkipping();
  worker = await environment.createWorker({ taskQueue: 'q', workflows: { finishes } });
  running = worker.run();
});
afterEach(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

test('the client finds a closed workflow until its retention is over, and then no trace of it', async () => {
  const { client } = environment;
  await environment.service.updateNamespace({ namespace: 'default', retention: 3 * DAY });
  const handle = await client.workflow.start(finishes, { workflowId: 'w', taskQueue: 'q' });
  await handle.result();
  await environment.sleep('71 hours');
  expect([await handle.result(), (await handle.describe()).status.name]).toEqual(['done', 'COMPLETED']);
  await environment.sleep('1 hour');
  const again = client.workflow.getHandle('w');
  for (const call of [again.describe(), again.result(), handle.result(), again.query('q'), again.signal('s'), again.cancel()])
    await expect(call).rejects.toBeInstanceOf(WorkflowNotFoundError);
  expect(await client.workflow.list()[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  expect(await (await client.workflow.start(finishes, { workflowId: 'w', taskQueue: 'q', workflowIdReusePolicy: 'REJECT_DUPLICATE' })).result()).toBe('done');
});
