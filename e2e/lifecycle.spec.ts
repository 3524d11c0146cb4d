/** What a browser does to tabs that nobody looks at: it freezes them, slows their timers, keeps pages for "back". Chromium alone lets a test do so. */
import { expect } from '@playwright/test';
import type { Browser } from 'puppeteer-core';
import { test as base } from './disk.ts';
import { freeze, openTab, openWithLifecycle, untilStatus } from './lifecycle-browser.ts';
import { BUILD } from './servers.ts';

const test = base.extend<{ browserWithLifecycle: Browser }>({
  browserWithLifecycle: async ({ profile }, use) => {
    const browser = await openWithLifecycle(profile);
    await use(browser);
    await browser.close();
  },
});
test.skip(({ browserName }) => browserName !== 'chromium', 'freezing and the back/forward cache are asked for by the protocol of Chromium');

test('B14, B20: a leader that is frozen is replaced at once, and follows when it is woken', async ({ browserWithLifecycle: browser }) => {
  const first = await openTab(browser, BUILD);
  await untilStatus(first, 'leader running');
  const second = await openTab(browser, BUILD);
  await second.evaluate(() => app.startSum('frozen'));
  await second.evaluate(() => app.addOnes('frozen', 5));
  expect(await first.evaluate(() => document.visibilityState)).toBe('hidden');
  await freeze(first);
  await untilStatus(second, 'leader running');
  await second.evaluate(() => app.addOnes('frozen', 5));
  await first.bringToFront();
  await untilStatus(first, 'follower running');
  await first.evaluate(() => app.addOnes('frozen', 5));
  expect(await second.evaluate(() => app.total('frozen'))).toBe(15);
  await first.evaluate(() => app.finish('frozen'));
  expect(await first.evaluate(() => app.result('frozen'))).toBe(15);
});

test('B20, B30: a call that a tab made before it was frozen is answered once after it is woken, whoever leads by then', async ({
  browserWithLifecycle: browser,
}) => {
  const first = await openTab(browser, BUILD);
  const second = await openTab(browser, BUILD);
  const third = await openTab(browser, BUILD);
  await third.evaluate(() => app.startSum('asked'));
  await second.evaluate(() => {
    Object.assign(globalThis, { asked: app.result('asked') });
  });
  await freeze(second);
  await first.close(); // the leader
  await untilStatus(third, 'leader running');
  await third.evaluate(() => app.addOnes('asked', 3));
  await third.evaluate(() => app.finish('asked'));
  await second.bringToFront();
  expect(await second.evaluate(() => (globalThis as unknown as { asked: Promise<unknown> }).asked)).toBe(3);
});

test('B13, B29: a leader that goes into the back/forward cache leaves its lead, and follows when it comes back', async ({ browserWithLifecycle: browser }) => {
  const first = await openTab(browser, BUILD);
  await untilStatus(first, 'leader running');
  const second = await openTab(browser, BUILD);
  await first.bringToFront();
  await first.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
    return app.startSum('cached');
  });
  await first.goto(new URL('elsewhere.html', BUILD).href);
  await untilStatus(second, 'leader running');
  await second.evaluate(() => app.addOnes('cached', 5));
  await first.goBack({ waitUntil: [] });
  await first.waitForFunction(() => (globalThis as { persisted?: boolean }).persisted === true, { polling: 50 });
  await untilStatus(first, 'follower running');
  await first.evaluate(() => app.addOnes('cached', 5));
  expect(await first.evaluate(() => app.total('cached'))).toBe(10);
  await second.close();
  await untilStatus(first, 'leader running');
  expect(await first.evaluate(() => app.total('cached'))).toBe(10);
});

test('B20: timers of workflows keep their time in a hidden tab whose own timers are slowed down', async ({ browserWithLifecycle: browser }) => {
  test.setTimeout(240_000); // the page's timers fire once a minute
  const hidden = await openTab(browser, BUILD);
  await browser.newPage(); // in front
  await hidden.waitForFunction(() => document.visibilityState === 'hidden', { polling: 50 });
  const order = await hidden.evaluate(async () => {
    const order: string[] = [];
    const pageTimers = async (): Promise<void> => {
      for (let i = 0; i < 2; i++) await new Promise((resolve) => setTimeout(resolve, 100));
      order.push('page');
    };
    const workflows = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) await app.start(`hidden-${i}`, 'Ada', 100).then((id) => app.result(id));
      order.push('workflows');
    };
    await Promise.all([pageTimers(), workflows()]);
    return order;
  });
  expect(order).toEqual(['workflows', 'page']);
});
