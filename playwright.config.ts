/** The end-to-end tests. The browser is found, never downloaded, by `scripts/browsers.mjs`; `npm run test:e2e` sees to it that there is one. */
import { defineConfig } from '@playwright/test';
import { BUILD, DEVELOPMENT, PLAYGROUND, PORTS, STORIES } from './e2e/servers.ts';
import { chromiumLaunch, firefoxUse } from './scripts/browsers.mjs';

const launchOptions = chromiumLaunch();
if (!launchOptions) throw new Error('there is no Chromium: run `node scripts/ensure-browser.mjs`, or name one by PERDURE_CHROMIUM');

/** Where there is no Firefox its tests are left out, and the run says so. */
const firefox = firefoxUse();
if (!firefox) console.warn('there is no Firefox: the end-to-end tests run in Chromium alone');

const fixture = 'e2e/fixtures/serve/vite.config.ts';
const stories = 'packages/devtools-ui/stories/vite.config.ts';

export default defineConfig({
  testDir: 'e2e',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1, // elections and timings are tested: two browsers at once would disturb each other
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['CI'] ? [['list'], ['html', { open: 'never' }]] : 'list',
  use: { trace: 'retain-on-failure' },
  projects: [{ name: 'chromium', use: { browserName: 'chromium', launchOptions } }, ...(firefox ? [{ name: 'firefox', use: firefox }] : [])],
  webServer: [
    { command: `npx vite --config ${fixture} --port ${PORTS.development}`, url: DEVELOPMENT },
    { command: `npx vite build --config ${fixture} && npx vite preview --config ${fixture} --port ${PORTS.build}`, url: BUILD },
    { command: `npx vite build && npx vite preview --port ${PORTS.playground} --strictPort`, url: PLAYGROUND },
    { command: `npx vite build --config ${stories} && npx vite preview --config ${stories} --port ${PORTS.stories}`, url: STORIES },
  ],
});
