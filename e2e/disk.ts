/** A browser whose profile is on disk, pages of the fixture application in it, and ways for them to die. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../scripts/browsers.mjs';
import type {} from './fixtures/serve/main.ts'; // for the type of `globalThis.app`

/** A browser whose profile is on disk: in a context of Playwright's own, IndexedDB lives in memory. */
export const test = base.extend<{ profile: string; disk: BrowserContext }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  profile: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), 'perdure-e2e-'));
    await use(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); // the last processes of a killed browser may still write
  },
  disk: async ({ profile }, use) => {
    const context = await openBrowser(profile);
    await use(context);
    await context.close();
  },
});

export const openBrowser = (profile: string): Promise<BrowserContext> => chromium.launchPersistentContext(profile, chromiumLaunch());

export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.app !== undefined);
  return page;
}

/** Kills the browser's main process, with no chance to flush anything; its children follow. */
export async function killBrowser(context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(context.pages()[0] as NonNullable<ReturnType<BrowserContext['pages']>[0]>);
  const closed = new Promise((resolve) => context.once('close', resolve));
  const browser = context.browser();
  const { processInfo } = await (browser ? await browser.newBrowserCDPSession() : session).send('SystemInfo.getProcessInfo');
  const main = processInfo.find(({ type }) => type === 'browser');
  if (!main) throw new Error(`no browser process among ${JSON.stringify(processInfo)}`);
  process.kill(main.id, 'SIGKILL');
  await closed;
}
