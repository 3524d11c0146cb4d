/**
 * The digests that were read last, as long as lists are asked for: some 40 bytes for each run. Only the writer has one, which learns of each change,
 * since it makes it.
 */
import type { Clock } from '../common/clock.ts';
import { compareKeys } from './key.ts';
import type { Page } from './page.ts';

/** Without a list for so long, the memory is given back. */
const KEPT_MS = 60_000;

export interface PageChange {
  readonly page: Page;
  /** What takes its place. */
  readonly pages: readonly Page[];
}

interface Load {
  readonly writesBefore: number;
  /** A write that was begun later has ended sooner: it may be in the pages or not. */
  isOvertaken: boolean;
}

export class DigestCache {
  readonly #clock: Clock;
  #pages: readonly Page[] | undefined;
  /** Writes that were begun so far. */
  #writes = 0;
  readonly #loads = new Set<Load>();
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isLoaded(): boolean {
    return this.#pages !== undefined;
  }

  /** @param load reads all pages, in a transaction that it begins at once */
  async read(load: () => Promise<readonly Page[]>): Promise<readonly Page[]> {
    this.#stopTimer?.();
    this.#stopTimer = this.#clock.setTimer(KEPT_MS, () => this.forget());
    if (this.#pages) return this.#pages;
    const own: Load = { writesBefore: this.#writes, isOvertaken: false };
    this.#loads.add(own);
    const pages = await load().finally(() => this.#loads.delete(own));
    // Writes that were begun before are in the pages, and those that were begun since and have not ended are not: transactions wait for each other.
    if (!own.isOvertaken && this.#stopTimer !== undefined) this.#pages = pages;
    return pages;
  }

  /** Keeps up with a write, which begins within the call. */
  async follow(changes: readonly PageChange[], write: () => Promise<void>): Promise<void> {
    const own = this.#writes++;
    try {
      await write();
    } catch (error) {
      this.#pages = undefined;
      throw error;
    } finally {
      for (const load of this.#loads) load.isOvertaken ||= own >= load.writesBefore;
    }
    if (this.#pages) this.#pages = changed(this.#pages, changes);
  }

  forget(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#pages = undefined;
  }
}

function changed(pages: readonly Page[], changes: readonly PageChange[]): Page[] {
  const result: Page[] = [];
  let next = 0;
  const keepWhile = (isBefore: (page: Page) => boolean): void => {
    for (let page = pages[next]; page && isBefore(page); page = pages[++next]) result.push(page);
  };
  for (const { page: old, pages: instead } of changes) {
    keepWhile(({ fence }) => compareKeys(fence, old.fence) < 0);
    if (pages[next] && compareKeys((pages[next] as Page).fence, old.fence) === 0) next++;
    result.push(...instead);
  }
  keepWhile(() => true);
  return result;
}
