/**
 * Lets every n-th call to IndexedDB fail, for every n, over scenarios whose histories a Temporal server recorded:
 *
 *     npm run faults -- [--filter TEXT,TEXT…] [--faults closed,quota…] [--every N] [--jobs N] [--json FILE]
 *
 * Each scenario runs on the IndexedDB store, on fake-indexeddb, once without a fault and then once for each call and each kind of fault. What
 * it leaves has to be what was recorded, as if nothing had happened; when the space is used up, a call may be refused instead, with the typed
 * error that says so. "gone" means that all calls fail from the n-th on: then the store has to say so, and what is on the disk has to be whole.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KNOWN_DIFFERENCES } from './conformance/scope.mjs';
import { importSource } from './import-source.mjs';

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
/** Of areas that are named as a whole. */
const MOST_OF_AN_AREA = 4;

const { values } = parseArgs({
  options: {
    filter: { type: 'string' },
    faults: { type: 'string' },
    every: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
});

const { resultHead, writeResult } = await importSource('./trust/run/result.ts');
const { DRIVER_FAULTS } = await importSource('./packages/core/src/storage/indexeddb-faults.test-kit.ts');
const kinds = values.faults?.split(',') ?? [...DRIVER_FAULTS, 'gone'];
const every = whole('every');
const totals = Object.fromEntries(kinds.map((kind) => [kind, { runs: 0, asRecorded: 0, refused: 0, failed: 0 }]));
const failures = [];
const head = resultHead();
const startedAt = performance.now();
const runners = await Promise.all(Array.from({ length: whole('jobs') }, startRunner));
const chosen = choose(runners[0].names);
let calls = 0;
for (const name of chosen) calls += await runScenario(name);
finish();

function choose(names) {
  const wanted = values.filter?.split(',') ?? SCENARIOS;
  const found = wanted.flatMap((text) => {
    const isMeant = (name) => (text.endsWith('/') ? name.startsWith(text) : values.filter ? name.includes(text) : name === text);
    const fitting = names.filter((name) => isMeant(name) && !KNOWN_DIFFERENCES[name]);
    if (fitting.length === 0) throw new Error(`no scenario is called "${text}"`);
    return text.endsWith('/') ? fitting.slice(0, MOST_OF_AN_AREA) : fitting;
  });
  return [...new Set(found)];
}

/** @returns how many calls of IndexedDB it makes */
async function runScenario(name) {
  const clean = await runners[0].run({ name });
  if (clean.problem) throw new Error(`${name} fails without a fault: ${clean.problem}`);
  const before = failures.length;
  const runs = kinds.flatMap((kind) => Array.from({ length: Math.ceil(clean.calls / every) }, (_, index) => ({ name, kind, n: 1 + index * every })));
  await Promise.all(
    runners.map(async ({ run }) => {
      for (let next = runs.shift(); next; next = runs.shift()) judge(next, await run(next), clean.calls);
    }),
  );
  console.log(`${failures.length === before ? 'ok     ' : 'FAILED '} ${name}: ${clean.calls} calls`);
  return clean.calls;
}

function judge({ name, kind, n }, { problem, isRefused }, ofCalls) {
  const total = totals[kind];
  total.runs++;
  if (problem === undefined) {
    total[isRefused ? 'refused' : 'asRecorded']++;
    return;
  }
  total.failed++;
  failures.push(`${name}, ${kind} at call ${n} of ${ofCalls}: ${problem}`);
  console.log(failures.at(-1));
}

/** A process that runs one scenario at a time. */
async function startRunner() {
  const output = process.env.VERBOSE ? 'inherit' : 'ignore'; // workers and engines of scenarios tell of each failure
  const child = fork(fileURLToPath(new URL('./faults/run.mjs', import.meta.url)), { stdio: ['ignore', output, output, 'ipc'] });
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`a process that runs scenarios has ended with code ${code}: VERBOSE=1 shows what it said`)));
    });
  const { names } = await answer();
  return {
    names,
    run(task) {
      child.removeAllListeners('exit');
      child.send(task);
      return answer();
    },
    end: () => child.kill(),
  };
}

function finish() {
  for (const { end } of runners) end();
  for (const [kind, { runs, asRecorded, refused, failed }] of Object.entries(totals))
    console.log(`${kind.padEnd(12)} ${runs} runs: ${asRecorded} as recorded, ${refused} refused with a typed error, ${failed} failed`);
  const runs = Object.values(totals).reduce((sum, total) => sum + total.runs, 0);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  if (values.json !== undefined)
    writeResult(values.json, {
      ...head,
      node: process.version,
      seconds,
      scenarios: chosen.length,
      calls,
      every,
      runs,
      violations: failures.length,
      faults: totals,
      failures,
    });
  console.log(`${chosen.length} scenarios, ${runs - failures.length} passed, ${failures.length} failed`);
  process.exit(failures.length > 0 || runs === 0 ? 1 : 0);
}

function whole(name) {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`--${name} is "${values[name]}"; give a whole number, 1 or more`);
  process.exit(2);
}
