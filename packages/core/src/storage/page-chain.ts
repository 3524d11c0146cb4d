/**
 * Each page names the fence of the page before it, and the last page of a table is there from the start, empty or not. So a page that is lost as a
 * whole leaves a gap that is seen, at no cost: the page after it begins where it ended.
 */
import { ServiceError } from '../common/service-error.ts';
import type { PageChange } from './digest-cache.ts';
import { type BoundKey, type Bounds, compareKeys } from './key.ts';
import { LAST_FENCE, type Page } from './page.ts';
import type { Entry, Key, Table } from './store.ts';

/** Where a page is missing. */
export interface Gap {
  /** Rows above this one; `undefined`: from before the range that was read. */
  readonly after: BoundKey | undefined;
  /** Up to this one. */
  readonly to: BoundKey;
}

/** @param page the one whose rows the key would be among, if no page were missing */
export const isInGap = (page: Page, key: BoundKey): boolean => page.after !== undefined && compareKeys(key, page.after) <= 0;

/** A table always has one. */
export const isLastPage = ({ fence }: Pick<Page, 'fence'>): boolean => compareKeys(fence, LAST_FENCE) === 0;

export interface Extent {
  readonly bounds: Bounds;
  readonly reverse: boolean;
  /** More pages follow, in the direction of reading. */
  readonly isPartial: boolean;
}

/** @param found neighbours, in the direction of reading: all pages of the range, or the first of them */
export function gapsIn(found: readonly Page[], { bounds: { lower, upper }, reverse, isPartial }: Extent): Gap[] {
  const pages = reverse ? [...found].reverse() : found;
  const gaps: Gap[] = [];
  const [first] = pages;
  if (first?.after && !(reverse && isPartial) && begins(first.after, lower)) gaps.push({ after: undefined, to: first.after });
  for (let index = 1; index < pages.length; index++) {
    const { fence } = pages[index - 1] as Page;
    const { after } = pages[index] as Page;
    if (after && compareKeys(after, fence) > 0) gaps.push({ after: fence, to: after });
  }
  const last = pages.at(-1);
  const isCovered = last && compareKeys(last.fence, upper?.key ?? LAST_FENCE) >= 0;
  if (!isCovered && (reverse || !isPartial)) gaps.push({ after: last?.fence, to: LAST_FENCE });
  return gaps;
}

/** Whether rows of the range may lie before that. */
function begins(after: BoundKey, lower: Bounds['lower']): boolean {
  const order = compareKeys(after, lower?.key ?? []);
  return lower && !lower.isOpen ? order >= 0 : order > 0;
}

/** @param entries what was found of the range, from the lowest key up */
export function lostPage(table: Table, { after, to }: Gap, entries: readonly Entry[]): ServiceError {
  const first = entries[0]?.[0];
  const beginsWithin = first !== undefined && compareKeys(first, to) <= 0 && (!after || compareKeys(first, after) > 0);
  return new ServiceError('DataLoss', wordsOf(table, to), { details: { table, page: to, lost: true, beginsWithin, retryable: false } });
}

export const wordsOf = (table: string, to: BoundKey): string =>
  `a page of "${table}" that ended at ${JSON.stringify(to)} is not there any more; rows before that may be missing`;

/**
 * The page as it is to be written with a row of this key. In 'history' the gap stays, as what was lost of a run cannot be seen in any other way;
 * what other tables lack is told of, and then made do without.
 */
export function mended(name: Table | 'digests', page: Page, key: Key, onDamage: (words: string) => void): Page {
  if (name === 'history' || page.after === undefined || !isInGap(page, key)) return page;
  onDamage(wordsOf(name, page.after));
  const { after: _, ...rest } = page;
  return rest;
}

/** The last page of a table that has none any more. */
export function lastPageAnew(name: Table | 'digests', onDamage: (words: string) => void): Page {
  onDamage(wordsOf(name, LAST_FENCE));
  return { fence: LAST_FENCE, keys: [], texts: [], ...(name === 'history' ? { after: LAST_FENCE } : {}) };
}

/**
 * A page that has become empty is removed, and the one behind it takes its place.
 *
 * @param changes in order
 * @param behind reads the first page behind a fence
 */
export async function inherited(changes: readonly PageChange[], behind: (fence: BoundKey) => Promise<Page | undefined>): Promise<PageChange[]> {
  const result: PageChange[] = [];
  let gone: Page | undefined;
  for (const change of [...changes, undefined]) {
    const { page, pages: [first, ...others] = [] } = change ?? {};
    const heir = gone && page && follows(page, gone) ? page : gone && (await behind(gone.fence));
    const legacy = gone && heir && follows(heir, gone) ? gone : undefined;
    if (legacy && heir !== page) result.push({ page: heir as Page, pages: [begunAt(heir as Page, legacy)] });
    if (!change || !page) break;
    const isHeir = legacy !== undefined && heir === page;
    result.push(isHeir && first ? { page, pages: [begunAt(first, legacy), ...others] } : change);
    gone = first ? undefined : isHeir ? begunAt(page, legacy) : page;
  }
  return result;
}

const follows = ({ after }: Page, { fence }: Page): boolean => after !== undefined && compareKeys(after, fence) === 0;

function begunAt({ after: _, ...page }: Page, { after }: Page): Page {
  return { ...page, ...(after && { after }) };
}
