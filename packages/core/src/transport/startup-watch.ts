/**
 * Notices that an engine worker has fallen silent while its engine starts. Browsers are known to let a worker hang there for ever, in the call that makes
 * another worker; nobody else would notice where this is the only tab.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';

/** How often a worker says that it lives while its engine starts. */
export const ALIVE_EVERY: Millis = 2_000;
/** How often that is looked at. */
const LOOK: Millis = 2_000;
/** A look that comes later than that says nothing: the page was frozen, or the machine slept. */
const LATE: Millis = 1_000;
/** So many looks in a row have to find nothing. */
const MOST_SILENT = 10;

export interface StartupWatch {
  /** The worker has said something. */
  heard(isStarting: boolean): void;
  stop(): void;
}

/** @param onSilent called once, when a worker whose engine was starting has said nothing for 20 s */
export function watchStartup(clock: Clock, onSilent: (seconds: number) => void): StartupWatch {
  let silent = 0;
  let cancel: (() => void) | undefined;

  function look(since: Millis): void {
    cancel = clock.setTimer(LOOK, () => {
      silent = clock.now() - since > LOOK + LATE ? 0 : silent + 1;
      if (silent < MOST_SILENT) return look(clock.now());
      cancel = undefined;
      onSilent((MOST_SILENT * LOOK) / 1_000);
    });
  }

  function stop(): void {
    cancel?.();
    cancel = undefined;
  }

  return {
    heard(isStarting) {
      silent = 0;
      if (!isStarting) stop();
      else if (!cancel) look(clock.now());
    },
    stop,
  };
}

/** The worker's part: calls `say` for as long as it is starting. */
export function sayAlive(clock: Clock, say: () => void): (isStarting: boolean) => void {
  let cancel: (() => void) | undefined;
  const again = (): void => {
    cancel = clock.setTimer(ALIVE_EVERY, () => {
      say();
      again();
    });
  };
  return (isStarting) => {
    if (isStarting && !cancel) again();
    if (isStarting || !cancel) return;
    cancel();
    cancel = undefined;
  };
}
