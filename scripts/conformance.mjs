/**
 * Runs the scenarios of the conformance suite on our engine and compares what they leave with what a Temporal server recorded.
 *
 *     npm run conformance -- [--scenarios DIR] [--golden DIR] [--filter TEXT,TEXT…] [--all] [--out DIR] [--host node|chromium] [--store memory|indexeddb]
 *
 * Scenarios that the engine is not meant to pass yet are shown as "later"; `--all`, `--filter` and a folder of your own run them too.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { isInScope, KNOWN_DIFFERENCES } from './conformance/scope.mjs';
import { conformanceConfig } from './conformance/vite-config.mjs';

const SUITE = fileURLToPath(new URL('../conformance', import.meta.url));
const HOSTS = ['node', 'chromium'];
const STORES = ['memory', 'indexeddb'];

const options = readOptions();
const { compare, compareOutcome } = await loadCompare();
const host = await openHost();
const results = { ok: [], failed: [], later: [] };
try {
  for (const name of await host.start()) {
    if (options.filter.length > 0 && !options.filter.some((text) => name.includes(text))) continue;
    if (options.onlyScope && !isInScope(name)) {
      results.later.push(name);
      console.log(`later   ${name}`);
      continue;
    }
    report(name, await host.record(name));
  }
} finally {
  await host.close();
}
summarize();

function readOptions() {
  const { values } = parseArgs({
    options: {
      scenarios: { type: 'string', default: join(SUITE, 'scenarios') },
      golden: { type: 'string' },
      filter: { type: 'string', multiple: true, default: [] },
      all: { type: 'boolean', default: false },
      out: { type: 'string' },
      host: { type: 'string', default: 'node' },
      store: { type: 'string' },
    },
  });
  const scenarios = resolve(values.scenarios);
  const beside = resolve(scenarios, '../golden');
  const store = values.store ?? (values.host === 'chromium' ? 'indexeddb' : 'memory');
  if (!HOSTS.includes(values.host)) fail(`--host is ${values.host}; give one of ${HOSTS.join(', ')}`);
  if (!STORES.includes(store)) fail(`--store is ${store}; give one of ${STORES.join(', ')}`);
  if (!existsSync(join(scenarios, 'index.ts'))) fail(`no index.ts in ${scenarios}; give the folder of the scenarios with --scenarios`);
  const filter = values.filter.flatMap((text) => text.split(',')).filter(Boolean);
  return {
    scenarios,
    golden: values.golden ? resolve(values.golden) : existsSync(beside) ? beside : join(SUITE, 'golden'),
    filter,
    onlyScope: !values.all && filter.length === 0 && scenarios === join(SUITE, 'scenarios'),
    out: values.out && resolve(values.out),
    host: values.host,
    store,
  };
}

function fail(problem) {
  console.error(`conformance: ${problem}`);
  process.exit(2);
}

async function loadCompare() {
  const server = await createServer(conformanceConfig({ scenarios: options.scenarios }));
  const module = await server.ssrLoadModule('virtual:conformance/compare');
  await server.close();
  return module;
}

async function openHost() {
  const { scenarios, store } = options;
  if (options.host === 'node') return (await import('./conformance/node-host.mjs')).nodeHost({ scenarios, store });
  return (await import('./conformance/chromium-host.mjs')).chromiumHost({ scenarios, store });
}

function report(name, { recording, error }) {
  const problems = error === undefined ? differences(name, recording) : [error];
  const known = KNOWN_DIFFERENCES[name];
  const unexpected = known ? problems.filter((problem) => !known.some(({ starts }) => problem.startsWith(starts))) : problems;
  const isOk = unexpected.length === 0 && (!known || problems.length > 0);
  results[isOk ? 'ok' : 'failed'].push(name);
  const time = recording ? `  (${Math.round(recording.realMs)} ms; ${recording.virtualMs} ms virtual)` : '';
  console.log(`${isOk ? 'ok     ' : 'FAILED '} ${name}${time}${isOk && known ? '  known difference' : ''}`);
  if (!isOk)
    for (const problem of problems.length > 0 ? problems : ['a known difference is gone: take it off the list in scope.mjs'])
      console.log(problem.replace(/^/gm, '        '));
}

function differences(name, recording) {
  const file = `${name.replace('/', '-')}.json`;
  if (options.out) {
    mkdirSync(options.out, { recursive: true });
    const { scenario, about, order, outcome, runs } = recording;
    writeFileSync(join(options.out, file), `${JSON.stringify({ scenario, about, order, outcome, runs }, null, 1)}\n`);
  }
  const path = join(options.golden, file);
  if (!existsSync(path)) return [`no golden: ${path}`];
  const golden = JSON.parse(readFileSync(path, 'utf8'));
  return [...compareOutcome(golden, recording.outcome), ...compare(golden, recording.runs)];
}

function summarize() {
  const { ok, failed, later } = results;
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  if (later.length > 0) console.log(`\n${later.length} left for later (--all runs them)`);
  console.log(`${ok.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 || ok.length === 0 ? 1 : 0;
}
