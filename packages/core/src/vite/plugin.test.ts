import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, createServer, type InlineConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { perdure } from './plugin.ts';

type Traces = Record<string, () => Promise<string[]>>;

const tracesFile = fileURLToPath(new URL('./fixtures/traces.js', import.meta.url));
const importText = (code: string): Promise<Traces> => import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
const quiet: InlineConfig = { configFile: false, logLevel: 'silent' };

interface Built {
  readonly output: readonly { readonly fileName: string; readonly code?: string }[];
}
async function buildCode(config: InlineConfig): Promise<string> {
  const built = (await build({ ...quiet, ...config })) as unknown as Built | Built[];
  return [built]
    .flat()
    .flatMap(({ output }) => output.map(({ code }) => code ?? ''))
    .join('\n');
}

describe('lowered code', async () => {
  const source = readFileSync(tracesFile, 'utf8');
  const names = [...source.matchAll(/export const (\w+)/g)].map(([, name]) => name as string);
  let native: Traces;
  const lowered: Record<string, Traces> = {};
  beforeAll(async () => {
    native = await importText(source);
    for (const variables of [false, true]) {
      const code = await buildCode({
        plugins: [perdure({ include: tracesFile, variables })],
        build: { write: false, minify: false, target: 'esnext', lib: { entry: tracesFile, formats: ['es'] } },
      });
      expect(code.match(/\bawait (?!that|is)/g)).toBeNull();
      expect(code.includes('perdure.variables')).toBe(variables);
      lowered[String(variables)] = await importText(code);
    }
  });

  test.each(names)('runs "%s" in the order of native code', async (name) => {
    expect(await lowered['false']?.[name]?.()).toEqual(await native[name]?.());
  });

  test.each(names)('runs "%s" in that order, too, when it tells of its variables', async (name) => {
    expect(await lowered['true']?.[name]?.()).toEqual(await native[name]?.());
  });
});

/** A small application, with a package that it and its workflows use, and a core that is not ours. */
const FILES: Readonly<Record<string, string>> = {
  'worker.ts': `
    import { serve } from '@perdure/core/serve';
    import { shared } from './shared.ts';
    import { fromPackage } from 'some-package';
    serve({ workflows: () => import('./workflows.ts'), activities: { shared, fromPackage } });`,
  'workflows.ts': `
    import { sleep } from '@perdure/core/workflow';
    import { shared } from './shared.ts';
    import { fromPackage } from 'some-package';
    export async function work(ms: number): Promise<unknown> { await sleep(ms); return [await shared(), await fromPackage()]; }`,
  'shared.ts': `export async function shared(): Promise<string> { await null; return 'SHARED'; }`,
  'node_modules/some-package/package.json': '{ "name": "some-package", "type": "module", "exports": "./index.js" }',
  'node_modules/some-package/index.js': `export async function fromPackage() { await null; return 'PACKAGE'; }`,
  'node_modules/@perdure/core/package.json':
    '{ "name": "@perdure/core", "type": "module", "exports": { "./serve": "./src/entry/serve.js", "./workflow": "./src/entry/workflow.js" } }',
  'node_modules/@perdure/core/src/entry/serve.js': `import { state } from '../state.js'; export function serve(options) { globalThis.served = { options, state }; }`,
  'node_modules/@perdure/core/src/entry/workflow.js': `import { state } from '../state.js'; export async function sleep(ms) { state.slept = ms; }`,
  'node_modules/@perdure/core/src/state.js': `export const state = { name: 'CORE STATE' };`,
};

