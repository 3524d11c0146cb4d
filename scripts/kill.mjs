/**
 * `npm run kill -- --rounds N [--minutes N] [--browser chromium|firefox] [--what browser|tab|renderer|worker] [--open N] [--seed S] [--json FILE]`: a victim dies
 * under load, N times, at moments drawn from the seed. Ends with `N rounds, N acknowledged, 0 lost, 0 done twice`, and fails when it is not so.
 * What is done and judged: `trust/README.md`.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { importSource } from './import-source.mjs';

const USAGE =
  'usage: npm run kill -- [--rounds N] [--minutes N] [--browser chromium|firefox] [--what browser,tab,renderer,worker] [--open N] [--seed S] [--json FILE] [--pause-while FILE]';
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    browser: { type: 'string', default: 'chromium' },
    what: { type: 'string', default: 'browser' },
    minutes: { type: 'string' },
    open: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    'pause-while': { type: 'string' },
  },
});

const deaths = await importSource('./trust/run/deaths.ts');
const kill = await importSource('./trust/run/kill.ts');
const ledgers = await importSource('./trust/run/ledger.ts');
const results = await importSource('./trust/run/result.ts');
const figures = await importSource('./trust/run/figures.ts');
const chance = await importSource('./trust/run/random.ts');

const [rounds, open, seed] = [whole('rounds', 1), whole('open', 0), whole('seed', 0)];
const longestMs = values.minutes === undefined ? undefined : whole('minutes', 1) * 60_000;
const { browser } = values;
if (browser !== 'chromium' && browser !== 'firefox') fail(`--browser is "${browser}"; give chromium or firefox`);
const victims = values.what.split(',');
for (const victim of victims) {
  if (!deaths.VICTIMS.includes(victim)) fail(`--what is "${victim}"; give one of ${deaths.VICTIMS.join(', ')}`);
  const reason = deaths.whyNot(victim, browser);
  if (reason) fail(`--what ${victim}: ${reason}`);
}

const configFile = fileURLToPath(new URL('../trust/vite.config.ts', import.meta.url));
const ledger = new ledgers.Ledger();
const outDir = mkdtempSync(join(tmpdir(), 'perdure-trust-build-')); // of its own: several may run at once
await build({ configFile, logLevel: 'error', build: { outDir } });
const server = await preview({ configFile, logLevel: 'error', build: { outDir }, plugins: [ledger.plugin()], preview: { port: 4186, strictPort: false } });
const url = server.resolvedUrls?.local[0];
if (!url) fail('the preview server tells no address');

let isBad = false;
const head = results.resultHead();
for (const victim of victims) {
  const totals = await kill.killRounds({
    url,
    ledger,
    browser,
    victim,
    rounds,
    longestMs,
    open,
    random: chance.randomFrom(seed),
    report: console.log,
    onRound,
  });
  await onRound(totals);
  if (totals.findings.length > 0) console.log(`the first of what was found: ${totals.findings[0]}`);
  if (totals.integrityErrors + totals.refused + totals.aborted > 0)
    console.log(`${totals.integrityErrors} integrity errors, ${totals.refused} calls refused or not answered, ${totals.aborted} series aborted`);
  for (const name of ['firstProgressMs', 'settleMs', 'takeoverMs']) {
    const found = figures.figuresOf(totals[name]);
    if (found) console.log(`${name}: p50 ${found.p50}, p99 ${found.p99}, max ${found.max}`);
  }
  isBad ||= totals.lost + totals.doneTwice + totals.integrityErrors + totals.refused + totals.aborted > 0;
  console.log(`${totals.rounds} rounds, ${totals.acknowledged} acknowledged, ${totals.lost} lost, ${totals.doneTwice} done twice`);

  async function onRound(totals) {
    if (values.json !== undefined) results.writeResult(values.json, resultOf(victim, totals));
    while (values['pause-while'] !== undefined && existsSync(values['pause-while'])) await pause(1_000);
  }
}
await server.close();
rmSync(outDir, { recursive: true });
process.exit(isBad ? 1 : 0);

function resultOf(what, { browserVersion, firstProgressMs, settleMs, takeoverMs, ...totals }) {
  return {
    ...head,
    browser: browserVersion,
    what,
    seed,
    open,
    ...totals,
    firstProgressMs: figures.figuresOf(firstProgressMs),
    settleMs: figures.figuresOf(settleMs),
    takeoverMs: figures.figuresOf(takeoverMs),
  };
}

function whole(name, least) {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < least) fail(`--${name} is "${values[name]}"; give a whole number, ${least} or more`);
  return number;
}

function fail(message) {
  console.error(message);
  console.error(USAGE);
  process.exit(2);
}
