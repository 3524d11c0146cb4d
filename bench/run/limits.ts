/** What bare IndexedDB needs for the same work, measured between the repetitions so that both meet the same machine. */
import type { Session } from './session.ts';

/** Workflows in flight in W2 and W4: so many a group commit can hold. */
export const IN_FLIGHT = 100;

/** One row a transaction. @returns milliseconds of each */
export function singleWrites(session: Session, transactions: number): Promise<number[]> {
  return session.page.evaluate((count) => bench.bare.write({ transactions: count, records: 1, rowsInRecord: 1 }), transactions);
}

export class GroupLimits {
  /** Two transactions for each hundred workflows, with a record for each workflow. */
  readonly rows: number[] = [];
  /** The same, with the hundred rows in one record. */
  readonly packed: number[] = [];

  async measure(session: Session, workflows: number): Promise<void> {
    const transactions = (2 * workflows) / IN_FLIGHT;
    const rows = await session.page.evaluate((request) => bench.bare.write(request), { transactions, records: IN_FLIGHT, rowsInRecord: 1 });
    const packed = await session.page.evaluate((request) => bench.bare.write(request), { transactions, records: 1, rowsInRecord: IN_FLIGHT });
    this.rows.push(workflows / secondsOf(rows));
    this.packed.push(workflows / secondsOf(packed));
  }

  toLimits(): Record<string, readonly number[]> {
    return { 'bare rows': this.rows, 'bare packed': this.packed };
  }
}

/** @param times in milliseconds */
export const secondsOf = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0) / 1_000;
