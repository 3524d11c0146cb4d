/**
 * Bare IndexedDB, without an engine: the transactions that a workload needs at the least, one after another, each awaited before the next.
 * A row is a string of 1 kB under a number: about what a run's share of a commit takes.
 */
import type { BareAnswer, BareRequest, ReadRequest, WriteRequest } from './bare.ts';

const ROW = 'x'.repeat(1_000);
const opened = openDatabase();
let nextKey = Date.now();

addEventListener('message', async ({ data }: MessageEvent<BareRequest>) => {
  const answer: BareAnswer = { id: data.id, times: data.kind === 'write' ? await write(data) : await read(data) };
  postMessage(answer);
});

/** @returns milliseconds of each transaction, from its creation to its `complete` */
async function write({ transactions, records, rowsInRecord, durability }: WriteRequest): Promise<number[]> {
  const database = await opened;
  const times: number[] = [];
  for (let i = 0; i < transactions; i++) {
    const start = performance.now();
    const transaction = database.transaction('rows', 'readwrite', { durability });
    const store = transaction.objectStore('rows');
    for (let n = 0; n < records; n++) store.put(rowsInRecord === 1 ? ROW : Array.from({ length: rowsInRecord }, () => ROW), nextKey++);
    transaction.commit();
    await completed(transaction);
    times.push(performance.now() - start);
  }
  return times;
}

/** @returns milliseconds in which the last records were read */
async function read({ records }: ReadRequest): Promise<number[]> {
  const database = await opened;
  const start = performance.now();
  const transaction = database.transaction('rows', 'readonly');
  const store = transaction.objectStore('rows');
  const newest = store.openKeyCursor(null, 'prev');
  newest.onsuccess = () => {
    if (newest.result) store.getAll(IDBKeyRange.lowerBound((newest.result.primaryKey as number) - records, true));
  };
  await completed(transaction);
  return [performance.now() - start];
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('bench-bare', 1);
    request.onupgradeneeded = () => void request.result.createObjectStore('rows');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
