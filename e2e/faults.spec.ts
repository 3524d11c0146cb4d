/** A browser that takes the storage away while an engine runs on it, or has no room for more: what the page is told, and what goes on. */
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { SECOND_ENGINE } from './browsers.ts';
import { openPage, test } from './disk.ts';
import { BUILD as URL } from './servers.ts';

const DATABASE = 'perdure';

async function clearIndexedDb(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: URL, storageTypes: 'indexeddb' });
}

test('B6, B9: storage that is cleared under an engine ends it, is said, and the next visit knows that something was here', async ({ disk, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium lets the storage of an open page be cleared');
  const page = await openPage(disk, URL);
  const warnings: string[] = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await page.evaluate(() => app.start('cleared', 'World', 60_000));
  await expect.poll(() => page.evaluate(() => app.events('cleared'))).toContain('TimerStarted');
  await clearIndexedDb(disk, page);
  await expect.poll(async () => (await page.evaluate(() => app.status())).store, { timeout: 10_000 }).toMatchObject({ state: 'failed', fault: 'deleted' });
  const { state, reason } = await page.evaluate(() => app.status());
  expect([state, reason]).toEqual(['failed', expect.stringContaining('its storage was deleted')]);
  const code = await page.evaluate(() =>
    app.start('later', 'World', 0).catch((error: { code?: string; cause?: { code?: string } }) => error.code ?? error.cause?.code ?? String(error)),
  );
  expect(code).toBe('StorageUnavailable');

  await page.reload();
  await page.waitForFunction(() => globalThis.app !== undefined);
  await expect
    .poll(async () => (await page.evaluate(() => app.status())).store.emptied)
    .toContain(`there was a database "${DATABASE}" here before, and it is gone`);
  expect(warnings.filter((text) => text.includes('it is gone')).length).toBe(1);
  await page.evaluate(() => app.start('anew', 'World', 0));
  expect(await page.evaluate(() => app.result('anew'))).toBe('Hello World, Hello again World');
});

test('B9: a worker can reach what the mark of a database is kept in', { tag: SECOND_ENGINE }, async ({ disk }) => {
  const page = await openPage(disk, URL);
  await expect.poll(async () => page.evaluate(() => app.status())).toMatchObject({ state: 'running' });
  await expect.poll(() => page.evaluate(async () => (await (await caches.open('perdure')).match('/perdure/perdure'))?.text())).toMatch(/^[0-9a-f-]{36}$/);
});

test('B9: the answer of the browser to being asked for persistence is in the status, once a user has started something', { tag: SECOND_ENGINE }, async ({
  disk,
  browserName,
}) => {
  const page = await openPage(disk, URL);
  expect((await page.evaluate(() => app.status())).store.persistence).toBeUndefined();
  await page.evaluate(() => app.start('asked', 'World', 0)); // Playwright's calls count as a user's action
  await expect
    .poll(async () => (await page.evaluate(() => app.status())).store.persistence)
    .toMatch(browserName === 'firefox' ? /unanswered/ : /granted|denied/); // Firefox asks the user
});

test('B8: when the space is used up what is new is refused, and when there is room again all goes on without a reload', async ({ disk, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium lets the quota be set');
  test.setTimeout(120_000);
  const blank = await disk.newPage();
  await blank.goto(`${URL}/index.html`).catch(() => {});
  const session = await disk.newCDPSession(blank);
  await session.send('Storage.overrideQuotaForOrigin', { origin: URL, quotaSize: 6_000_000 });
  const page = await openPage(disk, URL);
  await page.evaluate(() => app.start('early', 'World', 8_000));
  await expect.poll(() => page.evaluate(() => app.events('early'))).toContain('TimerStarted');
  // Each is a hundred kilobytes of text that cannot be made smaller.
  const refusal = await page.evaluate(async () => {
    for (let n = 0; n < 200; n++) {
      const noise = Array.from(crypto.getRandomValues(new Uint8Array(50_000)), (byte) => String.fromCharCode(33 + (byte % 90))).join('');
      const error = await app.start(`noise-${n}`, noise, 600_000).then(
        () => undefined,
        (found: { code?: string; cause?: { code?: string }; message: string }) => `${found.code ?? found.cause?.code}: ${found.message}`,
      );
      if (error) return error;
    }
    return 'nothing was refused';
  });
  expect(refusal).toMatch(/ResourceExhausted/);
  const { store } = await page.evaluate(() => app.status());
  expect(store).toMatchObject({ state: 'full', fault: 'quota' });
  await session.send('Storage.overrideQuotaForOrigin', { origin: URL });
  await expect.poll(async () => (await page.evaluate(() => app.status())).store.state, { timeout: 90_000 }).toBe('open');
  await page.evaluate(() => app.start('again', 'World', 0));
  expect(await page.evaluate(() => app.result('again'))).toBe('Hello World, Hello again World');
  expect(await page.evaluate(() => app.result('early'))).toBe('Hello World, Hello again World');
});
