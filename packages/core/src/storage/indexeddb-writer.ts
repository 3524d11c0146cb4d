/** What a store has while it holds the epoch: the end of the log, the rows that are only there, and the checkpoints that move them to the tables. */
import type { Epoch } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { isServiceError } from '../common/service-error.ts';
import { DigestCache } from './digest-cache.ts';
import { checkpoint } from './indexeddb-checkpoint.ts';
import { recordOf, watched, writeGuarded } from './indexeddb-log.ts';
import type { Database } from './indexeddb-open.ts';
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
}

export const DEFAULT_LIMITS: Limits = { pageBytes: 12 * 1024, sliceBytes: 512 * 1024, logBytes: 4 * 1024 * 1024, idleBytes: 128 * 1024 };

const IDLE_MS = 200;
/** After a checkpoint that failed. */
const RETRY_MS = 1_000;

export interface WriterOptions {
  readonly database: Database;
  readonly durability: 'strict' | 'relaxed';
  readonly epoch: Epoch;
  readonly limits: Limits;
  readonly clock: Clock;
}

interface Waiting {
  readonly rows: readonly Row[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class LogWriter {
  readonly #options: WriterOptions;
  readonly digests: DigestCache;
  #current: Layer;
  /** What is being moved to the tables. It stays until all of it is there. */
  #frozen: Layer | undefined;
  #seq: number;
  readonly #waiting: Waiting[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #bytesUnderWay = 0;
  #checkpoint: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #failure: unknown;
  #isEnding = false;
  readonly known: ReadonlyMap<Table, KnownPages> = new Map(TABLES.map((table) => [table, new KnownPages()]));

  /** @param tail the rows of the log */
  constructor(options: WriterOptions, tail: Layer) {
    this.#options = options;
    this.digests = new DigestCache(options.clock);
    this.#current = tail;
    this.#seq = tail.seq;
    this.#scheduleIdle();
  }

  get epoch(): Epoch {
    return this.#options.epoch;
  }

  /** The newest first. */
  get layers(): readonly Layer[] {
    return this.#frozen ? [this.#current, this.#frozen] : [this.#current];
  }

  commit(rows: readonly Row[]): Promise<void> {
    const bytes = rows.reduce((sum, { key, text }) => sum + rowBytes(key, text), 0);
    const answer = new Promise<void>((resolve, reject) => this.#waiting.push({ rows, bytes, resolve, reject }));
    this.#issue();
    return answer;
  }

  /** Lets commits end, and stops checkpoints. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0 || this.#underWay.size > 0)
      await (this.#waiting.length > 0 && this.#checkpoint ? this.#checkpoint : Promise.all(this.#underWay));
    this.stop();
    await this.#checkpoint;
  }

  /** Makes no more transactions of its own: the connection is gone, or another writer has come. */
  stop(reason?: unknown): void {
    this.#isEnding = true;
    this.digests.forget();
    this.#stopTimer?.();
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #issue(): void {
    while (this.#waiting.length > 0 && !this.#isFull()) {
      const commit = this.#waiting.shift() as Waiting;
      const append = this.#append(commit).finally(() => this.#underWay.delete(append));
      this.#underWay.add(append);
    }
    if (this.#waiting.length === 0 || this.#checkpoint) return;
    if (this.#failure === undefined) this.#startCheckpoint();
    else for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  #isFull(): boolean {
    return this.#frozen !== undefined && this.#current.bytes + this.#bytesUnderWay >= this.#options.limits.logBytes;
  }

  async #append({ rows, bytes, resolve, reject }: Waiting): Promise<void> {
    this.#seq++;
    const record = recordOf(this.#seq, rows);
    this.#bytesUnderWay += bytes;
    try {
      await writeGuarded({ ...this.#options, guard: 'control', stores: ['log'] }, (transaction) => watched(transaction.objectStore('log').add(record)));
      this.#current.apply(rows, record.seq);
      resolve();
    } catch (error) {
      reject(error);
    }
    this.#bytesUnderWay -= bytes;
    this.#schedule();
    this.#issue();
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
    const { limits, clock } = this.#options;
    if (!this.#frozen) {
      this.#frozen = this.#current;
      this.#current = new Layer(this.#frozen.seq);
    }
    try {
      const isDone = await checkpoint({ ...this.#options, ...limits, digests: this.digests, isEnding: () => this.#isEnding }, this.#frozen);
      if (isDone) this.#frozen = undefined;
    } catch (error) {
      // The log still has every row. What waits for room is refused with this; the rest goes on, and the next attempt may do better.
      this.#failure = error;
      if (isServiceError(error, 'Fenced')) this.stop(error);
      else if (!this.#isEnding) this.#stopTimer = clock.setTimer(RETRY_MS, () => this.#startCheckpoint());
    }
  }
}
