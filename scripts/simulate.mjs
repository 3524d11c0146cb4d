/**
 * Runs seeds of the simulation: `npm run simulate -- --seeds N [--from S] [--plant NAME | --plants [--every N]] [--trace] [--json FILE]`.
 * A violation prints its seed and a shrunk trace, and ends with exit code 1. With --plant the engine is built with a known fault;
 * with --plants each known fault is planted in turn (or every N-th of them), and has to be found within the seeds.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { importSource } from './import-source.mjs';
import { buildSimulation } from './simulate/build.mjs';
import { PLANTS } from './simulate/plants.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    plant: { type: 'string' },
    plants: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    json: { type: 'string' },
    trace: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    bundle: { type: 'string' },
    step: { type: 'string', default: '1' },
  },
});
const whole = (name, least) => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < least) fail(`--${name} is "${values[name]}"; give a whole number, ${least} or more`);
  return value;
};
const [seeds, from, jobs, step, every] = [whole('seeds', 1), whole('from', 0), whole('jobs', 1), whole('step', 1), whole('every', 1)];
const plant = values.plant === undefined ? undefined : PLANTS.find(({ name }) => name === values.plant);
if (values.plant !== undefined && plant === undefined) fail(`--plant is "${values.plant}"; known are:\n  ${PLANTS.map(({ name }) => name).join('\n  ')}`);

/** What a part says to the whole. */
const TOTALS = 'totals ';

if (values.plants) process.exitCode = await findPlants();
else {
  const bundle = values.bundle ?? (await buildSimulation(plant));
  const isPart = values.bundle !== undefined;
  process.exitCode = isPart || jobs === 1 || seeds === 1 ? await runHere(bundle) : await runInParts(bundle, { isQuiet: false });
}

/** Seeds one after the other, each `step`th of them; stops at the first violation. */
async function runHere(bundle) {
  const { planOf, simulate, shrink } = await import(pathToFileURL(bundle).href);
  const totals = { faults: 0, takeovers: 0, contested: 0, tabWorlds: 0 };
  let done = 0;
  for (let seed = from; seed < from + seeds; seed += step) {
    const plan = planOf(seed);
    const outcome = await simulate(plan);
    totals.faults += outcome.faults;
    totals.takeovers += outcome.takeovers.count;
    totals.contested += outcome.takeovers.contested;
    if (plan.tabs !== undefined) totals.tabWorlds++;
    if (values.trace) console.log(outcome.trace.join('\n'));
    if (outcome.violation !== undefined) {
      console.log(`seed ${seed}: ${outcome.violation}`);
      if (values.quiet) return 1;
      const small = await shrink(plan);
      console.log(
        `shrunk from ${outcome.trace.length} to ${small.outcome.trace.length} lines, ${small.outcome.faults} faults:\n${JSON.stringify(small.plan)}\n${small.outcome.trace.join('\n')}`,
      );
      console.log(`${done} seeds without a violation, then seed ${seed}: ${outcome.violation}`);
      return 1;
    }
    done++;
    if (done % 1_000 === 0 && !values.quiet) console.log(`${done} seeds, up to ${seed}`);
  }
  if (values.bundle !== undefined) console.log(`${TOTALS}${JSON.stringify(totals)}`);
  else {
    tell(totals);
    console.log(`${done} passed, 0 failed`);
  }
  return 0;
}

function tell({ faults, takeovers, contested, tabWorlds }) {
  console.log(`${faults} faults struck; ${tabWorlds} worlds had tabs`);
  console.log(`${takeovers} takeovers, in ${contested} of which the old engine tried to write afterwards; in none did two epochs commit`);
}

/** A part for each core, which take turns at the seeds; all parts stop at the first violation. */
async function runInParts(bundle, { isQuiet }) {
  const children = [];
  const sum = { faults: 0, takeovers: 0, contested: 0, tabWorlds: 0 };
  let output = '';
  const hear = (line) => {
    if (line.startsWith(TOTALS)) for (const [name, count] of Object.entries(JSON.parse(line.slice(TOTALS.length)))) sum[name] += count;
    else if (!isQuiet) console.log(line);
    output += `${line}\n`;
  };
  const parts = Array.from({ length: jobs }, (_, part) => {
    if (part >= seeds) return 0;
    return new Promise((resolve) => {
      const args = [fileURLToPath(import.meta.url), '--bundle', bundle, '--seeds', String(seeds - part), '--from', String(from + part), '--step', String(jobs)];
      for (const name of ['trace', 'quiet']) if (values[name] || (isQuiet && name === 'quiet')) args.push(`--${name}`);
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      createInterface({ input: child.stdout }).on('line', hear);
      children.push(child);
      child.on('close', (code) => {
        if (code !== 0) for (const other of children) other.kill();
        resolve(code ?? 1); // none when it was ended from outside: what it would have found is not known
      });
    });
  });
  const isFound = (await Promise.all(parts)).some((code) => code !== 0);
  if (isQuiet) return isFound ? (/^seed .*$/m.exec(output)?.[0] ?? 'a violation') : undefined;
  if (!isFound) tell(sum);
  await save({ seeds, from, violations: isFound ? 1 : 0, ...sum });
  console.log(isFound ? 'a violation was found' : `${seeds} passed, 0 failed`);
  return isFound ? 1 : 0;
}

/** Each plant in turn. One that is not found is a hole in the judge. */
async function findPlants() {
  const planted = PLANTS.filter((_, index) => index % every === 0);
  const results = [];
  for (const { name, rule, ...fault } of planted) {
    const found = await runInParts(await buildSimulation({ name, ...fault }), { isQuiet: true });
    results.push({ name, rule, found: found ?? null });
    console.log(`${found === undefined ? 'MISSED' : 'found '} ${rule} ${name}${found === undefined ? ` within ${seeds} seeds` : `: ${found}`}`);
  }
  const missed = results.filter(({ found }) => found === null).length;
  await save({ seeds, planted: planted.length, found: planted.length - missed, plants: results });
  console.log(`${planted.length - missed} passed, ${missed} failed`);
  return missed > 0 ? 1 : 0;
}

/** A result file, where one is asked for. */
async function save(result) {
  if (values.json === undefined) return;
  const { resultHead, writeResult } = await importSource('./trust/run/result.ts');
  writeResult(values.json, { ...resultHead(), seconds: Math.round(performance.now() / 1_000), ...result });
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
