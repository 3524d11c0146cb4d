/** Collects what is told, and applies it once for each frame of the screen. */

export interface Frame {
  /** Runs `apply` with the next frame; one with the same key that has not run yet is replaced. */
  next(key: string, apply: () => void): void;
  /** What has not run is dropped. */
  clear(): void;
}

export type ScheduleFrame = (run: () => void) => () => void;

const byScreen: ScheduleFrame = (run) => {
  const handle = requestAnimationFrame(run);
  return () => cancelAnimationFrame(handle);
};

/** One callback of the screen for all that share it, so that React draws at once what they change. @param schedule what is shared */
export function shareFrames(schedule: ScheduleFrame = byScreen): ScheduleFrame {
  const waiting = new Set<() => void>();
  let cancel: (() => void) | undefined;
  const flush = (): void => {
    cancel = undefined;
    // One of them may take another back.
    for (const each of [...waiting]) if (waiting.delete(each)) each();
  };
  return (run) => {
    const each = (): void => run();
    waiting.add(each);
    cancel ??= schedule(flush);
    return () => {
      waiting.delete(each);
      if (waiting.size > 0) return;
      cancel?.();
      cancel = undefined;
    };
  };
}

export function createFrame(schedule: ScheduleFrame = byScreen): Frame {
  const waiting = new Map<string, () => void>();
  let cancel: (() => void) | undefined;
  const flush = (): void => {
    cancel = undefined;
    const all = [...waiting.values()];
    waiting.clear();
    for (const apply of all) apply();
  };
  return {
    next(key, apply) {
      waiting.set(key, apply);
      cancel ??= schedule(flush);
    },
    clear() {
      waiting.clear();
      cancel?.();
      cancel = undefined;
    },
  };
}
