/**
 * Adds records to the log, in order, and finds out what became of those whose answer was a failure: when the connection was lost a commit may
 * have taken effect. It is written again under its number, which does nothing if it is there; so it is carried out exactly once, or the
 * store ends.
 */
import { ServiceError } from '../common/service-error.ts';
import { type Connection, MOST_REPEATS } from './indexeddb-connection.ts';
import { isTransient, storageError, storeFaultOf } from './indexeddb-errors.ts';
import type { LogRecord } from './indexeddb-format.ts';
import type { Reserve } from './indexeddb-reserve.ts';
import { type Guarded, watched, writeGuarded } from './indexeddb-transactions.ts';
import { recordOf } from './log.ts';
import type { Row } from './rows.ts';

export interface Append {
  readonly rows: readonly Row[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface AppenderOptions {
  readonly connection: Connection;
  readonly reserve: Reserve;
  readonly guarded: () => Omit<Guarded, 'database' | 'guard' | 'stores'>;
  /** It is in the log. */
  readonly onWritten: (append: Append, record: LogRecord) => void;
  /** It has been answered, in either way, and another one may be issued. */
  readonly onSettled: () => void;
}

interface Unsure {
  readonly append: Append;
  readonly record: LogRecord;
  error: unknown;
}

export class Appender {
  readonly #options: AppenderOptions;
  readonly #underWay = new Set<Promise<void>>();
  /** Failed, and to be tried again when nothing else is under way; in the order of their numbers. */
  #unsure: Unsure[] = [];
  #redoing: Promise<void> | undefined;
  #seq: number;
  /** The last record that is known to be in the log. */
  #written: number;
  #bytes = 0;
  #stopped: { readonly reason: unknown } | undefined;

  /** @param seq the number of the last record that was written */
  constructor(options: AppenderOptions, seq: number) {
    this.#options = options;
    this.#seq = seq;
    this.#written = seq;
  }

  /** What is under way, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What comes has to wait until it is known what became of what went before. */
  get isHeld(): boolean {
    return this.#unsure.length > 0 || this.#redoing !== undefined;
  }

  /** Issues the transaction before it returns. */
  append(append: Append): void {
    const record = recordOf(++this.#seq, this.#written, append.rows);
    this.#bytes += append.bytes;
    const end = this.#first({ append, record, error: undefined }).finally(() => {
      this.#underWay.delete(end);
      if (this.#unsure.length > 0 && this.#underWay.size === 0) this.#redo();
    });
    this.#underWay.add(end);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0 || this.#redoing) await (this.#redoing ?? Promise.all(this.#underWay));
  }

  /** What is not known to be written is refused with `reason`. */
  stop(reason: unknown): void {
    this.#stopped ??= { reason };
  }

  async #first(unsure: Unsure): Promise<void> {
    try {
      if (this.#options.reserve.isLast && !isShrinking(unsure.append.rows)) throw noRoom(this.#options.connection.name);
      await this.#write(unsure.record, false);
    } catch (error) {
      if (!isTransient(error) && (storeFaultOf(error) !== 'quota' || this.#options.reserve.isLast)) return this.#refuse(unsure, error);
      unsure.error = error;
      this.#unsure.push(unsure);
      return;
    }
    this.#confirm(unsure);
  }

  #redo(): void {
    this.#redoing = this.#redoAll().finally(() => {
      this.#redoing = undefined;
      this.#options.onSettled();
    });
  }

  async #redoAll(): Promise<void> {
    this.#unsure.sort((a, b) => a.record.seq - b.record.seq);
    for (let failures = 0; this.#unsure.length > 0; ) {
      const unsure = this.#unsure[0] as Unsure;
      try {
        if (this.#stopped) throw this.#stopped.reason;
        if (unsure.record.seq < this.#written) throw overtaken(unsure.error);
        await this.#makeGood(unsure);
        await this.#write(unsure.record, true);
        this.#unsure.shift();
        this.#confirm(unsure);
        failures = 0;
      } catch (error) {
        unsure.error = error;
        if (isTransient(error) && ++failures < MOST_REPEATS) continue;
        if (isTransient(error)) this.#options.connection.fail(error as ServiceError); // whether it took effect is not known, so nothing may stand on it
        if (storeFaultOf(error) === 'quota' && isShrinking(unsure.append.rows) && this.#options.reserve.hasMore) continue;
        this.#unsure.shift();
        this.#refuse(unsure, error);
      }
    }
  }

  /** Removes what stood in the way. */
  async #makeGood(unsure: Unsure): Promise<void> {
    await this.#options.connection.ready();
    if (storeFaultOf(unsure.error) !== 'quota') return;
    if (!(await this.#options.reserve.release(isShrinking(unsure.append.rows)))) throw unsure.error;
  }

  #write(record: LogRecord, isAgain: boolean): Promise<void> {
    const { connection, guarded } = this.#options;
    return connection.once('writing to the database', (database) =>
      writeGuarded({ ...guarded(), database, guard: 'control', stores: ['log'] }, (transaction) => {
        const log = transaction.objectStore('log');
        watched(isAgain ? log.put(record) : log.add(record));
      }),
    );
  }

  #confirm({ append, record }: Unsure): void {
    this.#written = Math.max(this.#written, record.seq);
    this.#bytes -= append.bytes;
    this.#options.onWritten(append, record);
    append.resolve();
    this.#options.onSettled();
  }

  #refuse({ append }: Unsure, error: unknown): void {
    this.#bytes -= append.bytes;
    append.reject(error);
    this.#options.onSettled();
  }
}

/** A run that closes leaves its place in the lists, and so does one that is deleted. */
const isShrinking = (rows: readonly Row[]): boolean =>
  rows.some(({ table, text }) => table === 'visibility' && text === undefined) || rows.every(({ text }) => text === undefined);

const noRoom = (name: string): ServiceError =>
  storageError({
    doing: 'writing to the database',
    name,
    fault: 'quota',
    words: 'the storage of this origin is full, and what is left is kept for what makes room; delete what is not needed',
  });

/**
 * Batches apply in the order of the calls. This one was undone by the browser while a later one was written, so it never will be.
 *
 * @returns what to say of it
 */
const overtaken = (error: unknown): unknown =>
  storeFaultOf(error) === 'quota'
    ? error
    : new ServiceError('Unavailable', 'the browser undid a commit and carried out a later one; ask again with the same request id', {
        details: { driver: 'indexeddb', retryable: true },
        cause: error,
      });
