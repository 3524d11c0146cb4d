/**
 * The heartbeats of one activity: the first goes out at once, then at most one in each interval, with the newest details. Between them
 * only the newest details wait.
 *
 * @see Temporal's core, `worker/activities.rs`
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';

export interface HeartbeatIntervals {
  readonly maxHeartbeatThrottleInterval: Millis;
  readonly defaultHeartbeatThrottleInterval: Millis;
}

/** Four fifths of the timeout, so that one arrives in time; the default where nobody waits for them. */
export function throttleInterval(
  heartbeatTimeout: Millis | undefined,
  { maxHeartbeatThrottleInterval, defaultHeartbeatThrottleInterval }: HeartbeatIntervals,
): Millis {
  return Math.min(heartbeatTimeout ? heartbeatTimeout * 0.8 : defaultHeartbeatThrottleInterval, maxHeartbeatThrottleInterval);
}

export interface HeartbeatsOptions {
  readonly clock: Clock;
  readonly interval: Millis;
  /** Never rejects. */
  readonly send: (details: unknown) => Promise<void>;
}

export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  #waiting: { readonly details: unknown } | undefined;
  #takeTimerBack: (() => void) | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
  }

  beat(details: unknown): void {
    if (this.#isOver) return;
    if (this.#takeTimerBack) this.#waiting = { details };
    else this.#send(details);
  }

  /**
   * The activity is over: no heartbeat goes out any more.
   *
   * @returns when the last one has arrived, with the details that still waited
   */
  async end(): Promise<{ readonly details: unknown } | undefined> {
    this.#isOver = true;
    this.#takeTimerBack?.();
    this.#takeTimerBack = undefined;
    await this.#underWay;
    return this.#waiting;
  }

  #send(details: unknown): void {
    const before = this.#underWay;
    this.#underWay = before.then(() => this.#options.send(details));
    this.#takeTimerBack = this.#options.clock.setTimer(this.#options.interval, () => {
      this.#takeTimerBack = undefined;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting && !this.#isOver) this.#send(waiting.details);
    });
  }
}