const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the plugin', () => {
  const root = mkdtempSync(join(tmpdir(), 'perdure-vite-'));
  beforeAll(() => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const worker = (plugins: NonNullable<InlineConfig['plugins']>): InlineConfig => ({
    root,
    plugins,
    build: { write: false, minify: false, target: 'esnext', rolldownOptions: { input: join(root, 'worker.ts'), preserveEntrySignatures: 'strict' } },
  });

  test('a build has lowered copies of what workflows use, native ones of what the rest uses, and one core', async () => {
    const code = await buildCode(worker([perdure()]));
    expect({ shared: count(code, '"SHARED"'), package: count(code, '"PACKAGE"'), core: count(code, 'CORE STATE') }).toEqual({ shared: 2, package: 2, core: 1 });
    expect(code).toMatch(/async function shared\(/);
    expect(code).toMatch(/async function fromPackage\(/);
    expect(code).not.toMatch(/async function work\(/);
  });

  test.each([
    ['one output', {}],
    ['outputs of its own', { output: [{ dir: 'a' }] }],
  ])('a minified build with %s keeps the names of functions and classes', async (_, more) => {
    writeFileSync(
      join(root, 'named.ts'),
      `class CardDeclined extends Error {}
       async function order() { throw new CardDeclined(); }
       export const names = [order.name, CardDeclined.name].map((name) => globalThis.told = name);
       globalThis.keep = [order, CardDeclined, order.name, CardDeclined.name];`,
    );
    const code = await buildCode({
      ...worker([perdure()]),
      build: { write: false, target: 'esnext', rolldownOptions: { input: join(root, 'named.ts'), preserveEntrySignatures: 'strict', ...more } },
    });
    expect((await importText(code))['names']).toEqual(['order', 'CardDeclined']);
  });

  test('without the plugin nothing is lowered', async () => {
    const code = await buildCode(worker([]));
    expect(code).toMatch(/async function work\(/);
    expect(count(code, '"SHARED"')).toBe(1);
  });

  test('workers of a page get it from worker.plugins', async () => {
    writeFileSync(join(root, 'page.ts'), `export const start = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });`);
    const code = await buildCode({
      ...worker([perdure()]),
      worker: { format: 'es', plugins: () => [perdure()] },
      build: { write: false, minify: false, target: 'esnext', rolldownOptions: { input: join(root, 'page.ts'), preserveEntrySignatures: 'strict' } },
    });
    expect(code).toContain('new Worker(');
    const assets = (await build({
      ...quiet,
      ...worker([perdure()]),
      worker: { format: 'es', plugins: () => [perdure()] },
      build: { write: false, minify: false, target: 'esnext', rolldownOptions: { input: join(root, 'page.ts'), preserveEntrySignatures: 'strict' } },
    })) as unknown as { output: { source?: string | Uint8Array }[] };
    const all = assets.output.map(({ source }) => String(source ?? '')).join('\n');
    expect(all).toContain('CORE STATE');
    expect(all).not.toMatch(/async function work\(/);
  });

  test('the development server serves the same', async () => {
    const server = await createServer({
      ...quiet,
      root,
      plugins: [perdure()],
      server: { middlewareMode: true, ws: false, hmr: false },
      optimizeDeps: { noDiscovery: true },
    });
    try {
      const transformed = async (url: string): Promise<string> => (await server.environments.client.transformRequest(url))?.code ?? '';
      expect(await transformed('/worker.ts')).toContain('/workflows.ts?perdure-workflow');
      const workflows = await transformed('/workflows.ts?perdure-workflow');
      expect(workflows).toContain('/shared.ts?perdure-workflow');
      expect(workflows).toContain('/some-package/index.js?perdure-workflow');
      expect(workflows).toMatch(/core\/src\/entry\/workflow\.js["']/);
      expect(workflows).not.toMatch(/async function/);
      expect(await transformed('/shared.ts?perdure-workflow')).not.toMatch(/async function/);
      expect(await transformed('/shared.ts')).toMatch(/async function/);
    } finally {
      await server.close();
    }
  });

  test('a test runner can load it', async () => {
    const server = await createServer({
      ...quiet,
      root,
      plugins: [perdure()],
      server: { middlewareMode: true, ws: false, hmr: false },
      optimizeDeps: { noDiscovery: true },
      ssr: { noExternal: true },
    });
    try {
      await server.ssrLoadModule('/worker.ts');
      const { served } = globalThis as unknown as {
        served: { options: { workflows(): Promise<{ work(ms: number): Promise<unknown> }> }; state: { slept?: number } };
      };
      const { work } = await served.options.workflows();
      expect(Object.prototype.toString.call(work)).toBe('[object Function]');
      expect(await work(7)).toEqual(['SHARED', 'PACKAGE']);
      expect(served.state).toEqual({ name: 'CORE STATE', slept: 7 });
    } finally {
      await server.close();
    }
  });
});
