/** The upload's activities. They run beside the page, not in it, and may run again at any time: each does the same when it does. */
import { ApplicationFailure, Context } from '@perdure/core/activity';
import type { Chunk, FileStoreKind, UploadFailureType, UploadResult } from './contract.ts';
import { fileStore } from './file-store.ts';
import { send } from './send.ts';
import { sha256Hex } from './sha256.ts';

/** @returns the SHA-256 of a chunk, in lower-case hex */
export async function hashChunk(chunk: Chunk): Promise<string> {
  return sha256Hex(await readChunk(chunk));
}

/** Sends a chunk; the heartbeat's details are how many of its bytes are sent. */
export async function sendChunk(chunk: Chunk, sha256: string, endpoint: string): Promise<void> {
  const context = Context.current();
  const body = await readChunk(chunk);
  context.heartbeat(0);
  const url = `${endpoint}/${chunk.uploadId}/chunks/${chunk.index}`;
  const headers = { 'x-chunk-sha256': sha256 };
  await send({ method: 'PUT', url, headers, body, signal: context.cancellationSignal, onProgress: (bytesSent) => context.heartbeat(bytesSent) });
}

export async function completeUpload(uploadId: string, digests: readonly string[], endpoint: string): Promise<UploadResult> {
  const body = JSON.stringify({ digests });
  return (await send({ method: 'POST', url: `${endpoint}/${uploadId}/complete`, body, signal: Context.current().cancellationSignal })) as UploadResult;
}

export async function discardUpload(uploadId: string, endpoint: string): Promise<void> {
  await send({ method: 'DELETE', url: `${endpoint}/${uploadId}`, signal: Context.current().cancellationSignal });
}

export async function removeStoredFile(uploadId: string, store: FileStoreKind): Promise<void> {
  await (await fileStore(store)).remove(uploadId);
}

async function readChunk({ uploadId, store, start, end }: Chunk): Promise<ArrayBuffer> {
  const file = await (await fileStore(store)).read(uploadId);
  if (!file) {
    const type: UploadFailureType = 'StoredFileMissing';
    throw ApplicationFailure.nonRetryable('The browser no longer has the file: its storage was cleared. Drop the file again', type);
  }
  return file.slice(start, end).arrayBuffer();
}
