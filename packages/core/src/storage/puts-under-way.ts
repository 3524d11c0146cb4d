/** Rows that were handed over to be written and are not known to be: until then nobody can say that they are not there. */
import type { Row } from './rows.ts';
import type { Key, Table } from './store.ts';

interface Batch {
  readonly rows: readonly Row[];
  /** Made when somebody asks. */
  names: ReadonlySet<string> | undefined;
}

export class PutsUnderWay {
  readonly #batches = new Set<Batch>();

  /** @returns a function to be called once it is known what became of them */
  begin(rows: readonly Row[]): () => void {
    const batch: Batch = { rows, names: undefined };
    this.#batches.add(batch);
    return () => this.#batches.delete(batch);
  }

  has(table: Table, key: Key): boolean {
    if (this.#batches.size === 0) return false;
    const name = nameOf(table, key);
    for (const batch of this.#batches) {
      batch.names ??= new Set(batch.rows.flatMap(({ table, key, text }) => (text === undefined ? [] : [nameOf(table, key)])));
      if (batch.names.has(name)) return true;
    }
    return false;
  }
}

const nameOf = (table: Table, key: Key): string => JSON.stringify([table, key]);
