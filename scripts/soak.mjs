/**
 * `npm run soak -- --minutes N [--seed S] [--json FILE]`: three tabs in Chromium under load, closed and opened at random while one leads. Fails when
 * something is lost, or when the heap of the leader grows by 5 % or more after the first five minutes. What is done and judged: `trust/README.md`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { importSource } from './import-source.mjs';

const MOST_GROWTH = 5;
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' }, json: { type: 'string' } } });
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- --minutes N [--seed S] [--json FILE]');
  process.exit(2);
}
const { soak } = await importSource('./trust/run/soak.ts');
const { Ledger } = await importSource('./trust/run/ledger.ts');
const { resultHead, writeResult } = await importSource('./trust/run/result.ts');
const { randomFrom } = await importSource('./trust/run/random.ts');

const configFile = fileURLToPath(new URL('../trust/vite.config.ts', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'perdure-trust-build-'));
const ledger = new Ledger();
await build({ configFile, logLevel: 'error', build: { outDir } });
const server = await preview({ configFile, logLevel: 'error', build: { outDir }, plugins: [ledger.plugin()], preview: { port: 4187, strictPort: false } });
const url = server.resolvedUrls?.local[0];
if (!url) throw new Error('the preview server tells no address');

const head = resultHead();
const totals = await soak({ url, ledger, minutes, random: randomFrom(seed), report: console.log, onBatch: save });
save(totals);
await server.close();
rmSync(outDir, { recursive: true });
const { growth } = totals;
console.log(growth === undefined ? 'too short to tell how the heap grows' : `the heap of the leader grew by ${growth} % after the first five minutes`);
if (totals.integrityErrors + totals.refused > 0) console.log(`${totals.integrityErrors} integrity errors, ${totals.refused} calls refused`);
console.log(`${totals.minutes} minutes, ${totals.acknowledged} acknowledged, ${totals.lost} lost, ${totals.doneTwice} done twice`);
process.exit(totals.lost + totals.doneTwice + totals.integrityErrors + totals.refused > 0 || (growth ?? 0) >= MOST_GROWTH ? 1 : 0);

function save({ browserVersion, ...rest }) {
  if (values.json !== undefined) writeResult(values.json, { ...head, browser: browserVersion, seed, ...rest });
}
