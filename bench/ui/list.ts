/** Item 1: the list of 50,000 runs, of a double and of an engine whose store holds them. */
import type { Backend } from '@perdure/devtools-ui/parts';
import { type Frames, inFrames, nodesIn, painted, wait, whenPainted } from './measure.ts';
import { find, openPanel, place } from './panel.ts';

const ROW = '.pd-run';
const NEAR_PX = 120;

/** @returns ms from the render of the panel until rows are painted */
export async function firstPaint(backend: Backend): Promise<number> {
  const start = performance.now();
  const panel = openPanel(backend);
  const end = await whenPainted(place(), ROW);
  await wait(300); // what comes after the first rows is no part of the next time
  panel.close();
  await painted();
  return end - start;
}

export interface Scrolls {
  /** How many rows there are to scroll in. */
  readonly rows: number;
  /** ms from the first rows until all have been read, always by going to the end. */
  readonly readAll: number;
  /** A few rows in each frame, and through all rows in all frames. */
  readonly slow: Frames;
  readonly fast: Frames;
  /** The most that there were while it was scrolled. */
  readonly nodes: number;
}

export async function scroll(backend: Backend, frames: number): Promise<Scrolls> {
  const panel = openPanel(backend);
  await whenPainted(place(), ROW);
  const list = find('.pd-runs');
  const runs = panel.devtools.store.getState().session?.runs.store;
  if (!runs) throw new Error('the panel is closed');
  const start = performance.now();
  while (runs.getState().hasMore) {
    list.scrollTop = list.scrollHeight;
    await painted();
  }
  const readAll = performance.now() - start;
  let nodes = 0;
  const by = async (px: number): Promise<Frames> => {
    list.scrollTop = 0;
    await wait(500);
    return inFrames(frames, (index) => {
      if (index % 10 === 9) nodes = Math.max(nodes, nodesIn(place()));
      list.scrollTop += px;
    });
  };
  const slow = await by(NEAR_PX);
  const fast = await by(list.scrollHeight / frames);
  const rows = runs.getState().runs.length;
  panel.close();
  return { rows, readAll, slow, fast, nodes };
}
