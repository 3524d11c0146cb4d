/** Reading tables. All of a read is one transaction, and nothing is awaited in it but its own requests. */
import type { IDBPObjectStore, StoreNames } from 'idb';
import type { ServiceError } from '../common/service-error.ts';
import type { Schema } from './indexeddb-format.ts';
import { watched } from './indexeddb-transactions.ts';
import { type Bound, type BoundKey, type Bounds, boundsOf, compareKeys, isEmpty, lowerIndex } from './key.ts';
import type { KnownPages } from './known-pages.ts';
import { type Layer, MAY_MISS, type Mark, markOf, mergeRows, readMark } from './overlay.ts';
import { LAST_FENCE, type Page } from './page.ts';
import { type Gap, gapsIn, isInGap, lostPage } from './page-chain.ts';
import { sound } from './page-sum.ts';
import { damaged } from './rows.ts';
import type { DigestedTable, Entry, Key, Range, Table, Value } from './store.ts';

export type TableStore = IDBPObjectStore<Schema, StoreNames<Schema>[], Table, IDBTransactionMode>;

/** A table whose pages come as they were written, as far as that can be told. */
export interface PageSource {
  readonly name: Table;
  readonly store: TableStore;
  readonly sound: (page: Page) => Page;
}

/** @param onDamage told in words of a page that was not as it was written, and was put right */
export function pagesFrom(store: TableStore, onDamage: (words: string) => void): PageSource {
  const name = store.name as Table;
  return { name, store, sound: (page) => sound(name, page, onDamage) };
}

/** Their keys have all the same number of parts. */
const DIGESTED: ReadonlySet<string> = new Set<DigestedTable>(['visibility']);
const LANES = 8;
/** Pages of one request, when more than the first few are wanted. */
const PAGES_AT_ONCE = 64;
/** Rows that a page holds at least, roughly; sets how many pages a limited read asks for at first. */
const ROWS_IN_A_PAGE = 16;

/** The page whose rows the key is among. */
export async function pageOf(source: PageSource, key: Key): Promise<Page | undefined> {
  const page = await source.store.get(IDBKeyRange.lowerBound(key));
  return page && source.sound(page);
}

/**
 * Reads the first page first, because it is often the only one; then side by side, in lanes, in which neighbours go one after another.
 *
 * @param keys in order
 * @returns the pages whose rows the keys are among, in order, the same one twice perhaps; keys above all of them have none where the last one is lost
 */
export async function pagesOf(source: PageSource, keys: readonly Key[]): Promise<Page[]> {
  const [key] = keys;
  const first = key && (await pageOf(source, key));
  if (!first) return [];
  const rest = keys.slice(lowerIndex(keys.length, (index) => (compareKeys(keys[index] as Key, first.fence) <= 0 ? -1 : 0)));
  const size = Math.ceil(rest.length / LANES);
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => readLane(source, rest.slice(lane * size, (lane + 1) * size))));
  return [first, ...lanes.flat()];
}

async function readLane(source: PageSource, keys: readonly Key[]): Promise<Page[]> {
  const pages: Page[] = [];
  for (const key of keys) {
    const before = pages.at(-1);
    if (before && compareKeys(key, before.fence) <= 0) continue;
    const page = await pageOf(source, key);
    if (!page) break;
    pages.push(page);
  }
  return pages;
}

/** @param known learns what the pages show that were read */
export async function readMany(source: PageSource, keys: readonly Key[], layers: readonly Layer[], known?: KnownPages): Promise<(Value | undefined)[]> {
  const version = known?.version;
  const table = source.name;
  const stored = keys.filter((key) => markOf(layers, table, key) === undefined).sort(compareKeys);
  const pages = await pagesOf(source, stored);
  if (version !== undefined) for (const key of stored) learn(known, version, key, pageIn(pages, key));
  return keys.map((key) => readMark(table, key, markOf(layers, table, key) ?? textIn(table, pages, key)));
}

/** A damaged page may have had other rows, and so may one that is lost. */
function learn(known: KnownPages | undefined, version: number, key: Key, page: Page | undefined): void {
  if (page && !page.isDamaged && !isInGap(page, key)) known?.learn(version, key, page);
}

const pageIn = (pages: readonly Page[], key: Key): Page | undefined =>
  pages[lowerIndex(pages.length, (index) => compareKeys((pages[index] as Page).fence, key))];

function textIn(table: Table, pages: readonly Page[], key: Key): Mark | undefined {
  const page = pageIn(pages, key);
  if (!page) throw lostBefore(table, LAST_FENCE);
  const index = lowerIndex(page.keys.length, (at) => compareKeys(page.keys[at] as Key, key));
  const found = page.keys[index];
  if (found && compareKeys(found, key) === 0) return page.texts[index];
  if (page.isDamaged) throw damaged(table, page.fence, MAY_MISS);
  if (isInGap(page, key)) throw lostBefore(table, page.after as BoundKey);
  return undefined;
}

const lostBefore = (table: Table, to: BoundKey): ServiceError => lostPage(table, { after: undefined, to }, []);

