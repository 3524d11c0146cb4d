/** The timeline, as people use it: by pointer, by keys, in both themes. The stories show it without an engine. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { STORIES } from './servers.ts';

declare global {
  interface Window {
    /** What the stories let tests do. */
    readonly story: { append(type: string, attributes: object): void; advance(ms: number): void };
  }
}

async function open(page: Page, query: string): Promise<Locator> {
  await page.goto(`${STORIES}/?${query}`);
  const grid = page.getByRole('treegrid');
  await expect(grid.locator('[data-bar]').first()).toBeVisible();
  return grid;
}

const row = (grid: Locator, name: string | RegExp): Locator => grid.getByRole('row', { name });
/** The place and width of a row's bars, in pixels. */
const boxOf = async (of: Locator): Promise<{ x: number; width: number }> => {
  const box = await of.boundingBox();
  if (!box) throw new Error('there is no bar to be seen');
  return box;
};
/** The row or bar that the keyboard is on. */
const active = (grid: Locator): Promise<string> =>
  grid.evaluate((element) => {
    const id = element.getAttribute('aria-activedescendant');
    const found = id === null ? null : document.getElementById(id);
    return found?.getAttribute('aria-label') ?? found?.textContent ?? '';
  });

test('a run is there at once: its rows, attempts, folds, and what its timers say', async ({ page }) => {
  const grid = await open(page, 'story=order');
  await expect(grid).toHaveAttribute('aria-rowcount', '10');
  const flaky = row(grid, /^flaky 4 attempts/);
  await expect(flaky.locator('[data-shape="running"]')).toHaveCount(4);
  await expect(flaky.locator('[data-shape="backing off"]')).toHaveCount(3);
  await expect(row(grid, /^timer 3 h/).locator('.pd-tl-words')).toHaveText('fires 15:45:42, in 2 h 56 m');
  await expect(row(grid, /^slow attempt 1 of ∞/).locator('.pd-tl-beat')).toHaveCount(5);
  await expect(page.getByRole('button', { name: /without events are folded/ })).toHaveCount(2);
});

test('ctrl and wheel zoom where the pointer is, plain wheel is left to the page, shift and wheel move', async ({ page }) => {
  const grid = await open(page, 'story=order');
  const bar = row(grid, /^child ship/).locator('[data-shape="running"]');
  const before = await boxOf(bar);
  await page.mouse.move(before.x, 400);
  await page.mouse.wheel(0, 200);
  expect((await boxOf(bar)).width).toBeCloseTo(before.width, 0);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await expect.poll(async () => (await boxOf(bar)).width).toBeGreaterThan(before.width * 1.5);
  expect((await boxOf(bar)).x).toBeCloseTo(before.x, 0);
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, -120);
  await page.keyboard.up('Shift');
  await expect.poll(async () => (await boxOf(bar)).x).toBeGreaterThan(before.x + 90);
  await page.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(async () => (await boxOf(bar)).width).toBeCloseTo(before.width, 0);
});

test('dragging the rows moves time, dragging the ruler zooms to a range, and Escape leads back', async ({ page }) => {
  const grid = await open(page, 'story=order');
  const bar = row(grid, /^child ship/).locator('[data-shape="running"]');
  const before = await boxOf(bar);
  await page.mouse.move(700, 400);
  await page.mouse.down();
  await page.mouse.move(800, 400, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await boxOf(bar)).x).toBeCloseTo(before.x + 100, 0);
  await page.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(async () => (await boxOf(bar)).x).toBeCloseTo(before.x, 0);
  await page.mouse.move(before.x, 12);
  await page.mouse.down();
  await page.mouse.move(before.x + before.width, 12, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await boxOf(bar)).width).toBeGreaterThan(900);
  await expect(page.getByRole('navigation', { name: 'Zooms' })).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await boxOf(bar)).width).toBeCloseTo(before.width, 0);
});

test('shift and drag measure', async ({ page }) => {
  await open(page, 'story=order');
  await page.mouse.move(400, 400);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(577, 400, { steps: 4 });
  await expect(page.locator('.pd-tl-drawn')).toHaveText(/^\d\.\d s$/);
  await page.mouse.up();
  await page.keyboard.up('Shift');
});

