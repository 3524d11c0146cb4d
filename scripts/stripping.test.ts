/**
 * An application that has the devtools in its source, built for production by four bundlers: nothing of them is in it, whether a bundler knows the
 * condition `production` or only replaces `process.env.NODE_ENV`. What asks for them by `/force` has them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import webpack from 'webpack';

/** In the sources of the button and of the panel: names of classes and attributes, which no minifier changes. */
const MARKERS = ['perdureDevtools', 'pd-panel', 'perdure-devtools-place'];
/** What the application has, and what is not of modules. */
const EXTERNAL = ['react', 'react/jsx-runtime', 'react-dom', 'react-dom/client', '@jridgewell/trace-mapping'];
const STUB_BYTES = 300;
const root = join(import.meta.dirname, '..');
/** Inside the workspace, so that the packages are found as dependencies are; out of git's sight. */
const folder = join(root, `.cache/stripping-${process.pid}`);

const application = (entry: string): string => `
  import { PerdureDevtools, mount } from '@perdure/devtools-ui${entry}';
  export const start = (client) => mount(document.body, { client });
  export const Application = () => PerdureDevtools({ client: globalThis.client });
  console.log('the application itself');`;

beforeAll(() => {
  vi.stubEnv('NODE_ENV', 'production'); // by which Vite tells what it builds
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'stripped.js'), application(''));
  writeFileSync(join(folder, 'forced.js'), application('/force'));
  writeFileSync(join(folder, 'empty.js'), "console.log('the application itself');");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

type Bundler = (entry: string) => Promise<readonly string[]>;

/** The sources, as a bundler sees the package that is built from them; `withCondition`: as one that tells dependencies what is built. */
const conditions = (withCondition: boolean): string[] => ['perdure-source', 'import', 'module', 'browser', ...(withCondition ? ['production'] : [])];
const inFolder = (entry: string): string => join(folder, `${entry}.js`);
const JAVASCRIPT = { '.ts': 'ts', '.tsx': 'tsx' } as const;

const vite: Bundler = async (entry) => {
  const result = await viteBuild({
    root: folder,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['perdure-source', 'module', 'browser', 'development|production'] },
    build: { write: false, rollupOptions: { input: inFolder(entry), external: EXTERNAL, preserveEntrySignatures: 'strict' } },
  });
  return [result].flat().flatMap((each) => ('output' in each ? each.output.map((file) => ('code' in file ? file.code : '')) : []));
};

/** Rollup and webpack read JavaScript alone, so the sources are made into that by esbuild, file by file. */
const toJavaScript = (code: string, file: string): Promise<string> =>
  esbuild.transform(code, { loader: file.endsWith('x') ? 'tsx' : 'ts', jsx: 'automatic', target: 'es2022' }).then((made) => made.code);

const withRollup =
  (withCondition: boolean): Bundler =>
  async (entry) => {
    const bundle = await rollup({
      input: inFolder(entry),
      external: (id) => EXTERNAL.includes(id),
      onwarn: () => undefined,
      plugins: [
        { name: 'typescript', transform: (code, id) => (/\.tsx?$/.test(id) ? toJavaScript(code, id) : null) },
        nodeResolve({ exportConditions: conditions(withCondition), extensions: ['.js', '.ts', '.tsx'] }),
        replace({ preventAssignment: true, values: { 'process.env.NODE_ENV': JSON.stringify('production') } }),
      ],
    });
    const { output } = await bundle.generate({ format: 'es' });
    await bundle.close();
    return output.map((file) => ('code' in file ? file.code : ''));
  };

const withEsbuild =
  (withCondition: boolean): Bundler =>
  async (entry) => {
    const { outputFiles } = await esbuild.build({
      entryPoints: [inFolder(entry)],
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      write: false,
      outdir: join(folder, 'out'),
      external: EXTERNAL,
      conditions: conditions(withCondition),
      loader: JAVASCRIPT,
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'error',
    });
    return outputFiles.map(({ text }) => text);
  };

const withWebpack =
  (withCondition: boolean): Bundler =>
  (entry) =>
    new Promise((resolve, reject) => {
      const sources: string[] = [];
      webpack(
        {
          mode: 'production',
          context: folder,
          entry: inFolder(entry),
          experiments: { outputModule: true },
          output: { path: join(folder, `webpack-${entry}-${withCondition}`), module: true, library: { type: 'module' } },
          optimization: { minimize: entry !== 'forced' }, // of all of the devtools it would take long
          externalsType: 'module',
          externals: EXTERNAL,
          resolve: { conditionNames: conditions(withCondition), extensions: ['.js', '.ts', '.tsx'] },
          module: { rules: [{ test: /\.tsx?$/, use: join(import.meta.dirname, 'stripping-loader.cjs') }] },
          plugins: [
            {
              apply: (compiler) =>
                compiler.hooks.emit.tap('read', ({ assets }) => {
                  for (const asset of Object.values(assets)) sources.push(String(asset.source()));
                }),
            },
          ],
        },
        (error, stats) => {
          const problem = error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : undefined);
          if (problem) reject(problem);
          else resolve(sources);
        },
      );
    });

const BUNDLERS: Readonly<Record<string, Bundler>> = {
  Vite: vite,
  'Rollup, which tells the condition': withRollup(true),
  'Rollup, which does not': withRollup(false),
  'esbuild, which tells the condition': withEsbuild(true),
  'esbuild, which does not': withEsbuild(false),
  'webpack, which tells the condition': withWebpack(true),
  'webpack, which does not': withWebpack(false),
};

const markersIn = (files: readonly string[]): readonly string[] => MARKERS.filter((marker) => files.some((code) => code.includes(marker)));
const bytesOf = (files: readonly string[]): number => files.reduce((sum, code) => sum + new TextEncoder().encode(code).length, 0);

for (const [name, bundle] of Object.entries(BUNDLERS)) {
  test(`${name}: a production build has a stub of the devtools, and nothing else of them`, async () => {
    const files = await bundle('stripped');
    expect(files.some((code) => code.includes('the application itself'))).toBe(true);
    expect(markersIn(files)).toEqual([]);
    expect(files.length).toBe(1);
    if (!name.startsWith('Rollup')) expect(bytesOf(files) - bytesOf(await bundle('empty'))).toBeLessThanOrEqual(STUB_BYTES); // Rollup leaves minifying to others
  });

  if (!name.endsWith('which does not'))
    test(`${name}: /force has them`, async () => {
      expect(markersIn(await bundle('forced'))).toEqual(MARKERS);
    });
}
