/** How safe a commit is, and how a store fares. */

/** `strict`: flushed to the disk before a commit resolves. `relaxed`: survives a crash of the browser, not of the machine. `none`: memory. */
export type Durability = 'strict' | 'relaxed' | 'none';

export interface StoreStatus {
  readonly driver: string;
  readonly durability: Durability;
  readonly state: 'open' | 'closed' | 'failed';
  /** Why it failed, in words. */
  readonly reason?: string;
  /** Commits, rows written and rows deleted since it was opened. */
  readonly commits: number;
  readonly puts: number;
  readonly deletes: number;
}