test('a fold is opened and closed again by its label', async ({ page }) => {
  const grid = await open(page, 'story=order');
  const bar = row(grid, /^charge/).locator('[data-shape="running"]');
  const { width } = await boxOf(bar);
  const folds = page.getByRole('button', { name: /^1 m 50 s without events are folded; open them/ });
  await folds.click();
  await expect.poll(async () => (await boxOf(bar)).width).toBeLessThan(width / 3);
  await page.getByRole('button', { name: /^Fold 1 m 50 s without events/ }).click();
  await expect.poll(async () => (await boxOf(bar)).width).toBeCloseTo(width, 0);
});

test('what is selected opens in the inspector, and arrows lead from its causes', async ({ page }) => {
  const grid = await open(page, 'story=order');
  await row(grid, /^flaky/)
    .locator('[data-shape="running"]')
    .last()
    .click();
  await expect(page.getByRole('region', { name: 'Inspector' })).toHaveText('34 ActivityTaskCompleted');
  await expect(row(grid, /^flaky/)).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.pd-tl-arrows > path')).toHaveCount(4);
});

test('everything can be reached by keys: rows, bars, children, related work, problems', async ({ page }) => {
  const grid = await open(page, 'story=order');
  await grid.focus();
  expect(await active(grid)).toMatch(/^workflow order/);
  for (let count = 0; count < 2; count += 1) await page.keyboard.press('ArrowDown');
  expect(await active(grid)).toMatch(/^flaky 4 attempts/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await active(grid)).toMatch(/attempt 1, failed, 250 ms.*gateway timeout$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Inspector' })).toHaveText('11 ActivityTaskScheduled');
  await page.keyboard.press(']');
  await expect.poll(() => active(grid)).toMatch(/^slow/);
  await page.keyboard.press('[');
  await expect.poll(() => active(grid)).toMatch(/^flaky/);
  // What is selected stays in sight while it is zoomed at; other rows' bars may leave.
  const bar = row(grid, /^flaky/)
    .locator('[data-shape="running"]')
    .last();
  const { width } = await boxOf(bar);
  await page.keyboard.press('w');
  await expect.poll(async () => (await boxOf(bar)).width).toBeGreaterThan(width * 1.3);
  await page.keyboard.press('0');
  await expect.poll(async () => (await boxOf(bar)).width).toBeCloseTo(width, 0);
  await page.keyboard.press('f');
  await expect
    .poll(
      async () =>
        (
          await boxOf(
            row(grid, /^flaky/)
              .locator('[data-shape="backing off"]')
              .last(),
          )
        ).width,
    )
    .toBeGreaterThan(300);
  await page.keyboard.press('0');
  await page.keyboard.press('End');
  expect(await active(grid)).toMatch(/^timer remind/);
  await page.keyboard.press('Home');
  for (let count = 0; count < 4; count += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(row(grid, /^render/)).toBeVisible();
  await expect(row(grid, /^render/)).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  expect(await active(grid)).toMatch(/^child invoice/);
  await page.keyboard.press('ArrowLeft');
  await expect(row(grid, /^render/)).toHaveCount(0);
});

test('problems are gone through one by one', async ({ page }) => {
  const grid = await open(page, 'story=batch&events=1000');
  await grid.focus();
  await page.keyboard.press('n');
  const first = await active(grid);
  expect(first).toMatch(/failed after .*disk full/);
  await page.keyboard.press('n');
  await expect.poll(() => active(grid)).not.toBe(first);
  await page.keyboard.press('p');
  await expect.poll(() => active(grid)).toBe(first);
});

test('a view that was moved stays where it is while the run goes on, and is brought back to now', async ({ page }) => {
  const grid = await open(page, 'story=order');
  await grid.focus();
  await page.keyboard.press('a');
  const bar = row(grid, /^charge/).locator('[data-shape="running"]');
  const { x } = await boxOf(bar);
  await page.evaluate(() => {
    window.story.advance(5000);
    window.story.append('WorkflowExecutionSignaled', { signalName: 'approve', input: [] });
  });
  const pill = page.getByRole('button', { name: '1 new event — jump to live' });
  await expect(pill).toBeVisible();
  expect((await boxOf(bar)).x).toBeCloseTo(x, 0);
  await pill.click();
  await expect(pill).toHaveCount(0);
  await expect(row(grid, /^signal approve/)).toBeVisible();
});

test('the strip below moves and stretches what is in sight, by pointer and by keys', async ({ page }) => {
  const grid = await open(page, 'story=batch&events=1000');
  const bar = row(grid, /^fetchPage/)
    .first()
    .locator('[data-bar]')
    .first();
  await expect(bar).toBeVisible();
  const end = page.getByRole('slider', { name: 'End of what is in sight' });
  await end.focus();
  for (let count = 0; count < 20; count += 1) await page.keyboard.press('ArrowLeft');
  await expect(end).toHaveAttribute('aria-valuenow', /^[5-6]\d$/);
  const window = page.getByRole('slider', { name: 'What is in sight', exact: true });
  const box = await window.boundingBox();
  if (!box) throw new Error('there is no window in the strip');
  await page.mouse.move(box.x + box.width / 2, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 100, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await window.boundingBox())?.x).toBeCloseTo(box.x + 100, 0);
  await page.keyboard.press('ArrowRight');
});

test('a time whose rows are elsewhere says so, and leads there', async ({ page }) => {
  const grid = await open(page, 'story=batch&events=10000');
  await grid.focus();
  for (let count = 0; count < 12; count += 1) await page.keyboard.press('w');
  await page.getByRole('button', { name: /^Show the \d+ rows of this time/ }).click();
  await expect(grid.locator('[data-shape="running"]').first()).toBeVisible();
});

test('the same stands in a table', async ({ page }) => {
  await open(page, 'story=order');
  await page.getByRole('button', { name: 'Table' }).click();
  const table = page.getByRole('grid', { name: 'Timeline of order-1001, as a table' });
  await expect(table.getByRole('row', { name: /^flaky 4 attempts Completed 12:45:33\.820 8\.2 s completed after 8\.2 s: "ok"/ })).toBeVisible();
  await table.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Inspector' })).toHaveText('5 ActivityTaskScheduled');
});

test('fifty thousand events are few elements, and what is too much for elements is painted', async ({ page }) => {
  const grid = await open(page, 'story=batch&events=50000');
  expect(await page.locator('*').count()).toBeLessThan(1500);
  await expect(grid).toHaveAttribute('aria-rowcount', /^1\d{4}$/);
});

for (const theme of ['light', 'dark'])
  for (const [name, query] of [
    ['a run with everything', 'story=order&virtual=1'],
    ['a long run', 'story=batch&events=2000'],
    ['cosy rows', 'story=order&density=cosy'],
    ['a narrow panel', 'story=order&narrow'],
  ] as const)
    test(`${name} has no violation that axe knows, ${theme}`, async ({ page }) => {
      if (query.endsWith('narrow')) await page.setViewportSize({ width: 400, height: 700 });
      const grid = await open(page, `${query}&theme=${theme}`);
      const check = async (): Promise<void> => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await check();
      await row(grid, /^(charge|fetchPage)/)
        .first()
        .locator('[data-bar]')
        .last()
        .click();
      await grid.focus();
      await page.keyboard.press('s');
      await check();
      await page.getByRole('button', { name: 'Legend' }).click();
      await check();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Table' }).click();
      await check();
      if (query.endsWith('narrow')) expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    });

test('with colours forced, bars keep a border that says how they stand', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'the protocol that drives Firefox cannot force colours');
  await page.emulateMedia({ forcedColors: 'active' });
  const grid = await open(page, 'story=order');
  const style = (shape: string): Promise<string> =>
    row(grid, /^(flaky|timer 3 h|charge)/)
      .locator(`[data-shape="${shape}"]`)
      .first()
      .evaluate((bar) => getComputedStyle(bar).borderInlineStartStyle);
  expect([await style('running'), await style('backing off'), await style('waiting')]).toEqual(['solid', 'dotted', 'double']);
});
