/**
 * The store in the browser, on IndexedDB, built like a log: a commit is one record in one transaction, and checkpoints behind it
 * work the rows into tables. A reader sees both as one. Why: the number of records is what IndexedDB costs, not their size.
 */
import type { Epoch } from '../common/brand.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { ServiceError } from '../common/service-error.ts';
import { classify } from './indexeddb-errors.ts';
import { Follower } from './indexeddb-follower.ts';
import { abortAfter, begin, layerOf, look, outcomeOf, watched } from './indexeddb-log.ts';
import { type Database, openDatabase } from './indexeddb-open.ts';
import { allPages, readMany, readRange, type TableStore } from './indexeddb-pages.ts';
import { DEFAULT_LIMITS, type Limits, LogWriter } from './indexeddb-writer.ts';
import { type Bounds, boundsOf } from './key.ts';
import { outlineOf } from './outline.ts';
import { GONE, type Layer, markOf } from './overlay.ts';
import type { Page } from './page.ts';
import { checked, closed, fenced, rowsOf } from './rows.ts';
import type { Batch, DigestedTable, Entry, Key, Range, Store, Stretch, Table, Value } from './store.ts';

export interface IndexedDbStoreOptions {
  /** The name of the database within the origin. */
  readonly name: string;
  /** @default 'strict' */
  readonly durability?: 'strict' | 'relaxed';
  /** @default the one of this realm */
  readonly indexedDB?: IDBFactory;
  readonly clock?: Clock;
  /** For tests and measurements. */
  readonly limits?: Partial<Limits>;
}

/**
 * Opens the database, and makes it when there is none. Reads nothing yet; `acquire` reads the log, whose length is bounded.
 *
 * @throws {ServiceError} `StorageUnavailable` when IndexedDB is missing or refuses, another tab stands in the way, or the database is of a newer version
 */
export async function openIndexedDbStore(options: IndexedDbStoreOptions): Promise<Store> {
  const { name, clock = systemClock, indexedDB: factory = globalThis.indexedDB as IDBFactory | undefined } = options;
  return new IndexedDbStore(await openDatabase({ name, clock, factory }), options);
}

const ALL: Bounds = { lower: undefined, upper: undefined };

class IndexedDbStore implements Store {
  readonly #database: Database;
  readonly #durability: 'strict' | 'relaxed';
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #follower: Follower;
  #writer: LogWriter | undefined;
  #state: StoreStatus['state'] = 'open';
  #failure: ServiceError | undefined;
  #closing: Promise<void> | undefined;
  #counts = { commits: 0, puts: 0, deletes: 0 };

