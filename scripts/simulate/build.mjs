/** Bundles the simulation for Node, with a fault planted into the source if one is given. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** @returns the path of the bundle */
export async function buildSimulation(plant) {
  const name = plant === undefined ? 'simulation' : plant.name.replace(/\W+/g, '-');
  const outDir = join(root, 'node_modules/.cache/perdure', name);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: plant === undefined ? [] : [planted(plant)],
    resolve: { conditions: ['perdure-source', 'module', 'node'] },
    ssr: { resolve: { conditions: ['perdure-source', 'module', 'node'] }, noExternal: true },
    build: {
      ssr: join(root, 'packages/core/src/testing/simulation/simulate.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'simulation.mjs' } },
    },
  });
  return join(outDir, 'simulation.mjs');
}

/** Replaces one passage of one file. A passage that is not there exactly once is an error: a plant must not pass by being gone. */
function planted({ name, file, find, replace }) {
  let isPlanted = false;
  return {
    name: 'perdure-plant',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0].endsWith(`packages/core/src/${file}`)) return null;
      if (code.split(find).length !== 2) throw new Error(`plant "${name}": ${file} holds the passage ${code.split(find).length - 1} times:\n${find}`);
      isPlanted = true;
      return { code: code.replace(find, () => replace), map: null };
    },
    buildEnd() {
      if (!isPlanted) throw new Error(`plant "${name}": ${file} is not part of the simulation`);
    },
  };
}
