/** Files in the origin's private file system: one a file, in a folder of their own. */
import type { FileStore } from './file-store.ts';

const FOLDER = 'uploads';

export async function openOpfsFiles(): Promise<FileStore> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  return {
    kind: 'opfs',
    async write(uploadId, file, onProgress) {
      // A writable stream writes aside and puts the file in place when it is closed, so that a kill leaves nothing half written.
      const target = await (await folder.getFileHandle(uploadId, { create: true })).createWritable();
      let bytesKept = 0;
      const counted = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          controller.enqueue(piece);
          bytesKept += piece.byteLength;
          onProgress(bytesKept);
        },
      });
      try {
        await file.stream().pipeThrough(counted).pipeTo(target);
      } catch (error) {
        await removeFrom(folder, uploadId);
        throw error;
      }
    },
    async read(uploadId) {
      try {
        return await (await folder.getFileHandle(uploadId)).getFile();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    remove: (uploadId) => removeFrom(folder, uploadId),
    async list() {
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names;
    },
  };
}

async function removeFrom(folder: FileSystemDirectoryHandle, uploadId: string): Promise<void> {
  try {
    await folder.removeEntry(uploadId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

const isNotFound = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';
