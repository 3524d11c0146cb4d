/** What bare IndexedDB needs for the same work, measured between the repetitions so that both meet the same machine. */
import type { Session } from './session.ts';

/** Workflows in flight in W2 and W4: so many a group commit can hold. */
export const IN_FLIGHT = 100;

/** One row a transaction. @returns milliseconds of each */
export function singleWrites(session: Session, transactions: number): Promise<number[]> {
  return session.page.evaluate((count) => bench.bare.write({ transactions: count, records: 1, rowsInRecord: 1 }), transactions);
}

export class GroupLimits {
  /** Seconds of each measurement, with a record for each row. */
  readonly #rows: number[] = [];
  /** The same, with the rows of a transaction in one record. */
  readonly #packed: number[] = [];

  /** Transactions of so many rows each. */
  async measure(session: Session, transactions: number, rows: number): Promise<void> {
    const write = async (records: number): Promise<number> =>
      secondsOf(await session.page.evaluate((request) => bench.bare.write(request), { transactions, records, rowsInRecord: rows / records }));
    this.#rows.push(await write(rows));
    this.#packed.push(await write(1));
  }

  /** Two transactions for each hundred workflows. */
  measureWorkflows(session: Session, workflows: number): Promise<void> {
    return this.measure(session, (2 * workflows) / IN_FLIGHT, IN_FLIGHT);
  }

  /** @param toFigure from the seconds of a measurement */
  toLimits(toFigure: (seconds: number) => number): Record<string, readonly number[]> {
    return { 'bare rows': this.#rows.map(toFigure), 'bare packed': this.#packed.map(toFigure) };
  }
}

/** @param times in milliseconds */
export const secondsOf = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0) / 1_000;
