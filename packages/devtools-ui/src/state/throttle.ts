/** Does something soon, and not again before a while has passed; what is asked for meanwhile is done once, at its end. */
import type { Clock } from '@perdure/core/common';

export interface Throttle {
  (): void;
  cancel(): void;
}

/** @param work is not begun again while it is under way */
export function throttle(clock: Clock, gapMs: number, work: () => Promise<void> | void): Throttle {
  let cancelTimer: (() => void) | undefined;
  let isWorking = false;
  let isWanted = false;
  let isCancelled = false;

  const run = async (): Promise<void> => {
    isWorking = true;
    isWanted = false;
    try {
      await work();
    } finally {
      isWorking = false;
      if (!isCancelled)
        cancelTimer = clock.setTimer(gapMs, () => {
          cancelTimer = undefined;
          if (isWanted) void run();
        });
    }
  };
  const ask = (): void => {
    isCancelled = false;
    if (isWorking || cancelTimer) isWanted = true;
    else void run();
  };
  return Object.assign(ask, {
    cancel(): void {
      isCancelled = true;
      isWanted = false;
      cancelTimer?.();
      cancelTimer = undefined;
    },
  });
}
