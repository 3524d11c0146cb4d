/** Bare IndexedDB: transactions of a packed record for each row, without an engine. What a workload needs at the least. */
interface BareRequest {
  readonly id: number;
  readonly transactions: number;
  readonly puts: number;
  readonly bytes: number;
  readonly durability: 'strict' | 'relaxed';
}

const opened = new Promise<IDBDatabase>((resolve, reject) => {
  const request = indexedDB.open('bench-bare', 1);
  request.onupgradeneeded = () => void request.result.createObjectStore('rows', { autoIncrement: true });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

addEventListener('message', async ({ data }: MessageEvent<BareRequest>) => {
  const { id, transactions, puts, bytes, durability } = data;
  const database = await opened;
  const row = 'x'.repeat(bytes);
  const times: number[] = [];
  for (let i = 0; i < transactions; i++) {
    const start = performance.now();
    const transaction = database.transaction('rows', 'readwrite', { durability });
    const rows = transaction.objectStore('rows');
    for (let n = 0; n < puts; n++) rows.put(row);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    });
    times.push(performance.now() - start);
  }
  postMessage({ id, times });
});
