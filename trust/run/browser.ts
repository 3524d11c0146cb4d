/** A browser with a profile on the disk, of either kind, whose main process can be killed and which is then opened again. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, firefox, type Page } from '@playwright/test';
import { chromiumLaunch, firefoxUse } from '../../scripts/browsers.mjs';
import type {} from '../app/main.ts'; // for the type of `globalThis.trust`

export type BrowserName = 'chromium' | 'firefox';

/** How long a killed browser may take to be gone, in ms. */
const PATIENCE = 10_000;
/** Of the children that Firefox starts; those of Chromium have `--type=`. */
const CHILD = /\s--type=|\s-contentproc\b/;

export class KillableBrowser {
  readonly #profile: string = mkdtempSync(join(tmpdir(), 'perdure-trust-'));
  #isKept = false;
  #context: BrowserContext | undefined;
  /** With its name, once it was open. */
  version = '';

  readonly name: BrowserName;
  readonly #url: string;

  /** @param url of the page that `openPage` opens */
  constructor(name: BrowserName, url: string) {
    this.name = name;
    this.#url = url;
  }

  get isOpen(): boolean {
    return this.#context !== undefined;
  }

  get pages(): readonly Page[] {
    return this.#context?.pages() ?? [];
  }

  /** Opens the browser where it is not open. */
  async open(): Promise<BrowserContext> {
    if (this.#context) return this.#context;
    const context = this.name === 'chromium' ? await launchChromium(this.#profile) : await launchFirefox(this.#profile);
    context.setDefaultTimeout(60_000);
    this.version = `${this.name === 'chromium' ? 'Chromium' : 'Firefox'} ${context.browser()?.version() ?? ''}`.trim();
    this.#context = context;
    return context;
  }

  /** Opens a page of the load, and the browser before it where there is none. */
  async openPage(): Promise<Page> {
    const context = await this.open();
    const [first] = context.pages();
    const page = first?.url() === 'about:blank' ? first : await context.newPage();
    await page.goto(this.#url);
    await page.waitForFunction(() => globalThis.trust !== undefined);
    return page;
  }

  /** SIGKILL to the main process: nothing is asked, nothing is told, and its children follow. */
  async kill(): Promise<void> {
    const context = this.#context;
    if (!context) throw new Error('there is no browser to kill: open a page first');
    const closed = new Promise((resolve) => context.once('close', resolve));
    process.kill(this.#mainProcess(), 'SIGKILL');
    this.#context = undefined;
    await Promise.race([closed, pause(PATIENCE)]);
    const end = Date.now() + PATIENCE;
    while (this.#processes().length > 0) {
      if (Date.now() > end) throw new Error(`processes of the killed browser live on: ${this.#processes().join('; ')}`);
      await pause(20);
    }
  }

  /** The profile stays on the disk, to be looked at. @returns where it is */
  keepProfile(): string {
    this.#isKept = true;
    return this.#profile;
  }

  async remove(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    if (this.#isKept) return;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); // the last processes of a killed browser may still write
  }

  #mainProcess(): number {
    const main = this.#processes().find((line) => !CHILD.test(line));
    if (!main) throw new Error(`no main process among ${this.#processes().length} with the profile ${this.#profile}`);
    return Number.parseInt(main, 10);
  }

  /** Those that name the profile, each as its id and its command; a zombie names none. */
  #processes(): readonly string[] {
    const all = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
    return all.split('\n').filter((line) => line.includes(this.#profile));
  }
}

function launchChromium(profile: string): Promise<BrowserContext> {
  const launch = chromiumLaunch();
  if (!launch) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');
  return chromium.launchPersistentContext(profile, launch);
}

function launchFirefox(profile: string): Promise<BrowserContext> {
  const use = firefoxUse();
  if (!use) throw new Error('there is no Firefox: install one, or name one by PERDURE_FIREFOX');
  const firefoxUserPrefs = { 'toolkit.startup.max_resumed_crashes': -1, 'browser.sessionstore.resume_from_crash': false };
  return firefox.launchPersistentContext(profile, { ...use.launchOptions, ...(use.channel && { channel: use.channel }), firefoxUserPrefs });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
