/**
 * Tables on disk are made of pages: sorted rows packed into one record, because a record costs the same whether it holds one row or a hundred.
 * A page is filed under its fence. It holds the rows above the fence before it, up to its own fence; rows above all fences have the page `LAST_FENCE`.
 * So the page of a key is the first one whose fence is not below it, and a page that becomes empty is removed without a trace.
 */
import { type BoundKey, compareKeys, LAST } from './key.ts';
import type { Key } from './store.ts';

export interface Page {
  readonly fence: BoundKey;
  readonly keys: readonly Key[];
  /** Sealed JSON; in 'digests' the digests as they are. Never empty: an empty page is not stored. */
  readonly texts: readonly string[];
  /** Of fence, keys and seals. Since format 3. */
  readonly sum?: number;
  /** Never stored: it is not as it was written, so a row that is not in it may have been. */
  readonly isDamaged?: true;
}

/** A row to put, or without a text to remove. */
export type Edit = readonly [key: Key, text: string | undefined];

export const LAST_FENCE: BoundKey = [LAST];

/**
 * Works edits into a page. They are in order, and belong to it.
 *
 * @param pageBytes a page of more than twice this size is cut
 * @returns the pages that take its place, the last one under its fence; `undefined` when nothing changes
 */
export function editPage(page: Page, edits: readonly Edit[], pageBytes: number): Page[] | undefined {
  const keys: Key[] = [];
  const texts: string[] = [];
  let isChanged = false;
  let next = 0;
  const keepUntil = (key: Key | undefined): void => {
    for (; next < page.keys.length && (!key || compareKeys(page.keys[next] as Key, key) < 0); next++) {
      keys.push(page.keys[next] as Key);
      texts.push(page.texts[next] as string);
    }
  };
  for (const [key, text] of edits) {
    keepUntil(key);
    const found = page.keys[next];
    const isThere = found !== undefined && compareKeys(found, key) === 0;
    isChanged ||= isThere ? page.texts[next] !== text : text !== undefined;
    if (isThere) next++;
    if (text === undefined) continue;
    keys.push(key);
    texts.push(text);
  }
  keepUntil(undefined);
  return isChanged ? cut({ fence: page.fence, keys, texts }, pageBytes) : undefined;
}

/** About what a row takes in memory and on disk, in bytes. */
export function rowBytes(key: Key, text: string | undefined): number {
  let bytes = 24 + (text?.length ?? 0);
  for (const part of key) bytes += typeof part === 'string' ? 8 + part.length : 9;
  return bytes;
}

/** From the front, so that rows that come in ascending order leave full pages behind them. */
function cut({ fence, keys, texts }: Page, pageBytes: number): Page[] {
  const sizes = keys.map((key, index) => rowBytes(key, texts[index]));
  let left = sizes.reduce((sum, size) => sum + size, 0);
  const pages: Page[] = [];
  let start = 0;
  while (left > 2 * pageBytes) {
    let end = start;
    let size = 0;
    while (size < pageBytes && end < keys.length - 1) size += sizes[end++] as number;
    if (end === start) break;
    pages.push({ fence: keys[end - 1] as Key, keys: keys.slice(start, end), texts: texts.slice(start, end) });
    left -= size;
    start = end;
  }
  if (start < keys.length) pages.push({ fence, keys: keys.slice(start), texts: texts.slice(start) });
  return pages;
}
