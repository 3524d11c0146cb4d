/** The calls of a page: when each began and when it was answered, so that the driver can tell how long a death was felt. */

// Times are in ms since 1970: driver and pages share a machine, and so a clock.
interface Call {
  readonly what: string;
  readonly begunAt: number;
  settledAt: number | undefined;
}

export class Calls {
  readonly #calls = new Set<Call>();

  /** Makes a call and keeps its times. */
  async time<T>(what: string, call: () => Promise<T>): Promise<T> {
    const entry: Call = { what, begunAt: Date.now(), settledAt: undefined };
    this.#calls.add(entry);
    try {
      return await call();
    } finally {
      entry.settledAt = Date.now();
    }
  }

  /**
   * Waits until all calls are answered that were open at some time from `earliest` to `latest`.
   *
   * @returns milliseconds that the slowest of them was open since `earliest`; 0 if there was none
   * @throws if one is open still `patienceMs` after `earliest`, with its name
   */
  async settled(earliest: number, latest: number, patienceMs: number): Promise<number> {
    const open = [...this.#calls].filter(({ begunAt, settledAt }) => begunAt <= latest && (settledAt === undefined || settledAt > earliest));
    const waiting = (): Call | undefined => open.find(({ settledAt }) => settledAt === undefined);
    for (let call = waiting(); call; call = waiting()) {
      if (Date.now() > earliest + patienceMs) throw new Error(`${call.what} has not been answered for ${Date.now() - call.begunAt} ms`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return Math.max(0, ...open.map(({ begunAt, settledAt = 0 }) => settledAt - Math.max(begunAt, earliest)));
  }

  /** @returns when the first call that was answered at `moment` or after it was answered, if one was */
  firstAnswerSince(moment: number): number | undefined {
    const times = [...this.#calls].flatMap(({ settledAt }) => (settledAt !== undefined && settledAt >= moment ? [settledAt] : []));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Forgets what was answered before `moment`. */
  forget(moment: number): void {
    for (const call of this.#calls) if (call.settledAt !== undefined && call.settledAt < moment) this.#calls.delete(call);
  }
}
