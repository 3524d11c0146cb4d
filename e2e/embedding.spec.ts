/** The devtools inside of applications that make it hard, under a policy that allows no style, no inline script and no markup from text. */
import AxeBuilder from '@axe-core/playwright';
import { type ElementHandle, expect, type Locator, type Page, test } from '@playwright/test';
import type {} from './fixtures/serve/embedding.ts';
import { BUILD, PLAYGROUND } from './servers.ts';
import type {} from './upload-browser.ts';

const trigger = (page: Page): Locator => page.getByRole('button', { name: 'Perdure devtools' });
const panel = (page: Page): Locator => page.getByRole('region', { name: 'Perdure devtools' });
const filter = (page: Page): Locator => page.getByRole('textbox', { name: /^Filter of the list/ });
const close = (page: Page): Locator => page.getByRole('button', { name: 'Close the devtools' });

async function open(page: Page, name: string): Promise<void> {
  await page.goto(`${BUILD}/embedding.html?case=${name}`);
  await page.waitForFunction(() => globalThis.embedding !== undefined);
}

/** A browser that is new to a busy machine may take longer to make its database than a call waits. */
async function startIn(page: Page, workflowId: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => embedding.ready()), { timeout: 90_000 }).toBe(true);
  await page.evaluate((id) => embedding.start(id), workflowId);
}

/** Opens the panel, types into the filter, and closes it again. */
async function use(page: Page): Promise<void> {
  await trigger(page).click();
  await expect(panel(page)).toBeVisible();
  await filter(page).click();
  await page.keyboard.type('WorkflowType = "sum"');
  await expect(filter(page)).toHaveValue('WorkflowType = "sum"');
  await expect(filter(page)).toBeFocused();
  await close(page).click();
  await expect(panel(page)).toHaveCount(0);
}

const faults = (page: Page): Promise<unknown> => page.evaluate(() => ({ violations: embedding.violations, errors: embedding.errors }));
const NO_FAULTS = { violations: [], errors: [] };

for (const name of ['plain', 'react', 'element', 'reset'])
  test(`the panel opens, takes what is typed, and closes: ${name}`, async ({ page }) => {
    await open(page, name);
    await use(page);
    expect(await faults(page)).toEqual(NO_FAULTS);
  });

test('the panel opens, takes what is typed, and closes: inside of a closed shadow root', async ({ page }) => {
  await open(page, 'closed');
  const inside = async (selector: string): Promise<ElementHandle> => {
    const found = await page.waitForFunction(
      (wanted) => embedding.closedRoot?.querySelector('[data-perdure-devtools]')?.shadowRoot?.querySelector(wanted),
      selector,
    );
    const element = found.asElement();
    if (!element) throw new Error(`there is no ${selector}`);
    return element as ElementHandle;
  };
  await (await inside('.trigger')).click();
  const field = await inside('[data-search]');
  await field.click();
  await page.keyboard.type('abc');
  expect(await field.inputValue()).toBe('abc');
  await (await inside('[aria-label="Close the devtools"]')).click();
  expect(await field.evaluate((element) => element.isConnected)).toBe(false);
  expect(await faults(page)).toEqual(NO_FAULTS);
});

test('the look is the same whatever the page says of all elements, and the page is not touched', async ({ page }) => {
  const look = async (name: string): Promise<unknown> => {
    await open(page, name);
    await trigger(page).click();
    await expect(filter(page)).toBeVisible();
    return filter(page).evaluate((field) => {
      const { color, fontSize, fontFamily, display, borderTopWidth, height } = getComputedStyle(field);
      return { color, fontSize, fontFamily, display, borderTopWidth, height };
    });
  };
  const plain = await look('plain');
  const sheets = await page.evaluate(() => [document.adoptedStyleSheets.length, document.querySelectorAll('style, [style]').length]);
  expect(sheets).toEqual([0, 0]);
  await page.evaluate(() => localStorage.clear());
  expect(await look('reset')).toEqual(plain);
});

test('nothing that happens in the devtools is heard by the page', async ({ page }) => {
  await open(page, 'plain');
  await trigger(page).focus();
  await page.evaluate(() => embedding.heard.splice(0));
  await use(page);
  expect(await page.evaluate(() => embedding.heard)).toEqual([]);
});

