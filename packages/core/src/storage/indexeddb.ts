/**
 * The store in the browser, on IndexedDB, built like a log: a commit is one record in one transaction, and checkpoints behind it
 * work the rows into tables. A reader sees both as one. Why: the number of records is what IndexedDB costs, not their size.
 */
import type { Epoch } from '../common/brand.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import { DamageLog } from './damage-log.ts';
import { Connection, closedError, isHolder } from './indexeddb-connection.ts';
import { classify, isTransient, storeFaultOf } from './indexeddb-errors.ts';
import { Follower } from './indexeddb-follower.ts';
import type { Database, Holder } from './indexeddb-format.ts';
import { Looks } from './indexeddb-looks.ts';
import { allPages, type PageSource, readMany, readRange } from './indexeddb-pages.ts';
import { giveUpFirst } from './indexeddb-reserve.ts';
import { abortAfter, begin, deletedError, outcomeOf, watched } from './indexeddb-transactions.ts';
import { DEFAULT_LIMITS, type Limits, LogWriter } from './indexeddb-writer.ts';
import { type Bounds, boundsOf } from './key.ts';
import { layerOf } from './log.ts';
import { Keepsake, type Marker } from './marker.ts';
import { outlineOf } from './outline.ts';
import { GONE, type Layer, markOf } from './overlay.ts';
import type { Page } from './page.ts';
import { gapsIn, wordsOf } from './page-chain.ts';
import { PutsUnderWay } from './puts-under-way.ts';
import { checked, fenced, rowsOf } from './rows.ts';
import { seal } from './seal.ts';
import type { Batch, DigestedTable, Entry, Key, Range, Store, Stretch, Table, Value } from './store.ts';

export interface IndexedDbStoreOptions {
  /** The name of the database within the origin. */
  readonly name: string;
  /** @default 'strict' */
  readonly durability?: 'strict' | 'relaxed';
  /** @default the one of this realm */
  readonly indexedDB?: IDBFactory;
  readonly clock?: Clock;
  /** Remembers outside of IndexedDB that there was a database, so that one that was emptied by the browser is not taken for a new one. */
  readonly marker?: Marker | undefined;
  /** `status()` says something else than before: the connection is lost or there again, the space used up or not any more. */
  readonly onChange?: () => void;
  /** Told in words, each time that the browser has not opened the database for a while; it is waited for. */
  readonly onSlow?: (words: string) => void;
  /** It is over: nothing can be read or written any more. Called once. */
  readonly onFailed?: (failure: ServiceError) => void;
  /** For tests and measurements. */
  readonly limits?: Partial<Limits>;
}

/**
 * Opens the database, and makes it when there is none. Reads nothing yet but who it is; `acquire` reads the log, whose length is bounded.
 *
 * @throws {ServiceError} `StorageUnavailable` when IndexedDB is missing or refuses, another tab stands in the way, or the database is of a newer version
 */
export async function openIndexedDbStore(options: IndexedDbStoreOptions): Promise<Store> {
  const { name, clock = systemClock, indexedDB: factory = globalThis.indexedDB as IDBFactory | undefined } = options;
  let store: IndexedDbStore | undefined;
  const onFailed = (failure: ServiceError): void => store?.failed(failure);
  const connection = await Connection.open({
    name,
    clock,
    factory,
    onSlow: (words) => options.onSlow?.(words),
    onChange: () => options.onChange?.(),
    onFailed,
  });
  store = new IndexedDbStore(connection, options);
  return store;
}

const ALL: Bounds = { lower: undefined, upper: undefined };

class IndexedDbStore implements Store {
  readonly #connection: Connection;
  readonly #options: IndexedDbStoreOptions;
  readonly #durability: 'strict' | 'relaxed';
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #follower: Follower;
  readonly #keepsake: Keepsake;
  readonly #damage = new DamageLog();
  #writer: LogWriter | undefined;
  readonly #looks = new Looks(this.#damage.add);
  readonly #underWay = new PutsUnderWay();
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #counts = { commits: 0, puts: 0, deletes: 0 };

  constructor(connection: Connection, options: IndexedDbStoreOptions) {
    const { durability = 'strict', clock = systemClock, limits, marker, onChange = () => {} } = options;
    this.#connection = connection;
    this.#options = options;
    this.#durability = durability;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#follower = new Follower(this.#damage.add);
    this.#keepsake = new Keepsake({ connection, marker, clock, onChange });
  }

