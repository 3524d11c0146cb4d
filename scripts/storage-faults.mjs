/**
 * Lets every n-th call to IndexedDB fail, for every n, over scenarios whose histories a Temporal server recorded:
 *
 *     npm run faults -- [--filter TEXT,TEXT…] [--faults closed,quota…] [--every N] [--jobs N] [--json FILE]
 *
 * Each scenario runs on the IndexedDB store, on fake-indexeddb, once without a fault and then once for each call and each kind of fault. What
 * it leaves has to be what was recorded, as if nothing had happened; when the space is used up, a call may be refused instead, with the typed
 * error that says so. "gone" means that all calls fail from the n-th on: then the store has to say so, and what is on the disk has to be whole.
 */
import 'fake-indexeddb/auto';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { KNOWN_DIFFERENCES } from './conformance/scope.mjs';
import { conformanceConfig } from './conformance/vite-config.mjs';

/** Short, and of each kind of thing that a workflow does. */
const SCENARIOS = [
  ...[
    'activities/one',
    'activities/sequence',
    'activities/fan-out',
    'activities/retry-then-succeed',
    'activities/non-retryable-failure',
    'activities/async-complete',
  ],
  ...['cancellation/activity', 'cancellation/sleep', 'cancellation/terminate', 'cancellation/clean-up', 'cancellation/nested'],
  ...['children/one', 'children/many', 'children/fails', 'children/signal', 'children/cancel-wait', 'children/leave-terminate', 'children/continues-as-new'],
  ...[
    'lifecycle/complete',
    'lifecycle/fail',
    'lifecycle/continue-as-new',
    'lifecycle/already-started',
    'lifecycle/run-timeout',
    'lifecycle/retry-succeeds',
    'lifecycle/cron',
  ],
  ...['markers/local-activity', 'markers/deprecated'],
  ...['timers/', 'signals/', 'queries/', 'updates/'],
];
/** Their activities or clients keep something in their modules: two at once would meet. */
const SHARES_STATE = new Set(['activities/async-complete', 'queries/states', 'children/signal']);
/** Of areas that are named as a whole. */
const MOST_OF_AN_AREA = 4;

