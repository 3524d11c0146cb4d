/** Gathers what is sent in one go, so that it leaves together. */

/** So many turns of the microtask queue without another item end it. What one answer sets off is a few turns long. */
const QUIET_TURNS = 4;

/** `queueMicrotask` takes several times as long in Node. */
const DONE: Promise<void> = Promise.resolve();

/**
 * @param most with so many it does not wait for more
 * @param leave gets what was gathered, in order
 */
export function gather<T>(most: number, leave: (items: T[]) => void): (item: T) => void {
  let items: T[] = [];

  function flush(): void {
    const leaving = items;
    items = [];
    leave(leaving);
  }

  function wait(seen: number, turns: number): void {
    void DONE.then(() => {
      if (items.length === 0) return;
      if (items.length > seen) wait(items.length, QUIET_TURNS);
      else if (turns > 1) wait(seen, turns - 1);
      else flush();
    });
  }

  return (item) => {
    items.push(item);
    if (items.length === most) flush();
    else if (items.length === 1) wait(1, QUIET_TURNS);
  };
}
