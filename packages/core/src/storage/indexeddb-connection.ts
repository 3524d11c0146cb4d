/**
 * The connection to a database, which browsers close as they like. One that is lost is made again, a few times and ever more slowly, and only to
 * the same database: one that was deleted is never taken for it. What cannot be made good is told once, and ends the store.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { StoreFaultCounts } from '../common/durability.ts';
import { systemRng, uuid } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import { CALL_DEADLINE, pause, within } from './deadline.ts';
import { classify, isTransient, storageError, storeFaultOf } from './indexeddb-errors.ts';
import type { Database, Holder } from './indexeddb-format.ts';
import { inVain, isHung, openDatabase, reopenDatabase } from './indexeddb-open.ts';
import type { OpenOptions } from './indexeddb-race.ts';
import { deletedError } from './indexeddb-transactions.ts';

export interface ConnectionOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly factory: IDBFactory | undefined;
  /** Told in words, each time that the browser does not answer an open. */
  readonly onSlow: (words: string) => void;
  /** The connection is lost, or there again. */
  readonly onChange: () => void;
  /** It is over. Called once. */
  readonly onFailed: (failure: ServiceError) => void;
}

/** Before each attempt to make a lost connection again. */
const PAUSES: readonly Millis[] = [0, 250, 1_000];
/** So often a call is repeated, at most. */
export const MOST_REPEATS = 3;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #open: OpenOptions;
  /** Names the database, not what is called like it. */
  readonly identity: string;
  /** There was no database of this name before. */
  readonly isNew: boolean;
  #database: Database | undefined;
  #recovery: Promise<Database> | undefined;
  #failure: ServiceError | undefined;
  #trouble: ServiceError | undefined;
  #isClosed = false;
  readonly #counts = { transient: 0, reopened: 0, repeated: 0 };

  private constructor(options: ConnectionOptions, opened: { readonly database: Database; readonly isNew: boolean; readonly identity: string }) {
    this.#options = options;
    this.#open = openOptions(options);
    this.identity = opened.identity;
    this.isNew = opened.isNew;
    this.#adopt(opened.database);
  }

  /** @throws {ServiceError} `StorageUnavailable` */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { database, isNew, holder } = await openDatabase(openOptions(options));
    if (isHolder(holder)) return new Connection(options, { database, isNew, identity: holder.identity });
    database.close();
    const words = 'it does not say who it is: it was damaged, or emptied';
    throw storageError({ doing: 'opening the database', name: options.name, fault: 'damaged', words });
  }

  get name(): string {
    return this.#options.name;
  }

  get failure(): ServiceError | undefined {
    return this.#failure;
  }

  /** What is being made good at the moment. */
  get trouble(): ServiceError | undefined {
    return this.#trouble;
  }

  get counts(): Omit<StoreFaultCounts, 'full'> {
    return this.#counts;
  }

  /** Issues `act` before it returns, unless the connection is being made again; repeats it when the connection was lost. For what may be done twice. */
  async use<T>(doing: string, act: (database: Database) => Promise<T>): Promise<T> {
    for (let repeats = 0; ; repeats++) {
      try {
        return await this.once(doing, act);
      } catch (error) {
        if (!isTransient(error) || this.#failure || repeats === MOST_REPEATS) throw error;
        this.#counts.repeated++;
        await this.ready();
      }
    }
  }

  /** The same without a repetition. After a failure that may go away the connection is made again, behind. */
  async once<T>(doing: string, act: (database: Database) => Promise<T>): Promise<T> {
    const database = this.#database ?? (await this.ready());
    try {
      return await within(this.#options.clock, CALL_DEADLINE, act(database));
    } catch (error) {
      const failure = classify(error, doing, this.name);
      if (this.#failure) throw this.#failure;
      if (isTransient(failure)) this.#lose(database, failure);
      else if (END.has(storeFaultOf(failure))) this.fail(failure);
      throw failure;
    }
  }

  /** @throws {ServiceError} why there is no connection, and will be none */
  async ready(): Promise<Database> {
    if (this.#failure) throw this.#failure;
    return this.#database ?? this.#recovery ?? Promise.reject(closedError(this.name));
  }

  /** It cannot go on: nothing is read or written any more. @returns the failure, or the one before it */
  fail(failure: ServiceError): ServiceError {
    if (this.#failure || this.#isClosed) return this.#failure ?? failure;
    this.#failure = failure;
    this.#trouble = undefined;
    this.#drop();
    this.#options.onFailed(failure);
    return failure;
  }

  /** Transactions that are under way still end. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  /** Something was asked of this connection and failed; others may have noticed before. */
  #lose(database: Database, failure: ServiceError): void {
    this.#counts.transient++;
    if (this.#database !== database || this.#isClosed) return;
    this.#drop();
    this.#trouble = failure;
    this.#options.onChange();
    this.#recovery = this.#recover(failure);
    this.#recovery.catch(() => {}); // told by `onFailed`
  }

  async #recover(failure: ServiceError): Promise<Database> {
    let last = failure;
    for (const delay of PAUSES) {
      if (delay > 0) await pause(this.#options.clock, delay);
      if (this.#isOver) break;
      try {
        const database = await this.#reopen();
        if (this.#isOver) {
          database.close();
          break;
        }
        this.#adopt(database);
        this.#trouble = undefined;
        this.#counts.reopened++;
        this.#options.onChange();
        return database;
      } catch (error) {
        last = classify(error, 'opening the database again', this.name);
        if (!isTransient(last) || isHung(last)) throw this.fail(last);
      }
    }
    throw this.#isClosed ? closedError(this.name) : this.fail(inVain(last, PAUSES.length, this.name));
  }

  async #reopen(): Promise<Database> {
    const { database, holder } = await reopenDatabase(this.#open);
    if (this.#isOver || (isHolder(holder) && holder.identity === this.identity)) return database;
    database.close();
    throw deletedError(this.name);
  }

  #adopt(database: Database): void {
    this.#database = database;
    database.addEventListener('versionchange', (event) => {
      if (this.#database === database) this.#giveWay(event as IDBVersionChangeEvent);
    });
    database.addEventListener('close', () => {
      const words = 'the browser closed the database: its storage was cleared, or failed';
      if (this.#database === database)
        this.#lose(database, storageError({ doing: 'holding open the database', name: this.name, fault: 'connection lost', words }));
    });
  }

  /** Closes at once: what is under way ends, and nothing new begins. */
  #giveWay({ newVersion }: IDBVersionChangeEvent): void {
    const doing = 'holding open the database';
    const words = `another tab opens it in its newer version ${newVersion}; reload this page`;
    this.fail(
      newVersion === null
        ? storageError({
            doing,
            name: this.name,
            fault: 'deleted',
            words: 'its storage was deleted: the database is being deleted; reload the page to begin anew',
          })
        : storageError({ doing, name: this.name, fault: 'superseded', words, details: { newVersion } }),
    );
  }

  get #isOver(): boolean {
    return this.#failure !== undefined || this.#isClosed;
  }

  #drop(): void {
    const database = this.#database;
    this.#database = undefined;
    database?.close();
  }
}

/** After these there is nothing that could go on. */
const END: ReadonlySet<string | undefined> = new Set(['deleted', 'superseded', 'newer version', 'forbidden', 'missing', 'damaged']);

const openOptions = ({ name, clock, factory, onSlow }: ConnectionOptions): OpenOptions => ({
  name,
  clock,
  factory,
  onSlow,
  newIdentity: () => uuid(systemRng),
});

export const isHolder = (found: unknown): found is Holder =>
  typeof found === 'object' && found !== null && Number.isSafeInteger((found as Holder).epoch) && typeof (found as Holder).identity === 'string';

export const closedError = (name: string): ServiceError =>
  new ServiceError('StorageUnavailable', `the store of the database "${name}" is closed; open it again to use it`, {
    details: { driver: 'indexeddb', database: name, reason: 'closed', retryable: true },
  });
