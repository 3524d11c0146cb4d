/** The durable upload in a real browser: it ends with the right digest, whatever happens on the way. */
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect as baseExpect, type Page } from '@playwright/test';
import { type BrowserName, crashRenderer, SECOND_ENGINE } from './browsers.ts';
import { PLAYGROUND } from './servers.ts';
import { Browser, historyOf, pickFiles, recordedChunks, sha256, testFile } from './upload-browser.ts';
import { chunksReceived, type EndpointSession, endpointSession } from './upload-endpoint.ts';
import { judgeUpload } from './upload-proof.ts';

/** A browser that starts anew on a busy machine takes its time. */
const expect = baseExpect.configure({ timeout: 15_000 });
const CHUNK = 64 * 1024;
const MEBIBYTE = 1024 * 1024;

interface Playground {
  readonly browser: Browser;
  readonly endpoint: EndpointSession;
  /** Opens the page anew; in a new browser if the last one was killed. */
  open(chunkSize?: number): Promise<Page>;
}

const test = base.extend<{ playground: Playground }>({
  playground: async ({ browserName }, use, info) => {
    const browser = await Browser.create(browserName as BrowserName);
    const endpoint = endpointSession(PLAYGROUND, `e2e-${info.testId}-${info.retry}`);
    await use({ browser, endpoint, open: (chunkSize = CHUNK) => browser.open(`${PLAYGROUND}/?session=${endpoint.name}&chunk=${chunkSize}`) });
    await browser.remove();
  },
});

const card = (page: Page, name: string) => page.locator('.upload[data-upload-id]', { hasText: name });
const digest = (page: Page) => page.getByTestId('server-digest');

async function uploadIdOf(page: Page, name: string): Promise<string> {
  const uploadId = await card(page, name).getAttribute('data-upload-id');
  if (!uploadId) throw new Error(`There is no upload of ${name} on the page`);
  return uploadId;
}

/** Zeros that take no room on the disk. */
async function sparseFile(path: string, size: number): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(size);
  await file.close();
}

/** An upload of 20 chunks, of which six are recorded as sent; three are on their way, and hang. */
async function beginAndHang({ endpoint, open }: Playground) {
  const file = testFile('half.bin', 19.5 * CHUNK);
  await endpoint.set({ hangFrom: 6 });
  const page = await open();
  await pickFiles(page, file);
  const { requests } = await endpoint.until(({ hanging }) => hanging === 3, 'three chunks that hang');
  const uploadId = await uploadIdOf(page, file.name);
  const seen = await historyOf(page, uploadId);
  expect([...recordedChunks(seen).keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  return { file, page, uploadId, seen, requests };
}

/** Waits for the three chunks to be sent again, lifts the fault, and checks that the upload ends as if nothing had happened. */
async function endsWell(
  page: Page,
  { endpoint }: Playground,
  { file, uploadId, seen, requests: before }: Omit<Awaited<ReturnType<typeof beginAndHang>>, 'page'>,
): Promise<void> {
  await endpoint.until(({ hanging, requests }) => hanging === 3 && requests === before + 3, 'the three chunks again, and no more');
  await endpoint.set({ hangFrom: null });
  await expect(card(page, file.name)).toContainText("The server's digest is that of the file", { timeout: 30_000 });
  await expect(digest(page)).toHaveText(sha256(file.buffer));
  const { uploads } = await endpoint.status();
  const upload = uploads[uploadId];
  expect(upload?.chunks.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  const verdict = judgeUpload([seen], await historyOf(page, uploadId), upload?.chunks ?? []);
  expect(verdict).toEqual({ acknowledged: seen.length, lost: [], doneTwice: [] });
}

test('a file is sent chunk by chunk and ends with the digest of the whole', async ({ playground }) => {
  const page = await playground.open();
  const file = testFile('report.bin', 3.5 * CHUNK);
  await pickFiles(page, file);
  await expect(card(page, 'report.bin')).toHaveAttribute('data-status', 'COMPLETED');
  await expect(digest(page)).toHaveText(sha256(file.buffer));
  await expect(page.getByTestId('local-digest')).toHaveText(sha256(file.buffer));
  const { chunks } = Object.values((await playground.endpoint.status()).uploads)[0] ?? { chunks: [] };
  expect(chunks.map(({ index, size, arrivals }) => [index, size, arrivals.length]).sort()).toEqual([
    [0, CHUNK, 1],
    [1, CHUNK, 1],
    [2, CHUNK, 1],
    [3, CHUNK / 2, 1],
  ]);
});

test('an empty file, one shorter than a chunk and two of one name are uploads of their own', async ({ playground }) => {
  const page = await playground.open();
  const files = [testFile('empty.bin', 0), testFile('short.bin', 10), testFile('twin.bin', 20), testFile('twin.bin', 30)];
  await pickFiles(page, files);
  await expect(page.locator('.upload[data-status=COMPLETED]')).toHaveCount(4);
  const digests = Object.values((await playground.endpoint.status()).uploads).map(({ completed }) => completed?.sha256);
  expect(digests.sort()).toEqual(files.map(({ buffer }) => sha256(buffer)).sort());
});

test('a file that is dropped is taken, one that is dropped beside the zone is not, and neither replaces the page', async ({ playground }) => {
  const page = await playground.open();
  await expect(page.locator('input[type=file]')).toBeEnabled();
  const address = page.url();
  for (const [selector, name] of [
    ['h1', 'beside.bin'],
    ['.drop-zone', 'dropped.bin'],
  ] as const) {
    const dataTransfer = await page.evaluateHandle((fileName) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['dropped'], fileName));
      return transfer;
    }, name);
    await page.dispatchEvent(selector, 'drop', { dataTransfer });
  }
  await expect(page.locator('.upload[data-status=COMPLETED]')).toHaveCount(1);
  await expect(digest(page)).toHaveText(sha256(Buffer.from('dropped')));
  expect(page.url()).toBe(address);
});