  constructor(database: Database, { durability = 'strict', clock = systemClock, limits }: IndexedDbStoreOptions) {
    this.#database = database;
    this.#durability = durability;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#follower = new Follower(database);
    database.addEventListener('versionchange', (event) => this.#giveWay(event as IDBVersionChangeEvent));
    database.addEventListener('close', () => this.#fail('the browser closed the database: its storage was cleared, or failed'));
  }

  /** Raises the epoch and reads the log in one transaction: nothing of an older writer can come after it. */
  async acquire(): Promise<Epoch> {
    this.#open();
    const transaction = begin(this.#database, ['control', 'fence', 'log'], this.#durability);
    const outcome = outcomeOf(transaction);
    const control = transaction.objectStore('control');
    let taken: { readonly epoch: Epoch; readonly tail: Layer } | undefined;
    let refusal: unknown;
    try {
      const [epoch = 0, through = 0, records] = await Promise.all([control.get('epoch'), control.get('through'), transaction.objectStore('log').getAll()]);
      watched(control.put(epoch + 1, 'epoch'));
      watched(transaction.objectStore('fence').put(epoch + 1, 'epoch'));
      taken = { epoch: epoch + 1, tail: layerOf(records, through) };
    } catch (error) {
      refusal = abortAfter(transaction, error);
    }
    const failure = await outcome;
    if (failure || !taken) throw classify(refusal ?? failure?.error, 'acquiring the database', this.#database.name);
    return this.#lead(taken);
  }

  async get(table: Table, key: Key): Promise<Value | undefined> {
    const [value] = await this.getMany(table, [key]);
    return value;
  }

  getMany(table: Table, keys: readonly Key[]): Promise<(Value | undefined)[]> {
    return this.#read(table, (store, layers, writer) => readMany(store, keys, layers, writer?.known.get(table)));
  }

  isAbsent(table: Table, key: Key): boolean {
    const writer = this.#writer;
    if (this.#state !== 'open' || !writer) return false;
    const mark = markOf(writer.layers, table, key);
    return mark === undefined ? writer.known.get(table)?.lacks(key) === true : mark === GONE;
  }

  range(table: Table, range: Range): Promise<Entry[]> {
    return this.#read(table, (store, layers) => readRange(store, range, layers));
  }

  outline(table: DigestedTable, range: Range): Promise<readonly Stretch[]> {
    const bounds = boundsOf(range);
    return this.#read('digests', async (store, layers, writer) => {
      const digests = writer?.digests;
      const load = (): Promise<Page[]> => allPages(store, digests ? ALL : bounds);
      return outlineOf({ digests: await (digests ? digests.read(load) : load()), layers, table, bounds });
    });
  }

  /** Copies the batch and issues its transaction before it returns, unless the log has to be moved to the tables first. */
  async commit(batch: Batch, epoch: Epoch): Promise<void> {
    this.#open();
    const writer = this.#writer;
    if (!writer)
      throw new ServiceError(
        'Fenced',
        `a commit with epoch ${epoch} was refused: this store has not acquired the database "${this.#database.name}"; call acquire() first`,
      );
    if (epoch !== writer.epoch) throw fenced(epoch, writer.epoch);
    const { puts, deletes } = { puts: batch.puts.length, deletes: batch.deletes.length };
    await writer.commit(rowsOf(batch));
    this.#counts.commits++;
    this.#counts.puts += puts;
    this.#counts.deletes += deletes;
  }

  status(): StoreStatus {
    const reason = this.#failure && { reason: this.#failure.message };
    return { driver: 'indexeddb', durability: this.#durability, state: this.#state, ...reason, ...this.#counts };
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #lead({ epoch, tail }: { readonly epoch: Epoch; readonly tail: Layer }): Epoch {
    const { name } = this.#database;
    this.#writer?.stop(fenced(this.#writer.epoch, epoch));
    if (this.#state === 'open')
      this.#writer = new LogWriter({ database: this.#database, durability: this.#durability, epoch, limits: this.#limits, clock: this.#clock }, tail);
    else throw this.#failure ?? closed(`indexeddb "${name}"`);
    return epoch;
  }

  /**
   * The layers are taken in the same moment in which the transaction takes its place among others. So what a later checkpoint
   * moves to the tables is still in these layers, and what the tables show more is in them too.
   */
  async #read<T>(table: Table | 'digests', read: (store: TableStore, layers: readonly Layer[], writer?: LogWriter) => Promise<T>): Promise<T> {
    this.#open();
    if (table !== 'digests') checked(table);
    try {
      const writer = this.#writer;
      if (writer) {
        const transaction = look(this.#database, ['fence', table]);
        const [epoch, answer] = await Promise.all([
          transaction.objectStore('fence').get('epoch'),
          read(transaction.objectStore(table) as unknown as TableStore, writer.layers, writer),
        ]);
        if (epoch === writer.epoch) return answer;
      }
      return await this.#follower.read(table, read);
    } catch (error) {
      throw this.#failure ?? classify(error, 'reading the database', this.#database.name);
    }
  }

  #open(): void {
    if (this.#failure) throw this.#failure;
    if (this.#state !== 'open') throw closed('indexeddb');
  }

  async #end(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed';
    await this.#writer?.end();
    this.#database.close();
  }

  #giveWay({ newVersion }: IDBVersionChangeEvent): void {
    this.#fail(newVersion === null ? 'the database is being deleted' : `another tab opens the database in its newer version ${newVersion}; reload this page`);
    this.#database.close();
  }

  #fail(words: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    const { name } = this.#database;
    this.#failure = new ServiceError('StorageUnavailable', `the store of the database "${name}" has failed: ${words}`, {
      details: { driver: 'indexeddb', database: name },
    });
    this.#writer?.stop(this.#failure);
  }
}
