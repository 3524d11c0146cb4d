/** How much a request may bring: what is more than a payload may have is refused before anything is decided. */
import { ServiceError } from '../common/service-error.ts';
import type { Limits } from '../engine/limits.ts';
import { sizeOfValue } from '../engine/size.ts';

const MEMOS: ReadonlySet<string> = new Set(['memo']);

/** @throws {ServiceError} `InvalidArgument` with the field, the bytes found and the bytes allowed */
export function expectSmall({ blobBytes, memoBytes }: Limits, fields: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const allowed = (MEMOS.has(field) ? memoBytes : blobBytes).error;
    const found = sizeOfValue(value);
    if (found > allowed)
      throw new ServiceError('InvalidArgument', `${field}: Blob data size exceeds limit. Found ${found} bytes; at most ${allowed} are allowed`, {
        details: { field, found, allowed },
      });
  }
}
