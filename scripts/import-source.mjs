/** Imports a TypeScript module of the tools, and with it the sources of the packages: nothing has to be built before. */
import { runnerImport } from 'vite';

/** @param path from the root of the project */
export async function importSource(path) {
  const resolve = { conditions: ['perdure-source', 'module', 'node', 'development|production'], noExternal: [/^@perdure\//] };
  const { module } = await runnerImport(path, { environments: { inline: { resolve } } });
  return module;
}
