/** The README says what is true: its code compiles and does what it says, its links and commands exist. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestWorkflowEnvironment } from './environment.ts';

const root = resolve(import.meta.dirname, '../../../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
/** Inside the workspace, so that imports of `@perdure/core` are found; out of git's sight. */
const folder = join(root, `.cache/readme-${process.pid}`);
/** Each block begins with the name of its file. */
const files = new Map([...readme.matchAll(/```ts\n\/\/ ([\w.]+): .*\n[\s\S]*?```/g)].map(([block, name]) => [name as string, block.slice(6, -3)]));

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of files) writeFileSync(join(folder, name), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('its code compiles', { timeout: 60_000 }, () => {
  expect([...files.keys()]).toEqual(['workflows.ts', 'activities.ts', 'perdure.worker.ts', 'main.ts', 'vite.config.ts']);
  expect(readme.match(/```ts/g)).toHaveLength(files.size);
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile) as { config: unknown };
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    isolatedDeclarations: false,
    declaration: false,
    noEmit: true,
    types: ['node'],
  };
  const program = ts.createProgram(
    [...files.keys()].map((name) => join(folder, name)),
    options,
  );
  const sources = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  expect(sources).toHaveLength(files.size);
  const problems = sources.flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]);
  expect(problems.map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)).toEqual([]);
});

test('its workflow charges once, waits for a person and a month, and ships', async () => {
  const workflows = (await import(pathToFileURL(join(folder, 'workflows.ts')).href)) as Record<string, unknown>;
  const calls: string[] = [];
  const activities = {
    charge: async (id: string) => void calls.push(`charge ${id}`),
    ship: async (id: string) => {
      calls.push(`ship ${id}`);
      return 'parcel';
    },
  };
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ startTime: 0 });
  const worker = await environment.createWorker({ taskQueue: 'default', workflows, activities });
  const result = await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start('order', { workflowId: 'order-1', taskQueue: 'default', args: ['1'] });
    await environment.clock?.settle();
    expect(calls).toEqual(['charge 1']);
    await handle.signal('approve');
    return handle.result();
  });
  expect({ result, calls, passed: await environment.currentTimeMs() }).toEqual({ result: 'parcel', calls: ['charge 1', 'ship 1'], passed: 30 * 86_400_000 });
  await environment.teardown();
});

test.each(['README.md', 'ARCHITECTURE.md', 'docs/conformance.md'])('what %s links to and tells to run is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link as string);
  expect(links.filter((link) => !existsSync(resolve(root, page, '..', link)))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const commands = [...text.matchAll(/npm (?:run )?([a-z][\w:]*)/g)].map(([, name]) => name as string).filter((name) => name !== 'install');
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});

test('the files that ARCHITECTURE.md names are there', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const named = [...text.matchAll(/`((?:worker|service|engine|workflow|host|storage)\/[\w-]+\.ts)`/g)].map(([, name]) => name as string);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !existsSync(join(root, 'packages/core/src', name)))).toEqual([]);
});
