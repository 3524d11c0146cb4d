/** What was found not to be as it was written. The same is counted once, however often it is read. */
import type { StoreStatus } from '../common/durability.ts';

/** More are counted, but not told apart. */
const MOST_KNOWN = 1_000;

export class DamageLog {
  readonly #known = new Set<string>();
  #count = 0;
  #last = '';

  readonly add = (words: string): void => {
    if (this.#known.has(words)) return;
    if (this.#known.size < MOST_KNOWN) this.#known.add(words);
    this.#count++;
    this.#last = words;
  };

  get status(): Pick<StoreStatus, 'damage'> {
    return this.#count === 0 ? {} : { damage: { count: this.#count, last: this.#last } };
  }
}
