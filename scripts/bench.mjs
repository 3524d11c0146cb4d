/**
 * `npm run bench -- [--only W1,W3] [--durability relaxed|strict] [--json FILE] [--repetitions N] [--quick]`: the workloads in Chromium, with a
 * profile on disk, built for production, beside bare IndexedDB in the same run. The page is the client, through the transport that users have.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, release, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { chromiumLaunch } from './browsers.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'W1,W2,W3,W4,W5' },
    durability: { type: 'string', default: 'strict' },
    json: { type: 'string' },
    repetitions: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
  },
});
const only = values.only.split(',');
const { durability } = values;
const repetitions = values.quick ? 2 : Number(values.repetitions);
if (!['strict', 'relaxed'].includes(durability)) fail(`--durability is "${durability}"; give strict or relaxed`);
if (!Number.isInteger(repetitions) || repetitions < 1) fail(`--repetitions is "${values.repetitions}"; give a whole number, 1 or more`);
for (const name of only) if (!/^W[1-5]$/.test(name)) fail(`--only names "${name}"; known are W1, W2, W3, W4, W5`);

const configFile = fileURLToPath(new URL('../bench/vite.config.ts', import.meta.url));
await build({ configFile, logLevel: 'error' });
const server = await preview({ configFile, logLevel: 'error', preview: { port: 4190, strictPort: false } });
const url = `${server.resolvedUrls.local[0]}?durability=${durability}`;

/** The bytes of the record that a commit of one workflow needs, about. */
const ROW = 600;
const rows = [];
const bareRows = new Map();
let browserVersion = '';

/** Each workload in a profile of its own. */
const WORKLOADS = {
  async W1(session) {
    const count = values.quick ? 50 : 200;
    await session.page.evaluate((n) => bench.w1(n), 50);
    const p50s = [];
    const p99s = [];
    const bares = [];
    for (let i = 0; i < repetitions; i++) {
      const times = await session.page.evaluate((n) => bench.w1(n), count);
      p50s.push(quantile(times, 0.5));
      p99s.push(quantile(times, 0.99));
      const bare = await session.bare(2 * count, 1);
      bares.push(2 * quantile(bare, 0.5)); // two commits are the least for a workflow with one activity
    }
    report('W1', 'p50 ms', p50s, bares);
    report('W1', 'p99 ms', p99s);
  },
  async W2(session) {
    const count = values.quick ? 400 : 2_000;
    await session.page.evaluate((n) => bench.w2(n, 100), 200);
    const rates = [];
    const bares = [];
    for (let i = 0; i < repetitions; i++) {
      rates.push(count / (await session.page.evaluate((n) => bench.w2(n, 100), count)));
      bares.push(count / (sum(await session.bare((2 * count) / 100, 100)) / 1_000));
    }
    report('W2', 'workflows/s', rates, bares);
  },
  async W3(session) {
    const steps = values.quick ? 200 : 1_000;
    const rates = [];
    const bares = [];
    const recoveries = [];
    const twice = [];
    await session.page.evaluate(([id, n]) => bench.w3(id, n), ['w3-warm-up', 100]);
    for (let i = 0; i < repetitions; i++) {
      rates.push(steps / (await session.page.evaluate(([id, n]) => bench.w3(id, n), [`w3-${i}`, steps])));
      bares.push(steps / (sum(await session.bare(steps, 1)) / 1_000));
      await session.kill();
      await session.open();
      const started = Date.now();
      await session.page.goto(url);
      const { result, completed } = await session.page.evaluate((id) => bench.w3Recover(id), `w3-${i}`);
      recoveries.push(Date.now() - started);
      twice.push(completed - steps);
      if (result !== steps) throw new Error(`W3 ended with ${result} in place of ${steps}`);
    }
    report('W3', 'steps/s', rates, bares);
    report('W3', 'recovery ms', recoveries);
    report('W3', 'activities run twice', twice);
  },
  async W4(session) {
    for (const count of values.quick ? [2_000] : [10_000, 100_000]) {
      const times = count > 10_000 ? 1 : Math.min(repetitions, 3);
      const rates = [];
      const bares = [];
      const restarts = [];
      const disk = [];
      for (let i = 0; i < times; i++) {
        await session.renew();
        await session.page.evaluate(() => bench.first());
        const before = await session.page.evaluate(() => bench.diskBytes());
        rates.push(count / (await session.page.evaluate((n) => bench.w4(n, 100), count)));
        bares.push(count / (sum(await session.bare((2 * count) / 100, 100)) / 1_000));
        disk.push(((await session.page.evaluate(() => bench.diskBytes())) - before) / 2 ** 20);
        await session.close();
        await session.open();
        await session.page.goto(url);
        restarts.push(await session.page.evaluate(() => bench.first()));
      }
      const name = `W4 (${count.toLocaleString('en')})`;
      report(name, 'starts/s', rates, bares);
      report(name, 'restart to first workflow ms', restarts);
      report(name, 'MiB on disk, bare rows included', disk);
    }
  },
  async W5(session) {
    const count = values.quick ? 200 : 1_000;
    await session.page.evaluate((n) => bench.w5(n), 100);
    const acknowledged = [];
    const completed = [];
    const bares = [];
    for (let i = 0; i < repetitions; i++) {
      const times = await session.page.evaluate((n) => bench.w5(n), count);
      acknowledged.push(count / times.acknowledged);
      completed.push(count / times.completed);
      bares.push(count / (sum(await session.bare(count, 1)) / 1_000));
    }
    report('W5', 'signals acknowledged/s', acknowledged, bares);
    report('W5', 'signals completed/s', completed, bares);
  },
};

