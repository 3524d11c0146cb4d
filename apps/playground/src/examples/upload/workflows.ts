/** The durable upload: hashes and sends a file chunk by chunk, and ends with the server's digest of the whole, whatever is closed or killed meanwhile. */
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  type QueryDefinition,
  type SignalDefinition,
  setHandler,
} from '@perdure/core/workflow';
import type * as activities from './activities.ts';
import { chunkAt, chunkCount } from './chunks.ts';
import { APPROVAL_THRESHOLD_BYTES, APPROVE, LANES, PROGRESS, type UploadInput, type UploadProgress, type UploadResult, type UploadStage } from './contract.ts';

export const approve: SignalDefinition = defineSignal(APPROVE);
export const progress: QueryDefinition<UploadProgress> = defineQuery<UploadProgress>(PROGRESS);

// Short enough that an upload goes on soon after the network is back.
const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 seconds' } as const;

const { hashChunk, completeUpload, removeStoredFile } = proxyActivities<typeof activities>({ startToCloseTimeout: '5 minutes', retry });

// A send says at every step how far it is; one that is silent for so long hangs.
const { sendChunk } = proxyActivities<typeof activities>({ startToCloseTimeout: '30 minutes', heartbeatTimeout: '20 seconds', retry });

// Telling the server to forget is a courtesy (it forgets by itself in a day), so a person who cancels need not wait for a network that is away.
const { discardUpload } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 seconds', retry: { ...retry, maximumAttempts: 2 } });

export async function upload(input: UploadInput): Promise<UploadResult> {
  const count = chunkCount(input);
  let isApproved = input.size <= APPROVAL_THRESHOLD_BYTES;
  let stage: UploadStage = isApproved ? 'sending' : 'awaiting approval';
  let chunksSent = 0;
  let bytesSent = 0;
  setHandler(approve, () => {
    isApproved = true;
  });
  setHandler(progress, () => ({ stage, chunkCount: count, chunksSent, bytesSent }));

  try {
    await condition(() => isApproved);
    stage = 'sending';
    const digests: string[] = [];
    await inLanes(count, async (index) => {
      const chunk = chunkAt(input, index);
      const sha256 = await hashChunk(chunk);
      await sendChunk(chunk, sha256, input.endpoint);
      digests[index] = sha256;
      chunksSent += 1;
      bytesSent += chunk.end - chunk.start;
    });
    stage = 'completing';
    const result = await completeUpload(input.uploadId, digests, input.endpoint);
    stage = 'cleaning up';
    await removeStoredFile(input.uploadId, input.store);
    return result;
  } catch (error) {
    stage = 'cleaning up';
    await CancellationScope.nonCancellable(() => cleanUp(input));
    throw error;
  }
}

async function cleanUp({ uploadId, store, endpoint }: UploadInput): Promise<void> {
  await removeStoredFile(uploadId, store);
  await discardUpload(uploadId, endpoint).catch(() => undefined /* it forgets by itself, as said above */);
}

/** Runs `each` for 0, 1, 2 … with a few at a time; when one fails, what the others do is cancelled and nothing more is begun. */
function inLanes(count: number, each: (index: number) => Promise<void>): Promise<void> {
  const scope = new CancellationScope();
  let next = 0;
  const lane = async (): Promise<void> => {
    try {
      while (next < count) await each(next++);
    } catch (error) {
      next = count;
      scope.cancel();
      throw error;
    }
  };
  return scope.run(async () => {
    await Promise.all(Array.from({ length: Math.min(LANES, count) }, lane));
  });
}
