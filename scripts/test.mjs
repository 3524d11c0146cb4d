/**
 * `npm test`: everything that has to hold, the browser included. Installs a Chromium where there is none, runs each suite, and ends with
 * `N passed, N failed` over all of them. A suite whose count cannot be read counts as failed.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const SUITES = [
  { name: 'browser', command: ['node', 'scripts/ensure-browser.mjs'], counts: () => [0, 0] },
  { name: 'checks', command: ['node', 'scripts/check.mjs'], counts: lastLine },
  { name: 'unit tests', command: ['npx', 'vitest', 'run', '--reporter=dot'], counts: vitest },
  { name: 'conformance on Node, in memory', command: ['node', 'scripts/conformance.mjs'], counts: lastLine },
  {
    name: 'conformance in Chromium, on IndexedDB',
    command: ['node', 'scripts/conformance.mjs', '--host', 'chromium', '--store', 'indexeddb'],
    counts: lastLine,
  },
  { name: 'faults of IndexedDB', command: ['node', 'scripts/storage-faults.mjs', '--every', '16'], counts: lastLine },
  { name: 'simulation', command: ['node', 'scripts/simulate.mjs', '--seeds', '1000'], counts: lastLine },
  // each fourth of them: all take longer than everything else together
  { name: 'planted faults', command: ['node', 'scripts/simulate.mjs', '--plants', '--every', '4', '--seeds', '10000'], counts: lastLine },
  {
    name: 'deaths under load',
    command: ['node', 'scripts/kill.mjs', '--rounds', '3', '--what', 'browser,tab,renderer,worker', '--open', '50'],
    counts: rounds,
  },
  { name: 'WebKit, where there is one', command: ['node', 'scripts/webkit-smoke.mjs'], counts: lastLine },
  { name: 'end to end, in Chromium', command: ['npx', 'playwright', 'test', '--project=chromium', '--reporter=list'], counts: playwright },
];

console.log(`npm test: ${SUITES.length} suites on ${availableParallelism()} cores`);
let [passed, failed] = [0, 0];
for (const { name, command, counts } of SUITES) {
  const started = process.hrtime.bigint();
  const { output, code } = await run(command);
  const [ok, bad] = counts(output) ?? [0, 1];
  const failures = code !== 0 && bad === 0 ? 1 : bad;
  passed += ok;
  failed += failures;
  console.log(`\n== ${name}: ${ok} passed, ${failures} failed, ${Number((process.hrtime.bigint() - started) / 1_000_000_000n)} s\n`);
  if (name === 'browser' && code !== 0) break;
}
console.log('Firefox is not among these: npm run test:firefox');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' } });
    let output = '';
    const take = (stream, to) =>
      stream.on('data', (chunk) => {
        output += chunk;
        to.write(chunk);
      });
    take(child.stdout, process.stdout);
    take(child.stderr, process.stderr);
    child.on('error', (error) => resolve({ output: `${output}${error.message}`, code: 1 }));
    child.on('close', (code) => resolve({ output, code: code ?? 1 }));
  });
}

/** The last "N passed, N failed". */
function lastLine(output) {
  const match = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1);
  return match && [Number(match[1]), Number(match[2])];
}

/** Rounds of each kind of death; what is found in them is told by the exit code. */
function rounds(output) {
  const counts = [...output.matchAll(/^(\d+) rounds,/gm)].map(([, count]) => Number(count));
  return counts.length === 0 ? undefined : [counts.reduce((sum, count) => sum + count, 0), 0];
}

function vitest(output) {
  const line = /^\s*Tests\s+(.*)$/m.exec(output)?.[1];
  return line === undefined ? undefined : [numberBefore(line, 'passed'), numberBefore(line, 'failed')];
}

function playwright(output) {
  const passedTests = [...output.matchAll(/^\s*(\d+) passed/gm)].at(-1);
  if (!passedTests && !/^\s*\d+ failed/m.test(output)) return undefined;
  const count = (word) => Number([...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}`, 'gm'))].at(-1)?.[1] ?? 0);
  return [count('passed'), count('failed') + count('flaky') + count('did not run')];
}

function numberBefore(line, word) {
  return Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
}
