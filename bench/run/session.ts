/** A browser with a fresh profile on the disk, which a workload may close, kill and open again. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../scripts/browsers.mjs';
import type { BenchDurability } from '../app/durability.ts';

/** What a page begins by itself. See `../app/main.ts`. */
export interface Begin {
  readonly what: 'recover' | 'first' | 'bareRecover' | 'bareFirst';
  readonly id?: string;
  /** Of records that bare IndexedDB reads. */
  readonly count?: number;
}

export class Session {
  readonly #profile: string = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  readonly #url: string;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  browserVersion = '';

  private constructor(url: string) {
    this.#url = url;
  }

  static async create(baseUrl: string, durability: BenchDurability): Promise<Session> {
    const session = new Session(`${baseUrl}?durability=${durability}`);
    await session.open();
    return session;
  }

  get page(): Page {
    if (!this.#page) throw new Error('the browser is closed: open a page first');
    return this.#page;
  }

  /** Opens the page, and the browser before it where there is none. */
  async open(begin?: Begin): Promise<Page> {
    this.#context ??= await this.#launch();
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
    const { what: then, ...rest } = begin ?? { what: '' };
    const parameters = new URLSearchParams(Object.entries({ then, ...rest }).map(([name, value]) => [name, String(value)]));
    await this.#page.goto(`${this.#url}&${parameters}`);
    return this.#page;
  }

  /** @returns milliseconds from the navigation to the end of what the page began; the start of the browser is not in it */
  async timeFromNavigation(begin: Begin): Promise<number> {
    const page = await this.open(begin);
    return page.evaluate(() => bench.begun);
  }

  /** What the databases of the page take on the disk, the browser's own log for them included. */
  diskBytes(): number {
    const folder = join(this.#profile, 'Default', 'IndexedDB');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.reduce((total, name) => total + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** SIGKILL to the whole browser: nothing is asked, nothing is told. */
  async kill(): Promise<void> {
    const context = this.#context;
    const browser = context?.browser();
    if (!context || !browser) throw new Error('there is no browser to kill: open a page first');
    const cdp = await browser.newBrowserCDPSession();
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    const main = processInfo.find(({ type }) => type === 'browser');
    if (!main) throw new Error('the browser does not tell its process id');
    const closed = new Promise((resolve) => context.once('close', resolve));
    process.kill(main.id, 'SIGKILL');
    await closed;
    this.#forget();
  }

  async close(): Promise<void> {
    await this.#context?.close();
    this.#forget();
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); // the last processes of a killed browser may still write
  }

  async #launch(): Promise<BrowserContext> {
    const launch = chromiumLaunch();
    if (!launch) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');
    const context = await chromium.launchPersistentContext(this.#profile, launch);
    context.setDefaultTimeout(0);
    this.browserVersion = context.browser()?.version() ?? '';
    return context;
  }

  #forget(): void {
    this.#context = undefined;
    this.#page = undefined;
  }
}
