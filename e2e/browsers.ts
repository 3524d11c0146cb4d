/** The browsers that tests drive, with their profile on the disk: in a context of Playwright's own, IndexedDB lives in memory. */
import { execFileSync } from 'node:child_process';
import { type BrowserContext, chromium, firefox, type Page } from '@playwright/test';
import { chromiumLaunch, firefoxUse } from '../scripts/browsers.mjs';

export type BrowserName = 'chromium' | 'firefox';

/** Marks what only a second engine of its own can show. `npm test` runs these in Firefox, `npm run test:firefox` runs all. */
export const SECOND_ENGINE = '@second-engine';

interface LaunchOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
}

export function openOnDisk(browser: BrowserName, profile: string, options: LaunchOptions = {}): Promise<BrowserContext> {
  if (browser === 'chromium') return chromium.launchPersistentContext(profile, { ...chromiumLaunch(), ...options });
  const use = firefoxUse();
  if (!use) throw new Error('there is no Firefox: install one, or name it by PERDURE_FIREFOX');
  return firefox.launchPersistentContext(profile, { ...('channel' in use ? { channel: use.channel } : {}), ...use.launchOptions, ...options });
}

/** SIGKILL to the main process of the browser: nothing is asked, nothing is told; its children follow. */
export async function killBrowser(context: BrowserContext, profile: string): Promise<void> {
  const closed = new Promise((resolve) => context.once('close', resolve));
  process.kill(mainProcess(profile), 'SIGKILL');
  await closed;
}

/** Every process of a browser names its profile; the main one is none that was made for a page. */
function mainProcess(profile: string): number {
  const processes = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const found = processes.filter((line) => line.includes(profile) && !/--type=|-contentproc|crashhelper/.test(line)).map((line) => Number.parseInt(line, 10));
  const [main] = found;
  if (main === undefined) throw new Error(`no process has the profile ${profile}`);
  return main;
}

/** The renderer of a page, killed as by the system when memory is short. Chromium alone lets one do that. */
export async function crashRenderer(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // The answer never comes: the one who would give it is dead.
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
}