const { values } = parseArgs({
  options: {
    filter: { type: 'string' },
    faults: { type: 'string' },
    every: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

const folder = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const scenarios = folder('conformance/scenarios');
process.on('unhandledRejection', (reason) => process.env.VERBOSE && console.error('unhandled rejection:', reason));
const server = await createServer(conformanceConfig({ scenarios, ssr: { noExternal: [/^@perdure/, /^@temporalio/] } }));
const load = (id) => server.ssrLoadModule(id);
const runner = await load('/scripts/conformance/record.ts');
const { openIndexedDbStore } = await load('/packages/core/src/storage/indexeddb.ts');
const { DRIVER_FAULTS, faultyIndexedDb } = await load('/packages/core/src/storage/indexeddb-faults.test-kit.ts');
const { readHistory } = await load('/packages/core/src/service/history-rows.ts');
const { systemClock } = await load('/packages/core/src/common/clock.ts');
const workflows = await load('virtual:conformance/workflows');
const { compare, compareOutcome } = await load('virtual:conformance/compare');

/** Pauses of the store are short, and so is the time after which a call counts as hung; but a busy machine is none that hangs. */
const clock = { now: () => systemClock.now(), setTimer: (delay, fn) => systemClock.setTimer(delay < 3_000 ? delay / 30 : Math.min(delay, 3_000), fn) };
const kinds = values.faults?.split(',') ?? [...DRIVER_FAULTS, 'gone'];
const every = Number(values.every);
const totals = Object.fromEntries(kinds.map((kind) => [kind, { runs: 0, asRecorded: 0, refused: 0, failed: 0 }]));
const failures = [];
let databases = 0;
const chosen = choose();
const startedAt = performance.now();
for (const name of chosen) await runScenario(name);
finish();

function choose() {
  const names = runner.names();
  const wanted = values.filter?.split(',') ?? SCENARIOS;
  return wanted.flatMap((text) => {
    const found = names.filter(
      (name) => (text.endsWith('/') ? name.startsWith(text) : values.filter ? name.includes(text) : name === text) && !KNOWN_DIFFERENCES[name],
    );
    if (found.length === 0) throw new Error(`no scenario is called "${text}"`);
    return text.endsWith('/') ? found.slice(0, MOST_OF_AN_AREA) : found;
  });
}

async function runScenario(name) {
  const clean = await run(name, () => undefined);
  if (clean.problem) throw new Error(`${name} fails without a fault: ${clean.problem}`);
  const before = failures.length;
  const runs = kinds.flatMap((kind) => Array.from({ length: Math.ceil(clean.calls / every) }, (_, index) => [kind, 1 + index * every]));
  // Most of a run is waiting, for pauses and for what may still stir.
  await Promise.all(
    Array.from({ length: SHARES_STATE.has(name) ? 1 : Number(values.jobs) }, async () => {
      for (let next = runs.shift(); next; next = runs.shift()) await runWithFault(name, ...next, clean.calls);
    }),
  );
  console.log(`${failures.length === before ? 'ok     ' : 'FAILED '} ${name}: ${clean.calls} calls`);
}

async function runWithFault(name, kind, n, calls) {
  const isGone = kind === 'gone';
  const plan = ({ count }) => (isGone ? (count >= n ? 'closed' : undefined) : count === n ? kind : undefined);
  const outcome = await run(name, plan, { isGone, isFull: kind === 'quota' });
  const total = totals[kind];
  total.runs++;
  if (outcome.problem === undefined) {
    total[outcome.isRefused ? 'refused' : 'asRecorded']++;
    return;
  }
  total.failed++;
  failures.push(`${name}, ${kind} at call ${n} of ${calls}: ${outcome.problem}`);
  console.log(failures.at(-1));
}

async function run(name, plan, { isGone = false, isFull = false } = {}) {
  const database = `faults-${databases++}`;
  const driver = faultyIndexedDb(indexedDB, plan);
  let store;
  let recording;
  let error;
  const host = {
    async openStore() {
      store = await openIndexedDbStore({ name: database, indexedDB: driver.factory, clock, limits: { reserveBytes: 4_096 } });
      return store;
    },
    workflows: ({ code }) => ({
      workflows: { ...workflows, ...Object.fromEntries(Object.entries(code).map(([type, workflow]) => [type, workflows[workflow]])) },
    }),
  };
  try {
    recording = await runner.record(name, host);
  } catch (found) {
    error = found;
  }
  const calls = driver.count;
  const damage = await damageOf(database);
  indexedDB.deleteDatabase(database);
  if (damage) return { calls, problem: damage };
  const differences = error ? [String(error.message)] : differencesOf(name, recording);
  if (differences.length === 0) return { calls };
  const words = `${differences.join('; ')} ${isFull ? JSON.stringify(recording?.outcome) : ''}`;
  const state = store?.status().state;
  if (isGone)
    return /StorageUnavailable|failed|does not answer|not open|standstill/.test(words) || state === 'failed'
      ? { calls, isRefused: true }
      : { calls, problem: words };
  if (isFull && /storage of this origin is full/.test(words)) return { calls, isRefused: true };
  return { calls, problem: `${words.slice(0, 600)} (store ${state})` };
}

function differencesOf(name, recording) {
  const path = join(folder('conformance/golden'), `${name.replace('/', '-')}.json`);
  if (!existsSync(path)) return [`no golden: ${path}`];
  const golden = JSON.parse(readFileSync(path, 'utf8'));
  return [...compareOutcome(golden, recording.outcome), ...compare(golden, recording.runs)];
}

/** What another engine finds: every history whole, and every open run found by a row. */
async function damageOf(database) {
  if (!(await indexedDB.databases()).some(({ name }) => name === database)) return undefined;
  const store = await openIndexedDbStore({ name: database, limits: { reserveBytes: 0 } });
  try {
    await store.acquire();
    const histories = new Map();
    for (const entry of await store.range('history', {})) {
      const run = JSON.stringify(entry[0].slice(0, 3));
      histories.set(run, [...(histories.get(run) ?? []), entry]);
    }
    for (const [run, rows] of histories) {
      const { damage } = readHistory(rows);
      if (damage) return `the history of ${run} is damaged: ${damage.message}`;
    }
    const finders = [...(await store.range('busy', {})).map(([key]) => key), ...(await store.range('wake', {})).map(([key]) => key.slice(1))].map((key) =>
      JSON.stringify(key),
    );
    for (const run of finders) if (!histories.has(run)) return `${run} is to be looked at, and has no history`;
    for (const [[namespace, , , runId]] of await store.range('visibility', {})) {
      const isThere = [...histories.keys()].some((run) => run.startsWith(`[${JSON.stringify(namespace)},`) && run.endsWith(`${JSON.stringify(runId)}]`));
      if (!isThere) return `run ${runId} is in the lists, and has no history`;
    }
    if (store.status().damage) return store.status().damage.last;
    return undefined;
  } finally {
    await store.close();
  }
}

function finish() {
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  for (const [kind, { runs, asRecorded, refused, failed }] of Object.entries(totals))
    console.log(`${kind.padEnd(12)} ${runs} runs: ${asRecorded} as recorded, ${refused} refused with a typed error, ${failed} failed`);
  if (values.json !== undefined) {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
    const result = { date: new Date().toISOString().slice(0, 10), commit, scenarios: chosen.length, every, seconds, faults: totals, failures };
    writeFileSync(resolve(values.json), `${JSON.stringify(result, null, 2)}\n`);
  }
  const failed = failures.length;
  const passed = Object.values(totals).reduce((sum, { runs }) => sum + runs, 0) - failed;
  console.log(`${chosen.length} scenarios, ${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}
