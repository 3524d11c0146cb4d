/** Drives the page of `../ui`: what is measured there is held against the marks of the devtools. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../scripts/browsers.mjs';
import type { Scrolls } from '../ui/list.ts';
import type {} from '../ui/main.ts';
import type { Frames } from '../ui/measure.ts';
import { profiled } from './profile.ts';
import { median, quantile } from './report.ts';
import type { UiReport } from './ui-report.ts';

export interface UiOptions {
  readonly baseUrl: string;
  readonly report: UiReport;
  readonly repetitions: number;
  /** Less of everything, for a look. */
  readonly isQuick: boolean;
  readonly profileFolder: string | undefined;
  /** An item has been measured. */
  readonly onItem: (browserVersion: string) => void;
}

interface Driven extends UiOptions {
  readonly page: Page;
}

const FRAMES = 240;
const RUNS = 50_000;
const CLICK_GAP_MS = 300;
const ITEMS: Readonly<Record<number, (driven: Driven) => Promise<void>>> = { 1: list, 2: timeline, 3: flood, 8: travel };

export const UI_ITEMS: readonly number[] = Object.keys(ITEMS).map(Number);

export async function runUi(only: readonly number[], options: UiOptions): Promise<void> {
  for (const item of only) {
    const launch = chromiumLaunch();
    if (!launch) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');
    const profile = mkdtempSync(join(tmpdir(), 'perdure-bench-ui-'));
    const context = await chromium.launchPersistentContext(profile, { ...launch, viewport: { width: 1280, height: 800 } });
    try {
      context.setDefaultTimeout(0);
      const page = context.pages()[0] ?? (await context.newPage());
      page.on('pageerror', (error) => console.error(`the page failed: ${error.stack ?? error.message}`));
      await page.goto(options.baseUrl);
      if (!(await page.evaluate(() => ui.isProduction()))) throw new Error('the page was built for development: its figures would say nothing');
      const work = (): Promise<void> | undefined => ITEMS[item]?.({ ...options, page });
      await (options.profileFolder === undefined ? work() : profiled(page, options.profileFolder, `item-${item}`, async () => work()));
      options.onItem(context.browser()?.version() ?? '');
    } finally {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  }
}

async function list({ page, report, repetitions, isQuick }: Driven): Promise<void> {
  const runs = isQuick ? RUNS / 10 : RUNS;
  await page.evaluate((count) => ui.firstPaint(count), runs); // the code is loaded
  const paints = await repeat(repetitions, () => page.evaluate((count) => ui.firstPaint(count), runs));
  report.add(1, `first paint of a list of ${runs} runs ms, double`, paints, { below: 100 });
  addScrolls(report, 'double', await page.evaluate(([count, frames]) => ui.scroll(count, frames), [runs, FRAMES] as const));

  for (let from = 0; from < runs; from += runs / 5) await page.evaluate(([a, b]) => ui.engine().fill(a, b), [from, from + runs / 5] as const);
  await page.reload();
  report.add(1, 'first paint ms, engine that has just started', [await page.evaluate(() => ui.firstPaintOfEngine())]);
  const warm = await repeat(repetitions, () => page.evaluate(() => ui.firstPaintOfEngine()));
  report.add(1, `first paint of a list of ${runs} runs ms, engine`, warm, { below: 100 });
  addScrolls(report, 'engine', await page.evaluate((frames) => ui.scrollEngine(frames), FRAMES));
}

function addScrolls(report: UiReport, of: string, { rows, readAll, slow, fast, nodes }: Scrolls): void {
  report.add(1, `reading all ${rows} rows by going to the end ms, ${of}`, [readAll]);
  report.add(1, `scrolling by 120 px a frame, frames/s, median, ${of}`, [1_000 / median(slow.between)], { atLeast: 55 });
  report.add(1, `scrolling by 120 px a frame, ms of work a frame, p95, ${of}`, slow.work, undefined, 0.95);
  report.add(1, `through all rows in ${FRAMES} frames, frames/s, median, ${of}`, [1_000 / median(fast.between)], { atLeast: 55 });
  report.add(1, `through all rows, ms of work a frame, p95, ${of}`, fast.work, undefined, 0.95);
  report.add(1, `nodes of the panel, at most, ${of}`, [nodes], { below: 1_500 });
}

async function timeline({ page, report, repetitions }: Driven): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await loadTimeline(page);
  for (const [events, below] of [
    [10_000, 150],
    [50_000, 800],
  ] as const) {
    const opens: Timed<number>[] = [];
    const nodes: number[] = [];
    let zoom: Timed<Frames> | undefined;
    for (let time = 0; time < repetitions; time += 1) {
      await page.evaluate((count) => ui.timeline.prepare(count), events);
      opens.push(await timed(session, () => page.evaluate(() => ui.timeline.open())));
      zoom ??= await timed(session, () => page.evaluate((frames) => ui.timeline.zoom(frames), FRAMES));
      nodes.push(await page.evaluate(() => ui.timeline.close()));
    }
    const { work } = zoom?.result ?? { work: [] };
    report.add(
      2,
      `timeline of ${events} events usable ms`,
      opens.map(({ result }) => result),
      { below },
    );
    report.add(
      2,
      `timeline of ${events} events, ms of processor time`,
      opens.map(({ cpu }) => cpu),
    );
    report.add(2, `zoom over ${events} events, ms of work a frame, p95`, work, events === 10_000 ? { below: 12 } : undefined, 0.95);
    report.add(2, `zoom over ${events} events, ms of work a frame, median`, work);
    report.add(2, `zoom over ${events} events, ms of processor time a frame, mean`, [(zoom?.cpu ?? 0) / FRAMES]);
    report.add(2, `nodes of the panel over ${events} events`, nodes);
  }
}