test('over a native dialog the panel can be used, and the dialog stays open', async ({ page }) => {
  await open(page, 'plain');
  await page.locator('#native').click();
  await use(page);
  await trigger(page).click();
  await expect(panel(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(page.locator('#dialog')).toBeVisible();
  await page.locator('#close-dialog').click();
  await use(page);
  expect(await faults(page)).toEqual(NO_FAULTS);
});

test('over a dialog made by hand that traps the focus and hides the page, the panel can be used, and the dialog stays open', async ({ page }) => {
  await open(page, 'plain');
  await page.locator('#modal').click();
  await use(page);
  await expect(page.getByRole('dialog', { name: 'By hand' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('dialog', { name: 'By hand' })).toHaveCount(0);
  await use(page);
  expect(await faults(page)).toEqual(NO_FAULTS);
});

test('a panel that is open stays in use when a dialog opens over the page, and when that is taken away', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 1200 });
  await open(page, 'plain');
  await trigger(page).click();
  await expect(panel(page)).toBeVisible();
  for (const [opener, done] of [
    ['#native', '#close-dialog'],
    ['#modal', '[role=dialog][aria-label="By hand"] > button'],
  ] as const) {
    await page.locator(opener).click();
    await filter(page).fill(opener);
    await expect(filter(page)).toBeFocused();
    await page.locator(done).click();
    await filter(page).fill('again');
    await expect(filter(page)).toHaveValue('again');
  }
});

test('in a frame of the same origin', async ({ page }) => {
  await page.goto(`${BUILD}/embedding.html?case=frame`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Perdure devtools' }).click();
  const field = frame.getByRole('textbox', { name: /^Filter of the list/ });
  await field.fill('abc');
  await expect(field).toHaveValue('abc');
  await frame.getByRole('button', { name: 'Close the devtools' }).click();
  await expect(field).toHaveCount(0);
});

test('it fills an element when it is told to', async ({ page }) => {
  await open(page, 'inline');
  await expect(panel(page)).toBeVisible();
  expect((await panel(page).boundingBox())?.height).toBe(400);
  await filter(page).fill('abc');
  await expect(filter(page)).toHaveValue('abc');
  expect(await faults(page)).toEqual(NO_FAULTS);
});

test('it is opened by a chord, though not while somebody writes, and the focus goes back to where it was', async ({ page }) => {
  await open(page, 'plain');
  await expect(trigger(page)).toBeVisible();
  await page.locator('#field').focus();
  await page.keyboard.press('Control+Shift+Period');
  await expect(panel(page)).toHaveCount(0);
  await page.locator('#native').focus();
  await page.keyboard.press('Control+Shift+Period');
  await expect(panel(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(page.locator('#native')).toBeFocused();
});

test('button and panel are moved and resized by keys and by pointer, and are found again where they were left', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 800 });
  await open(page, 'plain');
  await trigger(page).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  expect(await trigger(page).boundingBox()).toMatchObject({ x: 1148, y: 12 });
  await page.mouse.move(1168, 32);
  await page.mouse.down();
  await page.mouse.move(100, 700, { steps: 5 });
  await page.mouse.up();
  await expect(panel(page)).toHaveCount(0);
  expect(await trigger(page).boundingBox()).toMatchObject({ x: 12, y: 748 });

  await trigger(page).click();
  const edge = page.getByRole('separator', { name: 'Size of the devtools' });
  await edge.focus();
  await page.keyboard.press('ArrowUp');
  await expect(edge).toHaveAttribute('aria-valuenow', '404');
  const box = await edge.boundingBox();
  if (!box) throw new Error('there is no edge');
  await page.mouse.move(600, box.y + 1);
  await page.mouse.down();
  await page.mouse.move(600, box.y - 95, { steps: 4 });
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', '500');
  for (const [place, expected] of [
    ['At the right', { x: 740, y: 0, width: 460, height: 800 }],
    ['At the top', { x: 0, y: 0, width: 1200, height: 380 }],
    ['At the left', { x: 0, y: 0, width: 460, height: 800 }],
    ['Floating', { x: 80, y: 80, width: 900, height: 560 }],
  ] as const) {
    await page.getByRole('button', { name: 'Place of the devtools' }).click();
    await page.getByRole('menuitemcheckbox', { name: place }).click();
    await expect.poll(() => page.locator('.pd-dock').boundingBox()).toEqual(expected);
  }
  await page.getByRole('button', { name: 'Move the devtools' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await page.locator('.pd-dock').boundingBox())?.x).toBe(104);
  await page.reload();
  await expect.poll(async () => (await page.locator('.pd-dock').boundingBox())?.x).toBe(104);
  await expect(filter(page)).toBeVisible();
});

test('in a window of its own it keeps what it showed while the page is loaded anew, and then goes on with nothing twice', async ({ page, context }) => {
  await open(page, 'plain');
  await startIn(page, 'before');
  await trigger(page).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Place of the devtools' }).click();
  await page.getByRole('menuitem', { name: 'In a window' }).click();
  const own = await opened;
  const row = (id: string): Locator => own.getByRole('row').filter({ hasText: id });
  await expect(row('before')).toHaveCount(1);
  await expect(panel(page)).toHaveCount(0);

  const gone = expect(own.getByRole('status').filter({ hasText: /^The page of the engine is gone since \d\d:\d\d:\d\d; reconnecting/ })).toBeVisible();
  await Promise.all([gone, page.goto('about:blank')]);
  await expect(row('before')).toHaveCount(1);
  await open(page, 'plain');
  await expect(own.getByText('The page of the engine is gone')).toHaveCount(0);
  await startIn(page, 'after');
  await expect(row('after')).toHaveCount(1);
  await expect(row('before')).toHaveCount(1);
  // In Firefox the click has no answer: its window is gone.
  const closed = own.waitForEvent('close');
  await own
    .getByRole('button', { name: 'Close the devtools' })
    .click()
    .catch((error: unknown) => {
      if (!own.isClosed()) throw error;
    });
  await closed;
  await expect(trigger(page)).toBeVisible();
});

test('in a window it copies, as it does in the page', async ({ page, context, browserName }) => {
  test.skip(browserName !== 'chromium', 'what was copied can be read by a test in Chromium alone, which grants the right to');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, 'plain');
  await startIn(page, 'to-copy');
  await trigger(page).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Place of the devtools' }).click();
  await page.getByRole('menuitem', { name: 'In a window' }).click();
  const own = await opened;
  await own.getByRole('row').filter({ hasText: 'to-copy' }).click();
  await own.getByRole('button', { name: 'More' }).click();
  await own.getByRole('menuitem', { name: 'Copy workflow id' }).click();
  await expect.poll(() => own.evaluate(() => navigator.clipboard.readText())).toBe('to-copy');
});

