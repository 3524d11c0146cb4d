/** The conditions that code of a run waits for. They are looked at after each job and after each drain, in the order of their creation. */

interface Condition {
  readonly fn: () => boolean;
  readonly resolve: () => void;
}

export class Conditions {
  #nextSeq = 1;
  readonly #blocked = new Map<number, Condition>();

  get size(): number {
    return this.#blocked.size;
  }

  nextSeq(): number {
    return this.#nextSeq++;
  }

  block(seq: number, fn: () => boolean, resolve: () => void): void {
    this.#blocked.set(seq, { fn, resolve });
  }

  unblock(seq: number): void {
    this.#blocked.delete(seq);
  }

  /**
   * Scans until a scan finds nothing: one condition may make another come true.
   *
   * @param before called before each scan; it throws what code of the run threw meanwhile
   * @returns how many came true
   */
  tryUnblock(before: () => void): number {
    let unblocked = 0;
    for (;;) {
      before();
      const was = unblocked;
      for (const [seq, condition] of this.#blocked) {
        if (!condition.fn()) continue;
        condition.resolve();
        this.#blocked.delete(seq);
        unblocked++;
      }
      if (unblocked === was) return unblocked;
    }
  }
}
