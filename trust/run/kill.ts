/**
 * Rounds of death: pages keep an engine busy, one victim dies at a moment drawn from the seed, the others go on or the browser is opened again.
 * Every few rounds the load is ended, all runs come to their end, and their histories are judged by what the ledger has.
 */
import type { Page } from '@playwright/test';
import { AT_ONCE, historiesOf, judgedBatch, recordsOf } from './batch.ts';
import { type BrowserName, KillableBrowser } from './browser.ts';
import { type Death, die, type Victim } from './deaths.ts';
import { judge, type Verdict } from './judge.ts';
import type { Entry, Ledger } from './ledger.ts';

export interface KillOptions {
  readonly url: string;
  readonly ledger: Ledger;
  readonly browser: BrowserName;
  readonly victim: Victim;
  readonly rounds: number;
  /** No further batch of rounds begins after so long. */
  readonly longestMs?: number | undefined;
  /** Workflows that sleep throughout. */
  readonly open: number;
  /** From 0 to 1, as `Math.random`; drawn from for every moment. */
  readonly random: () => number;
  readonly report: (line: string) => void;
  /** Called after each round. */
  readonly onRound: (totals: Readonly<KillTotals>) => void | Promise<void>;
}

export interface KillTotals {
  /** Whose histories have been judged. */
  rounds: number;
  browserVersion: string;
  acknowledged: number;
  lost: number;
  doneTwice: number;
  integrityErrors: number;
  /** Calls of living pages that were answered by an error, or by nothing. */
  refused: number;
  /** Series of rounds that came to a stop before their end. */
  aborted: number;
  /** What was found, in words: the first of them. */
  readonly findings: string[];
  readonly firstProgressMs: number[];
  readonly settleMs: number[];
  readonly takeoverMs: number[];
}

/** After so many rounds the load is ended and judged, and after so many the profile is left, once all of it was judged again. */
const [ROUNDS_OF_BATCH, ROUNDS_OF_PROFILE] = [10, 100];
const [SHORTEST_WAIT_MS, LONGEST_WAIT_MS] = [50, 700];
const PATIENCE_MS = 30_000;
/** A browser takes no longer to open, on a machine that has other things to do. */
const LAUNCH_MS = 120_000;
/** All that a batch has begun comes to its end, on a machine that has other things to do. */
const FINISH_PATIENCE_MS = 180_000;
const MOST_FINDINGS = 20;

export async function killRounds(options: KillOptions): Promise<KillTotals> {
  const totals: KillTotals = {
    rounds: 0,
    browserVersion: '',
    acknowledged: 0,
    lost: 0,
    doneTwice: 0,
    integrityErrors: 0,
    refused: 0,
    aborted: 0,
    findings: [],
    firstProgressMs: [],
    settleMs: [],
    takeoverMs: [],
  };
  const end = performance.now() + (options.longestMs ?? Number.POSITIVE_INFINITY);
  for (let first = 1; first <= options.rounds && performance.now() < end; first += ROUNDS_OF_PROFILE) {
    const series = new Series(options, totals);
    try {
      await series.run(first, Math.min(options.rounds, first + ROUNDS_OF_PROFILE - 1), end);
    } catch (error) {
      series.abort(error as Error); // the others may still be had
    } finally {
      await series.end();
    }
  }
  return totals;
}

/** Rounds in one profile. */
class Series {
  readonly #options: KillOptions;
  readonly #totals: KillTotals;
  readonly #browser: KillableBrowser;
  /** Under load, in the order in which they were opened. */
  #pages: Page[] = [];
  #pagesOpened = 0;
  #mailboxId = '';
  readonly #judged: Entry[] = [];

  constructor(options: KillOptions, totals: KillTotals) {
    this.#options = options;
    this.#totals = totals;
    this.#browser = new KillableBrowser(options.browser, options.url);
  }

  end(): Promise<void> {
    return this.#browser.remove();
  }

