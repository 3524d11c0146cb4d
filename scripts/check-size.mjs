/** Holds what an app downloads to a budget: each entry point bundled and minified, in gzipped bytes. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** In kilobytes (1,000 bytes) of gzip. Raise one only with a reason in the commit. */
const BUDGET = { workflow: 25, client: 25, activity: 10, serve: 75 };

let failed = false;
for (const [entry, budget] of Object.entries(BUDGET)) {
  const kilobytes = (await sizeOf(entry)) / 1_000;
  const over = kilobytes > budget;
  failed ||= over;
  console.log(`size: ./${entry.padEnd(9)} ${kilobytes.toFixed(1).padStart(6)} kB of ${budget} kB${over ? '   over its budget' : ''}`);
}
if (failed) process.exit(1);

async function sizeOf(entry) {
  const file = join(root, `packages/core/src/entry/${entry}.ts`);
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['perdure-source', 'module', 'browser', 'production'] },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      lib: { entry: file, formats: ['es'], fileName: 'bundle' },
      rollupOptions: { external: [/^node:/], output: { inlineDynamicImports: true } },
    },
  });
  const [{ output }] = [result].flat();
  return output.reduce((sum, chunk) => sum + gzipSync(chunk.code ?? '').length, 0);
}
