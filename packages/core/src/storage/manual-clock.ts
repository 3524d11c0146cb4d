/** A clock for the tests of this folder: time stands still, and timers go off when the test says so. */
import type { Clock } from '../common/clock.ts';
import { CALL_DEADLINE } from './deadline.ts';

export interface ManualClock extends Clock {
  /** Sets off the timers that are set now for no longer than that: by default no deadline of a call to the browser. */
  fire(longest?: number): void;
  /** The delays of the timers that are set, but for the deadlines of calls. */
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
    fire: (longest = 2_500) => {
      const due = [...timers].filter(([, { delayMs }]) => delayMs <= longest);
      for (const [id] of due) timers.delete(id);
      for (const [, { fn }] of due) fn();
    },
    get pending() {
      return [...timers.values()].map(({ delayMs }) => delayMs).filter((delayMs) => delayMs !== CALL_DEADLINE);
    },
  };
}
