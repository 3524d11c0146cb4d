/** Clocks and counters of the page. A time ends when the browser has painted, not when something is in the document. */

/** A task behind the frame that comes next: it runs when that frame is painted. */
export const painted = (): Promise<void> =>
  new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    }),
  );

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns when the first element that meets the selector has been painted, by `performance.now()` */
export async function whenPainted(place: Element, selector: string): Promise<number> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!place.querySelector(selector)) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(place, { childList: true, subtree: true });
    look();
  });
  await painted();
  return performance.now();
}

export interface Frames {
  /** Milliseconds from each frame to the next. */
  readonly between: number[];
  /** Milliseconds of the main thread for each: from the frame's first callback until it is painted. */
  readonly work: number[];
}

/** Does something in each of so many frames. */
export async function inFrames(count: number, act: (index: number) => void): Promise<Frames> {
  const frames: Frames = { between: [], work: [] };
  let last: number | undefined;
  for (let index = 0; index < count; index += 1)
    await new Promise<void>((resolve) =>
      requestAnimationFrame((at) => {
        if (last !== undefined) frames.between.push(at - last);
        last = at;
        const start = performance.now();
        act(index);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          frames.work.push(performance.now() - start);
          resolve();
        };
        port2.postMessage(undefined);
      }),
    );
  return frames;
}

/** Of the element and all in it, texts too. */
export function nodesIn(place: Element): number {
  const walker = document.createTreeWalker(place);
  let count = 1;
  while (walker.nextNode()) count += 1;
  return count;
}
