/**
 * Sums of pages. A page of which one bit is another one is put right. Any other that is not as it was written is put in order again with the rows
 * that it has; each is then judged by its own seal.
 */
import { checksum, mix } from '../common/checksum.ts';
import { type BoundKey, compareKeys } from './key.ts';
import { isNeighbour, mendedRow, neighbours } from './mend.ts';
import type { Page } from './page.ts';
import { isSealed, SEAL_LENGTH, seal, sumOfKey } from './seal.ts';
import type { Key, Table } from './store.ts';

/** The page as it is written. Rows of earlier formats get their seals here; digests have none, and the sum of their page is of all of them. */
export function summed(table: Table | 'digests', { fence, keys, texts, after }: Page): Page {
  const sealed = (text: string, index: number): string => (table === 'digests' || isSealed(text) ? text : seal(table, keys[index] as Key, text));
  const page = { fence, keys, texts: texts.map(sealed), ...(after && { after }) };
  return { ...page, sum: sumOfPage(page) };
}

/**
 * @param onMended told in words of a page that was put right
 * @returns a page whose keys are keys, in order, each with a text; the page itself when it is as it was written
 */
export function sound(table: Table | 'digests', page: Page, onMended: (words: string) => void): Page {
  if (page.sum !== undefined && hasShape(page) && page.sum === sumOfPage(page)) return page;
  const mended = mendedPage(table, page);
  if (mended) {
    onMended(`one bit of the page of "${table}" that ends at ${JSON.stringify(mended.fence)} was another one than was written; the page was put right`);
    return mended;
  }
  const { fence } = page;
  const rows: [Key, string][] = [];
  if (Array.isArray(page.keys) && Array.isArray(page.texts))
    for (const [index, key] of page.keys.entries()) {
      const text = page.texts[index];
      if (isPageKey(key) && typeof text === 'string') rows.push([key, text]);
    }
  rows.sort(([a], [b]) => compareKeys(a, b));
  const isDamaged = !isOfFormatWithoutSums(page) || rows.length < page.keys.length;
  return { fence, keys: rows.map(([key]) => key), texts: rows.map(([, text]) => text), ...(isDamaged ? { isDamaged } : {}) };
}

/** A page has its sum since format 3, and so it has if it has what came with the sum or after it. */
function isOfFormatWithoutSums(page: Page): boolean {
  const { fence, keys, texts, after, sum } = page;
  if (sum !== undefined || after !== undefined || !hasShape(page)) return false;
  const isAbove = (key: Key): boolean => isPageKey(key) && compareKeys(key, fence) > 0;
  return !keys.some(isAbove) && !texts.some((text) => isSealed(textOf(text)));
}

function mendedPage(table: Table | 'digests', page: Page): Page | undefined {
  const { fence, after, sum } = page;
  if (typeof sum !== 'number' || !hasShape(page) || !isBound(fence) || (after !== undefined && !isBound(after))) return undefined;
  const asFound = sumOfPage(page);
  if (isNeighbour(asFound, sum)) return { ...page, sum: asFound };
  const name = `${sum} ${asFound}`;
  if (hopeless.has(name)) return undefined;
  const mended = (table === 'digests' ? undefined : withMendedRow(table, page)) ?? withMendedBound(page);
  if (!mended && hopeless.size < MOST_HOPELESS) hopeless.add(name);
  return mended;
}

/** Pages that cannot be put right, by the sum they have and the one they should: a page is read again and again, and to try takes milliseconds. */
const hopeless = new Set<string>();
const MOST_HOPELESS = 1_000;

function withMendedRow(table: Table, page: Page): Page | undefined {
  const { keys, texts, sum } = page;
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const withRow = (index: number, key: unknown, text: string): Page => ({
    ...page,
    keys: keys.map((each, at) => (at === index ? (key as Key) : each)),
    texts: texts.map((each, at) => (at === index ? text : each)),
  });
  const rows = keys.map((key, index) => ({ table, key, text: texts[index] as string }));
  const found = mendedRow(rows, (index, row) => row.table === table && row.text !== null && sumOfPage(withRow(index, row.key, row.text)) === sum);
  return found && withRow(found.index, found.row.key, found.row.text as string);
}

function withMendedBound(page: Page): Page | undefined {
  const { fence, after, sum } = page;
  for (const other of neighbours(fence)) if (sumOfPage({ ...page, fence: other as BoundKey }) === sum) return { ...page, fence: other as BoundKey };
  for (const other of neighbours(after)) if (sumOfPage({ ...page, after: other as BoundKey }) === sum) return { ...page, after: other as BoundKey };
  return undefined;
}

/** It may hold what is no number any more: one of its bits may be the one. */
const isBound = (key: unknown): key is BoundKey =>
  isList(key) && (key as unknown[]).every((part) => typeof part === 'string' || typeof part === 'number' || (isList(part) && (part as unknown[]).length === 0));

/** Of 'digests', the fence of a page: it may end in `LAST`. */
const isPageKey = (key: unknown): key is Key =>
  Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === 'string' || Number.isFinite(part) || (Array.isArray(part) && part.length === 0));

const hasShape = ({ keys, texts, after }: Page): boolean =>
  isList(keys) && isList(texts) && keys.length === texts.length && (after === undefined || isList(after));

/** An array whose methods make arrays: what is stored may say otherwise of itself, and no sum tells of it. */
const isList = (value: unknown): boolean => Array.isArray(value) && !Object.hasOwn(value, 'constructor');

function sumOfPage({ fence, keys, texts, after }: Page): number {
  let sum = sumOfKey(fence, keys.length);
  for (let index = 0; index < keys.length; index++)
    sum = checksum(partOf(textOf(texts[index])), isPageKey(keys[index]) ? sumOfKey(keys[index] as Key, sum) : mix(sum, 0));
  return after ? sumOfKey(after, sum) : sum;
}

/** What is no text was not written. */
const textOf = (text: unknown): string => (typeof text === 'string' ? text : '');

/** A seal is a sum of the rest. */
const partOf = (text: string): string => (isSealed(text) ? text.slice(0, SEAL_LENGTH) : text);
