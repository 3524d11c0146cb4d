/**
 * Runs scenarios of `npm run faults`, one after another, in a process of its own: workflow code and the virtual clock are of a realm, and two scenarios
 * that run in one at once meet in them. Told by messages which: `{ name, kind, n }`, without a kind none fails.
 */
import 'fake-indexeddb/auto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { conformanceConfig } from '../conformance/vite-config.mjs';

const folder = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const scenarios = folder('conformance/scenarios');
process.on('unhandledRejection', (reason) => process.env.VERBOSE && console.error('unhandled rejection:', reason));
const server = await createServer(conformanceConfig({ scenarios, ssr: { noExternal: [/^@perdure/, /^@temporalio/] } }));
const load = (id) => server.ssrLoadModule(id);
const runner = await load('/scripts/conformance/record.ts');
const { openIndexedDbStore } = await load('/packages/core/src/storage/indexeddb.ts');
const { faultyIndexedDb } = await load('/packages/core/src/storage/indexeddb-faults.test-kit.ts');
const { readHistory } = await load('/packages/core/src/service/history-rows.ts');
const { systemClock } = await load('/packages/core/src/common/clock.ts');
const { activities } = await load('virtual:conformance/suite');
const workflows = await load('virtual:conformance/workflows');
const { compare, compareOutcome } = await load('virtual:conformance/compare');

/** Pauses of the store are short, and so is the time after which a call counts as hung; but a busy machine is none that hangs. */
const clock = { now: () => systemClock.now(), setTimer: (delay, fn) => systemClock.setTimer(delay < 3_000 ? delay / 30 : Math.min(delay, 3_000), fn) };
let databases = 0;

process.on('message', ({ name, kind, n }) => void runOne(name, kind, n).then((outcome) => process.send(outcome)));
process.send({ isReady: true, names: runner.names() });

function runOne(name, kind, n) {
  if (kind === undefined) return run(name, () => undefined);
  const isGone = kind === 'gone';
  const plan = ({ count }) => (isGone ? (count >= n ? 'closed' : undefined) : count === n ? kind : undefined);
  return run(name, plan, { isGone, isFull: kind === 'quota' });
}

async function run(name, plan, { isGone = false, isFull = false } = {}) {
  activities.tokens.clear(); // what the last run has left is not this one's
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
