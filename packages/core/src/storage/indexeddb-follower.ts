/** Reading without the epoch: the writer is elsewhere, so the log has to be looked at with every read. */
import type { Database } from './indexeddb-format.ts';
import { type PageSource, pagesFrom, type TableStore } from './indexeddb-pages.ts';
import { look } from './indexeddb-transactions.ts';
import { layerOf, readRecord } from './log.ts';
import { Layer } from './overlay.ts';
import type { Table } from './store.ts';

export class Follower {
  readonly #onDamage: (words: string) => void;
  /** The rows of the log above `#through`, as far as it was read. */
  #tail = new Layer(0);
  #through = 0;
  /** Reads go one after another: each brings `#tail` up to the state that its own transaction sees. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(onDamage: (words: string) => void) {
    this.#onDamage = onDamage;
  }

  read<T>(database: Database, table: Table | 'digests', read: (source: PageSource, layers: readonly Layer[]) => Promise<T>): Promise<T> {
    const answer = this.#turn.then(() => this.#readNow(database, table, read));
    this.#turn = answer.catch(() => {}); // its reader is told; the next one reads on
    return answer;
  }

  async #readNow<T>(database: Database, table: Table | 'digests', read: (source: PageSource, layers: readonly Layer[]) => Promise<T>): Promise<T> {
    const transaction = look(database, ['control', 'log', table]);
    const log = transaction.objectStore('log');
    const [through = 0, added] = await Promise.all([
      transaction.objectStore('control').get('through'),
      log.getAll(IDBKeyRange.lowerBound(this.#tail.seq, true)),
    ]);
    if (through === this.#through)
      for (const record of added) {
        const { seq, rows } = readRecord(record, this.#onDamage);
        this.#tail.apply(rows, seq);
      }
    else this.#tail = layerOf(await log.getAll(), through as number, this.#onDamage);
    this.#through = through as number;
    return read(pagesFrom(transaction.objectStore(table) as unknown as TableStore, this.#onDamage), [this.#tail]);
  }
}
