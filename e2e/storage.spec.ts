/** The playground over a database that cannot be opened: said on the page and to callers, and nothing made do with. */
import { expect, test } from '@playwright/test';
import { type BrowserName, SECOND_ENGINE } from './browsers.ts';
import { PLAYGROUND } from './servers.ts';
import { Browser, pickFiles, sha256, testFile } from './upload-browser.ts';

const DATABASE = 'perdure-playground';

let browser: Browser;
test.beforeEach(async ({ browserName }) => {
  browser = await Browser.create(browserName as BrowserName);
});
test.afterEach(() => browser.remove());

test('a database of a newer version fails the engine visibly, and it starts once that is out of the way', { tag: SECOND_ENGINE }, async () => {
  const session = `e2e-storage-${process.pid}`;
  const page = await browser.open(`${PLAYGROUND}/api/upload/${session}/status`); // this origin, without an engine
  await page.evaluate(
    (name) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name, 99);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
      }),
    DATABASE,
  );
  await page.goto(`${PLAYGROUND}/?session=${session}&chunk=65536`);
  await expect(page.getByTestId('engine')).toContainText('Engine failed');
  await expect(page.locator('.banner')).toContainText('has format version 99, and this code knows versions up to 4; load the newer version of the application');
  await expect(page.locator('input[type=file]:enabled')).toHaveCount(0);
  const code = await page.evaluate(() =>
    playground.client.workflow
      .getHandle('any')
      .describe()
      .then(String, (error: { code: string }) => error.code),
  );
  expect(code).toBe('StorageUnavailable');

  await page.evaluate((name) => void indexedDB.deleteDatabase(name), DATABASE);
  await page.locator('.banner').getByRole('button', { name: 'Start it again' }).click();
  const file = testFile('after.bin', 131_072);
  await pickFiles(page, file);
  await expect(page.getByTestId('server-digest')).toHaveText(sha256(file.buffer));
});
