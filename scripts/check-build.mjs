/**
 * Builds the packages by plain `tsc`, and uses what comes out as an application would, without sources and conditions of ours:
 * its types are checked, Node runs a workflow from it, and Vite bundles page, worker script and workflow code.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const packages = ['packages/core', 'packages/devtools-ui'];
/** Inside the workspace, so that the packages are found as dependencies are; out of git's sight. */
const application = join(root, `.cache/application-${process.pid}`);

const FILES = {
  'workflows.ts': `
    import { condition, defineSignal, proxyActivities, setHandler, sleep } from '@perdure/core/workflow';
    import type * as activities from './activities.ts';
    const { charge } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });
    export const approve = defineSignal('approve');
    export async function order(id: string): Promise<string> {
      let isApproved = false;
      setHandler(approve, () => void (isApproved = true));
      await condition(() => isApproved);
      await sleep('30 days');
      return charge(id);
    }`,
  'activities.ts': `
    export async function charge(id: string): Promise<string> {
      return 'charged ' + id;
    }`,
  'perdure.worker.ts': `
    import { serve } from '@perdure/core/serve';
    serve({ workflows: () => import('./workflows.ts'), activities: () => import('./activities.ts') });`,
  'main.ts': `
    import { connect } from '@perdure/core/client';
    import { mount } from '@perdure/devtools-ui';
    import { createDevtools, createEngineBackend, Panel } from '@perdure/devtools-ui/parts';
    const connection = connect({ worker: () => new Worker(new URL('./perdure.worker.ts', import.meta.url), { type: 'module', name: 'perdure' }) });
    mount(document.body, { client: connection });
    console.log(Panel.name, createDevtools({ backend: createEngineBackend({ connection, label: 'perdure' }) }));`,
  'index.html': `<!doctype html><script type="module" src="./main.ts"></script>`,
  'run.mjs': `
    import { TestWorkflowEnvironment } from '@perdure/core/testing';
    import * as activities from './activities.js';
    import * as workflows from './workflows.js';
    const environment = await TestWorkflowEnvironment.createTimeSkipping();
    const worker = await environment.createWorker({ taskQueue: 'q', workflows, activities });
    console.log(await worker.runUntil(async () => {
      const handle = await environment.client.workflow.start(workflows.order, { workflowId: 'o', taskQueue: 'q', args: ['1'] });
      await handle.signal(workflows.approve);
      return handle.result();
    }));
    await environment.teardown();`,
};

for (const folder of packages) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
const built = run('npm', ['run', 'build']);
expect(built.status === 0, `npm run build fails\n${built.stdout}`);
for (const folder of packages) checkExports(folder);
mkdirSync(application, { recursive: true });
try {
  for (const [name, code] of Object.entries(FILES)) writeFileSync(join(application, name), code);
  checkTypes();
  const { status, stdout } = run('node', [join(application, 'run.mjs')]);
  expect(status === 0 && stdout === 'charged 1\n', `a workflow that Node runs from dist should end with "charged 1", not with ${JSON.stringify(stdout)}`);
  await checkBundle();
} finally {
  rmSync(application, { recursive: true });
}
console.log('build: the packages serve an application: types, Node and a bundler');

function checkExports(folder) {
  const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  for (const [entry, { types, default: code, production = code }] of Object.entries(exports))
    for (const file of [types, code, production])
      expect(existsSync(join(root, folder, file)), `${folder} exports ${entry} from ${file}, which the build does not make`);
}

/** Those of the application, and of all declarations that it reaches in our packages. Also makes the JavaScript that Node runs. */
function checkTypes() {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'));
  const all = Object.keys(exports).map((entry, index) => `import * as entry${index} from '@perdure/core/${entry.slice(2)}'; void entry${index};`);
  writeFileSync(join(application, 'entries.ts'), all.join('\n'));
  const program = ts.createProgram(
    ['entries.ts', 'main.ts', 'perdure.worker.ts', 'workflows.ts'].map((name) => join(application, name)),
    {
      strict: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
      types: ['node'],
      rewriteRelativeImportExtensions: true,
    },
  );
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(application) || /\/packages\/[\w-]+\//.test(fileName));
  const sources = ours.filter(({ fileName }) => fileName.includes('/src/'));
  expect(sources.length === 0, `the declarations lead to sources: ${sources[0]?.fileName}`);
  const problems = ours.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  const { diagnostics } = program.emit();
  const words = [...problems, ...diagnostics].map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  expect(words.length === 0, words.join('\n'));
}

async function checkBundle() {
  const { perdure } = await import('@perdure/core/vite');
  const modules = new Set();
  const watch = { name: 'watch', transform: (_code, id) => void modules.add(id) };
  await build({
    root: application,
    configFile: false,
    logLevel: 'error',
    plugins: [perdure(), watch],
    worker: { format: 'es', plugins: () => [perdure(), watch] },
    build: { write: false, target: 'es2022' },
  });
  const has = (pattern) => [...modules].some((id) => pattern.test(id));
  expect(has(/\/workflows\.ts\?perdure-workflow$/), 'the plugin that the build made does not find the workflows');
  expect(has(/\/packages\/core\/dist\/entry\/serve\.js$/) && !has(/\/packages\/[\w-]+\/src\//), 'the bundle should be made of dist, and of no source');
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function expect(isSo, words) {
  if (isSo) return;
  rmSync(application, { recursive: true, force: true });
  console.error(`build: ${words}`);
  process.exit(1);
}
