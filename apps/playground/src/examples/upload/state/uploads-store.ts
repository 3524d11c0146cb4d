/** The page's state: uploads as last read from the engine, and what only this page knows (files being stored, refusals, the selection). */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Refusal, StoringView, UploadView } from '../models/upload-view.ts';

export interface UploadsState {
  /** False until the engine's list has been read once. */
  readonly isLoaded: boolean;
  /** Newest first. */
  readonly uploads: readonly UploadView[];
  readonly storing: readonly StoringView[];
  readonly refusals: readonly Refusal[];
  readonly selectedId?: string;
  /** False when the browser may clear this site's storage; unknown where it does not say. */
  readonly isPersistent?: boolean;
  /** A request of this page that the engine refused, in words. */
  readonly problem?: string;
}

export type UploadsStore = StoreApi<UploadsState>;

export const createUploadsStore = (): UploadsStore => createStore<UploadsState>(() => ({ isLoaded: false, uploads: [], storing: [], refusals: [] }));

export function putUpload(store: UploadsStore, upload: UploadView): void {
  store.setState(({ uploads }) => {
    const others = uploads.filter(({ workflowId }) => workflowId !== upload.workflowId);
    return { uploads: [...others, upload].sort((a, b) => b.startTime - a.startTime || a.workflowId.localeCompare(b.workflowId)) };
  });
}

export function putStoring(store: UploadsStore, view: StoringView): void {
  store.setState(({ storing }) => ({
    storing: storing.some(({ uploadId }) => uploadId === view.uploadId)
      ? storing.map((other) => (other.uploadId === view.uploadId ? view : other))
      : [...storing, view],
  }));
}

export function dropStoring(store: UploadsStore, uploadId: string): void {
  store.setState(({ storing }) => ({ storing: storing.filter((other) => other.uploadId !== uploadId) }));
}

export function select(store: UploadsStore, workflowId: string | undefined): void {
  store.setState(({ selectedId: _, ...state }) => ({ ...state, ...(workflowId !== undefined && { selectedId: workflowId }) }), true);
}
