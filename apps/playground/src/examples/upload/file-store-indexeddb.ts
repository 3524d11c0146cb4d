/** Files as blobs in a database of their own, where the private file system cannot be written. */
import { committed, openStore, settled } from '../requests.ts';
import type { FileStore } from './file-store.ts';

const DATABASE = 'perdure-playground-files';
const FILES = 'files';

export async function openIndexedDbFiles(): Promise<FileStore> {
  const database = await openStore(DATABASE, FILES);
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
