/**
 * `npm run fuzz -- --inputs N [--seed S] [--only NAME] [--json FILE]`: inputs from a seed for each place where input from outside meets the engine.
 * Ends with `N inputs, 0 uncaught, 0 changes, 0 polluted`, and fails when it is not so. What is given and judged: `trust/README.md`.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { importSource } from './import-source.mjs';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'string' },
    'pause-while': { type: 'string' },
  },
});
const { fuzz } = await importSource('./trust/fuzz/fuzz.ts');
const { TARGETS } = await importSource('./trust/fuzz/targets.ts');
const { resultHead, writeResult } = await importSource('./trust/run/result.ts');

const [inputs, seed] = [whole('inputs', 1), whole('seed', 0)];
const targets = values.only === undefined ? TARGETS : TARGETS.filter(({ name }) => name === values.only);
if (targets.length === 0) fail(`--only is "${values.only}"; give one of ${TARGETS.map(({ name }) => `"${name}"`).join(', ')}`);

const head = resultHead();
const started = performance.now();
const totals = await fuzz({ targets, inputs, seed, report: console.log, onProgress });
save(totals);
for (const { name } of targets) console.log(`${name}: ${totals.inputsOf[name] ?? 0} inputs, ${totals.refused[name] ?? 0} refused`);
if (totals.slow > 0) console.log(`${totals.slow} inputs took too long`);
console.log(`${totals.inputs} inputs, ${totals.uncaught} uncaught, ${totals.changed} changes, ${totals.polluted} polluted`);
process.exit(totals.uncaught + totals.changed + totals.polluted + totals.slow > 0 ? 1 : 0);

async function onProgress(totals) {
  save(totals);
  while (values['pause-while'] !== undefined && existsSync(values['pause-while'])) await pause(1_000);
}

function save(totals) {
  if (values.json !== undefined)
    writeResult(values.json, { ...head, node: process.version, seed, seconds: Math.round((performance.now() - started) / 1_000), ...totals });
}

function whole(name, least) {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < least) fail(`--${name} is "${values[name]}"; give a whole number, ${least} or more`);
  return number;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
