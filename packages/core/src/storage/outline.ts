/**
 * What is known of the pages of a table without reading them. The digest of a page is a row under the page's fence, in pages of its own;
 * the rows of the log are not in it, so a page that they touch is one of which nothing is known.
 */
import { digestOf } from '../common/run-digest.ts';
import { type Bounds, compareKeys, isAbove } from './key.ts';
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
  const isTouched = touches(layers, table, bounds);
  const stretches: Stretch[] = [];
  for (const { fence: end, keys, texts } of digests) {
    if (lower && compareKeys(end, lower.key) < 0) continue;
    for (const [index, fence] of keys.entries()) {
      if (lower && !isAbove(fence, lower)) continue;
      const isLast = upper !== undefined && compareKeys(fence, upper.key) >= 0;
      const to = isLast || compareKeys(fence, LAST_FENCE) === 0 ? undefined : fence;
      const digest = isTouched(to) ? undefined : texts[index] || undefined;
      stretches.push({ to, digest, isExact: !isLast && (stretches.length > 0 || !lower) });
      if (to === undefined) return stretches;
    }
  }
  if (isTouched(undefined)) stretches.push({ to: undefined, digest: undefined, isExact: true });
  return stretches;
}

/** @returns asked with ascending keys, whether the log has rows up to this one (`undefined`: to the end) and after the one before */
function touches(layers: readonly Layer[], table: DigestedTable, bounds: Bounds): (to: Key | undefined) => boolean {
  const sources = layers.map((layer) => layer.tables[table].entries(bounds));
  const heads = sources.map((source) => source.next());
  return (to) => {
    let isFound = false;
    for (const [index, source] of sources.entries()) {
      for (let head = heads[index]; head && !head.done && (!to || compareKeys(head.value[0], to) <= 0); head = heads[index]) {
        isFound = true;
        heads[index] = source.next();
      }
    }
    return isFound;
  };
}
