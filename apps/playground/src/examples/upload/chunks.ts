/** How a file is cut into chunks. */
import type { Chunk, UploadInput } from './contract.ts';

/** An empty file has no chunks; the last chunk may be shorter than the others. */
export const chunkCount = ({ size, chunkSize }: Pick<UploadInput, 'size' | 'chunkSize'>): number => Math.ceil(size / chunkSize);

export function chunkAt({ uploadId, store, size, chunkSize }: Pick<UploadInput, 'uploadId' | 'store' | 'size' | 'chunkSize'>, index: number): Chunk {
  const start = index * chunkSize;
  return { index, start, end: Math.min(start + chunkSize, size), uploadId, store };
}
