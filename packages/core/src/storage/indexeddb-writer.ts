/** What a store has while it holds the epoch: the end of the log, the rows that are only there, and the checkpoints that move them to the tables. */
import type { Epoch, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { isServiceError } from '../common/service-error.ts';
import { DigestCache } from './digest-cache.ts';
import { type Append, Appender } from './indexeddb-appender.ts';
import { checkpoint } from './indexeddb-checkpoint.ts';
import type { Connection } from './indexeddb-connection.ts';
import { storeFaultOf } from './indexeddb-errors.ts';
import { Reserve } from './indexeddb-reserve.ts';
import { KnownPages } from './known-pages.ts';
import { Layer } from './overlay.ts';
import { rowBytes } from './page.ts';
import type { Row } from './rows.ts';
import { TABLES, type Table } from './store.ts';

/** Sizes in bytes, about. */
export interface Limits {
  readonly pageBytes: number;
  /** The rows of one transaction of a checkpoint. */
  readonly sliceBytes: number;
  /** A longer log is moved to the tables at once. At twice this, commits wait for it: so much memory the rows take, and so much an opening reads, at most. */
  readonly logBytes: number;
  /** A log of this size is moved when nothing has been committed for `IDLE_MS`; a shorter one stays. */
  readonly idleBytes: number;
  /** Padding that is given up when the space of the origin is used up. 0: none, and then nothing goes on. */
  readonly reserveBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  pageBytes: 12 * 1024,
  sliceBytes: 512 * 1024,
  logBytes: 4 * 1024 * 1024,
  idleBytes: 128 * 1024,
  reserveBytes: 512 * 1024,
};

const IDLE_MS = 200;
/** After a checkpoint that failed; twice as long each time, up to the second. */
const FIRST_RETRY: Millis = 1_000;
const LONGEST_RETRY: Millis = 60_000;

export interface WriterOptions {
  readonly connection: Connection;
  readonly durability: 'strict' | 'relaxed';
  readonly epoch: Epoch;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Told in words of what is found not to be as it was written. */
  readonly onDamage: (words: string) => void;
  /** The space is used up, or there is some again. */
  readonly onChange: () => void;
}

export class LogWriter {
  readonly digests: DigestCache;
  readonly #options: WriterOptions;
  readonly #appender: Appender;
  readonly #reserve: Reserve;
  #current: Layer;
  /** What is being moved to the tables. It stays until all of it is there. */
  #frozen: Layer | undefined;
  readonly #waiting: Append[] = [];
  #checkpoint: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #failure: unknown;
  #retry = FIRST_RETRY;
  #isEnding = false;
  readonly known: ReadonlyMap<Table, KnownPages> = new Map(TABLES.map((table) => [table, new KnownPages()]));

  /** @param tail the rows of the log */
  constructor(options: WriterOptions, tail: Layer) {
    const { connection, durability, epoch, limits, clock, onChange } = options;
    const guarded = () => ({ durability, epoch, identity: connection.identity });
    this.#options = options;
    this.digests = new DigestCache(clock);
    this.#current = tail;
    this.#reserve = new Reserve({ connection, clock, reserveBytes: limits.reserveBytes, guarded, onChange });
    this.#appender = new Appender(
      {
        connection,
        reserve: this.#reserve,
        guarded,
        onWritten: ({ rows }, { seq }) => this.#current.apply(rows, seq),
        onSettled: () => {
          this.#schedule();
          this.#issue();
        },
      },
      tail.seq,
    );
    this.#scheduleIdle();
  }

  get epoch(): Epoch {
    return this.#options.epoch;
  }

  /** The newest first. */
  get layers(): readonly Layer[] {
    return this.#frozen ? [this.#current, this.#frozen] : [this.#current];
  }

  /** The space of the origin is used up: only what makes room should be written. */
  get isFull(): boolean {
    return this.#reserve.isSpent;
  }

  /** How often the space was used up. */
  get timesFull(): number {
    return this.#reserve.times;
  }

  commit(rows: readonly Row[]): Promise<void> {
    const bytes = rows.reduce((sum, { key, text }) => sum + rowBytes(key, text), 0);
    const answer = new Promise<void>((resolve, reject) => this.#waiting.push({ rows, bytes, resolve, reject }));
    this.#issue();
    return answer;
  }

  /** Lets commits end, and stops checkpoints. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0) await (this.#checkpoint ?? this.#appender.idle());
    await this.#appender.idle();
    this.stop();
    await this.#checkpoint;
  }

  /** Makes no more transactions of its own: the connection is gone, or another writer has come. */
  stop(reason?: unknown): void {
    this.#isEnding = true;
    this.digests.forget();
    this.#stopTimer?.();
    this.#reserve.stop();
    this.#appender.stop(reason);
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #issue(): void {
    while (this.#waiting.length > 0 && !this.#isLogFull() && !this.#appender.isHeld) this.#appender.append(this.#waiting.shift() as Append);
    if (this.#waiting.length === 0 || this.#checkpoint || this.#appender.isHeld) return;
    if (this.#failure === undefined) this.#startCheckpoint();
    else for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  #isLogFull(): boolean {
    return this.#frozen !== undefined && this.#current.bytes + this.#appender.bytes >= this.#options.limits.logBytes;
  }

  /** Now when the log is long, else when nothing has been committed for a while. */
  #schedule(): void {
    if (this.#isEnding || this.#checkpoint || this.#failure !== undefined) return;
    if (this.#current.bytes >= this.#options.limits.logBytes || this.#frozen) this.#startCheckpoint();
    else this.#scheduleIdle();
  }

  #scheduleIdle(): void {
    const { limits, clock } = this.#options;
    this.#stopTimer?.();
    this.#stopTimer = this.#current.bytes < Math.max(1, limits.idleBytes) ? undefined : clock.setTimer(IDLE_MS, () => this.#startCheckpoint());
  }

  #startCheckpoint(): void {
    if (this.#isEnding || this.#checkpoint) return;
    this.#stopTimer?.();
    this.#failure = undefined;
    for (const pages of this.known.values()) pages.close();
    this.#checkpoint = this.#moveToTables().finally(() => {
      this.#checkpoint = undefined;
      for (const pages of this.known.values()) pages.open();
      this.#schedule();
      this.#issue();
    });
  }

  async #moveToTables(): Promise<void> {
    const { connection, durability, epoch, limits, clock, onDamage } = this.#options;
    if (!this.#frozen) {
      this.#frozen = this.#current;
      this.#current = new Layer(this.#frozen.seq);
    }
    const options = { durability, epoch, identity: connection.identity, digests: this.digests, ...limits, onDamage, isEnding: () => this.#isEnding };
    try {
      const isDone = await checkpoint({ ...options, write: (act) => connection.once('moving rows to the tables of the database', act) }, this.#frozen);
      if (isDone) this.#frozen = undefined;
      this.#retry = FIRST_RETRY;
    } catch (error) {
      await this.#checkpointFailed(error, clock);
    }
  }

  /** The log still has every row. What waits for room is refused with this; the rest goes on, and the next attempt may do better. */
  async #checkpointFailed(error: unknown, clock: Clock): Promise<void> {
    this.#failure = error;
    if (isServiceError(error, 'Fenced')) return this.stop(error);
    // Pages are written before the log is trimmed, so that moving rows needs room before it makes any.
    if (storeFaultOf(error) === 'quota' && (await this.#reserve.release(true).catch(() => false))) this.#failure = undefined;
    if (this.#isEnding) return;
    this.#stopTimer = clock.setTimer(this.#retry, () => this.#startCheckpoint());
    this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY);
  }
}