export async function readRange(source: PageSource, range: Range, layers: readonly Layer[]): Promise<Entry[]> {
  const { limit = Number.POSITIVE_INFINITY, reverse = false, onDamaged } = range;
  const bounds = boundsOf(range);
  if (limit <= 0 || isEmpty(bounds)) return [];
  const pages: Page[] = [];
  let rows = 0;
  for await (const step of stepsOf(source, range, bounds)) {
    pages.push(...step.pages);
    rows += step.pages.reduce((sum, page) => sum + page.keys.length, 0);
    if (step.isPartial && rows < limit) continue;
    const { isPartial } = step;
    const table = source.name;
    const entries = mergeRows({ layers, table, pages, isPartial, bounds, limit, reverse, onDamaged });
    if (isPartial && entries.length < limit) continue;
    const read = step.end ? { ...bounds, upper: { key: step.end, isOpen: false } } : bounds;
    tellGaps(table, gapsIn(pages, { bounds: read, reverse, isPartial }), reverse ? [...entries].reverse() : entries, onDamaged);
    return entries;
  }
  return [];
}

function stepsOf(source: PageSource, { to, limit = Number.POSITIVE_INFINITY, reverse }: Range, bounds: Bounds): AsyncGenerator<Step> {
  if (reverse) return descend(source, bounds, limit);
  return to && DIGESTED.has(source.name) ? ascendTo(source, bounds, to) : ascend(source, bounds, limit);
}

function tellGaps(table: Table, gaps: readonly Gap[], entries: readonly Entry[], onDamaged: Range['onDamaged']): void {
  for (const gap of gaps) {
    const damage = lostPage(table, gap, entries);
    if (!onDamaged) throw damage;
    onDamaged(damage);
  }
}

/** All pages that may hold keys within the bounds, in order. */
export async function allPages(source: PageSource, bounds: Bounds): Promise<Page[]> {
  if (isEmpty(bounds)) return [];
  const pages: Page[] = [];
  for await (const step of ascend(source, bounds, Number.POSITIVE_INFINITY)) pages.push(...step.pages);
  return pages;
}

interface Step {
  readonly pages: readonly Page[];
  readonly isPartial: boolean;
  /** The last key that the range may have, where it is lower than its upper bound. */
  readonly end?: Key;
}

async function* ascend(source: PageSource, { lower, upper }: Bounds, limit: number): AsyncGenerator<Step> {
  let count = firstCount(limit);
  const readLast = async (): Promise<Page | undefined> => upper && pageOf(source, upper.key as Key);
  const ahead = readLast();
  watched(ahead); // told where it is awaited
  for (let start = lower; ; count = Math.min(PAGES_AT_ONCE, 2 * count)) {
    const pages = await below(source, start, upper, count);
    if (pages.length < count) {
      const last = await ahead;
      yield { pages: last ? [...pages, last] : pages, isPartial: false };
      return;
    }
    yield { pages, isPartial: true };
    start = { key: (pages.at(-1) as Page).fence, isOpen: true };
  }
}

/**
 * The range ends with a key that no other one begins with, and perhaps with the page that the range begins with. Asking for that one alone first is
 * cheaper than asking for all of some pages.
 */
async function* ascendTo(source: PageSource, { lower, upper }: Bounds, end: Key): AsyncGenerator<Step> {
  const first = await source.store.get(lower ? IDBKeyRange.lowerBound(lower.key, lower.isOpen) : IDBKeyRange.lowerBound([]));
  const page = first && source.sound(first);
  if (!page || compareKeys(page.fence, end) >= 0) {
    yield { pages: page ? [page] : [], isPartial: false, end };
    return;
  }
  yield { pages: [page], isPartial: true };
  yield* ascend(source, { lower: { key: page.fence, isOpen: true }, upper }, Number.POSITIVE_INFINITY);
}

/** `getAll` reads upwards only, so this one walks. */
async function* descend(source: PageSource, { lower, upper }: Bounds, limit: number): AsyncGenerator<Step> {
  const last = upper && (await pageOf(source, upper.key as Key));
  let pages: Page[] = last ? [last] : [];
  const fences = fencesBelow(lower, upper);
  let cursor = fences === 'none' ? null : await source.store.openCursor(fences, 'prev');
  for (const count = firstCount(limit); cursor; ) {
    pages.push(source.sound(cursor.value));
    cursor = await cursor.continue();
    if (!cursor || pages.length < count) continue;
    yield { pages, isPartial: true };
    pages = [];
  }
  yield { pages, isPartial: false };
}

const firstCount = (limit: number): number => Math.min(PAGES_AT_ONCE, 1 + Math.ceil(limit / ROWS_IN_A_PAGE));

async function below(source: PageSource, lower: Bound | undefined, upper: Bound | undefined, count: number): Promise<Page[]> {
  const fences = fencesBelow(lower, upper);
  return fences === 'none' ? [] : (await source.store.getAll(fences, count)).map(source.sound);
}

/** The fences of pages from the one that holds `lower` up to, and without, the one that holds `upper`. */
function fencesBelow(lower: Bound | undefined, upper: Bound | undefined): IDBKeyRange | null | 'none' {
  if (isEmpty({ lower, upper: upper && { ...upper, isOpen: true } })) return 'none';
  if (lower && upper) return IDBKeyRange.bound(lower.key, upper.key, lower.isOpen, true);
  if (lower) return IDBKeyRange.lowerBound(lower.key, lower.isOpen);
  return upper ? IDBKeyRange.upperBound(upper.key, true) : null;
}
