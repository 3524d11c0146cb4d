/**
 * Runs scenarios on our engine and compares what they leave with what a Temporal server recorded: those of Temporal's TypeScript SDK,
 * and ours after its Go SDK, whose recordings are translated first.
 *
 *     npm run conformance -- [--suite typescript|go] [--filter TEXT,TEXT…] [--all] [--out DIR] [--host node|chromium] [--store memory|indexeddb]
 *     npm run conformance -- --scenarios DIR [--golden DIR] …
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

const folder = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SUITES = {
  typescript: { scenarios: folder('conformance/scenarios'), golden: folder('conformance/golden') },
  go: { scenarios: folder('conformance-go/scenarios'), golden: folder('conformance/go/golden') },
};
const HOSTS = ['node', 'chromium'];
const STORES = ['memory', 'indexeddb'];

const options = readOptions();
const results = { ok: [], failed: [], later: [] };
for (const suite of options.suites) await runSuite(suite);
summarize();

async function runSuite(suite) {
  const comparison = await loadComparison(suite);
  const host = await openHost(suite);
  try {
    for (const name of await host.start()) {
      if (options.filter.length > 0 && !options.filter.some((text) => name.includes(text))) continue;
      if (options.onlyScope && !isInScope(name)) {
        results.later.push(name);
        console.log(`later   ${name}`);
        continue;
      }
      report(name, await host.record(name), { ...suite, ...comparison });
    }
  } finally {
    await host.close();
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      suite: { type: 'string' },
      scenarios: { type: 'string' },
      golden: { type: 'string' },
      filter: { type: 'string', multiple: true, default: [] },
      all: { type: 'boolean', default: false },
      out: { type: 'string' },
      host: { type: 'string', default: 'node' },
      store: { type: 'string' },
    },
  });
  const store = values.store ?? (values.host === 'chromium' ? 'indexeddb' : 'memory');
  if (!HOSTS.includes(values.host)) fail(`--host is ${values.host}; give one of ${HOSTS.join(', ')}`);
  if (!STORES.includes(store)) fail(`--store is ${store}; give one of ${STORES.join(', ')}`);
  const filter = values.filter.flatMap((text) => text.split(',')).filter(Boolean);
  return {
    suites: suitesOf(values),
    filter,
    onlyScope: !values.all && filter.length === 0 && values.scenarios === undefined,
    out: values.out && resolve(values.out),
    host: values.host,
    store,
  };
}

function suitesOf({ suite, scenarios, golden }) {
  if (scenarios !== undefined) return [ownSuite(resolve(scenarios), golden)];
  if (golden !== undefined) fail('--golden is given without --scenarios; give the folder of the scenarios too');
  if (suite !== undefined && !Object.hasOwn(SUITES, suite)) fail(`--suite is ${suite}; give one of ${Object.keys(SUITES).join(', ')}`);
  return suite === undefined ? Object.values(SUITES) : [SUITES[suite]];
}

function ownSuite(scenarios, golden) {
  if (!existsSync(join(scenarios, 'index.ts'))) fail(`no index.ts in ${scenarios}; give the folder of the scenarios with --scenarios`);
  const known = Object.values(SUITES).find((suite) => suite.scenarios === scenarios);
  const beside = resolve(scenarios, '../golden');
  if (golden !== undefined) return { scenarios, golden: resolve(golden) };
  return known ?? { scenarios, golden: existsSync(beside) ? beside : SUITES.typescript.golden };
}

function fail(problem) {
  console.error(`conformance: ${problem}`);
  process.exit(2);
}

async function loadComparison({ scenarios }) {
  const server = await createServer(conformanceConfig({ scenarios }));
  try {
    const { compare, compareOutcome, shortType } = await server.ssrLoadModule('virtual:conformance/compare');
    const { translate } = await server.ssrLoadModule('virtual:conformance/translate');
    return { compare, compareOutcome, shortType, translate };
  } finally {
    await server.close();
  }
}

async function openHost({ scenarios }) {
  const { store } = options;
  if (options.host === 'node') return (await import('./conformance/node-host.mjs')).nodeHost({ scenarios, store });
  return (await import('./conformance/chromium-host.mjs')).chromiumHost({ scenarios, store });
}

function report(name, { recording, error }, suite) {
  const problems = error === undefined ? differences(name, recording, suite) : [error];
  const known = KNOWN_DIFFERENCES[name];
  const unexpected = known ? problems.filter((problem) => !known.some((difference) => isKnown(difference, problem, recording, suite))) : problems;
  const isOk = unexpected.length === 0 && (!known || problems.length === known.length);
  results[isOk ? 'ok' : 'failed'].push(name);
  const time = recording ? `  (${Math.round(recording.realMs)} ms; ${recording.virtualMs} ms virtual)` : '';
  console.log(`${isOk ? 'ok     ' : 'FAILED '} ${name}${time}${isOk && known ? '  known difference' : ''}`);
  if (!isOk)
    for (const problem of problems.length === 0 || (known && unexpected.length === 0)
      ? [...problems, 'a known difference is gone: take it off the list in scope.mjs']
      : problems)
      console.log(problem.replace(/^/gm, '        '));
}

/** What comes after a known difference is compared with what is known of ours. */
function isKnown({ starts, events, outcome }, problem, recording, { compareOutcome, shortType }) {
  if (!problem.startsWith(starts) || !recording) return false;
  if (outcome !== undefined) return compareOutcome({ outcome }, recording.outcome).length === 0;
  if (events === undefined) return true;
  const [, run, event] = /^run (\d+) .*, event (\d+)$/.exec(starts) ?? [];
  const ours = recording.runs[run - 1].events.slice(event - 1).map(({ eventType }) => shortType(eventType));
  return ours.join(' ') === events;
}

function differences(name, recording, suite) {
  const file = `${name.replace('/', '-')}.json`;
  if (options.out) {
    mkdirSync(options.out, { recursive: true });
    const { scenario, about, order, outcome, runs } = recording;
    writeFileSync(join(options.out, file), `${JSON.stringify({ scenario, about, order, outcome, runs }, null, 1)}\n`);
  }
  const path = join(suite.golden, file);
  if (!existsSync(path)) return [`no golden: ${path}`];
  const golden = suite.translate(JSON.parse(readFileSync(path, 'utf8')));
  return [...suite.compareOutcome(golden, recording.outcome), ...suite.compare(golden, recording.runs)];
}

function summarize() {
  const { ok, failed, later } = results;
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  if (later.length > 0) console.log(`\n${later.length} left for later (--all runs them)`);
  console.log(`${ok.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 || ok.length === 0 ? 1 : 0;
}
