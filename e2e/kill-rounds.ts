/**
 * Kills the browser in the middle of an upload, again and again, at moments drawn from a seed, and judges each upload when it has ended:
 * nothing that was read from the engine before the kill may be lost, no chunk may come again once its completion is recorded, and the digest
 * must be right. Run by `npm run kill`.
 */
import type { HistoryEvent } from '@perdure/core/history';
import { expect } from '@playwright/test';
import { Browser, historyOf, pickFiles, sha256, testFile } from './upload-browser.ts';
import { type EndpointSession, endpointSession } from './upload-endpoint.ts';
import { judgeUpload } from './upload-proof.ts';

export interface KillOptions {
  readonly baseUrl: string;
  readonly rounds: number;
  /** From 0 to 1, as `Math.random`; drawn from for every moment. */
  readonly random: () => number;
  readonly report: (line: string) => void;
}

export interface KillTotals {
  /** Events that were read from the engine before the kills. */
  acknowledged: number;
  lost: number;
  doneTwice: number;
  /** Uploads that did not end with the digest of their file. */
  wrong: number;
}

const CHUNK = 32 * 1024;
const MOST_CHUNKS = 40;
/** The endpoint answers so slowly that an upload lasts longer than the longest wait before a kill. */
const DELAY_MS = 60;
const LONGEST_WAIT_MS = 700;
const PATIENCE_MS = 30_000;

export async function killRounds({ baseUrl, rounds, random, report }: KillOptions): Promise<KillTotals> {
  const totals: KillTotals = { acknowledged: 0, lost: 0, doneTwice: 0, wrong: 0 };
  const browser = await Browser.create('chromium');
  try {
    for (let round = 1; round <= rounds; round++) {
      const endpoint = endpointSession(baseUrl, `kill-${process.pid}-${round}`);
      await endpoint.set({ delayMs: DELAY_MS });
      const waitMs = Math.floor(random() * LONGEST_WAIT_MS);
      const size = Math.floor((MOST_CHUNKS / 2 + (random() * MOST_CHUNKS) / 2) * CHUNK);
      const outcome = await oneRound(browser, endpoint, `${baseUrl}/?session=${endpoint.name}&chunk=${CHUNK}`, { round, waitMs, size });
      totals.acknowledged += outcome.acknowledged;
      totals.lost += outcome.lost.length;
      totals.doneTwice += outcome.doneTwice.length;
      totals.wrong += outcome.isRight ? 0 : 1;
      report(`round ${round}: killed after ${waitMs} ms with ${outcome.acknowledged} events acknowledged, of ${outcome.total} at the end`);
      for (const problem of [...outcome.lost, ...outcome.doneTwice, ...(outcome.isRight ? [] : ['the digest is wrong'])]) report(`  ${problem}`);
    }
  } finally {
    await browser.remove();
  }
  return totals;
}

interface Round {
  readonly round: number;
  readonly waitMs: number;
  readonly size: number;
}

async function oneRound(browser: Browser, endpoint: EndpointSession, url: string, { round, waitMs, size }: Round) {
  const file = testFile(`round-${round}.bin`, size);
  const before = await browser.open(url);
  await pickFiles(before, file);
  const found = before.locator('.upload[data-upload-id]', { hasText: file.name });
  const uploadId = (await found.getAttribute('data-upload-id')) ?? '';
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  const seen: readonly HistoryEvent[] = await historyOf(before, uploadId);
  await browser.kill();

  const after = await browser.open(url);
  await endpoint.set({ delayMs: 0 });
  await expect(after.locator(`[data-upload-id="${uploadId}"]`)).toHaveAttribute('data-status', 'COMPLETED', { timeout: PATIENCE_MS });
  const history = await historyOf(after, uploadId);
  const upload = (await endpoint.status()).uploads[uploadId];
  const verdict = judgeUpload([seen], history, upload?.chunks ?? []);
  await after.close();
  return { ...verdict, total: history.length, isRight: upload?.completed?.sha256 === sha256(file.buffer) };
}
