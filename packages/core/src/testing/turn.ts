/** Turns of the event loop: how a test waits for work that nobody counts. Nothing here waits for time that matters. */
import { systemClock } from '../common/clock.ts';

const immediate = (globalThis as { setImmediate?: (fn: () => void) => unknown }).setImmediate?.bind(globalThis);

/** Resolves in a later macrotask: what was queued before, and all of its microtasks, has run. */
export const nextTurn: () => Promise<void> = immediate ? () => new Promise<void>((resolve) => void immediate(resolve)) : createChannelTurn();

/** About a millisecond of real time, for work that runs beside the event loop: encryption, workers, disks. */
export const shortPause = (): Promise<void> => new Promise((resolve) => void systemClock.setTimer(0, resolve));

/** In browsers, where `setTimeout` is held back to 4 ms. */
function createChannelTurn(): () => Promise<void> {
  let waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
  };
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      port2.postMessage(0);
    });
}
