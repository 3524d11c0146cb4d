/** Files as blobs in a database of their own, where the private file system cannot be written. */
import type { FileStore } from './file-store.ts';

const DATABASE = 'perdure-playground-files';
const FILES = 'files';

export async function openIndexedDbFiles(): Promise<FileStore> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(FILES);
  const database = await settled(opening);
  // Another tab may delete the database (to reset the playground): do not stand in its way.
  database.onversionchange = () => database.close();
  const files = (mode: IDBTransactionMode): IDBObjectStore => database.transaction(FILES, mode).objectStore(FILES);
  return {
    kind: 'indexeddb',
    async write(uploadId, file, onProgress) {
      await committed(files('readwrite').put(file, uploadId));
      onProgress(file.size);
    },
    read: (uploadId) => settled(files('readonly').get(uploadId) as IDBRequest<Blob | undefined>),
    remove: (uploadId) => committed(files('readwrite').delete(uploadId)),
    list: async () => (await settled(files('readonly').getAllKeys())) as string[],
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(request: IDBRequest): Promise<void> {
  const { transaction } = request;
  return new Promise((resolve, reject) => {
    if (!transaction) return reject(new Error('The request has no transaction'));
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}
