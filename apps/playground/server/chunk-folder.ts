/** Where the endpoint keeps chunks until an upload is complete: one file a chunk, named by its index and digest, so that the same chunk is one file. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkKey } from './session.ts';

/** A folder that was not written to for so long belongs to nobody. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

export class ChunkFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async write(uploadId: string, chunk: { readonly index: number; readonly sha256: string }, bytes: Uint8Array): Promise<void> {
    const folder = join(this.#root, uploadId);
    await mkdir(folder, { recursive: true });
    const target = join(folder, chunkKey(chunk));
    // Written aside and renamed, so that a chunk is whole or absent, also when two requests bring it at once.
    const draft = `${target}.${process.hrtime.bigint()}`;
    await writeFile(draft, bytes);
    await rename(draft, target);
  }

  /**
   * The digest and size of the chunks put together in the order of `digests`.
   *
   * @throws {Error} with `code` "ENOENT" if a chunk was never received
   */
  async digest(uploadId: string, digests: readonly string[]): Promise<{ readonly sha256: string; readonly size: number }> {
    const hash = createHash('sha256');
    let size = 0;
    for (const [index, sha256] of digests.entries()) {
      for await (const piece of createReadStream(join(this.#root, uploadId, chunkKey({ index, sha256 })))) {
        hash.update(piece as Buffer);
        size += (piece as Buffer).length;
      }
    }
    return { sha256: hash.digest('hex'), size };
  }

  async remove(uploadId: string): Promise<void> {
    await rm(join(this.#root, uploadId), { recursive: true, force: true });
  }

  /** Removes what earlier servers were left with. */
  async removeAbandoned(now: number): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    for (const name of await readdir(this.#root)) {
      const { mtimeMs } = await stat(join(this.#root, name));
      if (now - mtimeMs > ABANDONED_AFTER_MS) await this.remove(name);
    }
  }
}
