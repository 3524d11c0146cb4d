/** One session of the endpoint: its faults, what it has received, and who waits for a fault to be lifted. Sessions know nothing of each other. */
import { type Faults, NO_FAULTS } from './faults.ts';

/** What was received of one chunk; the same index with other bytes is another chunk. */
export interface ChunkRecord {
  readonly index: number;
  readonly sha256: string;
  readonly size: number;
  /** When each request that brought it began, in milliseconds since the epoch: as many as it was received. */
  readonly arrivals: readonly number[];
}

export interface CompletedUpload {
  readonly sha256: string;
  readonly size: number;
  readonly chunkCount: number;
}

export interface UploadRecord {
  readonly chunks: Map<string, ChunkRecord>;
  completed?: CompletedUpload;
  /** How often completion was asked for. */
  completions: number;
  isDiscarded: boolean;
}

export interface SessionStatus {
  readonly faults: Faults;
  readonly requests: number;
  /** Requests that hang at this moment. */
  readonly hanging: number;
  readonly uploads: Readonly<
    Record<
      string,
      { readonly chunks: readonly ChunkRecord[]; readonly completed?: CompletedUpload; readonly completions: number; readonly isDiscarded: boolean }
    >
  >;
}

export class Session {
  faults: Faults = NO_FAULTS;
  requests = 0;
  readonly uploads = new Map<string, UploadRecord>();
  readonly #held = new Set<() => void>();

  upload(uploadId: string): UploadRecord {
    const known = this.uploads.get(uploadId);
    if (known) return known;
    const record: UploadRecord = { chunks: new Map(), completions: 0, isDiscarded: false };
    this.uploads.set(uploadId, record);
    return record;
  }

  receive(uploadId: string, chunk: Omit<ChunkRecord, 'arrivals'>, arrivedAt: number): ChunkRecord {
    const { chunks } = this.upload(uploadId);
    const key = chunkKey(chunk);
    const record = { ...chunk, arrivals: [...(chunks.get(key)?.arrivals ?? []), arrivedAt] };
    chunks.set(key, record);
    return record;
  }

  /** Resolves when the faults are next changed, or when the caller hangs up. */
  changed(hungUp: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const release = (): void => {
        this.#held.delete(release);
        hungUp.removeEventListener('abort', release);
        resolve();
      };
      this.#held.add(release);
      hungUp.addEventListener('abort', release);
    });
  }

  setFaults(faults: Faults): void {
    this.faults = faults;
    for (const release of [...this.#held]) release();
  }

  status(): SessionStatus {
    const uploads = [...this.uploads].map(([uploadId, { chunks, ...rest }]) => [uploadId, { ...rest, chunks: [...chunks.values()] }] as const);
    return { faults: this.faults, requests: this.requests, hanging: this.#held.size, uploads: Object.fromEntries(uploads) };
  }
}

export const chunkKey = ({ index, sha256 }: { readonly index: number; readonly sha256: string }): string => `${index}-${sha256}`;
