/**
 * Writes the fixture of the storage format that this code writes: `node scripts/storage-fixture.mjs [--replace]`. A format that was released
 * keeps its file for ever; tests read and upgrade each of them.
 */
import 'fake-indexeddb/auto';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport('./packages/core/src/testing/storage-fixture.test-kit.ts');
const dump = await module.makeFixture('fixture');
const file = fileURLToPath(new URL(`../packages/core/src/storage/fixtures/format-${dump.version}.json`, import.meta.url));
if (existsSync(file) && !process.argv.includes('--replace')) {
  console.error(`${file} is there already: raise the version of the format, or give --replace if it was never released`);
  process.exit(1);
}
const stores = dump.stores.map(
  (store) =>
    `{"name":${JSON.stringify(store.name)},"keyPath":${JSON.stringify(store.keyPath)},"records":[\n${store.records.map((record) => `  ${JSON.stringify(record)}`).join(',\n')}\n]}`,
);
writeFileSync(file, `{"name":${JSON.stringify(dump.name)},"version":${dump.version},"stores":[\n${stores.join(',\n')}\n]}\n`);
console.log(file);
process.exit(0);
