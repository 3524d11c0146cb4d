/**
 * A clock that stands still until it is told to go on, or until nothing is left to do but wait for it.
 *
 * What keeps it from skipping is *work*: promises given to `track` (commits, activations), and any call of the clock itself. Work that
 * nobody counts (user code of activities) is given some turns of the event loop; an activity that waits longer for something real sees time pass.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { type Duration, toMillis } from '../common/duration.ts';
import { nextTurn, shortPause } from './turn.ts';

export interface VirtualClock extends Clock {
  /** Lets time pass: fires what comes due, in due order, and lets the work that follows end before the next. */
  advance(by: Duration): Promise<void>;
  /** Resolves when `duration` has passed; skips there. */
  sleep(duration: Duration): Promise<void>;
  /** Lets the clock skip to the next timer whenever nothing else is left to do, until the returned function is called. */
  unlock(): () => void;
  /** Resolves when all work has ended that does not wait for time. */
  settle(): Promise<void>;
  /** No skipping before `work` has settled. */
  track<T>(work: Promise<T>): Promise<T>;
  /** When the next timer is due; undefined when there is none. */
  nextTimer(): Millis | undefined;
}

export interface VirtualClockOptions {
  /** Milliseconds since 1970; by default the start of 2030, so that a time taken from a real clock shows. */
  readonly startTime?: Millis;
  /** Told when the clock may skip, all is quiet, and no timer is left: what waits now waits for ever. */
  readonly onStuck?: () => void;
}

interface Timer {
  readonly due: Millis;
  readonly order: number;
  readonly fn: () => void;
}

/** Turns without a sign of work before the clock skips. One turn is enough for promises; the others are for user code. */
const QUIET_TURNS = 8;

export function createVirtualClock({ startTime = Date.UTC(2030, 0, 1), onStuck }: VirtualClockOptions = {}): VirtualClock {
  const timers = new Set<Timer>();
  let time: Millis = startTime;
  let order = 0;
  let signs = 0;
  let work = 0;
  let unlocked = 0;
  let isSkipping = false;
  let wakeWhenIdle: (() => void) | undefined;

  const clock: VirtualClock = {
    now() {
      sign();
      return time;
    },
    setTimer(delayMs, fn) {
      sign();
      const timer: Timer = { due: time + Math.max(0, delayMs), order: order++, fn };
      if (timer.due < Number.POSITIVE_INFINITY) timers.add(timer);
      return () => {
        sign();
        timers.delete(timer);
      };
    },
    async advance(by) {
      const until = time + toMillis(by);
      await clock.settle();
      for (let timer = first(); timer && timer.due <= until; timer = first()) {
        fire(timer);
        await clock.settle();
      }
      time = Math.max(time, until);
      await clock.settle();
    },
    async sleep(duration) {
      const lock = clock.unlock();
      await new Promise<void>((resolve) => clock.setTimer(toMillis(duration), resolve));
      lock();
    },
    unlock() {
      let isMine = true;
      unlocked++;
      sign();
      return () => {
        if (isMine) unlocked--;
        isMine = false;
      };
    },
    async settle() {
      for (let turns = 0, seen = signs; turns < QUIET_TURNS; turns++) {
        await (turns === QUIET_TURNS - 1 ? shortPause() : nextTurn());
        if (work > 0) await idle();
        if (seen === signs) continue;
        seen = signs;
        turns = -1;
      }
    },
    async track(promise) {
      sign();
      work++;
      try {
        return await promise;
      } finally {
        work--;
        sign();
        if (work === 0) wakeWhenIdle?.();
      }
    },
    nextTimer: () => first()?.due,
  };
  return clock;

  function sign(): void {
    signs++;
    if (unlocked > 0 && !isSkipping) void skip();
  }

  /** Never rejects: `settle` does not, and a timer's own error is the timer's. */
  async function skip(): Promise<void> {
    isSkipping = true;
    await clock.settle();
    for (let timer = first(); unlocked > 0 && timer; timer = first()) {
      fire(timer);
      await clock.settle();
    }
    isSkipping = false;
    if (unlocked > 0) onStuck?.();
  }

  function first(): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of timers) if (!best || timer.due < best.due || (timer.due === best.due && timer.order < best.order)) best = timer;
    return best;
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    time = Math.max(time, timer.due);
    signs++;
    queueMicrotask(timer.fn);
  }

  /** Only one waits at a time in practice; each is woken all the same. */
  function idle(): Promise<void> {
    const others = wakeWhenIdle;
    return new Promise((resolve) => {
      wakeWhenIdle = () => {
        wakeWhenIdle = undefined;
        others?.();
        resolve();
      };
    });
  }
}
