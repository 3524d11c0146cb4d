/**
 * Pages of one table whose keys are known without another read, so that it can be said at once that a row is not there. Only the holder of the
 * epoch writes pages, and it forgets them all when it does.
 */
import { compareKeys, lowerIndex } from './key.ts';
import type { Page } from './page.ts';
import type { Key } from './store.ts';

/** The rows from `from` up to the fence are those of `keys`, and no others. */
interface Stretch {
  readonly from: Key;
  readonly fence: Page['fence'];
  readonly keys: readonly Key[];
}

/** About 100 keys each. */
const MOST_STRETCHES = 16;

export class KnownPages {
  /** The one that was asked for last comes first. */
  #stretches: Stretch[] = [];
  /** Changes whenever what was read before may be out of date. */
  #version = 0;
  #isClosed = false;

  get version(): number {
    return this.#version;
  }

  /** Pages are about to be written: what is read from now on may change at once. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
  }

  /** The pages are written. */
  open(): void {
    this.#isClosed = false;
    this.#forget();
  }

  /** @param page what a read, begun at `version`, found for `key`: the page among whose rows it is */
  learn(version: number, key: Key, { fence, keys }: Page): void {
    if (this.#isClosed || version !== this.#version) return;
    const known = this.#stretches.find((stretch) => compareKeys(stretch.fence, fence) === 0);
    const from = known && compareKeys(known.from, key) < 0 ? known.from : key;
    this.#stretches = [{ from, fence, keys }, ...this.#stretches.filter((stretch) => stretch !== known)].slice(0, MOST_STRETCHES);
  }

  /** Whether the tables are known not to have the row. */
  lacks(key: Key): boolean {
    const stretch = this.#stretches.find(({ from, fence }) => compareKeys(from, key) <= 0 && compareKeys(key, fence) <= 0);
    if (!stretch) return false;
    const found = stretch.keys[lowerIndex(stretch.keys.length, (index) => compareKeys(stretch.keys[index] as Key, key))];
    return found === undefined || compareKeys(found, key) !== 0;
  }

  #forget(): void {
    this.#version++;
    this.#stretches = [];
  }
}
