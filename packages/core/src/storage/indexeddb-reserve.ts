/**
 * Padding that is kept in the database to be given up when the space of the origin is used up: a first part lets go on what is under way, a last
 * part is for what makes room (runs that close, deletion). While any of it is missing nothing new should be taken on; whether there is room
 * again is found out by putting it back, ever more rarely.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Connection } from './indexeddb-connection.ts';
import { storeFaultOf } from './indexeddb-errors.ts';
import type { Database } from './indexeddb-format.ts';
import { type Guarded, watched, writeGuarded } from './indexeddb-transactions.ts';

export interface ReserveOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  /** In bytes; 0: none. */
  readonly reserveBytes: number;
  readonly guarded: () => Omit<Guarded, 'database' | 'guard' | 'stores'>;
  /** It was given up, or is there again. */
  readonly onChange: () => void;
}

const ROWS = 16;
const FIRST = ROWS / 2;
/** After the database was opened: filling the reserve is in nobody's way then. */
const FILL_AFTER: Millis = 1_000;
const FIRST_PAUSE: Millis = 5_000;
const LONGEST_PAUSE: Millis = 60_000;

export class Reserve {
  readonly #options: ReserveOptions;
  /** Parts that were given up, or could not be put there: 0, 1 or 2. */
  #spent = 0;
  #pause = FIRST_PAUSE;
  #times = 0;
  #stopTimer: () => void;
  #isStopped = false;

  constructor(options: ReserveOptions) {
    this.#options = options;
    this.#stopTimer = options.reserveBytes > 0 ? options.clock.setTimer(FILL_AFTER, () => void this.#fill()) : () => {};
  }

  /** The space is used up: nothing new should be taken on. */
  get isSpent(): boolean {
    return this.#spent > 0;
  }

  /** There is a last part, for what makes room. */
  get hasMore(): boolean {
    return this.#options.reserveBytes > 0 && this.#spent === 1;
  }

  /** The last part is given up: only what makes room should be written. */
  get isLast(): boolean {
    return this.#spent === 2;
  }

  /** How often the space was used up. */
  get times(): number {
    return this.#times;
  }

  /**
   * The space is used up.
   *
   * @param isShrinking whether what is to be written makes room
   * @returns whether some was given up, so that it may be tried again
   */
  async release(isShrinking: boolean): Promise<boolean> {
    const part = this.#spent;
    if (part === 0) this.#times++;
    const mayRelease = this.#options.reserveBytes > 0 && (part === 0 || (part === 1 && isShrinking));
    this.#spent = Math.max(part, 1);
    if (mayRelease) {
      this.#spent = part + 1;
      await this.#write((store) => watched(store.delete(IDBKeyRange.bound(part * FIRST, part * FIRST + FIRST - 1))));
    }
    this.#later();
    if (part === 0) this.#options.onChange();
    return mayRelease;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
  }

  #later(): void {
    this.#stopTimer();
    if (this.#isStopped) return;
    this.#stopTimer = this.#options.clock.setTimer(this.#pause, () => void this.#fill());
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  async #fill(): Promise<void> {
    const { connection, reserveBytes } = this.#options;
    const before = this.#spent;
    try {
      const keys = await connection.use('reading the reserve of the database', (database) => database.getAllKeys('reserve'));
      const missing = Array.from({ length: reserveBytes > 0 ? ROWS : 0 }, (_, row) => row).filter((row) => !keys.includes(row));
      const bytes = Math.ceil(reserveBytes / ROWS);
      // The last part first: it is the dearer one.
      for (const row of missing.reverse()) await this.#write((store) => watched(store.put(noise(bytes), row)));
      if (this.#spent !== before) return; // the space was used up meanwhile
      this.#spent = 0;
      this.#pause = FIRST_PAUSE;
      if (before > 0) this.#options.onChange();
    } catch (error) {
      // There is no room yet, or the storage fails, which others tell of.
      if (storeFaultOf(error) === 'quota' && this.#spent === 0) {
        this.#spent = 1;
        this.#times++;
        this.#options.onChange();
      }
      this.#later();
    }
  }

  #write(issue: (store: { put(value: Uint8Array, key: number): Promise<unknown>; delete(key: IDBKeyRange): Promise<void> }) => void): Promise<void> {
    const { connection, guarded } = this.#options;
    return connection.once('writing the reserve of the database', (database) =>
      writeGuarded({ ...guarded(), database, guard: 'fence', stores: ['reserve'] }, (transaction) => issue(transaction.objectStore('reserve'))),
    );
  }
}

/** For who does not hold the epoch yet. It is put back by who does, or cannot be, which tells that there is no space. */
export async function giveUpFirst(database: Database): Promise<void> {
  await database.delete('reserve', IDBKeyRange.bound(0, FIRST - 1));
}

/** Nothing that a database could make smaller. */
function noise(bytes: number): Uint8Array {
  const found = new Uint8Array(bytes);
  for (let from = 0; from < bytes; from += 65_536) crypto.getRandomValues(found.subarray(from, from + 65_536)); // more is refused at once
  return found;
}
