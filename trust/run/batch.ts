/** What was done under load, judged once the load has ended and all runs have come to their end. */
import type { Page } from '@playwright/test';
import type { FetchedHistory } from '../app/main.ts';
import { type Histories, judge, type Verdict, workflowsIn } from './judge.ts';
import type { Entry, Ledger } from './ledger.ts';

/** Histories that are fetched at once, and sleepers that are started. */
export const AT_ONCE = 20;

export interface JudgedBatch {
  readonly entries: readonly Entry[];
  readonly acknowledged: number;
  readonly verdict: Verdict;
  /** Workflows that sleep throughout. */
  readonly sleepers: number;
}

/**
 * Ends the load of the pages, waits until all runs but the sleepers have ended, and takes what the ledger has.
 *
 * @throws if a run does not end within `patienceMs`
 */
export async function judgedBatch(pages: readonly Page[], mailboxId: string, ledger: Ledger, patienceMs: number): Promise<JudgedBatch> {
  const [page] = pages;
  if (!page) throw new Error('there is no page to judge by');
  await Promise.all(pages.map((page) => page.evaluate(() => trust.endLoad())));
  await page.evaluate(([id, patienceMs]) => trust.finish(id, patienceMs), [mailboxId, patienceMs] as const);
  const sleepers = await page.evaluate(() => trust.countSleepers());
  const { acknowledged } = ledger;
  const entries = ledger.take();
  return { entries, acknowledged, sleepers, verdict: judge(recordsOf(entries), await historiesOf(page, entries)) };
}

export const recordsOf = (entries: readonly Entry[]) => entries.map(({ record }) => record);

export async function historiesOf(page: Page, entries: readonly Entry[]): Promise<Histories> {
  const workflowIds = workflowsIn(recordsOf(entries));
  const histories = new Map<string, FetchedHistory>();
  for (let from = 0; from < workflowIds.length; from += AT_ONCE) {
    const names = workflowIds.slice(from, from + AT_ONCE).map((workflowId) => ({ workflowId }));
    const fetched = await page.evaluate((names) => trust.histories(names), names);
    names.forEach(({ workflowId }, index) => void histories.set(workflowId, fetched[index] as FetchedHistory));
  }
  return histories;
}
