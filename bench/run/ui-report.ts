/** Figures of the devtools beside their marks. */
import { median, quantile } from './report.ts';

/** What a figure has to meet. A figure without one is told for its own sake. */
export type Mark = { readonly below: number } | { readonly atLeast: number } | { readonly atMost: number };

export interface UiRow {
  /** As the marks are numbered in `../README.md`. */
  readonly item: number;
  readonly metric: string;
  /** What is held against the mark: the median, or what the metric names. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
  readonly mark?: string;
  readonly isMet?: boolean;
}

export class UiReport {
  readonly rows: UiRow[] = [];

  /** @param share of the values that do not exceed the figure; the median when it is left out */
  add(item: number, metric: string, values: readonly number[], mark?: Mark, share?: number): void {
    const value = round(share === undefined ? median(values) : quantile(values, share));
    const judged = mark && { mark: wordsOf(mark), isMet: meets(value, mark) };
    const row = { item, metric, value, min: round(Math.min(...values)), max: round(Math.max(...values)), n: values.length, ...judged };
    this.rows.push(row);
    const verdict = judged ? `  ${judged.mark.padEnd(10)} ${judged.isMet ? 'met' : 'MISSED'}` : '';
    console.log(`${item}  ${metric.padEnd(62)} ${String(value).padStart(8)}  ${`(${row.min} to ${row.max}, n ${row.n})`.padEnd(30)}${verdict}`);
  }
}

function wordsOf(mark: Mark): string {
  if ('below' in mark) return `< ${mark.below}`;
  return 'atLeast' in mark ? `>= ${mark.atLeast}` : `<= ${mark.atMost}`;
}

function meets(value: number, mark: Mark): boolean {
  if ('below' in mark) return value < mark.below;
  return 'atLeast' in mark ? value >= mark.atLeast : value <= mark.atMost;
}

const round = (value: number): number => Number(value.toPrecision(4));
