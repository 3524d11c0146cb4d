/** The ways to die: of the leading tab, of its renderer, of its engine worker, of the whole browser. */
import type { Page } from '@playwright/test';
import type { BrowserName, KillableBrowser } from './browser.ts';

export const VICTIMS = ['browser', 'tab', 'renderer', 'worker'] as const;
export type Victim = (typeof VICTIMS)[number];

/** In ms since 1970: it happened between the two. */
export interface Death {
  readonly earliest: number;
  readonly latest: number;
}

/** @returns why this victim cannot be had in this browser, if it cannot */
export const whyNot = (victim: Victim, browser: BrowserName): string | undefined =>
  victim === 'renderer' && browser === 'firefox'
    ? 'a renderer is crashed by the DevTools protocol, which Firefox does not speak: use --browser chromium'
    : undefined;

/**
 * @param leader the page whose worker runs the engine
 * @returns when it happened
 */
export async function die(victim: Victim, browser: KillableBrowser, leader: Page): Promise<Death> {
  switch (victim) {
    case 'browser':
      return begin(() => browser.kill());
    case 'tab':
      return begin(() => leader.close());
    case 'renderer':
      return crash(leader);
    case 'worker':
      return browser.name === 'chromium' ? endWorker(leader) : begin(() => leader.evaluate(() => trust.endWorker())); // no worker can be reached from outside of Firefox
  }
}

async function begin(death: () => Promise<unknown>): Promise<Death> {
  const earliest = Date.now();
  await death();
  return { earliest, latest: Date.now() };
}

async function crash(page: Page): Promise<Death> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  return begin(() => {
    void session.send('Page.crash').catch(() => undefined); // the one who would answer is dead
    return crashed;
  });
}

async function endWorker(page: Page): Promise<Death> {
  for (const worker of page.workers()) {
    const name = await worker.evaluate(() => self.name).catch(() => undefined); // a sandbox that is being replaced
    if (name !== 'perdure') continue;
    const closed = new Promise((resolve) => worker.once('close', resolve));
    return begin(() => {
      void worker.evaluate(() => self.close()).catch(() => undefined); // the one who would answer is gone
      return closed;
    });
  }
  throw new Error('the leading page has no engine worker');
}
