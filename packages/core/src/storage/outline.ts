/**
 * What is known of the pages of a table without reading them. The digest of a page is a row under the page's fence, in pages of its own;
 * the rows of the log are not in it, so a page that they touch is one of which nothing is known.
 */
import { digestOf } from '../common/run-digest.ts';
import { type BoundKey, type Bounds, compareKeys, isAbove } from './key.ts';
import type { Layer } from './overlay.ts';
import { type Edit, LAST_FENCE, type Page } from './page.ts';
import { parseValue } from './rows.ts';
import { unseal } from './seal.ts';
import type { DigestedTable, Key, Stretch } from './store.ts';

/** Some eighty digests. All of them are read for a list that few runs are in, some of them are written by each checkpoint. */
export const DIGEST_PAGE_BYTES: number = 32 * 1024;

/** The empty text says nothing of its page. */
export function digestRow({ fence, keys, texts }: Page): Edit {
  const plain = texts.map((text, index) => unseal('visibility', keys[index] as Key, text));
  const isWhole = plain.every((text) => text !== undefined); // nothing is said of a page with a row that cannot be read
  return [fence as Key, (isWhole && digestOf(plain.map((text) => parseValue(text as string)))) || ''];
}

export interface OutlineSource {
  /** The pages of digests within the bounds; others may be among them. */
  readonly digests: readonly Page[];
  readonly layers: readonly Layer[];
  readonly table: DigestedTable;
  readonly bounds: Bounds;
}

export function outlineOf({ digests, layers, table, bounds }: OutlineSource): Stretch[] {
  const { lower, upper } = bounds;
  const touched = new TouchedRows(layers, table, bounds);
  const stretches: Stretch[] = [];
  for (const page of digests) {
    const { fence: end, keys } = page;
    if (lower && compareKeys(end, lower.key) < 0) continue;
    const wholes = wholesOf(page);
    const isInside = (stretches.length > 0 || !lower) && wholes.at(-1)?.to !== undefined && (!upper || compareKeys(end, upper.key) < 0);
    if (isInside && touched.areBehind(end)) {
      stretches.push(...wholes);
      continue;
    }
    for (const [index, fence] of keys.entries()) {
      if (lower && !isAbove(fence, lower)) continue;
      const isLast = upper !== undefined && compareKeys(fence, upper.key) >= 0;
      const whole = wholes[index] as Stretch;
      const to = isLast ? undefined : whole.to;
      const isTouched = touched.take(to);
      const isExact = !isLast && (stretches.length > 0 || !lower);
      stretches.push(isExact && !isTouched ? whole : { to, digest: isTouched ? undefined : whole.digest, isExact });
      if (to === undefined) return stretches;
    }
  }
  if (touched.take(undefined)) stretches.push({ to: undefined, digest: undefined, isExact: true });
  return stretches;
}

/** What a page of digests says where nothing is cut off, and the log adds nothing: the same objects as long as it is the same page. */
const KNOWN = new WeakMap<Page, readonly Stretch[]>();

function wholesOf(page: Page): readonly Stretch[] {
  const known = KNOWN.get(page);
  if (known) return known;
  const made = page.keys.map((fence, index) => ({
    to: compareKeys(fence, LAST_FENCE) === 0 ? undefined : fence,
    digest: page.texts[index] || undefined,
    isExact: true,
  }));
  KNOWN.set(page, made);
  return made;
}

/** The rows of the log within bounds, taken in ascending order. */
class TouchedRows {
  readonly #sources: Iterator<readonly [Key, unknown]>[];
  readonly #heads: (Key | undefined)[];

  constructor(layers: readonly Layer[], table: DigestedTable, bounds: Bounds) {
    this.#sources = layers.map((layer) => layer.tables[table].entries(bounds));
    this.#heads = this.#sources.map(nextKey);
  }

  /** Whether none is left up to this one. */
  areBehind(key: BoundKey): boolean {
    return this.#heads.every((head) => head === undefined || compareKeys(head, key) > 0);
  }

  /** @returns whether there were any up to this one (`undefined`: to the end), and after the one before */
  take(to: Key | undefined): boolean {
    let isFound = false;
    for (const [index, source] of this.#sources.entries()) {
      for (let head = this.#heads[index]; head && (!to || compareKeys(head, to) <= 0); head = this.#heads[index]) {
        isFound = true;
        this.#heads[index] = nextKey(source);
      }
    }
    return isFound;
  }
}

function nextKey(source: Iterator<readonly [Key, unknown]>): Key | undefined {
  const { done, value } = source.next();
  return done ? undefined : (value as readonly [Key, unknown])[0];
}
