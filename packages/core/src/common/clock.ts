/** Time as a parameter. The engine reads no clock but one of these. */
import type { Millis } from './brand.ts';

/** Where time comes from, and the one way to be woken by it. */
export interface Clock {
  /** Milliseconds since 1970; may jump in either direction, as a wall clock does. */
  now(): Millis;
  /**
   * Calls `fn` once, at or after `delayMs` from now.
   *
   * @returns a function that takes the call back
   */
  setTimer(delayMs: Millis, fn: () => void): () => void;
}

/** The longest delay that `setTimeout` keeps; above 2^31-1 ms it fires at once. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** The clock of the machine. Captures its sources when the module loads, before a sandbox replaces them. */
const { now } = Date;
const set = globalThis.setTimeout.bind(globalThis);
const clear = globalThis.clearTimeout.bind(globalThis);

export const systemClock: Clock = {
  now: () => now(),
  setTimer(delayMs, fn) {
    const handle = set(fn, Math.min(Math.max(0, delayMs), LONGEST_TIMEOUT));
    return () => clear(handle);
  },
};
