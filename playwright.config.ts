/** The end-to-end tests. The browser is found, never downloaded, by `scripts/browsers.mjs`; `npm run test:e2e` sees to it that there is one. */
import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './scripts/browsers.mjs';

const launchOptions = chromiumLaunch();
if (!launchOptions) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');

const fixture = 'e2e/fixtures/serve/vite.config.ts';

export default defineConfig({
  testDir: 'e2e',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1, // elections and timings are tested: two browsers at once would disturb each other
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['CI'] ? [['list'], ['html', { open: 'never' }]] : 'list',
  use: { trace: 'retain-on-failure' },
  projects: [{ name: 'chromium', use: { browserName: 'chromium', launchOptions } }],
  webServer: [
    { command: `npx vite --config ${fixture} --port 4181`, url: 'http://localhost:4181' },
    { command: `npx vite build --config ${fixture} && npx vite preview --config ${fixture} --port 4182`, url: 'http://localhost:4182' },
    { command: 'npx vite build && npx vite preview --port 4183 --strictPort', url: 'http://localhost:4183' }, // the playground
  ],
});
