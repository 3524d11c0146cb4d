/** How the scenarios are loaded: Temporal's package names lead to our entry points, whatever folder the scenarios stand in. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suite = join(root, 'conformance');
const entryPoint = (name) => join(root, 'packages/core/src/entry', `${name}.ts`);

/** Our entry point for each package of Temporal's that a scenario may import. */
const PACKAGES = { activity: 'activity', client: 'client', common: 'common', testing: 'testing', worker: 'worker', workflow: 'workflow' };

/** @param {{ scenarios: string, plugins?: unknown[] }} options `scenarios` is the folder with `index.ts` and `workflows.ts` */
export function conformanceConfig({ scenarios, plugins = [], ...others }) {
  return {
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'warn',
    clearScreen: false,
    plugins: [suitePlugin(scenarios), ...plugins],
    resolve: {
      alias: [
        ...Object.entries(PACKAGES).map(([name, entry]) => ({ find: new RegExp(`^@temporalio/${name}(/lib/.*)?$`), replacement: entryPoint(entry) })),
        { find: /^@perdure\/core\/(.*)$/, replacement: join(root, 'packages/core/src/entry/$1.ts') },
      ],
    },
    ...others,
    server: { middlewareMode: true, hmr: false, ws: false, watch: null, fs: { strict: false }, ...others.server },
  };
}

const MODULES = 'virtual:conformance/';

/**
 * `virtual:conformance/…`: the suite and its workflows, what stands beside them (`data-converters.ts`, `translate.ts`; nothing where there is none),
 * and the harness and activities of a folder that has none of its own.
 */
export function suitePlugin(scenarios) {
  const activities = besideOrOurs(scenarios, 'activities.ts');
  const index = JSON.stringify(join(scenarios, 'index.ts'));
  const workflows = join(scenarios, 'workflows.ts');
  const [dataConverters, translate] = ['data-converters.ts', 'translate.ts'].map((file) => resolve(scenarios, '..', file));
  const sources = {
    suite: [
      `export { scenarios } from ${index};`,
      `export * as activities from ${JSON.stringify(activities)};`,
      `export const activityNames = ${JSON.stringify(exportedFunctions(activities))};`,
    ].join('\n'),
    'data-converters': existsSync(dataConverters) ? `export * from ${JSON.stringify(dataConverters)};\n` : 'export const dataConverters = {};\n',
    translate: existsSync(translate) ? `export * from ${JSON.stringify(translate)};\n` : 'export const translate = (golden) => golden;\n',
    compare: `export * from ${JSON.stringify(join(suite, 'compare.ts'))};\n`,
  };
  return {
    name: 'perdure-conformance-suite',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === `${MODULES}workflows`) return workflows; // the file itself, so that its code is lowered where that is asked for
      if (id.startsWith(MODULES)) return `\0${id}`;
      const shared = /^\.\.\/(harness|activities|compare)(\.ts)?$/.exec(id);
      if (shared && importer && dirname(importer) === scenarios) return besideOrOurs(scenarios, `${shared[1]}.ts`);
      return undefined;
    },
    load: (id) => (id.startsWith(`\0${MODULES}`) ? sources[id.slice(MODULES.length + 1)] : undefined),
  };
}

/** In the order of the file, in which a server's worker lists them; the names of a module are sorted. */
const exportedFunctions = (file) => [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name);

function besideOrOurs(scenarios, file) {
  const beside = resolve(scenarios, '..', file);
  return existsSync(beside) ? beside : join(suite, file);
}
