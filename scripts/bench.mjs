/**
 * `npm run bench -- [--only W1,W3] [--durability relaxed|strict] [--json FILE] [--repetitions N] [--quick] [--profile FOLDER]`: the workloads in
 * Chromium with a fresh profile on the disk, built for production, beside bare IndexedDB in the same run. What they do: `bench/README.md`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview, runnerImport } from 'vite';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    durability: { type: 'string', default: 'strict' },
    json: { type: 'string' },
    repetitions: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const { module: workloads } = await runnerImport('./bench/run/workloads.ts');
const { module: reports } = await runnerImport('./bench/run/report.ts');

const { durability } = values;
const only = values.only?.split(',') ?? workloads.WORKLOAD_NAMES;
const repetitions = Number(values.repetitions ?? (values.quick ? 2 : 5));
if (durability !== 'strict' && durability !== 'relaxed') fail(`--durability is "${durability}"; give strict or relaxed`);
if (!Number.isInteger(repetitions) || repetitions < 1) fail(`--repetitions is "${values.repetitions}"; give a whole number, 1 or more`);
for (const name of only) if (!workloads.WORKLOAD_NAMES.includes(name)) fail(`--only names "${name}"; known are ${workloads.WORKLOAD_NAMES.join(', ')}`);

const configFile = fileURLToPath(new URL('../bench/vite.config.ts', import.meta.url));
await build({ configFile, logLevel: 'error', mode: values.profile === undefined ? 'production' : 'profile' });
const server = await preview({ configFile, logLevel: 'error', preview: { port: 4190, strictPort: false } });
const baseUrl = server.resolvedUrls?.local[0];
if (!baseUrl) fail('the preview server tells no address');

const report = new reports.Report();
console.log(`${machine()}, durability ${durability}${values.profile === undefined ? '' : '; profiled, so the figures are too low'}`);
try {
  const version = await workloads.runWorkloads(only, { baseUrl, durability, repetitions, isQuick: values.quick, profileFolder: values.profile, report });
  if (values.json !== undefined) writeFileSync(resolve(values.json), resultOf(version));
} finally {
  await server.close();
}

function resultOf(version) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const isChanged = execFileSync('git', ['status', '--porcelain', 'packages/core/src'], { encoding: 'utf8' }) !== '';
  const head = {
    date: new Date().toISOString().slice(0, 10),
    commit: isChanged ? `${commit} with changes` : commit,
    machine: machine(),
    browser: `Chromium ${version}`,
    durability,
  };
  const rows = report.rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${rows}\n  ]\n}\n`;
}

/** What tells machines apart, and nothing that tells whose it is. */
function machine() {
  return `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
