/** Pages of the fixture application, in a browser whose profile is on the disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type BrowserName, openOnDisk } from './browsers.ts';
import type {} from './fixtures/serve/main.ts'; // for the type of `globalThis.app`

export const test = base.extend<{ profile: string; openBrowser: () => Promise<BrowserContext>; disk: BrowserContext }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  profile: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), 'perdure-e2e-'));
    await use(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); // the last processes of a killed browser may still write
  },
  openBrowser: async ({ profile, browserName }, use) => {
    const open: BrowserContext[] = [];
    await use(async () => {
      const context = await openOnDisk(browserName as BrowserName, profile);
      open.push(context);
      return context;
    });
    for (const context of open) await context.close();
  },
  disk: async ({ openBrowser }, use) => use(await openBrowser()),
});

/** With its engine running, or served by another tab's: a browser that is new to a busy machine may take half a minute to make a database. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.app !== undefined);
  await expect(page.locator('#status')).toHaveText(/^(leader|follower) running/, { timeout: 90_000 });
  return page;
}
