/** Waiting, for no longer than that. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';

/** A transaction that has not ended by then never will. */
export const CALL_DEADLINE: Millis = 15_000;

/** @throws {DOMException} `TimeoutError` when `answer` has not settled in time; what it does later is not looked at */
export function within<T>(clock: Clock, deadline: Millis, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(deadline, () => reject(new DOMException(`no answer within ${deadline} ms`, 'TimeoutError')));
    const settle =
      <V>(end: (value: V) => void) =>
      (value: V): void => {
        cancel();
        end(value);
      };
    answer.then(settle(resolve), settle(reject));
  });
}

export const pause = (clock: Clock, delay: Millis): Promise<void> => new Promise((resolve) => void clock.setTimer(delay, resolve));
