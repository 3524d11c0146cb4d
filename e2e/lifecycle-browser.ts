/**
 * A Chromium that freezes hidden pages, slows their timers and keeps pages for "back", as users' browsers do. Playwright holds every page for
 * visible and switches all of that off, so this one is driven by Puppeteer.
 */
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { chromiumLaunch } from '../scripts/browsers.mjs';
import type {} from './fixtures/serve/main.ts'; // for the type of `globalThis.app`

const SWITCHED_OFF = /^--disable-(background-timer-throttling|backgrounding-occluded-windows|renderer-backgrounding|back-forward-cache|features=)/;
/** A page that has been hidden for a second gets its timers once a minute, in place of five minutes later. */
const THROTTLED_SOON = '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1';

export function openWithLifecycle(profile: string): Promise<Browser> {
  const launch = chromiumLaunch();
  if (!launch?.executablePath) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');
  return puppeteer.launch({
    executablePath: launch.executablePath,
    userDataDir: profile,
    args: [...(launch.args ?? []), THROTTLED_SOON],
    ignoreDefaultArgs: puppeteer.defaultArgs().filter((argument) => SWITCHED_OFF.test(argument)),
  });
}

/** In front of all others, with its engine running or served by another tab's. */
export async function openTab(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.app !== undefined, { polling: 50 });
  await untilStatus(page, 'leader running', 'follower running');
  return page;
}

/** Frames are not drawn in a hidden page, so it is asked again and again. */
export async function untilStatus(page: Page, ...expected: string[]): Promise<void> {
  await page.waitForFunction((...expected) => expected.includes(document.querySelector('#status')?.textContent ?? ''), { polling: 50 }, ...expected);
}

/** As the browser does with a tab that has been hidden for long. */
export async function freeze(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
}
