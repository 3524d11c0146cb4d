/** Rows that are in the log but not in the tables yet, and how a reader sees both as one. */
import type { ServiceError } from '../common/service-error.ts';
import { type Bound, type Bounds, compareKeys, isAbove, isBelow } from './key.ts';
import { type Page, rowBytes } from './page.ts';
import { damaged, parseValue, type Row } from './rows.ts';
import { unseal } from './seal.ts';
import { SortedMap } from './sorted-map.ts';
import { type Entry, type Key, type Range, TABLES, type Table, type Value } from './store.ts';

/** A deleted row. It hides one that the tables may still have. */
export const GONE: unique symbol = Symbol('gone');
/** A row as it is on the disk: sealed JSON. */
export type Mark = string | typeof GONE;

/** The newest row of each key in a stretch of the log. */
export class Layer {
  readonly tables: Readonly<Record<Table, SortedMap<Mark>>>;
  /** The last log record in it. */
  seq: number;
  /** What its log records take, and so more than what its rows take. */
  bytes = 0;

  constructor(seq: number) {
    this.seq = seq;
    this.tables = Object.fromEntries(TABLES.map((table) => [table, new SortedMap<Mark>()])) as Record<Table, SortedMap<Mark>>;
  }

  apply(rows: readonly Row[], seq: number): void {
    for (const { table, key, text } of rows) {
      this.tables[table].set(key, text ?? GONE);
      this.bytes += rowBytes(key, text);
    }
    this.seq = seq;
  }
}

/** @param layers the newest first */
export function markOf(layers: readonly Layer[], table: Table, key: Key): Mark | undefined {
  for (const layer of layers) {
    const mark = layer.tables[table].get(key);
    if (mark !== undefined) return mark;
  }
  return undefined;
}

export interface Merge {
  readonly layers: readonly Layer[];
  readonly table: Table;
  /** The pages that were read, in the direction of reading. */
  readonly pages: readonly Page[];
  /** Whether more pages follow. Rows that may come after one of theirs are left out. */
  readonly isPartial: boolean;
  readonly bounds: Bounds;
  readonly limit: number;
  readonly reverse: boolean;
  readonly onDamaged: Range['onDamaged'];
}

/** @returns the rows of layers and pages in one order; a key of a newer layer hides the same key of older ones and of the pages */
export function mergeRows({ layers, table, pages, isPartial, bounds, limit, reverse, onDamaged = refuse }: Merge): Entry[] {
  for (const page of pages) if (page.isDamaged) onDamaged(damaged(table, page.fence, MAY_MISS));
  const extent = isPartial ? narrowed(bounds, pages, reverse) : bounds;
  const sources = [...layers.map((layer) => layer.tables[table].entries(extent, reverse)), pageRows(pages, extent, reverse)];
  const heads = sources.map((source) => nextOf(source));
  const found: Entry[] = [];
  while (found.length < limit) {
    const first = firstOf(heads, reverse);
    if (!first) break;
    for (let index = 0; index < heads.length; index++) {
      const head = heads[index];
      if (head && compareKeys(head[0], first[0]) === 0) heads[index] = nextOf(sources[index] as Iterator<Head>);
    }
    if (first[1] === GONE) continue;
    const value = parsed(table, first[0], first[1]);
    if (value === DAMAGED) onDamaged(damaged(table, first[0]));
    else found.push([[...first[0]], value]);
  }
  return found;
}

export const MAY_MISS = 'ends a page that is not as it was written; rows before it may be missing';

function refuse(damage: ServiceError): void {
  throw damage;
}

const DAMAGED: unique symbol = Symbol('damaged');

function parsed(table: Table, key: Key, sealed: string): Value {
  const text = unseal(table, key, sealed);
  if (text === undefined) return DAMAGED;
  try {
    return parseValue(text);
  } catch {
    return DAMAGED; // of format 1 or 2, which have no seals
  }
}

/** @throws {ServiceError} `DataLoss` */
export function readMark(table: Table, key: Key, mark: Mark | undefined): Value | undefined {
  if (mark === undefined || mark === GONE) return undefined;
  const value = parsed(table, key, mark);
  if (value === DAMAGED) throw damaged(table, key);
  return value;
}

type Head = readonly [key: Key, mark: Mark];

function nextOf(source: Iterator<Head>): Head | undefined {
  const { done, value } = source.next();
  return done ? undefined : (value as Head);
}

/** Of equal keys the newest one, because layers come before pages. */
function firstOf(heads: readonly (Head | undefined)[], reverse: boolean): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (!head) continue;
    const order = first ? compareKeys(head[0], first[0]) : -1;
    if (!first || (reverse ? order > 0 : order < 0)) first = head;
  }
  return first;
}

function* pageRows(pages: readonly Page[], { lower, upper }: Bounds, reverse: boolean): Generator<Head> {
  for (const { keys, texts } of pages) {
    for (let step = 0; step < keys.length; step++) {
      const index = reverse ? keys.length - 1 - step : step;
      const key = keys[index] as Key;
      if (lower && !isAbove(key, lower)) continue;
      if (upper && !isBelow(key, upper)) continue;
      yield [key, texts[index] as string];
    }
  }
}

function narrowed(bounds: Bounds, pages: readonly Page[], reverse: boolean): Bounds {
  const last = pages.at(-1);
  if (!last) return bounds;
  const end: Bound = { key: (reverse && last.keys[0]) || last.fence, isOpen: false };
  return reverse ? { ...bounds, lower: end } : { ...bounds, upper: end };
}
