/** The store in memory: for tests, simulation, and databases that need not outlive their page. Several stores may share one database. */
import type { Epoch } from '../common/brand.ts';
import type { StoreStatus } from '../common/durability.ts';
import { digestOf } from '../common/run-digest.ts';
import { boundsOf, isAbove, isBelow } from './key.ts';
import { checked, closed, fenced, parseValue, type Row, rowsOf } from './rows.ts';
import { type Rows, SortedMap } from './sorted-map.ts';
import { type Batch, type DigestedTable, type Entry, type Key, type Range, type Store, type Stretch, TABLES, type Table, type Value } from './store.ts';

/** What outlives the stores that are opened over it, as a disk would. */
export interface MemoryDatabase {
  epoch: Epoch;
  readonly tables: Readonly<Record<Table, SortedMap<string>>>;
}

export function createMemoryDatabase(): MemoryDatabase {
  const tables = Object.fromEntries(TABLES.map((table) => [table, new SortedMap<string>()])) as Record<Table, SortedMap<string>>;
  return { epoch: 0, tables };
}

export const createMemoryStore = (): Store => openMemoryStore(createMemoryDatabase());

export const openMemoryStore = (database: MemoryDatabase): Store => new MemoryStore(database);

class MemoryStore implements Store {
  readonly #database: MemoryDatabase;
  #isClosed = false;
  #commits = 0;
  #puts = 0;
  #deletes = 0;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async acquire(): Promise<Epoch> {
    this.#open();
    this.#database.epoch++;
    return this.#database.epoch;
  }

  async get(table: Table, key: Key): Promise<Value | undefined> {
    return this.#read(table, key);
  }

  async getMany(table: Table, keys: readonly Key[]): Promise<(Value | undefined)[]> {
    return keys.map((key) => this.#read(table, key));
  }

  async range(table: Table, range: Range): Promise<Entry[]> {
    this.#open();
    const { limit = Number.POSITIVE_INFINITY, reverse } = range;
    const found: Entry[] = [];
    if (limit <= 0) return found;
    for (const [key, text] of this.#database.tables[checked(table)].entries(boundsOf(range), reverse)) {
      found.push([[...key], parseValue(text)]);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** What is known of a piece is noted with it when it is first asked for. */
  async outline(table: DigestedTable, range: Range): Promise<Stretch[]> {
    this.#open();
    const bounds = boundsOf(range);
    const stretches: Stretch[] = [];
    for (const piece of this.#database.tables[checked(table)].pieces(bounds)) {
      piece.note ??= wholeOf(piece);
      const whole = piece.note as Stretch;
      const isLast = bounds.upper !== undefined && !isBelow(whole.to as Key, bounds.upper);
      const isExact = !isLast && (!bounds.lower || isAbove(piece.keys[0] as Key, bounds.lower));
      stretches.push(isExact ? whole : { ...whole, to: isLast ? undefined : whole.to, isExact });
    }
    return stretches;
  }

  /** Applies within the call, so batches apply in the order of the calls. */
  async commit(batch: Batch, epoch: Epoch): Promise<void> {
    this.#open();
    if (epoch !== this.#database.epoch) throw fenced(epoch, this.#database.epoch);
    for (const row of rowsOf(batch)) this.#apply(row);
    this.#commits++;
    this.#puts += batch.puts.length;
    this.#deletes += batch.deletes.length;
  }

  status(): StoreStatus {
    const counts = { commits: this.#commits, puts: this.#puts, deletes: this.#deletes };
    return { driver: 'memory', durability: 'none', state: this.#isClosed ? 'closed' : 'open', ...counts };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #open(): void {
    if (this.#isClosed) throw closed('memory');
  }

  #read(table: Table, key: Key): Value | undefined {
    this.#open();
    const text = this.#database.tables[checked(table)].get(key);
    return text === undefined ? undefined : parseValue(text);
  }

  #apply({ table, key, text }: Row): void {
    const rows = this.#database.tables[table];
    if (text === undefined) rows.delete(key);
    else rows.set(key, text);
  }
}

const wholeOf = ({ keys, values }: Rows<string>): Stretch => ({ to: keys.at(-1), digest: digestOf(values.map(parseValue)), isExact: true });
