/** Keeps the page's state as the engine has it: reads the list once, then what changes, as it changes. */

import { type UploadMemo, WORKFLOW_TYPE } from '../contract.ts';
import { bestFileStore } from '../file-store.ts';
import { NAMESPACE, readUpload, type UploadSource } from './read-upload.ts';
import { removedUploads } from './removed.ts';
import { removeOrphans } from './take-files.ts';
import { putUpload, select, type UploadsStore } from './uploads-store.ts';

/** One upload is not read more often than this. */
const LEAST_GAP_MS = 150;
/** Backoffs and heartbeats are not in the history; open uploads are read this often even when nothing is heard of them. */
const LOOK_EVERY_MS = 1000;

/**
 * Follows the engine until `signal` is aborted.
 *
 * @returns a promise that rejects when the engine cannot be asked any more
 */
export async function followUploads(source: UploadSource, store: UploadsStore, signal: AbortSignal): Promise<void> {
  const follower = new Follower(source, store, signal);
  await follower.readList();
  const timer = setInterval(() => follower.lookAtOpen(), LOOK_EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  void follower.removeOrphans().catch((error: unknown) => console.warn('Files that no upload needs were not removed', error));
  await follower.watch();
}

class Follower {
  readonly #source: UploadSource;
  readonly #store: UploadsStore;
  readonly #signal: AbortSignal;
  /** Uploads that are being read, and whether something was heard of them meanwhile. */
  readonly #reading = new Map<string, { isStale: boolean }>();

  constructor(source: UploadSource, store: UploadsStore, signal: AbortSignal) {
    this.#source = source;
    this.#store = store;
    this.#signal = signal;
  }

  async readList(): Promise<void> {
    const removed = removedUploads();
    for await (const info of this.#source.client.workflow.list({ query: `WorkflowType = '${WORKFLOW_TYPE}'` })) {
      if (removed.has(info.workflowId)) continue;
      putUpload(this.#store, {
        workflowId: info.workflowId,
        runId: info.runId,
        memo: info.memo as unknown as UploadMemo,
        status: info.status.name,
        startTime: info.startTime.getTime(),
        ...(info.closeTime && { closeTime: info.closeTime.getTime() }),
        historyLength: info.historyLength,
        cancelRequested: false,
        pendingActivities: [],
      });
    }
    this.#store.setState({ isLoaded: true });
    for (const { workflowId } of this.#store.getState().uploads) this.#refresh(workflowId);
  }

  async watch(): Promise<void> {
    let cursor: number | undefined;
    while (!this.#signal.aborted) {
      const answer = await this.#source.service.watchChanges({ namespace: NAMESPACE, ...(cursor !== undefined && { cursor }) });
      cursor = answer.cursor;
      for (const { workflowId } of answer.changes) this.#refresh(workflowId);
    }
  }

  lookAtOpen(): void {
    if (document.hidden) return;
    for (const { workflowId, status } of this.#store.getState().uploads) if (status === 'RUNNING') this.#refresh(workflowId);
  }

  async removeOrphans(): Promise<void> {
    const isNeeded = async (): Promise<ReadonlySet<string>> => {
      const needed = new Set<string>();
      const query = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;
      for await (const { memo } of this.#source.client.workflow.list({ query })) needed.add((memo as unknown as UploadMemo).uploadId);
      return needed;
    };
    await removeOrphans(await bestFileStore(), isNeeded);
  }

  /** Reads an upload soon; what is heard while it is read makes it be read once more. */
  #refresh(workflowId: string): void {
    const reading = this.#reading.get(workflowId);
    if (reading) {
      reading.isStale = true;
      return;
    }
    const state = { isStale: false };
    this.#reading.set(workflowId, state);
    this.#read(workflowId)
      .catch((error: unknown) =>
        this.#store.setState({ problem: `${workflowId} could not be read: ${error instanceof Error ? error.message : String(error)}` }),
      )
      .then(() => setTimeout(() => this.#afterRead(workflowId, state.isStale), LEAST_GAP_MS));
  }

  #afterRead(workflowId: string, isStale: boolean): void {
    this.#reading.delete(workflowId);
    if (isStale && !this.#signal.aborted) this.#refresh(workflowId);
  }

  async #read(workflowId: string): Promise<void> {
    if (this.#signal.aborted || removedUploads().has(workflowId)) return;
    const before = this.#store.getState().uploads.find((upload) => upload.workflowId === workflowId);
    const upload = await readUpload(this.#source.client, workflowId, before);
    if (!upload || removedUploads().has(workflowId)) return;
    putUpload(this.#store, upload);
    if (this.#store.getState().selectedId === undefined) select(this.#store, workflowId);
  }
}
