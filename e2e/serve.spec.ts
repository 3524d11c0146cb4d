/** The engine as applications have it: `serve` in one worker script, `connect` in the page, IndexedDB on disk, in a real browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, chromium, expect } from '@playwright/test';
import { chromiumLaunch } from '../scripts/browsers.mjs';
import type {} from './fixtures/serve/main.ts'; // for the type of `globalThis.app`

/** A browser whose profile is on disk: in a context of Playwright's own, IndexedDB lives in memory. */
const test = base.extend<{ profile: string; disk: BrowserContext }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  profile: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), 'perdure-e2e-'));
    await use(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); // the last processes of a killed browser may still write
  },
  disk: async ({ profile }, use) => {
    const context = await open(profile);
    await use(context);
    await context.close();
  },
});

const open = (profile: string): Promise<BrowserContext> => chromium.launchPersistentContext(profile, chromiumLaunch());

async function openPage(context: BrowserContext, url: string) {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.app !== undefined);
  return page;
}

const EVENTS_OF_TWO_ACTIVITIES_AND_A_TIMER = [
  'WorkflowExecutionStarted',
  ...['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'],
  ...['ActivityTaskScheduled', 'ActivityTaskStarted', 'ActivityTaskCompleted'],
  ...['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'],
  ...['TimerStarted', 'TimerFired'],
  ...['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'],
  ...['ActivityTaskScheduled', 'ActivityTaskStarted', 'ActivityTaskCompleted'],
  ...['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'],
  'WorkflowExecutionCompleted',
];

for (const [server, url] of [
  ['in development', 'http://localhost:4181'],
  ['as a build, under a strict Content-Security-Policy', 'http://localhost:4182'],
] as const)
  test.describe(`an application served ${server}`, () => {
    test('a workflow goes on where it was when the page is reloaded during its timer', async ({ disk }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.start('reloaded', 'World', 1_500));
      await expect.poll(() => page.evaluate(() => app.events('reloaded'))).toContain('TimerStarted');
      await page.reload();
      await page.waitForFunction(() => globalThis.app !== undefined);
      expect(await page.evaluate(() => app.result('reloaded'))).toBe('Hello World, Hello again World');
      expect(await page.evaluate(() => app.events('reloaded'))).toEqual(EVENTS_OF_TWO_ACTIVITIES_AND_A_TIMER);
    });

    test('limits, the budget of starts and warnings are those that serve and connect were given', async ({ disk }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.startCrowd('crowd', 4));
      await expect.poll(() => page.evaluate(() => app.taskFailures('crowd'))).toContain('PENDING_ACTIVITIES_LIMIT_EXCEEDED');
      for (const attempt of [1, 2]) expect(await page.evaluate((n) => app.longHistory('long', n), 11), `start ${attempt}`).toBeGreaterThan(60);
      await expect(page.evaluate(() => app.longHistory('long', 1))).rejects.toThrow('was started again too often');
      const warnings = await page.evaluate(() => app.warnings());
      expect(warnings.map(({ workflowId, limit, allowed }) => ({ workflowId, limit, allowed }))).toEqual(
        Array(2).fill({ workflowId: 'long', limit: 'historyEvents', allowed: 51_200 }),
      );
    });

    test('a run that waits tells where, by the names of its functions', async ({ disk }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.start('waits', 'World', 600_000));
      await expect.poll(() => page.evaluate(() => app.events('waits'))).toContain('TimerStarted');
      const { text, names } = await page.evaluate(() => app.stacks('waits'));
      // Lowered code of a build has its helpers around the function, and a minified object before its name.
      expect(names).toEqual([[...(names[0] ?? []).slice(0, -1), expect.stringMatching(/^(\w+\.)?greetTwice$/)]]);
      expect(text.split('\n').at(-1)).toMatch(/^ {4}at (\w+\.)?greetTwice \(http:\/\/localhost:\d+\/\S+:\d+:\d+\)$/);
    });

    test('calls that are open while the engine worker is ended are answered by the next one', async ({ disk }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.start('restarted', 'World', 1_000));
      const result = page.evaluate(() => {
        const result = app.result('restarted');
        app.restart();
        return result;
      });
      expect(await result).toBe('Hello World, Hello again World');
    });

    test('activities that are given to connect run in the page', async ({ disk }) => {
      const page = await openPage(disk, url);
      expect(await page.evaluate(() => app.throughThePage('through-the-page', 'hi'))).toBe('hi (serve)');
    });

    test('workflow code that never yields is ended, and other workflows go on', async ({ disk }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.startRunAway('run-away'));
      await page.evaluate(() => app.start('neighbour', 'World', 100));
      expect(await page.evaluate(() => app.result('neighbour'))).toBe('Hello World, Hello again World');
      await expect.poll(() => page.evaluate(() => app.events('run-away'))).toContain('WorkflowTaskTimedOut');
    });

    test('a second tab says that another one leads, and takes over when it is closed', async ({ disk }) => {
      const first = await openPage(disk, url);
      await first.evaluate(() => app.start('taken-over', 'World', 1_500));
      await expect(first.locator('#status')).toHaveText('leader running');
      const second = await openPage(disk, url);
      await expect(second.locator('#status')).toContainText('follower starting: another tab holds the database "perdure"');
      const result = second.evaluate(() => app.result('taken-over'));
      await first.close();
      expect(await result).toBe('Hello World, Hello again World');
      await expect(second.locator('#status')).toHaveText('leader running');
    });
  });

test('a workflow survives the kill of the whole browser', async ({ profile }) => {
  const context = await open(profile);
  const page = await openPage(context, 'http://localhost:4182');
  await page.evaluate(() => app.start('killed', 'World', 1_000));
  await expect.poll(() => page.evaluate(() => app.events('killed'))).toContain('TimerStarted');
  await killBrowser(context);
  const again = await open(profile);
  const reopened = await openPage(again, 'http://localhost:4182');
  expect(await reopened.evaluate(() => app.result('killed'))).toBe('Hello World, Hello again World');
  await again.close();
});

/** Kills the browser's main process, with no chance to flush anything; its children follow. */
async function killBrowser(context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(context.pages()[0] as NonNullable<ReturnType<BrowserContext['pages']>[0]>);
  const closed = new Promise((resolve) => context.once('close', resolve));
  const browser = context.browser();
  const { processInfo } = await (browser ? await browser.newBrowserCDPSession() : session).send('SystemInfo.getProcessInfo');
  const main = processInfo.find(({ type }) => type === 'browser');
  if (!main) throw new Error(`no browser process among ${JSON.stringify(processInfo)}`);
  process.kill(main.id, 'SIGKILL');
  await closed;
}
