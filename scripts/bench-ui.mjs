/**
 * `npm run bench:ui -- [--only 1,2,3,8] [--json FILE] [--repetitions N] [--quick] [--profile FOLDER]`: what the devtools cost, in Chromium and built for
 * production, each figure beside its mark. What is measured: `bench/README.md`.
 */
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview, runnerImport } from 'vite';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    repetitions: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const { module: driver } = await runnerImport('./bench/run/ui.ts');
const { module: reports } = await runnerImport('./bench/run/ui-report.ts');
const { module: results } = await runnerImport('./trust/run/result.ts');

const only = values.only?.split(',').map(Number) ?? driver.UI_ITEMS;
const repetitions = Number(values.repetitions);
if (!Number.isInteger(repetitions) || repetitions < 1) fail(`--repetitions is "${values.repetitions}"; give a whole number, 1 or more`);
for (const item of only) if (!driver.UI_ITEMS.includes(item)) fail(`--only names "${item}"; known are ${driver.UI_ITEMS.join(', ')}`);

const configFile = fileURLToPath(new URL('../bench/ui/vite.config.ts', import.meta.url));
// What was imported above has left the mode of a development server behind, which React and its transform go by.
process.env.NODE_ENV = 'production';
await build({ configFile, logLevel: 'error', mode: values.profile === undefined ? 'production' : 'profile' });
const server = await preview({ configFile, logLevel: 'error', preview: { port: 4300, strictPort: false } });
const baseUrl = server.resolvedUrls?.local[0];
if (!baseUrl) fail('the preview server tells no address');

const head = { ...results.resultHead(), loadBefore: load() };
console.log(`${head.machine}, load ${head.loadBefore}${values.profile === undefined ? '' : '; profiled, so the figures are too high'}`);
const report = new reports.UiReport();
try {
  await driver.runUi(only, { baseUrl, report, repetitions, isQuick: values.quick, profileFolder: values.profile, onItem: save });
} finally {
  await server.close();
}
const missed = report.rows.filter(({ isMet }) => isMet === false).length;
console.log(missed === 0 ? 'each mark is met' : `${missed} of the marks are missed`);
process.exit(missed === 0 ? 0 : 1);

/** After each item, so that whoever is interrupted has those before. */
function save(version) {
  if (values.json !== undefined) results.writeResult(values.json, { ...head, browser: `Chromium ${version}`, loadAfter: load(), rows: report.rows });
}

/** Of the last minute: how many tasks wanted a core, this tool's own among them. */
function load() {
  return Number(loadavg()[0].toFixed(2));
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
