/** The dedicated worker with bare IndexedDB, as the page has it. */
import type { BenchDurability } from './durability.ts';

export interface WriteRequest {
  readonly kind: 'write';
  readonly id: number;
  readonly transactions: number;
  /** Records that each transaction puts. */
  readonly records: number;
  /** More than 1: rows are packed. */
  readonly rowsInRecord: number;
  readonly durability: BenchDurability;
}
export interface ReadRequest {
  readonly kind: 'read';
  readonly id: number;
  /** How many of the last records are read. */
  readonly records: number;
}
export type BareRequest = WriteRequest | ReadRequest;

export interface BareAnswer {
  readonly id: number;
  /** Milliseconds. */
  readonly times: number[];
}

export interface Bare {
  write(request: Pick<WriteRequest, 'transactions' | 'records' | 'rowsInRecord'>): Promise<number[]>;
  read(records: number): Promise<number[]>;
}

export function createBare(durability: BenchDurability): Bare {
  let worker: Worker | undefined;
  let lastId = 0;

  function ask(request: Omit<WriteRequest, 'id'> | Omit<ReadRequest, 'id'>): Promise<number[]> {
    worker ??= new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module', name: 'bare' });
    const here = worker;
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      here.addEventListener('error', (event) => reject(new Error(`the worker with bare IndexedDB failed: ${event.message}`)), { once: true });
      here.addEventListener('message', function listen({ data }: MessageEvent<BareAnswer>) {
        if (data.id !== id) return;
        here.removeEventListener('message', listen);
        resolve(data.times);
      });
      here.postMessage({ ...request, id });
    });
  }

  return {
    write: (request) => ask({ kind: 'write', durability, ...request }),
    read: (records) => ask({ kind: 'read', records }),
  };
}
