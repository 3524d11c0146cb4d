/** How safe a commit is, and how a store fares. */

/** `strict`: flushed to the disk before a commit resolves. `relaxed`: survives a crash of the browser, not of the machine. `none`: memory. */
export type Durability = 'strict' | 'relaxed' | 'none';

/** What is wrong with a storage, as far as can be told from outside. */
export type StoreFault =
  /** The space of the origin is used up. */
  | 'quota'
  /** The browser closed the connection, or lost its storage process. */
  | 'connection lost'
  /** A transaction was undone without a reason. */
  | 'aborted'
  /** The browser did not answer in time. */
  | 'timeout'
  /** The files of the database cannot be opened. */
  | 'backing store'
  /** The browser says no more than that it failed. */
  | 'unknown'
  /** Another tab holds the database open in an older version. */
  | 'blocked'
  /** The database was written by newer code. */
  | 'newer version'
  /** Newer code opens the database in another tab. */
  | 'superseded'
  /** The database, or all that was in it, was deleted while it was open. */
  | 'deleted'
  /** What is stored is not what was written. */
  | 'damaged'
  /** The page may not use storage. */
  | 'forbidden'
  /** There is no IndexedDB here. */
  | 'missing';

export interface StoreStatus {
  readonly driver: string;
  readonly durability: Durability;
  /**
   * `recovering`: the connection was lost and is being made again; calls wait. `full`: nothing new is taken on, what makes room goes on.
   * `failed`: it is over for this store; `fault` says why.
   */
  readonly state: 'open' | 'recovering' | 'full' | 'closed' | 'failed';
  /** Why it is not open, in words. */
  readonly reason?: string;
  /** What kind of failure `reason` tells of. */
  readonly fault?: StoreFault;
  /** What went wrong and was made good since it was opened. */
  readonly faults?: StoreFaultCounts;
  /** Rows and records that are not as they were written, since it was opened. */
  readonly damage?: { readonly count: number; readonly last: string };
  /** In words, when there was a database here before, and it is gone. */
  readonly emptied?: string;
  /** Whether the browser has promised to keep the storage; as the page knows it. */
  readonly persistence?: Persistence;
  /** Commits, rows written and rows deleted since it was opened. */
  readonly commits: number;
  readonly puts: number;
  readonly deletes: number;
}

export interface StoreFaultCounts {
  /** Failures that may go away. */
  readonly transient: number;
  /** Connections that were made again. */
  readonly reopened: number;
  /** Commits and reads that were done again. */
  readonly repeated: number;
  /** Times that the space was used up. */
  readonly full: number;
}

/** `unanswered`: the browser has asked the user, or does not say. */
export type Persistence = 'granted' | 'denied' | 'unanswered' | 'unavailable';
