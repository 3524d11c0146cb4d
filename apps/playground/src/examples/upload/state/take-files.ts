/** From a dropped file to its workflow: first the browser keeps the file, then the workflow is started, so that no workflow lacks its file. */
import type { Client } from '@perdure/core/client';
import { MEBIBYTE, TASK_QUEUE, type UploadInput, type UploadMemo, WORKFLOW_TYPE } from '../contract.ts';
import { bestFileStore, type FileStore } from '../file-store.ts';
import { quotaInWords, type Room, reasonToRefuse } from '../models/refuse.ts';
import { sha256Hex } from '../sha256.ts';
import { askForPersistence } from './persistence.ts';
import type { UploadSettings } from './settings.ts';
import { dropStoring, putStoring, type UploadsStore } from './uploads-store.ts';

/** Up to here the page reads a file at once to compute its digest, to be shown beside the server's. */
const MOST_LOCAL_DIGEST_BYTES = 64 * MEBIBYTE;

const STORING_LOCK = 'perdure-playground:storing:';

export interface TakeOptions {
  readonly client: Client;
  readonly store: UploadsStore;
  readonly settings: UploadSettings;
}

/** Each file is an upload of its own, also one that was dropped before or has the name of another. */
export async function takeFiles(files: readonly File[], options: TakeOptions): Promise<void> {
  void askForPersistence(options.store);
  await Promise.all(files.map((file) => takeFile(file, options)));
}

export async function takeFile(file: File, { client, store, settings }: TakeOptions): Promise<void> {
  const uploadId = crypto.randomUUID();
  const refuse = (reason: string): void => store.setState(({ refusals }) => ({ refusals: [...refusals, { id: uploadId, name: file.name, reason }] }));
  const room = await roomLeft();
  const reason = reasonToRefuse(file.size, room);
  if (reason) return refuse(reason);
  const show = (bytesKept: number): void => putStoring(store, { uploadId, name: file.name, size: file.size, bytesKept });
  show(0);
  try {
    // Held until the workflow has the file: by this, other tabs tell it from a file that was left behind.
    await navigator.locks.request(STORING_LOCK + uploadId, () => keepAndStart(file, uploadId, client, settings, show));
  } catch (error) {
    refuse(isQuota(error) ? quotaInWords(file.size, await roomLeft()) : error instanceof Error ? error.message : String(error));
  } finally {
    dropStoring(store, uploadId);
  }
}

async function keepAndStart(file: File, uploadId: string, client: Client, settings: UploadSettings, show: (bytesKept: number) => void): Promise<void> {
  const files = await bestFileStore();
  await files.write(uploadId, file, show);
  const { endpoint, chunkSize } = settings;
  const input: UploadInput = { uploadId, name: file.name, size: file.size, chunkSize, store: files.kind, endpoint };
  const localSha256 = file.size <= MOST_LOCAL_DIGEST_BYTES ? await sha256Hex(await file.arrayBuffer()) : undefined;
  const memo: UploadMemo = { name: file.name, size: file.size, chunkSize, store: files.kind, uploadId, ...(localSha256 !== undefined && { localSha256 }) };
  // When this fails the file stays: the workflow may have been started all the same. If not, the file is an orphan, and removed as one.
  await client.workflow.start(WORKFLOW_TYPE, { workflowId: workflowIdOf(uploadId), taskQueue: TASK_QUEUE, args: [input], memo: { ...memo } });
}

export const workflowIdOf = (uploadId: string): string => `upload-${uploadId}`;

/**
 * Removes files that no upload needs: a page was closed while it stored one, or its upload was terminated.
 *
 * @param needed reads the ids of all uploads that are not closed; asked last, so that a file which is stored meanwhile is locked or needed
 */
export async function removeOrphans(files: FileStore, needed: () => Promise<ReadonlySet<string>>): Promise<void> {
  const uploadIds = await files.list();
  const { held = [] } = await navigator.locks.query();
  const isBeingStored = new Set(held.map(({ name }) => name));
  const isNeeded = await needed();
  const orphans = uploadIds.filter((uploadId) => !isNeeded.has(uploadId) && !isBeingStored.has(STORING_LOCK + uploadId));
  await Promise.all(orphans.map((uploadId) => files.remove(uploadId)));
}

async function roomLeft(): Promise<Room> {
  return 'storage' in navigator ? navigator.storage.estimate() : {};
}

const isQuota = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';
