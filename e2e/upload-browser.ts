/** A browser with a profile on the disk, which tests kill and start again, and what they read in it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, Connection } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../scripts/browsers.mjs';

declare global {
  /** What the page gives to the console. */
  var playground: { readonly client: Client; readonly service: Connection['service'] };
}

/** A normal context keeps its storage in memory: only a profile on the disk outlives its browser. */
export class Browser {
  readonly #profile: string;
  #context: BrowserContext | undefined;

  private constructor(profile: string) {
    this.#profile = profile;
  }

  static async create(): Promise<Browser> {
    return new Browser(await mkdtemp(join(tmpdir(), 'perdure-e2e-')));
  }

  async open(url: string): Promise<Page> {
    this.#context ??= await chromium.launchPersistentContext(this.#profile, { ...chromiumLaunch(), viewport: { width: 1280, height: 900 } });
    const [first] = this.#context.pages();
    const page = first?.url() === 'about:blank' ? first : await this.#context.newPage();
    await page.goto(url);
    return page;
  }

  /** SIGKILL to the whole browser: nothing is asked, nothing is told. */
  async kill(): Promise<void> {
    const context = this.#context;
    const browser = context?.browser();
    if (!context || !browser) throw new Error('There is no browser to kill: open a page first');
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const main = processInfo.find(({ type }) => type === 'browser');
    if (!main) throw new Error('The browser does not tell its process id');
    const closed = new Promise((resolve) => context.once('close', resolve));
    process.kill(main.id, 'SIGKILL');
    await closed;
    this.#context = undefined;
  }

  async remove(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    // The last processes of a killed browser may still write.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** The renderer of a page, killed as by the system when memory is short. */
export async function crashRenderer(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // The answer never comes: the one who would give it is dead.
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
}

export interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const testFile = (name: string, size: number): TestFile => ({ name, mimeType: 'application/octet-stream', buffer: randomBytes(size) });

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As a person picks files; `files` are paths or contents. */
export async function pickFiles(page: Page, files: TestFile | readonly TestFile[] | string): Promise<void> {
  await page.locator('input[type=file]:enabled').setInputFiles(files as TestFile);
}

/** The page's history of an upload, event by event. */
export function historyOf(page: Page, uploadId: string): Promise<readonly HistoryEvent[]> {
  return page.evaluate(async (workflowId) => {
    const events: HistoryEvent[] = [];
    for (;;) {
      const page = await playground.service.getWorkflowExecutionHistory({
        namespace: 'default',
        workflowExecution: { workflowId },
        afterEventId: events.at(-1)?.eventId ?? 0,
      });
      events.push(...page.events);
      if (!page.more) return events;
    }
  }, `upload-${uploadId}`);
}

/** When the sending of each chunk was recorded as done, by the chunk's index. */
export function recordedChunks(history: readonly HistoryEvent[]): ReadonlyMap<number, number> {
  const indexes = new Map<number, number>();
  const recorded = new Map<number, number>();
  for (const event of history) {
    if (event.type === 'ActivityTaskScheduled' && event.attributes.activityType === 'sendChunk') {
      indexes.set(event.eventId, (JSON.parse(event.attributes.input?.[0]?.data ?? '') as { index: number }).index);
    }
    const index = event.type === 'ActivityTaskCompleted' ? indexes.get(event.attributes.scheduledEventId) : undefined;
    if (index !== undefined) recorded.set(index, event.eventTime);
  }
  return recorded;
}
