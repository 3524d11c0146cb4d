/** Sums of pages. A page that is not as it was written is put in order again with the rows that it has; each is then judged by its own seal. */
import { checksum, mix } from '../common/checksum.ts';
import { compareKeys } from './key.ts';
import { isKey } from './log.ts';
import type { Page } from './page.ts';
import { isSealed, SEAL_LENGTH, seal, sumOfKey } from './seal.ts';
import type { Key, Table } from './store.ts';

/** The page as it is written. Rows of format 1 get their seals here. */
export function summed(table: Table, { fence, keys, texts }: Page): Page {
  const page = { fence, keys, texts: texts.map((text, index) => (isSealed(text) ? text : seal(table, keys[index] as Key, text))) };
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
      if (isKey(key) && typeof text === 'string') rows.push([key, text]);
    }
  rows.sort(([a], [b]) => compareKeys(a, b));
  const isDamaged = page.sum !== undefined || !hasShape(page) || rows.length < page.keys.length;
  return { fence, keys: rows.map(([key]) => key), texts: rows.map(([, text]) => text), ...(isDamaged ? { isDamaged } : {}) };
}

const hasShape = ({ keys, texts }: Page): boolean => Array.isArray(keys) && Array.isArray(texts) && keys.length === texts.length;

function sumOfPage({ fence, keys, texts }: Page): number {
  let sum = sumOfKey(fence, keys.length);
  for (let index = 0; index < keys.length; index++)
    sum = checksum(String(texts[index]).slice(0, SEAL_LENGTH), isKey(keys[index]) ? sumOfKey(keys[index] as Key, sum) : mix(sum, 0));
  return sum;
}