test('S7: the page keeps to its Content-Security-Policy', { tag: SECOND_ENGINE }, async ({ playground }) => {
  const page = await playground.open();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.reload();
  const { headers } = await fetch(page.url());
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  await pickFiles(page, testFile('strict.bin', 10));
  await expect(card(page, 'strict.bin')).toHaveAttribute('data-status', 'COMPLETED');
  expect(problems).toEqual([]);
});

test('an upload goes on after a reload', { tag: SECOND_ENGINE }, async ({ playground }) => {
  const { page, ...upload } = await beginAndHang(playground);
  await page.reload();
  await endsWell(page, playground, upload);
});

test('an upload goes on after its tab was closed', async ({ playground }) => {
  const { page, ...upload } = await beginAndHang(playground);
  await page.context().newPage();
  await page.close();
  await endsWell(await playground.open(), playground, upload);
});

test('an upload goes on after its renderer was killed', async ({ playground, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium lets a renderer be crashed');
  const { page, ...upload } = await beginAndHang(playground);
  await crashRenderer(page);
  await endsWell(await playground.open(), playground, upload);
});

test('an upload goes on after the browser was killed by SIGKILL', { tag: SECOND_ENGINE }, async ({ playground }) => {
  const { page: _, ...upload } = await beginAndHang(playground);
  await playground.browser.kill();
  await endsWell(await playground.open(), playground, upload);
});

test('an upload backs off while the network is away, says so, and goes on when it is back', async ({ playground }) => {
  const { endpoint } = playground;
  const page = await playground.open();
  await page.getByRole('radio', { name: 'Away' }).check();
  await expect(page.getByText('Connections are dropped.')).toBeVisible();
  const file = testFile('away.bin', 2 * CHUNK);
  await pickFiles(page, file);
  await expect(card(page, 'away.bin')).toContainText(/Backing off: next attempt in \d+ s \(network is away; attempt \d+ failed\)/);
  expect(chunksReceived(await endpoint.status())).toBe(0);
  await page.getByRole('radio', { name: 'Fine' }).check();
  await expect(card(page, 'away.bin')).toHaveAttribute('data-status', 'COMPLETED', { timeout: 15_000 });
  await expect(digest(page)).toHaveText(sha256(file.buffer));
});

test('a chunk whose answer is lost is sent again and taken once', async ({ playground }) => {
  await playground.endpoint.set({ loseEvery: 3 });
  const page = await playground.open();
  const file = testFile('lossy.bin', 5 * CHUNK);
  await pickFiles(page, file);
  await expect(card(page, 'lossy.bin')).toHaveAttribute('data-status', 'COMPLETED', { timeout: 30_000 });
  await expect(digest(page)).toHaveText(sha256(file.buffer));
  const { chunks } = Object.values((await playground.endpoint.status()).uploads)[0] ?? { chunks: [] };
  expect(chunks).toHaveLength(5);
  expect(Math.max(...chunks.map(({ arrivals }) => arrivals.length))).toBeGreaterThan(1);
});

test('a cancelled upload removes the stored file and tells the server to forget', async ({ playground }) => {
  const { page, uploadId, file } = await beginAndHang(playground);
  await page.getByRole('button', { name: `Cancel ${file.name}` }).click();
  await expect(card(page, file.name)).toHaveAttribute('data-status', 'CANCELLED');
  expect((await playground.endpoint.status()).uploads[uploadId]?.isDiscarded).toBe(true);
  const kept = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('uploads');
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names;
  });
  expect(kept).toEqual([]);
});