test('its own window is the page that the application names', async ({ page, context }) => {
  await open(page, 'page');
  await trigger(page).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Place of the devtools' }).click();
  await page.getByRole('menuitem', { name: 'In a window' }).click();
  await (await opened).waitForURL(`${BUILD}/index.html`);
  await expect(panel(page)).toHaveCount(0);
  await expect(trigger(page)).toBeVisible();
});

test('as a page of its own it shows the engine of the origin, and goes on when the page that led is loaded anew and when it is closed', async ({
  page,
  context,
}) => {
  await page.goto(PLAYGROUND);
  const start = (id: string): Promise<unknown> =>
    page.evaluate((workflowId) => playground.client.workflow.start('nobody', { workflowId, taskQueue: 'nobody' }), id);
  await start('one');
  const own = await context.newPage();
  await own.goto(`${PLAYGROUND}/devtools.html`);
  const row = (id: string): Locator => own.getByRole('row').filter({ hasText: id });
  await expect(row('one')).toHaveCount(1);
  await page.reload();
  await page.waitForFunction(() => 'playground' in globalThis);
  await start('two');
  await expect(row('two')).toHaveCount(1);
  await expect(row('one')).toHaveCount(1);
  await page.close();
  await expect(own.getByTestId('devtools-engine')).toHaveText(/^this tab leads/);
  await expect(row('one')).toHaveCount(1);
  await expect(row('two')).toHaveCount(1);
});

test('a fault of the panel stays in it: the page hears of no error, and the panel can be opened again', async ({ page }) => {
  await open(page, 'crash');
  await trigger(page).click();
  await expect(page.getByText(/^The devtools have crashed/)).toBeVisible();
  expect(await faults(page)).toEqual(NO_FAULTS);
  await close(page).click();
  await expect(panel(page)).toHaveCount(0);
  await trigger(page).click();
  await expect(page.getByText(/^The devtools have crashed/)).toBeVisible();
});