try {
  for (const name of only) {
    const session = await createSession();
    try {
      await WORKLOADS[name](session);
    } finally {
      await session.remove();
    }
  }
} finally {
  await server.close();
}
if (values.json !== undefined) writeFileSync(resolve(values.json), `${JSON.stringify(result(), null, 1)}\n`);

/** A browser with a profile on the disk. */
async function createSession() {
  let profile = '';
  let context;
  const session = {
    page: undefined,
    async open() {
      context = await chromium.launchPersistentContext(profile, chromiumLaunch());
      browserVersion = context.browser()?.version() ?? browserVersion;
      session.page = context.pages()[0] ?? (await context.newPage());
    },
    /** A profile that nothing was written to. */
    async renew() {
      await session.remove();
      profile = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
      await session.open();
      await session.page.goto(url);
    },
    bare: (transactions, puts) => session.page.evaluate((args) => bench.bare(...args), [transactions, puts, ROW]),
    async kill() {
      const cdp = await context.browser().newBrowserCDPSession();
      const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
      const closed = new Promise((done) => context.once('close', done));
      process.kill(processInfo.find(({ type }) => type === 'browser').id, 'SIGKILL');
      await closed;
    },
    close: () => context.close(),
    async remove() {
      await context?.close();
      if (profile) rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
  await session.renew();
  return session;
}

/** Prints a figure, beside the limit of bare IndexedDB where there is one. */
function report(workload, metric, measured, bare) {
  const row = { workload, metric, ...summary(measured) };
  rows.push(row);
  if (bare) {
    const limit = { workload: 'B', metric: `${workload} ${metric}`, ...summary(bare) };
    bareRows.set(row, limit);
    rows.push(limit);
  }
  const limit = bareRows.get(row);
  const beside = limit
    ? `   bare ${format(limit.median)}, ratio ${(metric.includes('ms') ? row.median / limit.median : limit.median / row.median).toFixed(1)}`
    : '';
  console.log(`${workload.padEnd(14)} ${metric.padEnd(34)} ${format(row.median).padStart(9)}  (${format(row.min)} to ${format(row.max)}, n ${row.n})${beside}`);
}

function summary(measured) {
  return { median: round(quantile(measured, 0.5)), min: round(Math.min(...measured)), max: round(Math.max(...measured)), n: measured.length };
}

function result() {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release().split('.').slice(0, 2).join('.')}`,
    browser: `Chromium ${browserVersion}`,
    durability,
    rows,
  };
}

function quantile(numbers, q) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function round(number) {
  return Number(number.toPrecision(4));
}

function format(number) {
  return number >= 100 ? Math.round(number).toLocaleString('en') : String(round(number));
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
