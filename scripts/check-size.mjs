/** Holds what an app downloads to a budget: each entry point bundled and minified, in gzipped bytes. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** What has to be there before anything runs, in kilobytes (1,000 bytes) of gzip. Raise one only with a reason in the commit. */
const BUDGET = { workflow: 16, client: 30, activity: 5, serve: 32, codecs: 5, protobufs: 4 };

let failed = false;
for (const [entry, budget] of Object.entries(BUDGET)) {
  const { first, later } = await sizeOf(entry);
  const over = first > budget;
  failed ||= over;
  console.log(
    `size: ./${entry.padEnd(9)} ${first.toFixed(1).padStart(6)} kB of ${budget} kB, and ${later.toFixed(1)} kB on demand${over ? '   over its budget' : ''}`,
  );
}
if (failed) process.exit(1);

async function sizeOf(entry) {
  const file = join(root, `packages/core/src/entry/${entry}.ts`);
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['perdure-source', 'module', 'browser', 'production'] },
    build: { write: false, minify: true, target: 'es2022', lib: { entry: file, formats: ['es'], fileName: 'bundle' }, rollupOptions: { external: [/^node:/] } },
  });
  const chunks = [result].flat()[0].output.filter(({ type }) => type === 'chunk');
  const start = reach(
    chunks,
    chunks.find(({ isEntry }) => isEntry),
  );
  const sum = (some) => some.reduce((bytes, { code }) => bytes + gzipSync(code).length, 0) / 1_000;
  return { first: sum([...start]), later: sum(chunks.filter((chunk) => !start.has(chunk))) };
}

/** A chunk and all that it imports before it runs. */
function reach(chunks, chunk, found = new Set()) {
  if (!chunk || found.has(chunk)) return found;
  found.add(chunk);
  for (const name of chunk.imports)
    reach(
      chunks,
      chunks.find(({ fileName }) => fileName === name),
      found,
    );
  return found;
}
