/** Figures: their medians, the table, and the rows of the result file. */

export interface Row {
  /** `B` is bare IndexedDB; its metric begins with the workload that it is the limit of. */
  readonly workload: string;
  readonly metric: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/** What bare IndexedDB did, by the name of the way in which it did it. */
export type Limits = Readonly<Record<string, readonly number[]>>;

export class Report {
  readonly rows: Row[] = [];

  /** Adds a figure and prints it beside its limits, with the ratio: how many times the limit's time it takes. */
  add(workload: string, metric: string, measured: readonly number[], limits: Limits = {}): void {
    const row = { workload, metric, ...summaryOf(measured) };
    this.rows.push(row);
    const beside = Object.entries(limits).map(([name, values]) => {
      const limit = { workload: 'B', metric: `${workload} ${metric}, ${name}`, ...summaryOf(values) };
      this.rows.push(limit);
      const ratio = metric.endsWith('/s') ? limit.median / row.median : row.median / limit.median;
      return `  |  ${name} ${format(limit.median)}, ratio ${ratio.toFixed(1)}`;
    });
    const spread = `(${format(row.min)} to ${format(row.max)}, n ${row.n})`;
    console.log(`${workload.padEnd(10)} ${metric.padEnd(30)} ${format(row.median).padStart(8)}  ${spread.padEnd(27)}${beside.join('')}`);
  }
}

function summaryOf(measured: readonly number[]): Pick<Row, 'median' | 'min' | 'max' | 'n'> {
  return { median: round(median(measured)), min: round(Math.min(...measured)), max: round(Math.max(...measured)), n: measured.length };
}

/** The smallest value that at least `share` of the numbers do not exceed. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** Of an even count the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (quantile(sorted, 0.5) + (sorted[Math.floor(sorted.length / 2)] as number)) / 2;
}

const round = (value: number): number => Number(value.toPrecision(4));
const format = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : String(round(value)));
