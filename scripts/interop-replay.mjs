/**
 * Shows that the histories which our engine writes are Temporal's: runs the scenarios of the TypeScript suite on our engine, and replays every
 * history that they leave in Temporal's own worker, in strict mode (`conformance/temporal-replay`).
 *
 *     npm run interop:replay -- [--filter TEXT,TEXT…] [--host node|chromium]
 *
 * The replayer's packages come from npm into `.cache/`, once: it needs the network then, which is why it is no part of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installReplayer } from './interop/install.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const HISTORIES = at('.cache/interop-histories');
const WORKFLOWS = at('conformance/scenarios/workflows.ts');

/** What the replayer cannot accept from any engine, a Temporal server included, and why. Nothing else may be refused, and these must be. */
const REFUSED_FROM_ALL = {
  'workflow-api-info.json#1': 'the result holds the task queue, and a replay invents one ("fake_replay_queue-0")',
  'workflow-api-info-options.json#1': 'the result holds the task queue, and a replay invents one ("fake_replay_queue-0")',
};

const { values: options } = parseArgs({ options: { filter: { type: 'string', multiple: true, default: [] }, host: { type: 'string', default: 'node' } } });
const INSTALLED = installReplayer();
writeHistories();
const verdicts = replay();
const problems = verdicts.flatMap(problemOf);
for (const problem of problems) console.log(`FAILED  ${problem}`);
for (const { name, ok } of verdicts) if (!ok && REFUSED_FROM_ALL[name]) console.log(`refused from all  ${name}: ${REFUSED_FROM_ALL[name]}`);
const accepted = verdicts.filter(({ ok }) => ok).length;
console.log(`${accepted} passed, ${problems.length} failed`);
process.exit(problems.length > 0 || accepted === 0 ? 1 : 0);

function writeHistories() {
  rmSync(HISTORIES, { recursive: true, force: true });
  const filter = options.filter.flatMap((text) => ['--filter', text]);
  const { status, stdout } = run('node', [at('scripts/conformance.mjs'), '--suite', 'typescript', '--host', options.host, '--out', HISTORIES, ...filter]);
  console.log(`interop: conformance: ${stdout.trim().split('\n').at(-1)}`);
  if (status !== 0) fail(`the scenarios do not pass; their histories are not worth replaying\n${stdout}`);
}

function replay() {
  const files = readdirSync(HISTORIES).sort();
  const { stdout, stderr } = run(
    'node',
    [join(INSTALLED, 'replay.mjs'), WORKFLOWS, ...files.map((file) => join(HISTORIES, file)), '--strict', '--json'],
    INSTALLED,
  );
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const found = lines.map((line) => JSON.parse(line)).map(({ file, ok, name: error, message }) => ({ name: basename(file), ok, error, message }));
  const due = files.flatMap(replayable);
  const missing = due.filter((name) => !found.some((verdict) => verdict.name === name));
  if (missing.length > 0) fail(`the replayer said nothing of ${missing.join(', ')}\n${stderr}`);
  return found;
}

/** As the replayer counts: a run that ended before its first workflow task has no code to replay. */
function replayable(file) {
  const { runs } = JSON.parse(readFileSync(join(HISTORIES, file), 'utf8'));
  return runs.flatMap(({ events }, index) => (events.length >= 3 ? [`${file}#${index + 1}`] : []));
}

function problemOf({ name, ok, error, message }) {
  const isKnown = REFUSED_FROM_ALL[name] !== undefined;
  if (ok && isKnown) return [`${name} is accepted now: take it off the list in scripts/interop-replay.mjs`];
  return ok || isKnown ? [] : [`${name} ${error}: ${message}`];
}

function run(command, args, cwd = at('.')) {
  return spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
}

function fail(problem) {
  console.error(`interop: ${problem}`);
  process.exit(1);
}
