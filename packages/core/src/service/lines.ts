/** A line in which one waits: first come, first served, with a look at who stands near the front. */

/** A worker that waits for a task. `null` sends it home. */
export interface Poller<T> {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly workerId: string;
  readonly identity: string;
  readonly resolve: (task: T | null) => void;
  readonly reject: (error: unknown) => void;
}

/** What `shift` has passed is cut off when it is more than this and more than half. */
const SLACK = 64;

export class Line<T> {
  #items: (T | undefined)[] = [];
  #start = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    while (this.#start < this.#items.length) {
      const item = this.#items[this.#start];
      this.#items[this.#start++] = undefined;
      this.#cut();
      if (item !== undefined) return item;
    }
    return undefined;
  }

  /** Takes the first that fits out of the first `within`. */
  takeFirst(fits: (item: T) => boolean, within: number = Number.POSITIVE_INFINITY): T | undefined {
    let seen = 0;
    for (let index = this.#start; index < this.#items.length && seen < within; index++) {
      const item = this.#items[index];
      if (item === undefined) continue;
      seen++;
      if (!fits(item)) continue;
      if (index === this.#start) return this.shift();
      this.#items[index] = undefined; // passed over by `shift`
      return item;
    }
    return undefined;
  }

  /** Takes all that fit. */
  removeAll(fits: (item: T) => boolean): T[] {
    const items = this.#items.slice(this.#start).filter((item) => item !== undefined);
    this.#items = items.filter((item) => !fits(item));
    this.#start = 0;
    return items.filter(fits);
  }

  #cut(): void {
    if (this.#start === this.#items.length) {
      this.#items = [];
      this.#start = 0;
    } else if (this.#start > SLACK && this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
  }
}
