/**
 * Takes the pictures of docs/screenshots: builds the playground, sets up runs in it, and takes each view, wide and narrow, in light and dark.
 *
 *   npm run screenshots [-- FOLDER [NAME…]]
 *
 * Without a folder they go to docs/screenshots, and only those that are kept there; with one all of them are taken.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumLaunch } from './browsers.mjs';

const root = resolve(import.meta.dirname, '..');
const [folder, ...names] = process.argv.slice(2);
const target = resolve(folder ?? join(root, 'docs/screenshots'));
const PORT = Number(process.env.PERDURE_SCREENSHOTS_PORT ?? 4177);
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 400, height: 800 };

/** The panel alone: what is above it is not what the picture is of. */
const alone = (page) => page.locator('.pd-panel').first();
const tab = (name) => async (page) => {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
};
const run = (workflowId, ...steps) => ({ address: `/run/${workflowId}/-`, steps });

/** In the order in which they are taken. */
const VIEWS = {
  list: { address: '/workflows', steps: [] },
  picked: { address: '/workflows', steps: [(page) => page.getByRole('checkbox', { name: 'Pick trial-ada' }).click()] },
  timeline: run('order-1001', tab('Timeline')),
  events: run('order-1001', tab('Events'), (page) =>
    page
      .getByRole('row', { name: /Activity task completed/ })
      .first()
      .click(),
  ),
  state: run('order-1001', tab('State')),
  pending: { ...run('order-1002', tab('Pending')), before: (page) => startFailing(page, 'order-1002') },
  messages: run('cart-7', tab('Messages')),
  related: run('book-1', tab('Related')),
  code: run('trial-ada', tab('Code')),
  raw: run('cart-7', tab('Raw')),
  engine: { address: '/engine', steps: [] },
  log: { address: '/log', steps: [] },
};
const KEPT = [
  'list-wide-light',
  'timeline-wide-dark',
  'events-wide-light',
  'pending-narrow-dark',
  'state-wide-light',
  'engine-wide-light',
  'list-narrow-light',
];

const RUNS = [
  ...Array.from({ length: 8 }, (_, each) => ['trial', `trial-${each + 1}`, ['Ada']]),
  ['order', 'order-1000', [{ id: 'A-1000', shippingFails: 0 }]],
  ['reminder', 'reminder-plants', ['Water the plants', 3600]],
  ['cart', 'cart-7', []],
  ['cart', 'cart-8', []],
  ['ghost', 'ghost-1', []],
  ['trial', 'trial-ada', ['Ada']],
  ['book', 'book-1', [6]],
];

async function setUp(page) {
  await page.goto(`http://localhost:${PORT}/`);
  await page.getByTestId('devtools-engine').getByText('leads').waitFor();
  await page.evaluate(async (runs) => {
    const { workflow } = globalThis.playground.client;
    for (const [type, workflowId, args] of runs) await workflow.start(type, { workflowId, taskQueue: 'playground', args });
    const cart = workflow.getHandle('cart-7');
    await cart.executeUpdate('addItem', { args: ['apple', 2] });
    await cart.executeUpdate('addItem', { args: ['pear', 1] });
    await cart.executeUpdate('addItem', { args: ['', 1] }).catch(() => undefined);
    await workflow.getHandle('trial-3').signal('convert', 'team');
    await workflow.getHandle('trial-5').cancel();
    await workflow.getHandle('trial-7').terminate('no longer wanted');
  }, RUNS);
  await startFailing(page, 'order-1001');
}

/** An order whose shipping has failed twice, and is tried again for some seconds yet. */
async function startFailing(page, workflowId) {
  const order = { id: workflowId.replace('order', 'A'), shippingFails: 99 };
  await page.evaluate(
    ([id, args]) => globalThis.playground.client.workflow.start('order', { workflowId: id, taskQueue: 'playground', args }),
    [workflowId, [order]],
  );
  await page.evaluate(() => {
    globalThis.location.hash = '/workflows';
  });
  await page
    .locator('.pd-run', { hasText: workflowId })
    .getByText(/attempt 3 of 4/)
    .waitFor({ timeout: 30_000 });
}

const isWanted = (name) => (folder === undefined ? KEPT.some((file) => file.startsWith(`${name}-`)) : names.length === 0 || names.includes(name));

async function take(page, name, { address, steps }, size, theme) {
  const file = `${name}-${size === WIDE ? 'wide' : 'narrow'}-${theme}`;
  if (folder === undefined && !KEPT.includes(file)) return;
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  const half = page.getByRole('button', { name: 'Devtools', exact: true });
  if (size === NARROW) await half.click();
  await page.evaluate((to) => {
    globalThis.location.hash = to;
  }, address);
  for (const step of steps) await step(page);
  await page.locator('.pd-skeleton').first().waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500); // answers that come with the next frames
  const path = join(target, `${file}.png`);
  await alone(page).screenshot({ path, style: '.pd-toasts { visibility: hidden }' });
  if (name === 'picked') await page.getByRole('button', { name: 'Pick none' }).click();
  console.log(`${file}.png ${Math.round(statSync(path).size / 1024)} KiB`);
}

const profile = mkdtempSync(join(tmpdir(), 'perdure-screenshots-'));
mkdirSync(target, { recursive: true });
if (spawnSync('npx', ['vite', 'build', '--logLevel', 'error'], { cwd: root, stdio: 'inherit' }).status !== 0) process.exit(1);
const server = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'preview', '--port', `${PORT}`, '--strictPort', '--logLevel', 'error'], {
  cwd: root,
  stdio: 'inherit',
});
const launch = chromiumLaunch();
if (!launch) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');
const context = await chromium.launchPersistentContext(profile, { ...launch, viewport: WIDE });
try {
  const page = await context.newPage();
  // The example above takes as little room as it can: the panel is what is looked at.
  await page.addInitScript(() => localStorage.setItem('perdure-devtools', JSON.stringify({ panes: { playground: 80 } })));
  await waitForServer();
  await setUp(page);
  for (const [name, view] of Object.entries(VIEWS)) {
    if (!isWanted(name)) continue;
    await page.setViewportSize(WIDE);
    await view.before?.(page);
    for (const size of [WIDE, NARROW]) for (const theme of ['light', 'dark']) await take(page, name, view, size, theme);
  }
} finally {
  await context.close();
  server.kill();
  rmSync(profile, { recursive: true, force: true });
}

async function waitForServer() {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (
      await fetch(`http://localhost:${PORT}/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the playground is not served on port ${PORT}`);
}
