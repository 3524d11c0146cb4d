/**
 * Tables on disk are made of pages: sorted rows packed into one record, because a record costs the same whether it holds one row or a hundred.
 * A page is filed under its fence. It holds the rows above the fence before it, up to its own fence; rows above all others have the page `LAST_FENCE`.
 * So the page of a key is the first one whose fence is not below it, and a page that becomes empty is removed, but for the last one.
 */
import { type BoundKey, compareKeys, LAST } from './key.ts';
import type { Key } from './store.ts';

export interface Page {
  readonly fence: BoundKey;
  readonly keys: readonly Key[];
  /** Sealed JSON; in 'digests' the digests as they are. */
  readonly texts: readonly string[];
  /** The fence of the page before it; `undefined`: not known. Since format 4. */
  readonly after?: BoundKey;
  /** Of fences, keys and seals. Since format 3. */
  readonly sum?: number;
  /** Never stored: it is not as it was written, so a row that is not in it may have been. */
  readonly isDamaged?: true;
}

/** A row to put, or without a text to remove. */
export type Edit = readonly [key: Key, text: string | undefined];

export const LAST_FENCE: BoundKey = [LAST];
/** What the first page of a table comes after. */
export const START: BoundKey = [];

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
  return isChanged ? cut({ ...page, keys, texts }, pageBytes) : undefined;
}

/** About what a row takes in memory and on disk, in bytes. */
export function rowBytes(key: Key, text: string | undefined): number {
  let bytes = 24 + (text?.length ?? 0);
  for (const part of key) bytes += typeof part === 'string' ? 8 + part.length : 9;
  return bytes;
}

/** From the front, so that rows that come in ascending order leave full pages behind them. */
function cut({ fence, keys, texts, after }: Page, pageBytes: number): Page[] {
  const sizes = keys.map((key, index) => rowBytes(key, texts[index]));
  let left = sizes.reduce((sum, size) => sum + size, 0);
  const pages: Page[] = [];
  let start = 0;
  while (left > 2 * pageBytes) {
    let end = start;
    let size = 0;
    while (size < pageBytes && end < keys.length - 1) size += sizes[end++] as number;
    if (end === start) break;
    pages.push(piece({ fence: keys[end - 1] as Key, keys: keys.slice(start, end), texts: texts.slice(start, end) }, after, pages.at(-1)));
    left -= size;
    start = end;
  }
  const isLast = compareKeys(fence, LAST_FENCE) === 0;
  if (start < keys.length || isLast) pages.push(piece({ fence, keys: keys.slice(start), texts: texts.slice(start) }, after, pages.at(-1)));
  return pages;
}

/** Where a page begins above some of its rows, because one before it was lost, its pieces do so too. */
function piece(page: Page, after: BoundKey | undefined, before: Page | undefined): Page {
  const begin = after && compareKeys(after, page.fence) > 0 ? page.fence : after;
  if (!before) return { ...page, ...(begin && { after: begin }) };
  return { ...page, after: begin && compareKeys(begin, before.fence) > 0 ? begin : before.fence };
}
