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
