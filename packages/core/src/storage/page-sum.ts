/** Sums of pages. A page that is not as it was written is put in order again with the rows that it has; each is then judged by its own seal. */
import { checksum, mix } from '../common/checksum.ts';
import { compareKeys } from './key.ts';
import type { Page } from './page.ts';
import { isSealed, SEAL_LENGTH, seal, sumOfKey } from './seal.ts';
import type { Key, Table } from './store.ts';

/** The page as it is written. Rows of earlier formats get their seals here; digests have none, and the sum of their page is of all of them. */
export function summed(table: Table | 'digests', { fence, keys, texts, after }: Page): Page {
  const sealed = (text: string, index: number): string => (table === 'digests' || isSealed(text) ? text : seal(table, keys[index] as Key, text));
  const page = { fence, keys, texts: texts.map(sealed), ...(after && { after }) };
  return { ...page, sum: sumOfPage(page) };
}

/** @returns a page whose keys are keys, in order, each with a text; the page itself when it is as it was written */
export function sound(page: Page): Page {
  if (page.sum !== undefined && hasShape(page) && page.sum === sumOfPage(page)) return page;
  const { fence } = page;
  const rows: [Key, string][] = [];
  if (Array.isArray(page.keys) && Array.isArray(page.texts))
    for (const [index, key] of page.keys.entries()) {
      const text = page.texts[index];
      if (isPageKey(key) && typeof text === 'string') rows.push([key, text]);
    }
  rows.sort(([a], [b]) => compareKeys(a, b));
  const isDamaged = page.sum !== undefined || !hasShape(page) || rows.length < page.keys.length;
  return { fence, keys: rows.map(([key]) => key), texts: rows.map(([, text]) => text), ...(isDamaged ? { isDamaged } : {}) };
}

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
