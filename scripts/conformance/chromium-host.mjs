/** Runs scenarios in a page of Chromium: IndexedDB on disk, workflow code in a Worker of its own. A page that hangs is closed and opened again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { createServer, runnerImport } from 'vite';
import { chromiumLaunch } from '../browsers.mjs';
import { conformanceConfig } from './vite-config.mjs';

const LIMIT_MS = 30_000;

export function chromiumHost({ scenarios, store }) {
  const profile = mkdtempSync(join(tmpdir(), 'perdure-conformance-'));
  let server;
  let context;
  let page;

  async function open() {
    const launch = chromiumLaunch();
    if (!launch) throw new Error('no Chromium was found; name one: PERDURE_CHROMIUM=/path/to/chromium');
    context = await chromium.launchPersistentContext(profile, { ...launch, headless: true });
    page = await context.newPage();
    const said = [];
    const say = (line) => {
      said.push(line);
      if (process.env.VERBOSE) console.error(`page: ${line}`);
    };
    page.on('pageerror', (error) => say(String(error)));
    page.on('console', (message) => say(message.text()));
    page.on('response', (response) => response.ok() || say(`${response.status()} ${response.url()}`));
    await page.goto(`${server.resolvedUrls.local[0]}scripts/conformance/chromium.html?store=${store}`);
    const isLoaded = page.waitForFunction(() => globalThis.conformance !== undefined, undefined, { timeout: LIMIT_MS, polling: 50 });
    await isLoaded.catch((error) => {
      throw new Error(`the page of the scenarios did not load: ${error.message}\n${said.join('\n')}`);
    });
  }

  return {
    async start() {
      server = await startServer(scenarios);
      await open();
      return page.evaluate(() => globalThis.conformance.names());
    },
    async record(name) {
      if (!context) await open();
      const answer = page.evaluate((wanted) => globalThis.conformance.record(wanted), name).catch((error) => ({ name, error: `the page: ${error.message}` }));
      const result = await Promise.race([answer, limit()]);
      if (result) return result;
      await context.close();
      context = undefined;
      return { name, error: `hung: the page did not answer for ${LIMIT_MS / 1_000} s and was closed` };
    },
    async close() {
      await context?.close();
      await server?.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function startServer(scenarios) {
  const { perdure } = (await runnerImport(fileURLToPath(new URL('../../packages/core/src/vite/plugin.ts', import.meta.url)))).module;
  const server = await createServer(
    conformanceConfig({
      scenarios,
      appType: 'mpa',
      plugins: [perdure()],
      optimizeDeps: { include: ['idb', 'comlink'] },
      server: { middlewareMode: false, host: '127.0.0.1', port: 0, strictPort: false },
    }),
  );
  return server.listen();
}

function limit() {
  return new Promise((resolve) => {
    setTimeout(resolve, LIMIT_MS).unref();
  });
}