test('a closed panel listens to nothing, has no timer, and asks the engine for nothing', async ({ page }) => {
  await open(page, 'timers');
  await expect.poll(() => page.evaluate(() => embedding.ready())).toBe(true);
  await expect.poll(() => page.evaluate(() => embedding.counts().timers)).toBe(0);
  await trigger(page).click();
  await expect(filter(page)).toBeVisible();
  await expect.poll(() => page.evaluate(() => embedding.counts().listeners)).toBeGreaterThan(0);
  await close(page).click();
  await expect.poll(() => page.evaluate(() => embedding.counts())).toMatchObject({ listeners: 0 });
  // The poll that was under way is answered by this, and followed by no other.
  await page.evaluate(() => embedding.start('first'));
  await expect.poll(() => page.evaluate(() => embedding.counts().timers)).toBe(0);
  const { calls } = await page.evaluate(() => embedding.counts());
  for (const id of ['second', 'third']) await page.evaluate((each) => embedding.start(each), id);
  expect(await page.evaluate(() => embedding.counts())).toEqual({ calls, listeners: 0, timers: 0 });
});

test('the badge counts what has failed since the panel was last looked at', async ({ page }) => {
  await open(page, 'plain');
  await expect(trigger(page)).toBeVisible();
  await page.evaluate(() => embedding.fail('failing'));
  await expect(async () => {
    await trigger(page).hover();
    await page.mouse.move(10, 10);
    await expect(page.getByRole('button', { name: 'Perdure devtools, 1 failed' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await trigger(page).click();
  await close(page).click();
  await expect(page.getByRole('button', { name: 'Perdure devtools', exact: true })).toBeVisible();
});

test('what the panel held is let go of when it is closed', async ({ page, browserName }) => {
  test.skip(browserName !== 'chromium', 'the heap is measured by the protocol of Chromium');
  await open(page, 'plain');
  for (let count = 0; count < 20; count += 1) await page.evaluate((n) => embedding.start(`run-${n}`), count);
  const session = await page.context().newCDPSession(page);
  const state = async (): Promise<{ readonly bytes: number; readonly nodes: number; readonly listeners: number }> => {
    for (let time = 0; time < 3; time += 1) await session.send('HeapProfiler.collectGarbage');
    const { usedSize: bytes } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners: listeners } = await session.send('Memory.getDOMCounters');
    return { bytes, nodes, listeners };
  };
  const openAndClose = (times: number): Promise<void> =>
    page.evaluate(async (count) => {
      for (let time = 0; time < count; time += 1) {
        embedding.mounted?.open();
        await new Promise((resolve) => setTimeout(resolve, 300));
        embedding.mounted?.close();
      }
    }, times);
  // The code that was loaded stays, and what the browser makes of it; beyond that nothing does.
  await openAndClose(10);
  const before = await state();
  await openAndClose(10);
  const after = await state();
  expect(after.nodes - before.nodes).toBeLessThanOrEqual(0);
  expect(after.listeners - before.listeners).toBeLessThanOrEqual(0);
  expect((after.bytes - before.bytes) / 1_000).toBeLessThan(200);
});

test('a part that cannot be loaded says so, and is there when it is tried again', async ({ page, browserName }) => {
  await open(page, 'plain');
  await trigger(page).click();
  await expect(filter(page)).toBeVisible();
  await page.route(/palette/, (route) => route.abort());
  await page.getByRole('button', { name: /^Find or run/ }).click();
  await expect(page.getByText('The palette could not be loaded')).toBeVisible();
  await page.unroute(/palette/);
  if (browserName === 'firefox') {
    // Before its version 155 it keeps the failure of a module as long as the page: the part is there after what its text advises.
    await expect(page.getByText('reload the page')).toBeVisible();
    await page.reload();
    await page.getByRole('button', { name: /^Find or run/ }).click();
    await expect(page.getByRole('combobox')).toBeFocused();
    return;
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('combobox')).toBeFocused();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`button, dock and floating panel have no violation that axe knows, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, 'plain');
    await startIn(page, 'one');
    const check = async (): Promise<void> => expect((await new AxeBuilder({ page }).include('[data-perdure-devtools]').analyze()).violations).toEqual([]);
    await expect(trigger(page)).toBeVisible();
    await check();
    await trigger(page).click();
    await expect(page.getByRole('row').filter({ hasText: 'one' })).toBeVisible();
    await check();
    await page.getByRole('button', { name: 'Place of the devtools' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Floating' }).click();
    await check();
  });
