/** Holds what an app downloads to a budget: each entry point bundled and minified, in gzipped bytes; of the devtools each part, too. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** What has to be there before anything runs, in kilobytes (1,000 bytes) of gzip. Raise one only with a reason in the commit. */
const BUDGET = { workflow: 16, client: 30, activity: 5, serve: 32, codecs: 5, protobufs: 4 };
/**
 * Of the devtools, without React and the core, which the application has: what comes with each module beyond what is there by then, as one file. How
 * many files it is is the bundler's choice. The goals are 3 for the button, 60 for the panel and 15 for the timeline: these three miss them so far.
 */
const DEVTOOLS_BUDGET = [
  { name: 'entry', module: 'force.ts', budget: 1 },
  { name: 'button', module: 'embed/shell.ts', budget: 4.6, after: ['entry'] },
  { name: 'panel', module: 'embed/panel-root.tsx', budget: 63, after: ['entry', 'button'] },
  { name: 'timeline', module: 'views/run/timeline-tab.tsx', budget: 22, after: ['entry', 'button', 'panel'] },
  { name: 'time travel', module: 'views/run/state-tab.tsx', budget: 10, after: ['entry', 'button', 'panel'] },
];

let failed = false;
for (const [entry, budget] of Object.entries(BUDGET)) {
  const { first, later } = await sizeOf(entry);
  tell(`./${entry}`, first, budget, `, and ${later.toFixed(1)} kB on demand`);
}
await checkDevtools();
if (failed) process.exit(1);

function tell(name, size, budget, more = '') {
  const over = size > budget;
  failed ||= over;
  console.log(`size: ${name.padEnd(22)} ${size.toFixed(1).padStart(6)} kB of ${budget} kB${more}${over ? '   over its budget' : ''}`);
}

async function sizeOf(entry) {
  const file = join(root, `packages/core/src/entry/${entry}.ts`);
  const chunks = await bundle({ lib: { entry: file, formats: ['es'], fileName: 'bundle' }, rollupOptions: { external: [/^node:/] } });
  const start = reach(
    chunks,
    chunks.find(({ isEntry }) => isEntry),
  );
  return { first: sum([...start]), later: sum(chunks.filter((chunk) => !start.has(chunk))) };
}

async function checkDevtools() {
  const source = join(root, 'packages/devtools-ui/src');
  const chunks = await bundle({
    rollupOptions: { input: join(source, 'force.ts'), preserveEntrySignatures: 'strict', external: [/^react/, /^@perdure\/core/] },
  });
  const reached = new Map();
  for (const { name, module, budget, after = [] } of DEVTOOLS_BUDGET) {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === join(source, module));
    if (!chunk) throw new Error(`the devtools have no chunk that begins with ${module}: is it imported on demand?`);
    const all = reach(chunks, chunk);
    for (const before of after) for (const there of reached.get(before)) all.delete(there);
    reached.set(name, all);
    tell(`devtools, ${name}`, sum([{ code: [...all].map(({ code }) => code).join('\n') }]), budget);
  }
}

async function bundle(options) {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['perdure-source', 'module', 'browser', 'production'] },
    build: { write: false, minify: true, target: 'es2022', ...options },
  });
  // What loads chunks is the bundler's, and the application has it once.
  return [result].flat()[0].output.filter(({ type, name }) => type === 'chunk' && name !== 'preload-helper');
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

function sum(chunks) {
  return chunks.reduce((bytes, { code }) => bytes + gzipSync(code).length, 0) / 1_000;
}
