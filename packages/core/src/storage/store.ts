/**
 * What the engine asks of a storage, and all of it: ordered tables, two ways to read, one way to write.
 *
 * - **Order.** Within a table, keys sort part by part: numbers before strings, numbers by value, strings by UTF-16 code unit, a key before its extensions.
 * - **Atomic.** `commit` applies all of a batch or nothing. When its promise resolves the batch is durable at the store's level.
 * - **Fenced.** `acquire` raises the epoch. A commit with an older epoch than the store's changes nothing and rejects with `Fenced`.
 * - **Sequential.** Batches apply in the order of the calls. A reader sees a batch after its promise has resolved, never a part of it;
 *   whether it may see it earlier is open.
 * - Values are JSON: they are cloned or frozen by the store, and never shared with the caller afterwards.
 * - **Checked.** A row that is not as it was written is never given to a reader: reading it rejects with `DataLoss`.
 *
 * A driver does nothing foreign inside a transaction, and none falls back to less durable storage by itself.
 * The suite in `conformance.ts` is the test of every driver.
 */
import type { Epoch } from '../common/brand.ts';
import type { StoreStatus } from '../common/durability.ts';
import type { ServiceError } from '../common/service-error.ts';

export type KeyPart = string | number;
export type Key = readonly KeyPart[];
/** A JSON value. */
export type Value = unknown;

/** The tables of the engine, with what their keys are made of. */
export const TABLES = [
  /** [namespace, workflowId] → the row of the newest run; [namespace, workflowId, runId] → those of earlier ones */
  'executions',
  /** [namespace, workflowId, runId, firstInput] → the encoded inputs (events and notes) of a run, in order */
  'history',
  /** [wakeAt, namespace, workflowId, runId] → 1: when time next changes a run that sleeps (has no row in 'busy') */
  'wake',
  /** [namespace, workflowId, runId] → 1: runs that offer tasks, have one under way, or did since they were loaded; what a new engine looks at first */
  'busy',
  /** [namespace, 0 open | 1 closed, -time, runId] → summary, in the order of Temporal's lists */
  'visibility',
  /** [name] → settings of namespaces */
  'namespaces',
  /** [name] → identity of the database, format version and the like */
  'meta',
] as const;
export type Table = (typeof TABLES)[number];
/** The table whose rows can be passed over by what is known of them. Its keys have all the same number of parts. */
export type DigestedTable = 'visibility';

export interface Range {
  /** Only keys that start with these parts. */
  readonly prefix?: Key;
  /** The lowest key, itself included. */
  readonly from?: Key;
  /** The highest key, itself included. Extensions of it (`[...to, x]`) are included too. */
  readonly to?: Key;
  /** Only keys after this one in the direction of reading: where the last page ended. */
  readonly after?: Key;
  readonly reverse?: boolean;
  readonly limit?: number;
  /**
   * Called for each row that is not as it was written, and each place where rows may be missing; they are left out then. A row that cannot be told
   * apart any more has the key that it seems to have. Without it, a range with such a row is refused with `DataLoss`.
   */
  readonly onDamaged?: (damage: ServiceError) => void;
}

/**
 * A piece of a range, from the end of the piece before it. Of a piece that is as it was, a driver that keeps its digests in memory gives the same
 * object again: so what a reader has worked out of a digest can be kept beside it, as long as the driver keeps it.
 */
export interface Stretch {
  /** Its last key, itself included; `undefined`: it goes to the end of the range. */
  readonly to: Key | undefined;
  /** What `digestOf` in `common/run-digest.ts` says of its rows, and of others perhaps; `undefined`: nothing is known, they have to be read. */
  readonly digest: string | undefined;
  /** Whether the digest is of the rows in this piece and of no others. */
  readonly isExact: boolean;
}

export type Entry = readonly [key: Key, value: Value];

export interface Batch {
  readonly puts: readonly (readonly [table: Table, key: Key, value: Value])[];
  readonly deletes: readonly (readonly [table: Table, key: Key])[];
}

export interface Store {
  /** Makes the caller the only writer: raises the epoch durably and returns it. */
  acquire(): Promise<Epoch>;
  /** @throws {ServiceError} `DataLoss` when the row is not as it was written */
  get(table: Table, key: Key): Promise<Value | undefined>;
  /** Reads many keys at once; the answers are in the order of the keys. */
  getMany(table: Table, keys: readonly Key[]): Promise<(Value | undefined)[]>;
  range(table: Table, range: Range): Promise<Entry[]>;
  /**
   * All of a range in pieces, in order, each with what is known of its rows without reading them. A driver that keeps no digests gives one piece.
   *
   * @param range from the lowest key up: without `reverse` and `limit`
   */
  outline(table: DigestedTable, range: Pick<Range, 'prefix' | 'from' | 'to' | 'after'>): Promise<readonly Stretch[]>;
  /** Whether `outline` answers from memory at the moment: then it is worth asking before any row is read. A driver may leave it out. */
  hasOutline?(table: DigestedTable): boolean;
  /**
   * Whether the store can say without reading that the row is not there; `false` says nothing. It trusts that nobody has taken the store over, so
   * it is for what a commit stands on: that commit is refused if somebody has. A driver may leave it out.
   */
  isAbsent?(table: Table, key: Key): boolean;
  /**
   * Writes all of the batch or nothing. Deletes apply before puts.
   *
   * @throws {ServiceError} `Fenced` when another writer has taken over; `ResourceExhausted` when the quota is used up;
   *   `StorageUnavailable` when the storage is gone or cannot be reached
   */
  commit(batch: Batch, epoch: Epoch): Promise<void>;
  status(): StoreStatus;
  /** Idempotent. Commits that are under way still end. */
  close(): Promise<void>;
}
