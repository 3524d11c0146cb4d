/** The page in which the devtools are measured. What drives it calls what is on `globalThis.ui`. */
import { createCrowd, runsOf } from './crowd.ts';
import { type Engine, openEngine } from './engine.ts';
import { endFlood, type FloodFigures, flood } from './flood.ts';
import { firstPaint, type Scrolls, scroll } from './list.ts';
import { createTimelinePage, type TimelinePage } from './timeline.ts';

export interface UiBench {
  /** Of React. */
  readonly isProduction: () => boolean;
  readonly firstPaint: (runs: number) => Promise<number>;
  readonly scroll: (runs: number, frames: number) => Promise<Scrolls>;
  readonly timeline: TimelinePage;
  readonly flood: (seconds: number, isOpen: boolean) => Promise<FloodFigures>;
  readonly endFlood: () => Promise<void>;
  readonly firstPaintOfEngine: () => Promise<number>;
  readonly scrollEngine: (frames: number) => Promise<Scrolls>;
  /** Starts with the first call of it. */
  readonly engine: () => Engine;
}

declare const commits: { readonly isProduction: boolean };

declare global {
  var ui: UiBench;
}

let engine: Engine | undefined;
const theEngine = (): Engine => {
  engine ??= openEngine();
  return engine;
};

globalThis.ui = {
  isProduction: () => commits.isProduction,
  firstPaint: (runs) => firstPaint(createCrowd(runsOf(runs))),
  scroll: (runs, frames) => scroll(createCrowd(runsOf(runs)), frames),
  timeline: createTimelinePage(),
  flood,
  endFlood,
  firstPaintOfEngine: () => firstPaint(theEngine().backend),
  scrollEngine: (frames) => scroll(theEngine().backend, frames),
  engine: theEngine,
};
