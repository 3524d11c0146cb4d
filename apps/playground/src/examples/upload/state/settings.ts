/** What the page's address says about uploads: the endpoint's session and the size of chunks. */
import { DEFAULT_CHUNK_BYTES } from '../contract.ts';

export interface UploadSettings {
  /** Faults and counts of the endpoint belong to a session; pages of one name share them. */
  readonly session: string;
  readonly endpoint: string;
  readonly chunkSize: number;
}

const LEAST_CHUNK_BYTES = 1024;
const MOST_CHUNK_BYTES = 32 * 1024 * 1024;

/** @throws {RangeError} naming the parameter that has no meaning */
export function readSettings(search: string): UploadSettings {
  const parameters = new URLSearchParams(search);
  const session = parameters.get('session') ?? 'default';
  if (!/^[A-Za-z0-9-]{1,64}$/.test(session)) throw new RangeError(`?session= is made of letters, digits and hyphens, not "${session}"`);
  const chunkSize = Number(parameters.get('chunk') ?? DEFAULT_CHUNK_BYTES);
  if (!Number.isInteger(chunkSize) || chunkSize < LEAST_CHUNK_BYTES || chunkSize > MOST_CHUNK_BYTES) {
    throw new RangeError(`?chunk= is a number of bytes from ${LEAST_CHUNK_BYTES} to ${MOST_CHUNK_BYTES}, not "${parameters.get('chunk')}"`);
  }
  return { session, endpoint: `/api/upload/${session}`, chunkSize };
}