  /** Something did not come that was waited for, be it the engine or the browser. */
  abort({ message }: Error): void {
    this.#totals.aborted++;
    this.#options.report(`  aborted: ${message}`);
    if (this.#totals.findings.length < MOST_FINDINGS) this.#totals.findings.push(`aborted: ${message}`);
  }

  async run(first: number, last: number, end: number): Promise<void> {
    const { ledger, open } = this.#options;
    ledger.take();
    const page = await this.#openPage();
    this.#totals.browserVersion = this.#browser.version;
    for (let from = 0; from < open; from += AT_ONCE)
      await page.evaluate(([from, count]) => trust.startSleepers(from, count), [from, Math.min(AT_ONCE, open - from)] as const);

    for (let round = first; round <= last && performance.now() < end; ) {
      const firstOfBatch = round;
      const lastOfBatch = Math.min(last, round + ROUNDS_OF_BATCH - 1);
      this.#mailboxId = `mail-${round}`;
      await this.#pages[0]?.evaluate((id) => trust.openMailbox(id), this.#mailboxId);
      while (this.#pages.length < 2) await this.#openPage();
      for (const page of this.#pages) await this.#load(page);
      for (; round <= lastOfBatch; round++) await this.#round(round);
      await this.#judgeBatch(lastOfBatch - firstOfBatch + 1);
      await this.#options.onRound(this.#totals);
    }
    await this.#judgeAgain();
  }

  async #round(round: number): Promise<void> {
    const { victim, random, ledger, report, onRound } = this.#options;
    const waitMs = Math.round(SHORTEST_WAIT_MS + random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS));
    await pause(waitMs);
    const acknowledged = ledger.acknowledged;
    const felt = victim === 'browser' ? await this.#killBrowser() : await this.#killLeader(victim);
    report(`round ${round}: ${victim} died after ${waitMs} ms; ${acknowledged} acknowledged since the last judgement; ${felt}`);
    await onRound(this.#totals);
  }

  /** @returns what was felt of it, in words */
  async #killBrowser(): Promise<string> {
    const { ledger } = this.#options;
    const { epoch } = await this.#leader();
    await die('browser', this.#browser, this.#pages[0] as Page);
    this.#pages = [];
    const before = openRuns(ledger.entries);
    const progress =
      before.size > 0 ? ledger.next(({ record }) => record.kind === 'begin' && before.has(record.workflowId), LAUNCH_MS + PATIENCE_MS) : undefined;
    const page = await this.#openPage();
    await this.#expectLaterThan(epoch, page);
    const navigatedAt = await page.evaluate(() => trust.navigatedAt());
    const entry = await Promise.race([progress, pause(PATIENCE_MS)]);
    if (entry) this.#totals.firstProgressMs.push(entry.at - navigatedAt);
    else if (before.size > 0) this.#find('integrityErrors', [`nothing went on within ${PATIENCE_MS} ms after the browser was opened again`]);
    await this.#load(page);
    await this.#load(await this.#openPage());
    return entry ? `first progress after ${Math.round(entry.at - navigatedAt)} ms` : `no progress of ${before.size} open runs`;
  }

  /** Each engine raises the epoch that it finds: one that does not go on from the last has another database before it. */
  async #expectLaterThan(before: number, page: Page): Promise<void> {
    const { epoch } = await page.evaluate(() => trust.leadership());
    if (epoch > before) return;
    const profile = this.#browser.keepProfile();
    this.#find('integrityErrors', [`the database had epoch ${before} and has ${epoch} after the browser was opened again: it is another one. See ${profile}`]);
  }

  /** @returns what was felt of it, in words */
  async #killLeader(victim: Victim): Promise<string> {
    const { leader, epoch } = await this.#leader();
    const survivors = victim === 'worker' ? this.#pages : this.#pages.filter((page) => page !== leader);
    const death = await die(victim, this.#browser, leader);
    const felt = await Promise.all(survivors.map((page) => this.#feel(page, death, epoch)));
    const [settleMs, takeoverMs] = [Math.max(...felt.map(({ settleMs }) => settleMs)), Math.max(...felt.map(({ takeoverMs }) => takeoverMs))];
    this.#totals.settleMs.push(settleMs);
    this.#totals.takeoverMs.push(takeoverMs);
    if (victim === 'worker') await leader.evaluate(() => trust.endLoad()); // else it would be booted again too often in a minute, and given up
    if (!leader.isClosed()) await leader.close();
    this.#pages = this.#pages.filter((page) => page !== leader);
    await this.#load(await this.#openPage());
    return `takeover ${takeoverMs} ms, settled after ${settleMs} ms`;
  }

  async #feel(page: Page, { earliest, latest }: Death, epoch: number): Promise<{ readonly settleMs: number; readonly takeoverMs: number }> {
    const asked = [earliest, latest, epoch, PATIENCE_MS] as const;
    try {
      return await page.evaluate(
        async ([earliest, latest, epoch, patienceMs]) => ({
          takeoverMs: await trust.takeoverSince(earliest, epoch, patienceMs),
          settleMs: await trust.settled(earliest, latest, patienceMs),
        }),
        asked,
      );
    } catch (error) {
      this.#find('refused', [`after a death: ${(error as Error).message}`]);
      return { settleMs: PATIENCE_MS, takeoverMs: PATIENCE_MS };
    } finally {
      await page.evaluate((moment) => trust.forget(moment), earliest).catch(() => undefined); // it has died since: the next round tells
    }
  }

  async #leader(): Promise<{ readonly leader: Page; readonly epoch: number }> {
    const end = Date.now() + PATIENCE_MS;
    while (Date.now() < end) {
      for (const page of this.#pages) {
        const { leads, epoch } = await page.evaluate(() => trust.leadership());
        if (leads) return { leader: page, epoch };
      }
      await pause(20);
    }
    throw new Error('no page leads');
  }

  async #openPage(): Promise<Page> {
    const page = await this.#browser.openPage();
    this.#pages.push(page);
    return page;
  }

