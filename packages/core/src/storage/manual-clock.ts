/** A clock for the tests of this folder: time stands still, and timers go off when the test says so. */
import type { Clock } from '../common/clock.ts';

export interface ManualClock extends Clock {
  /** Sets off all timers that are set now. */
  fire(): void;
  /** The delays of the timers that are set. */
  readonly pending: readonly number[];
}

export function createManualClock(): ManualClock {
  const timers = new Map<symbol, { readonly fn: () => void; readonly delayMs: number }>();
  return {
    now: () => 0,
    setTimer: (delayMs, fn) => {
      const id = Symbol('timer');
      timers.set(id, { fn, delayMs });
      return () => timers.delete(id);
    },
    fire: () => {
      const due = [...timers.values()];
      timers.clear();
      for (const { fn } of due) fn();
    },
    get pending() {
      return [...timers.values()].map(({ delayMs }) => delayMs);
    },
  };
}