  /** Raises the epoch and reads the log in one transaction: nothing of an older writer can come after it. */
  async acquire(): Promise<Epoch> {
    this.#open();
    const take = () => this.#connection.use('acquiring the database', (database) => this.#take(database));
    return this.#lead(await take().catch((error: unknown) => this.#makeRoom(error).then(take)));
  }

  async get(table: Table, key: Key): Promise<Value | undefined> {
    const [value] = await this.getMany(table, [key]);
    return value;
  }

  getMany(table: Table, keys: readonly Key[]): Promise<(Value | undefined)[]> {
    return this.#read(table, (source, layers, writer) => readMany(source, keys, layers, writer?.known.get(table)));
  }

  isAbsent(table: Table, key: Key): boolean {
    const writer = this.#writer;
    if (this.#isClosed || this.#connection.failure || !writer) return false;
    const mark = markOf(writer.layers, table, key);
    const isMissing = mark === undefined ? writer.known.get(table)?.lacks(key) === true : mark === GONE;
    return isMissing && !this.#underWay.has(table, key);
  }

  async range(table: Table, range: Range): Promise<Entry[]> {
    const { onDamaged } = range;
    if (!onDamaged) return this.#read(table, (source, layers) => readRange(source, range, layers));
    const told = (damage: ServiceError): void => {
      this.#damage.add(damage.message);
      onDamaged(damage);
    };
    try {
      return await this.#read(table, (source, layers) => readRange(source, { ...range, onDamaged: told }, layers));
    } catch (error) {
      if (!isServiceError(error, 'DataLoss')) throw error;
      onDamaged(error);
      return [];
    }
  }

  /** Where a page of digests is damaged nothing is known, and all has to be read. */
  outline(table: DigestedTable, range: Range): Promise<readonly Stretch[]> {
    const bounds = boundsOf(range);
    return this.#read('digests', async (source, layers, writer) => {
      const cache = writer?.digests;
      const load = (): Promise<Page[]> => allPages(source, cache ? ALL : bounds);
      const digests = await (cache ? cache.read(load) : load());
      const damaged = digests.find((page) => page.isDamaged);
      const [lost] = gapsIn(digests, { bounds: cache ? ALL : bounds, reverse: false, isPartial: false });
      if (!damaged && !lost) return outlineOf({ digests, layers, table, bounds });
      if (damaged) this.#damage.add(`a page of "digests" that ends at ${JSON.stringify(damaged.fence)} is not as it was written`);
      if (lost) this.#damage.add(wordsOf('digests', lost.to));
      return [{ to: undefined, digest: undefined, isExact: true }];
    });
  }

  hasOutline(): boolean {
    return this.#writer?.digests.isLoaded === true;
  }

  /** Copies the batch and issues its transaction before it returns, unless the log has to be moved to the tables first. */
  async commit(batch: Batch, epoch: Epoch): Promise<void> {
    this.#open();
    const writer = this.#writer;
    if (!writer)
      throw new ServiceError(
        'Fenced',
        `a commit with epoch ${epoch} was refused: this store has not acquired the database "${this.#connection.name}"; call acquire() first`,
      );
    if (epoch !== writer.epoch) throw fenced(epoch, writer.epoch);
    const { puts, deletes } = { puts: batch.puts.length, deletes: batch.deletes.length };
    const rows = rowsOf(batch);
    const known = this.#underWay.begin(rows);
    try {
      await writer.commit(rows.map((row) => (row.text === undefined ? row : { ...row, text: seal(row.table, row.key, row.text) })));
    } finally {
      known();
    }
    this.#counts.commits++;
    this.#counts.puts += puts;
    this.#counts.deletes += deletes;
  }

  status(): StoreStatus {
    const { failure, trouble, counts } = this.#connection;
    const faults = { ...counts, full: this.#writer?.timesFull ?? 0 };
    const told = failure ?? trouble;
    const fault = storeFaultOf(told);
    return {
      driver: 'indexeddb',
      durability: this.#durability,
      state: this.#state(),
      ...(told ? { reason: told.message } : this.#writer?.isFull && !this.#isClosed ? { reason: FULL, fault: 'quota' as const } : {}),
      ...(fault && { fault }),
      ...(Object.values(faults).some((count) => count > 0) && { faults }),
      ...this.#damage.status,
      ...this.#keepsake.status,
      ...this.#counts,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** The connection is over. */
  failed(failure: ServiceError): void {
    this.#writer?.stop(failure);
    if (!this.#isClosed) this.#options.onFailed?.(failure);
  }

  #state(): StoreStatus['state'] {
    const { failure, trouble } = this.#connection;
    if (failure) return 'failed';
    if (this.#isClosed) return 'closed';
    if (trouble) return 'recovering';
    return this.#writer?.isFull ? 'full' : 'open';
  }

  /** A database that is full can be taken over all the same: the epoch takes the place of some padding. */
  async #makeRoom(error: unknown): Promise<void> {
    if (storeFaultOf(error) !== 'quota' || this.#connection.failure) throw error;
    await this.#connection.use('giving up the reserve of the database', giveUpFirst);
  }

  async #take(database: Database): Promise<{ readonly epoch: Epoch; readonly tail: Layer }> {
    const transaction = begin(database, ['control', 'fence', 'log'], this.#durability);
    const outcome = outcomeOf(transaction);
    const control = transaction.objectStore('control');
    const { identity, name } = this.#connection;
    let taken: { readonly epoch: Epoch; readonly tail: Layer } | undefined;
    let refusal: unknown;
    try {
      const [holder, through = 0, records] = await Promise.all([control.get('epoch'), control.get('through'), transaction.objectStore('log').getAll()]);
      if (!isHolder(holder) || holder.identity !== identity) throw deletedError(name);
      const next: Holder = { epoch: holder.epoch + 1, identity };
      watched(control.put(next, 'epoch'));
      watched(transaction.objectStore('fence').put(next, 'epoch'));
      taken = { epoch: next.epoch, tail: layerOf(records, through as number, this.#damage.add) };
    } catch (error) {
      refusal = abortAfter(transaction, error);
    }
    const failure = await outcome;
    if (failure || !taken) throw classify(refusal ?? failure?.error, 'acquiring the database', name);
    return taken;
  }

  #lead({ epoch, tail }: { readonly epoch: Epoch; readonly tail: Layer }): Epoch {
    this.#writer?.stop(fenced(this.#writer.epoch, epoch));
    if (this.#isClosed || this.#connection.failure) throw this.#connection.failure ?? closedError(this.#connection.name);
    const { onChange = () => {} } = this.#options;
    const options = {
      connection: this.#connection,
      durability: this.#durability,
      limits: this.#limits,
      clock: this.#clock,
      onDamage: this.#damage.add,
      onChange,
    };
    this.#writer = new LogWriter({ ...options, epoch }, tail);
    this.#keepsake.compare();
    return epoch;
  }

  /**
   * The layers are taken in the same moment in which the transaction takes its place among others. So what a later checkpoint
   * moves to the tables is still in these layers, and what the tables show more is in them too.
   */
  async #read<T>(table: Table | 'digests', read: Reading<T>): Promise<T> {
    this.#open();
    if (table !== 'digests') checked(table);
    let isAlone = false; // what cannot be read should not take others with it
    try {
      return await this.#connection.use('reading the database', (database) => {
        const answer = this.#readNow(database, table, read, isAlone);
        isAlone = true;
        return answer;
      });
    } catch (error) {
      if (isServiceError(error, 'DataLoss')) this.#damage.add(error.message);
      if (this.#connection.failure || !isTransient(error)) throw error;
      const lost = unreadable(table, error as ServiceError);
      this.#damage.add(lost.message);
      throw lost;
    }
  }

  async #readNow<T>(database: Database, table: Table | 'digests', read: Reading<T>, isAlone: boolean): Promise<T> {
    const writer = this.#writer;
    if (writer) {
      const { source, holder: guard } = this.#looks.begin(database, table, isAlone);
      const [holder, answer] = await Promise.all([guard, read(source, writer.layers, writer)]);
      if (holder?.identity !== this.#connection.identity) throw deletedError(this.#connection.name);
      if (holder.epoch === writer.epoch) return answer;
    }
    return this.#follower.read(database, table, read);
  }

  #open(): void {
    if (this.#connection.failure) throw this.#connection.failure;
    if (this.#isClosed) throw closedError(this.#connection.name);
  }

  async #end(): Promise<void> {
    this.#isClosed = true;
    await this.#writer?.end();
    this.#connection.close();
  }
}

/** @param writer what it knows of pages, where this is the writer */
type Reading<T> = (source: PageSource, layers: readonly Layer[], writer?: LogWriter) => Promise<T>;

const FULL = 'the storage of this origin is full: nothing new is taken on until there is room again. What closes runs or deletes goes on';

/** The database itself answers, so it is this part of it that cannot be read. */
const unreadable = (table: Table | 'digests', cause: ServiceError): ServiceError =>
  new ServiceError('DataLoss', `a part of "${table}" cannot be read, although the database can: ${cause.message}`, {
    details: { table, retryable: false },
    cause,
  });