  async #load(page: Page): Promise<void> {
    await page.evaluate(([sender, id]) => trust.load(sender, id), [`p${this.#pagesOpened++}`, this.#mailboxId] as const);
  }

  /** Ends the load, lets all runs come to their end, and judges them. */
  async #judgeBatch(rounds: number): Promise<void> {
    const { entries, acknowledged, verdict, sleepers } = await judgedBatch(this.#pages, this.#mailboxId, this.#options.ledger, FINISH_PATIENCE_MS);
    const { open } = this.#options;
    if (sleepers !== open) this.#find('lost', [`${open} sleepers were started, and ${sleepers} sleep`]);
    this.#totals.acknowledged += acknowledged;
    this.#judged.push(...entries);
    this.#count(verdict);
    this.#totals.rounds += rounds;
  }

  /** What was judged in its batch must hold still at the end. */
  async #judgeAgain(): Promise<void> {
    const [page] = this.#pages;
    if (!page) return;
    const { lost, doneTwice, integrityErrors } = judge(recordsOf(this.#judged), await historiesOf(page, this.#judged));
    if (this.#totals.lost + this.#totals.doneTwice + this.#totals.integrityErrors > 0) return; // they would be counted again
    this.#count({ lost, doneTwice, integrityErrors, refused: [] });
  }

  #count(verdict: Verdict): void {
    for (const kind of ['lost', 'doneTwice', 'integrityErrors', 'refused'] as const) this.#find(kind, verdict[kind]);
  }

  #find(kind: keyof Verdict, findings: readonly string[]): void {
    this.#totals[kind] += findings.length;
    for (const finding of findings) this.#options.report(`  ${kind}: ${finding}`);
    this.#totals.findings.push(...findings.slice(0, MOST_FINDINGS - this.#totals.findings.length).map((finding) => `${kind}: ${finding}`));
  }
}

/** Those that are known to be open, and that have something to do. */
function openRuns(entries: readonly Entry[]): ReadonlySet<string> {
  const open = new Set<string>();
  for (const { record } of entries) {
    if (record.kind === 'start') open.add(record.workflowId);
    else if (record.kind === 'result') open.delete(record.workflowId);
  }
  return open;
}

const pause = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, ms, undefined));
