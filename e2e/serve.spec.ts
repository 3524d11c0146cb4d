/** The engine as applications have it: `serve` in one worker script, `connect` in the page, IndexedDB on disk, in a real browser. */
import { expect } from '@playwright/test';
import { killBrowser, SECOND_ENGINE } from './browsers.ts';
import { openPage, test } from './disk.ts';
import { BUILD, DEVELOPMENT } from './servers.ts';

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
  ['in development', DEVELOPMENT],
  ['as a build, under a strict Content-Security-Policy', BUILD],
] as const)
  test.describe(`an application served ${server}`, { tag: url === BUILD ? SECOND_ENGINE : [] }, () => {
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

    test('a run that waits tells where, by the names of its functions', async ({ disk, browserName }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.start('waits', 'World', 600_000));
      await expect.poll(() => page.evaluate(() => app.events('waits'))).toContain('TimerStarted');
      const { text, names } = await page.evaluate(() => app.stacks('waits'));
      // Lowered code of a build has its helpers around the function, and a minified object before its name.
      // Firefox knows functions by their names in the source alone, which a minifier shortens: there the position tells, by a source map.
      const name = browserName === 'firefox' && url === BUILD ? '\\w+' : '(\\w+\\.)?greetTwice';
      expect(names).toEqual([[...(names[0] ?? []).slice(0, -1), expect.stringMatching(new RegExp(`^${name}$`))]]);
      expect(text.split('\n').at(-1)).toMatch(new RegExp(`^ {4}at ${name} \\(http://localhost:\\d+/\\S+:\\d+:\\d+\\)$`));
    });

    test('S21: nothing needs a page that is isolated from other origins, nor memory that is shared', async ({ disk }) => {
      const page = await openPage(disk, url);
      expect(await page.evaluate(() => [globalThis.crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([false, 'undefined']);
      await page.evaluate(() => app.start('not-isolated', 'World', 100));
      expect(await page.evaluate(() => app.result('not-isolated'))).toBe('Hello World, Hello again World');
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

    test('S16: workflow code that never yields is ended, and other workflows go on', async ({ disk }) => {
      const page = await openPage(disk, url);
      await page.evaluate(() => app.startRunAway('run-away'));
      await page.evaluate(() => app.start('neighbour', 'World', 100));
      expect(await page.evaluate(() => app.result('neighbour'))).toBe('Hello World, Hello again World');
      await expect.poll(() => page.evaluate(() => app.events('run-away'))).toContain('WorkflowTaskTimedOut');
    });
  });

test('a workflow survives the kill of the whole browser', { tag: SECOND_ENGINE }, async ({ profile, openBrowser }) => {
  const context = await openBrowser();
  const page = await openPage(context, BUILD);
  await page.evaluate(() => app.start('killed', 'World', 1_000));
  await expect.poll(() => page.evaluate(() => app.events('killed'))).toContain('TimerStarted');
  await killBrowser(context, profile);
  const again = await openBrowser();
  const reopened = await openPage(again, BUILD);
  expect(await reopened.evaluate(() => app.result('killed'))).toBe('Hello World, Hello again World');
});