/** So that no figure holds the loading of code. */
async function loadTimeline(page: Page): Promise<void> {
  await page.evaluate(() => ui.timeline.prepare(1_000));
  await page.evaluate(() => ui.timeline.open());
  await page.evaluate(() => ui.timeline.close());
}

interface Timed<T> {
  readonly result: T;
  /** ms that the main thread of the page had a processor meanwhile. It moves less with what else the machine does than the clock on the wall. */
  readonly cpu: number;
}

async function timed<T>(session: CDPSession, work: () => Promise<T>): Promise<Timed<T>> {
  const tasks = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await tasks();
  const result = await work();
  return { result, cpu: (await tasks()) - before };
}

async function flood({ page, report, isQuick }: Driven): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const seconds = isQuick ? 10 : 60;
  await loadTimeline(page);
  const closed = await flooded(page, seconds / 2, false);
  const before = await heapOf(session);
  const open = await flooded(page, seconds, true);
  const [p75, p75Closed] = [quantile(open.clicks, 0.75), quantile(closed.clicks, 0.75)];
  report.add(3, 'events told a second', [open.events / seconds]);
  report.add(3, 'click to paint of the host ms, p75, closed', closed.clicks, undefined, 0.75);
  report.add(3, 'click to paint of the host ms, p75, open', open.clicks, undefined, 0.75);
  report.add(3, 'what the open panel adds to that, ms', [p75 - p75Closed], { below: 5 });
  const held = await heapOf(session);
  report.add(3, `heap with the panel open over ${open.events} events, MB beyond the closed one`, [(held - before) / 1e6], { below: 80 });
  await page.evaluate(() => ui.endFlood());
  report.add(3, 'heap when it is closed again, MB beyond that before', [((await heapOf(session)) - before) / 1e6]);
  report.add(3, 'commits of React in one frame, at most', [Math.max(...open.commits)], { atMost: 1 });
  const busy = open.commits.filter((count) => count > 0);
  report.add(3, 'commits of React in the frames that had any, mean', [busy.reduce((sum, count) => sum + count, 0) / Math.max(1, busy.length)]);
  report.add(3, 'long tasks with the panel open', [open.longTasks.length]);
  if (open.longTasks.length > 0) report.add(3, 'the length of those ms', open.longTasks);
}

/** The host's button is clicked all the while. */
async function flooded(page: Page, seconds: number, isOpen: boolean) {
  let isOver = false;
  const result = page.evaluate(([length, open]) => ui.flood(length, open), [seconds, isOpen] as const);
  const over = result.finally(() => {
    isOver = true;
  });
  await page.waitForTimeout(2_000);
  while (!isOver) {
    await page.mouse.click(60, 10);
    await page.waitForTimeout(CLICK_GAP_MS);
  }
  return over;
}

async function travel({ page, report, repetitions, isQuick }: Driven): Promise<void> {
  const steps = isQuick ? 100 : 1_000;
  await page.evaluate((count) => ui.engine().walk('walk', count), steps);
  await page.evaluate(() => ui.engine().travel('walk')); // the code is loaded
  const found = [];
  for (let time = 0; time < repetitions; time += 1) found.push(await page.evaluate(() => ui.engine().travel('walk')));
  const counts = found.map(({ moments }) => moments);
  report.add(8, 'moments of the run', counts);
  report.add(
    8,
    'all moments, from the question ms',
    found.map(({ total }) => total),
    { below: 250 },
  );
  report.add(8, 'writes of the engine meanwhile, at most', [Math.max(...found.map(({ writes }) => writes))], { atMost: 0 });
}

async function heapOf(session: CDPSession): Promise<number> {
  for (let time = 0; time < 3; time += 1) await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push(await measure());
  return found;
}
