/** How many commits there were in the last minute, and how long they took: rings of numbers, so that a commit pays a few additions for it. */
import type { Millis } from '../common/brand.ts';
import type { CommitFigures as Figures } from '../protocol/engine-info.ts';

const SECONDS = 60;
const LATENCIES = 512;

export class CommitFigures {
  readonly #startedAt: Millis;
  readonly #commits = new Uint32Array(SECONDS);
  readonly #events = new Uint32Array(SECONDS);
  /** The second that each place of the rings is of. */
  readonly #of = new Float64Array(SECONDS).fill(-1);
  readonly #latencies = new Float64Array(LATENCIES);
  #measured = 0;

  constructor(startedAt: Millis) {
    this.#startedAt = startedAt;
  }

  /** @param took in ms; a clock that was set back meanwhile makes it 0 */
  add(now: Millis, events: number, took: Millis): void {
    const second = Math.floor(now / 1000);
    const place = second % SECONDS;
    if (this.#of[place] !== second) {
      this.#of[place] = second;
      this.#commits[place] = 0;
      this.#events[place] = 0;
    }
    this.#commits[place] = (this.#commits[place] ?? 0) + 1;
    this.#events[place] = (this.#events[place] ?? 0) + events;
    this.#latencies[this.#measured++ % LATENCIES] = Math.max(0, took);
  }

  read(now: Millis): Figures {
    const second = Math.floor(now / 1000);
    let commits = 0;
    let events = 0;
    this.#of.forEach((of, place) => {
      if (of <= second - SECONDS || of > second) return;
      commits += this.#commits[place] ?? 0;
      events += this.#events[place] ?? 0;
    });
    const seconds = Math.min(SECONDS, Math.max(1, Math.ceil((now - this.#startedAt) / 1000)));
    return { seconds, commits, events, ...(this.#measured > 0 && { latency: this.#latency() }) };
  }

  #latency(): NonNullable<Figures['latency']> {
    const count = Math.min(this.#measured, LATENCIES);
    const sorted = this.#latencies.slice(0, count).sort();
    const at = (part: number): Millis => sorted[Math.min(count - 1, Math.floor(count * part))] ?? 0;
    return { count, p50: at(0.5), p99: at(0.99) };
  }
}
