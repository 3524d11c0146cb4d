/** Reading without the epoch: the writer is elsewhere, so the log has to be looked at with every read. */
import { layerOf, look, rowsIn } from './indexeddb-log.ts';
import type { Database } from './indexeddb-open.ts';
import type { TableStore } from './indexeddb-pages.ts';
import { Layer } from './overlay.ts';
import type { Table } from './store.ts';

export class Follower {
  readonly #database: Database;
  /** The rows of the log above `#through`, as far as it was read. */
  #tail = new Layer(0);
  #through = 0;
  /** Reads go one after another: each brings `#tail` up to the state that its own transaction sees. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  read<T>(table: Table | 'digests', read: (store: TableStore, layers: readonly Layer[]) => Promise<T>): Promise<T> {
    const answer = this.#turn.then(() => this.#readNow(table, read));
    this.#turn = answer.catch(() => {}); // its reader is told; the next one reads on
    return answer;
  }

  async #readNow<T>(table: Table | 'digests', read: (store: TableStore, layers: readonly Layer[]) => Promise<T>): Promise<T> {
    const transaction = look(this.#database, ['control', 'log', table]);
    const log = transaction.objectStore('log');
    const [through = 0, added] = await Promise.all([
      transaction.objectStore('control').get('through'),
      log.getAll(IDBKeyRange.lowerBound(this.#tail.seq, true)),
    ]);
    if (through === this.#through) for (const record of added) this.#tail.apply(rowsIn(record), record.seq);
    else this.#tail = layerOf(await log.getAll(), through);
    this.#through = through;
    return read(transaction.objectStore(table) as unknown as TableStore, [this.#tail]);
  }
}
