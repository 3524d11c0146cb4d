/**
 * The Vite plugin. Modules that workflows are made of get an identity of their own, apart from what the rest of the worker uses, and their
 * `async` code is lowered to promises, so that the context of workflow code outlives `await` where the host cannot carry it.
 */
import { fileURLToPath } from 'node:url';
import { type BuildEnvironmentOptions, type Plugin, transformWithOxc } from 'vite';
import { findWorkflowImports } from './find-workflows.ts';
import { probeVariables } from './probe-variables.ts';

export interface PerdurePluginOptions {
  /** More modules of workflows, as absolute paths or patterns of them: for workers that do not use `serve()`. */
  readonly include?: string | RegExp | readonly (string | RegExp)[];
  /**
   * Prepares workflow code so that the devtools can show its variables at any moment. It costs a property access for each function and block that
   * awaits. @defaultValue true in development, false in a build
   */
  readonly variables?: boolean;
}

/** Marks a module of the workflow graph. */
const MARK = 'perdure-workflow';
const MARKED = new RegExp(`[?&]${MARK}(?=&|$)`);
const SCRIPT = /\.[cm]?[jt]sx?$/;
const ASYNC = /\b(?:async|await)\b/;
const SERVE = /@perdure\/core\/serve/;

/** The last target without `async`: its functions become generators, driven by `then`. */
const TARGET = 'es2016';

/** The helpers of lowered code, ours in place of the transformer's: those lose `await` in a `finally` that a `break` runs, and differ in order. */
const HELPER =
  /(?<=^import \w+ from ")@oxc-project\/runtime\/helpers\/(?=(?:asyncToGenerator|wrapAsyncGenerator|awaitAsyncGenerator|asyncGeneratorDelegate|asyncIterator)")/gm;
const HELPERS = 'virtual:perdure/lowered/';
const HELPERS_ID = `\0${HELPERS}`;
const helpersFile = (): string => fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './lowered.ts' : './lowered.js', import.meta.url));

type Output = NonNullable<NonNullable<BuildEnvironmentOptions['rolldownOptions']>['output']>;

/** The name of a function is a workflow's type, and that of an error class is the type of its failures: a build must not shorten them. */
function keepNames(options: { readonly output?: Output } | undefined): { output: Output } | object {
  if (!Array.isArray(options?.output)) return { output: { keepNames: true } };
  for (const output of options.output) output.keepNames ??= true; // several outputs would only get one more by merging
  return {};
}

export const isMarked = (id: string): boolean => MARKED.test(id);
const unmark = (id: string): string =>
  id
    .replace(MARKED, (match) => (match.startsWith('?') ? '?' : ''))
    .replace(/\?&/, '?')
    .replace(/\?$/, '');
const mark = (id: string): string => (isMarked(id) ? id : `${id}${id.includes('?') ? '&' : '?'}${MARK}`);
const fileOf = (id: string): string => id.replace(/[?#].*$/, '');

/**
 * Put it into `plugins`, and into `worker.plugins` if your engine runs in a Worker:
 *
 *     export default defineConfig({ plugins: [perdure()], worker: { format: 'es', plugins: () => [perdure()] } });
 *
 * It finds `serve({ workflows: () => import('./workflows') })` in modules that import `serve` from `@perdure/core/serve`.
 */
export function perdure(options: PerdurePluginOptions = {}): Plugin {
  const included = matcher(options.include);
  let coreRoot: string | undefined;
  let tellsVariables = options.variables ?? false;

  return {
    name: 'perdure',

    config({ build, worker }) {
      return { build: { rolldownOptions: keepNames(build?.rolldownOptions) }, worker: { rolldownOptions: keepNames(worker?.rolldownOptions) } };
    },

    configResolved({ command, mode }) {
      tellsVariables = options.variables ?? (command === 'serve' && mode === 'development');
    },

    // Before Vite's own, which would find the file and drop the mark.
    resolveId: {
      order: 'pre',
      async handler(source, importer, resolveOptions) {
        if (source.startsWith(HELPERS)) return `\0${source}`;
        const isAsked = isMarked(source);
        if (!isAsked && !(importer && (isMarked(importer) || included(fileOf(importer))))) return null;
        if (source.startsWith('\0')) return null;
        const resolved = await this.resolve(isAsked ? unmark(source) : source, importer && unmark(importer), { ...resolveOptions, skipSelf: true });
        if (!resolved || resolved.external) return resolved;
        coreRoot ??= await findCoreRoot((entry) => this.resolve(entry, importer && unmark(importer), { skipSelf: true }));
        if (!belongsToWorkflows(resolved.id, coreRoot)) return resolved;
        return { ...resolved, id: mark(resolved.id) };
      },
    },

    load(id) {
      if (!id.startsWith(HELPERS_ID)) return null;
      return `export { ${id.slice(HELPERS_ID.length)} as default } from ${JSON.stringify(helpersFile())};`;
    },

    async transform(code, id) {
      if (isMarked(id) || included(fileOf(id)))
        return ASYNC.test(code) ? await lower(tellsVariables ? probeVariables(code, this.parse(code)) : code, id) : null;
      if (!SERVE.test(code) || !code.includes('import(')) return null;
      return markWorkflowImports(code, this.parse(code));
    },
  };
}

/** A core in two copies would be two: its state is the realm's. What is no script has no code to lower. */
function belongsToWorkflows(id: string, coreRoot: string | undefined): boolean {
  if (id.startsWith('\0') || id.startsWith('virtual:')) return false;
  const file = fileOf(id);
  return SCRIPT.test(file) && !(coreRoot && file.startsWith(coreRoot));
}

async function findCoreRoot(resolve: (entry: string) => Promise<{ readonly id: string } | null>): Promise<string | undefined> {
  const resolved = await resolve('@perdure/core/workflow');
  return resolved ? fileOf(resolved.id).replace(/\/(?:src|dist)\/entry\/.*$/, '/') : undefined;
}

async function lower(code: string, id: string): Promise<{ code: string; map: string }> {
  const { code: lowered, map } = await transformWithOxc(code, fileOf(id), { lang: 'js', target: TARGET, sourcemap: true });
  return { code: lowered.replace(HELPER, HELPERS), map: JSON.stringify(map) };
}

function markWorkflowImports(code: string, program: unknown): { code: string; map: null } | null {
  const imports = findWorkflowImports(program);
  if (imports.length === 0) return null;
  let result = code;
  // From the end, so that positions stay right.
  for (const { start, end, value } of imports.toSorted((a, b) => b.start - a.start))
    result = `${result.slice(0, start)}${JSON.stringify(mark(value))}${result.slice(end)}`;
  return { code: result, map: null };
}

function matcher(include: PerdurePluginOptions['include']): (file: string) => boolean {
  const patterns = include === undefined ? [] : Array.isArray(include) ? (include as readonly (string | RegExp)[]) : [include as string | RegExp];
  return (file) => patterns.some((pattern) => (typeof pattern === 'string' ? pattern === file : pattern.test(file)));
}
