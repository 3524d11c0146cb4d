/** A browser with a profile on the disk, which tests kill and start again, and what they read in it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, Connection } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';
import type { BrowserContext, Page } from '@playwright/test';
import { type BrowserName, killBrowser, openOnDisk } from './browsers.ts';

declare global {
  /** What the page gives to the console. */
  var playground: { readonly client: Client; readonly service: Connection['service'] };
}

/** A normal context keeps its storage in memory: only a profile on the disk outlives its browser. */
export class Browser {
  readonly #name: BrowserName;
  readonly #profile: string;
  #context: BrowserContext | undefined;

  private constructor(name: BrowserName, profile: string) {
    this.#name = name;
    this.#profile = profile;
  }

  static async create(name: BrowserName): Promise<Browser> {
    return new Browser(name, await mkdtemp(join(tmpdir(), 'perdure-e2e-')));
  }

  async open(url: string): Promise<Page> {
    this.#context ??= await openOnDisk(this.#name, this.#profile, { viewport: { width: 1280, height: 900 } });
    const [first] = this.#context.pages();
    const page = first?.url() === 'about:blank' ? first : await this.#context.newPage();
    await page.goto(url);
    return page;
  }

  /** SIGKILL to the whole browser: nothing is asked, nothing is told. */
  async kill(): Promise<void> {
    if (!this.#context) throw new Error('There is no browser to kill: open a page first');
    await killBrowser(this.#context, this.#profile);
    this.#context = undefined;
  }

  async remove(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    // The last processes of a killed browser may still write.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
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
