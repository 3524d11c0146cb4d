/**
 * Where the browser keeps a file until it is sent: not in the history, which holds only its name and size.
 * Page and activities open the same store; which one is part of the workflow's input.
 */
import type { FileStoreKind } from './contract.ts';
import { openIndexedDbFiles } from './file-store-indexeddb.ts';
import { openOpfsFiles } from './file-store-opfs.ts';

export interface FileStore {
  readonly kind: FileStoreKind;
  /**
   * Resolves when the whole file is kept; a file that is kept in part is not there.
   *
   * @throws {DOMException} `QuotaExceededError` when the browser has no room for it
   */
  write(uploadId: string, file: Blob, onProgress: (bytesKept: number) => void): Promise<void>;
  /** `undefined` if there is no such file. */
  read(uploadId: string): Promise<Blob | undefined>;
  /** Does nothing if there is no such file. */
  remove(uploadId: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

const opened = new Map<FileStoreKind, Promise<FileStore>>();

export function fileStore(kind: FileStoreKind): Promise<FileStore> {
  const known = opened.get(kind);
  if (known) return known;
  const store = kind === 'opfs' ? openOpfsFiles() : openIndexedDbFiles();
  opened.set(kind, store);
  store.catch(() => opened.delete(kind));
  return store;
}

/** The origin's private file system where it can be written here, else IndexedDB (private windows of Firefox, older Safari). */
export async function bestFileStore(): Promise<FileStore> {
  if (!('FileSystemFileHandle' in globalThis) || !('createWritable' in FileSystemFileHandle.prototype)) return fileStore('indexeddb');
  return fileStore('opfs').catch((error: unknown) => {
    console.warn('The private file system is not to be had; files are kept in IndexedDB', error);
    return fileStore('indexeddb');
  });
}
