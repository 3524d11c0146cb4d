/**
 * Hours in minutes: three tabs under load, of which those that follow are closed and opened at random while one leads on. The heap of the leader's
 * engine worker is read after a collection whenever a batch has been judged, when there is nothing under way that could explain its size.
 */
import type { Page } from '@playwright/test';
import { heapOf } from '../../bench/run/targets.ts';
import { judgedBatch } from './batch.ts';
import { KillableBrowser } from './browser.ts';
import type { Verdict } from './judge.ts';
import type { Ledger } from './ledger.ts';

export interface SoakOptions {
  readonly url: string;
  readonly ledger: Ledger;
  readonly minutes: number;
  readonly random: () => number;
  readonly report: (line: string) => void;
  readonly onBatch: (totals: Readonly<SoakTotals>) => void;
}

export interface HeapSample {
  readonly minute: number;
  readonly bytes: number;
}

export interface SoakTotals {
  browserVersion: string;
  minutes: number;
  /** Tabs that were closed and opened anew. */
  tabsReplaced: number;
  acknowledged: number;
  lost: number;
  doneTwice: number;
  integrityErrors: number;
  refused: number;
  readonly findings: string[];
  readonly heap: HeapSample[];
  /** In percent, from the samples of the first five minutes on; undefined until there are enough. */
  growth: number | undefined;
}

const TABS = 3;
const BATCH_MS = 30_000;
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 5_000];
const PATIENCE_MS = 60_000;
const WARM_UP_MINUTES = 5;
/** The first and the last samples, of which the median is taken. */
const SAMPLES = 3;

export async function soak({ url, ledger, minutes, random, report, onBatch }: SoakOptions): Promise<SoakTotals> {
  const totals: SoakTotals = {
    browserVersion: '',
    minutes: 0,
    tabsReplaced: 0,
    acknowledged: 0,
    lost: 0,
    doneTwice: 0,
    integrityErrors: 0,
    refused: 0,
    findings: [],
    heap: [],
    growth: undefined,
  };
  const browser = new KillableBrowser('chromium', url);
  let opened = 0;
  let mailboxId = '';
  const openUnderLoad = async (): Promise<Page> => {
    const page = await browser.openPage();
    await page.evaluate(([sender, id]) => trust.load(sender, id), [`p${opened++}`, mailboxId] as const);
    return page;
  };
  try {
    const leader = await browser.openPage();
    totals.browserVersion = browser.version;
    const start = performance.now();
    const passed = (): number => (performance.now() - start) / 60_000;
    for (let batch = 1; passed() < minutes; batch++) {
      mailboxId = `mail-${batch}`;
      await leader.evaluate((id) => trust.openMailbox(id), mailboxId);
      await leader.evaluate(([sender, id]) => trust.load(sender, id), [`p${opened++}`, mailboxId] as const);
      const followers: Page[] = [];
      while (followers.length < TABS - 1) followers.push(await openUnderLoad());
      for (const end = performance.now() + BATCH_MS; performance.now() < end; totals.tabsReplaced++) {
        await pause(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
        const [closed] = followers.splice(Math.floor(random() * followers.length), 1);
        await closed?.close();
        followers.push(await openUnderLoad());
      }
      const judged = await judgedBatch([leader, ...followers], mailboxId, ledger, PATIENCE_MS);
      await Promise.all(followers.map((page) => page.close()));
      totals.acknowledged += judged.acknowledged;
      count(totals, judged.verdict, report);
      totals.heap.push({ minute: Math.round(passed() * 10) / 10, bytes: await heapOf(leader, 'perdure') });
      totals.minutes = Math.round(passed() * 10) / 10;
      totals.growth = growthOf(totals.heap);
      report(`minute ${totals.minutes}: ${totals.acknowledged} acknowledged, ${totals.tabsReplaced} tabs replaced, heap ${totals.heap.at(-1)?.bytes} bytes`);
      onBatch(totals);
    }
  } finally {
    await browser.remove();
  }
  return totals;
}

/** In percent, from the first samples after the warm-up to the last ones; `undefined` while they overlap. */
export function growthOf(samples: readonly HeapSample[]): number | undefined {
  const warm = samples.filter(({ minute }) => minute >= WARM_UP_MINUTES).map(({ bytes }) => bytes);
  if (warm.length < 2 * SAMPLES) return undefined;
  const [first, last] = [median(warm.slice(0, SAMPLES)), median(warm.slice(-SAMPLES))];
  return Math.round((last / first - 1) * 1_000) / 10;
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

function count(totals: SoakTotals, verdict: Verdict, report: (line: string) => void): void {
  for (const kind of ['lost', 'doneTwice', 'integrityErrors', 'refused'] as const) {
    totals[kind] += verdict[kind].length;
    for (const finding of verdict[kind].slice(0, 5)) {
      totals.findings.push(`${kind}: ${finding}`);
      report(`  ${kind}: ${finding}`);
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
