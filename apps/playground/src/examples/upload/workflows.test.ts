import { ApplicationFailure, Context } from '@perdure/core/activity';
import { TestWorkflowEnvironment } from '@perdure/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { APPROVE, type Chunk, MEBIBYTE, PROGRESS, TASK_QUEUE, type UploadInput, type UploadResult, WORKFLOW_TYPE } from './contract.ts';
import * as workflows from './workflows.ts';

const input = (size: number, chunkSize = 10): UploadInput => ({ uploadId: 'u', name: 'a.bin', size, chunkSize, store: 'opfs', endpoint: '/e' });
const result: UploadResult = { sha256: 'whole', size: 0, chunkCount: 0 };

/** Activities that note what they were asked, and do as a test says. */
function fakeActivities({ sendChunk = async (_chunk: Chunk): Promise<void> => undefined } = {}) {
  const calls: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  return {
    calls,
    mostUnderWay: () => mostUnderWay,
    hashChunk: async ({ index }: Chunk): Promise<string> => `sha-${index}`,
    sendChunk: async (chunk: Chunk, sha256: string): Promise<void> => {
      calls.push(`send ${chunk.start}-${chunk.end} ${sha256}`);
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      await sendChunk(chunk).finally(() => underWay--);
    },
    completeUpload: async (_: string, digests: readonly string[]): Promise<UploadResult> => {
      calls.push(`complete ${digests.join(' ')}`.trim());
      return result;
    },
    discardUpload: async (): Promise<void> => void calls.push('discard'),
    removeStoredFile: async (): Promise<void> => void calls.push('remove'),
  };
}

let environment: TestWorkflowEnvironment;
beforeEach(async () => {
  environment = await TestWorkflowEnvironment.createTimeSkipping();
});
afterEach(() => environment.teardown());

async function started(file: UploadInput, { calls: _, mostUnderWay: __, ...activities }: ReturnType<typeof fakeActivities>) {
  const worker = await environment.createWorker({ taskQueue: TASK_QUEUE, workflows, activities });
  const handle = await environment.client.workflow.start(WORKFLOW_TYPE, { workflowId: 'w', taskQueue: TASK_QUEUE, args: [file] });
  return { handle, until: <T>(body: () => Promise<T>): Promise<T> => worker.runUntil(body) };
}

test('a file is hashed and sent chunk by chunk, completed with all digests in order, and then removed', async () => {
  const activities = fakeActivities();
  const { handle, until } = await started(input(25), activities);
  expect(await until(() => handle.result())).toEqual(result);
  expect(activities.calls).toEqual(['send 0-10 sha-0', 'send 10-20 sha-1', 'send 20-25 sha-2', 'complete sha-0 sha-1 sha-2', 'remove']);
});

test('an empty file is completed without a chunk', async () => {
  const activities = fakeActivities();
  const { handle, until } = await started(input(0), activities);
  await until(() => handle.result());
  expect(activities.calls).toEqual(['complete', 'remove']);
});

test('three chunks at most are on their way at a time', async () => {
  const activities = fakeActivities({ sendChunk: () => Context.current().cancelled });
  const { handle, until } = await started(input(100), activities);
  await until(async () => {
    await environment.sleep('1 second');
    expect(activities.mostUnderWay()).toBe(3);
    await handle.terminate();
  });
});

test('a file above 100 MiB is not touched before it is approved', async () => {
  const activities = fakeActivities();
  const { handle, until } = await started(input(100 * MEBIBYTE + 1, 64 * MEBIBYTE), activities);
  await until(async () => {
    expect(await handle.query(PROGRESS)).toEqual({ stage: 'awaiting approval', chunkCount: 2, chunksSent: 0, bytesSent: 0 });
    expect(activities.calls).toEqual([]);
    await handle.signal(APPROVE);
    expect(await handle.result()).toEqual(result);
    expect(await handle.query(PROGRESS)).toEqual({ stage: 'cleaning up', chunkCount: 2, chunksSent: 2, bytesSent: 100 * MEBIBYTE + 1 });
  });
});

test('a send that fails is tried again until it does not', async () => {
  let failures = 0;
  const sendChunk = async (): Promise<void> => {
    if (failures++ < 10) throw ApplicationFailure.retryable('away', 'NetworkAway');
  };
  const activities = fakeActivities({ sendChunk });
  const { handle, until } = await started(input(10), activities);
  await until(() => handle.result());
  expect(activities.calls).toHaveLength(13);
});

test('a refusal fails the upload, nothing more is sent, and what was kept and sent is removed', async () => {
  const sendChunk = async ({ index }: Chunk): Promise<void> => {
    if (index === 1) throw ApplicationFailure.nonRetryable('no', 'EndpointRefused');
  };
  const activities = fakeActivities({ sendChunk });
  const { handle, until } = await started(input(1000), activities);
  await until(() => expect(handle.result()).rejects.toThrow('Workflow execution failed'));
  expect(activities.calls.slice(-2)).toEqual(['remove', 'discard']);
  expect(activities.calls.length).toBeLessThan(10);
});

test('a cancelled upload cleans up before it ends as cancelled', async () => {
  const activities = fakeActivities({ sendChunk: () => Context.current().cancelled });
  const { handle, until } = await started(input(10), activities);
  await until(async () => {
    await environment.sleep('1 second');
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled');
  });
  expect(activities.calls).toEqual(['send 0-10 sha-0', 'remove', 'discard']);
});