test('a file larger than 100 MiB waits for approval, also across a reload, and is then sent', async ({ playground }) => {
  test.setTimeout(120_000);
  const path = join(tmpdir(), `perdure-large-${process.pid}.bin`);
  const size = 100 * MEBIBYTE + 1;
  await sparseFile(path, size);
  try {
    const page = await playground.open(8 * MEBIBYTE);
    await pickFiles(page, path);
    const large = page.locator('.upload[data-upload-id]');
    await expect(large).toContainText('Waiting for approval: the file is larger than 100 MiB.', { timeout: 60_000 });
    await page.reload();
    await expect(large).toContainText('Waiting for approval');
    expect(chunksReceived(await playground.endpoint.status())).toBe(0);
    await page.getByRole('button', { name: /^Approve/ }).click();
    await expect(large).toHaveAttribute('data-status', 'COMPLETED', { timeout: 60_000 });
    await expect(digest(page)).toHaveText(sha256(Buffer.alloc(size)));
  } finally {
    await rm(path);
  }
});

test('a file past 1 GiB is refused in words', async ({ playground }) => {
  const path = join(tmpdir(), `perdure-huge-${process.pid}.bin`);
  await sparseFile(path, 1024 * MEBIBYTE + 1);
  try {
    const page = await playground.open();
    await pickFiles(page, path);
    await expect(page.getByRole('alert')).toContainText('was not taken. It has 1,073,741,825 bytes; files up to 1 GiB (1,073,741,824 bytes) are taken.');
    await expect(page.locator('.upload')).toHaveCount(0);
  } finally {
    await rm(path);
  }
});

test('a file for which the browser has no room is refused in words', async ({ playground, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium lets the quota be set');
  const page = await playground.open();
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: PLAYGROUND, quotaSize: 2 * MEBIBYTE });
  await pickFiles(page, testFile('large.bin', 3 * MEBIBYTE));
  await expect(page.getByRole('alert')).toContainText(/large\.bin was not taken\. It has 3 MiB, and the browser has \S+ \S+ left for this site/);
  await expect(page.locator('.upload')).toHaveCount(0);
});

test('a file is kept in IndexedDB where the private file system cannot be written, and outlives the browser there too', { tag: SECOND_ENGINE }, async ({
  playground,
}) => {
  const { endpoint, browser } = playground;
  const withoutWriting = (page: Page) => page.addInitScript(() => Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable'));
  await endpoint.set({ hangFrom: 1 });
  const page = await playground.open();
  await withoutWriting(page);
  await page.reload();
  const file = testFile('blob.bin', 5 * CHUNK);
  await pickFiles(page, file);
  await endpoint.until(({ hanging }) => hanging === 3, 'three chunks that hang');
  await expect(page.getByText('Kept in').locator('..')).toContainText('IndexedDB');
  await browser.kill();
  const after = await playground.open();
  await endpoint.set({ hangFrom: null });
  await expect(card(after, file.name)).toHaveAttribute('data-status', 'COMPLETED');
  await expect(digest(after)).toHaveText(sha256(file.buffer));
});

test('a second tab shows the uploads of the first, and takes over when that is closed', { tag: SECOND_ENGINE }, async ({ playground }) => {
  const { page, ...upload } = await beginAndHang(playground);
  const second = await playground.open();
  await expect(second.getByTestId('engine')).toContainText('Led by another tab');
  await expect(second.locator('.upload[data-upload-id]')).toHaveAttribute('data-status', 'RUNNING');
  await page.close();
  await endsWell(second, playground, upload);
});

test('the list, its selection and its events are reached by keyboard', async ({ playground }) => {
  const page = await playground.open();
  await pickFiles(page, [testFile('one.bin', 10), testFile('two.bin', 10)]);
  await expect(page.locator('.upload[data-status=COMPLETED]')).toHaveCount(2);
  await page.getByRole('button', { name: 'two.bin', exact: true }).press('Enter');
  await expect(page.getByRole('region', { name: 'Details of two.bin' })).toBeVisible();
  await page.getByRole('tab', { name: /^Events/ }).press('Enter');
  const events = page.getByRole('grid', { name: /^Events of upload-/ });
  await events.press('Home');
  await expect(page.getByRole('heading', { name: /^1 WorkflowExecutionStarted/ })).toBeVisible();
  await expect(page.getByRole('treegrid', { name: 'Attributes of event 1' })).toContainText('two.bin');
  await page.getByRole('button', { name: 'Remove two.bin from the list' }).press('Enter');
  await expect(card(page, 'two.bin')).toHaveCount(0);
});
