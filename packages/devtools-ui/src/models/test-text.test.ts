import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type HistoryEvent, type HistoryRun, historyFileFromJson } from '@perdure/core/history';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describedRun } from './described-run.ts';
import { testText } from './test-text.ts';

const root = resolve(import.meta.dirname, '../../../..');
/** In the repository, so that the packages are found from there; the folder is no part of it. */
const folder = join(root, '.cache', `generated-tests-${process.pid}`);
const goldens = join(root, 'conformance/golden');

/** Every twentieth history that was recorded, whatever is in it. */
const chosen = readdirSync(goldens)
  .map((file) => file.replace('.json', ''))
  .filter((name) => runsOf(name).length > 0)
  .filter((_, index) => index % 20 === 0);

function runsOf(name: string): readonly HistoryRun[] {
  return historyFileFromJson(JSON.parse(readFileSync(join(goldens, `${name}.json`), 'utf8'))).runs;
}

function textOf(name: string, change: (events: HistoryEvent[]) => HistoryEvent[] = (events) => events): string {
  const [run] = runsOf(name);
  if (!run) throw new Error(`${name} has no run`);
  const { workflowId, runId } = run;
  return testText(describedRun('default', { workflowId, runId }, run.events).summary, change([...run.events]));
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'workflows.ts'), `export * from '../../conformance/scenarios/workflows.ts';\n`);
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default {
      resolve: { alias: [{ find: /^@temporalio\\/(activity|client|common|testing|worker|workflow)$/, replacement: ${JSON.stringify(`${root}/packages/core/src/entry/$1.ts`)} }] },
      ssr: { resolve: { conditions: ['perdure-source', 'module', 'node', 'development|production'] } },
      test: { include: ['*.test.ts'], testTimeout: 60_000 },
    };\n`,
  );
  for (const name of chosen) writeFileSync(join(folder, `${name}.test.ts`), textOf(name));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[];
  }[];
}

async function runVitest(filter: readonly string[] = []): Promise<Report> {
  const { VITEST: _, ...env } = process.env;
  const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--config', join(folder, 'vitest.config.mjs'), '--reporter=json'];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...filter], { env, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { readonly stdout: string }) => error, // it ends like this when a test fails
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
}

test('the tests that are made of recorded runs compile', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile) as { config: unknown };
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    isolatedDeclarations: false,
    declaration: false,
    noEmit: true,
    types: ['node'],
    paths: Object.fromEntries(['activity', 'common', 'workflow'].map((name) => [`@temporalio/${name}`, [join(root, `packages/core/src/entry/${name}.ts`)]])),
  };
  const program = ts.createProgram(
    chosen.map((name) => join(folder, `${name}.test.ts`)),
    options,
  );
  const problems = ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.startsWith(folder));
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
}, 120_000);

test('and pass; one of a run that did something else fails', async () => {
  const other = (events: HistoryEvent[]): HistoryEvent[] =>
    events.map((event) => (event.type === 'ActivityTaskScheduled' ? { ...event, attributes: { ...event.attributes, activityType: 'another' } } : event));
  writeFileSync(join(folder, 'other.test.ts'), textOf('activities-one', other));
  const { numPassedTests, numFailedTests, testResults } = await runVitest();
  const failed = testResults.flatMap(({ name, message, assertionResults }) => {
    const problems = [message, ...assertionResults.flatMap(({ failureMessages }) => failureMessages)].filter((each) => each !== '');
    return problems.length === 0 ? [] : [`${name.slice(folder.length + 1)}: ${problems.join(' ').slice(0, 200)}`];
  });
  expect(failed).toEqual([expect.stringMatching(/^other\.test\.ts: DeterminismViolationError/)]);
  expect([numPassedTests, numFailedTests]).toEqual([chosen.length, 1]);
}, 120_000);

test('names that are code elsewhere are text there', () => {
  const details = JSON.parse('{ "__proto__": [] }') as object;
  const events = [{ eventId: 1, eventTime: 0, type: 'MarkerRecorded', attributes: { markerName: '__proto__', details } }];
  const summary = { workflowId: 'a"b\n`c', runId: 'r*/', workflowType: "it's", status: 'RUNNING' } as const;
  const text = testText(summary, events as unknown as HistoryEvent[], { workflows: '../src/work flows.ts' });
  expect(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics).toEqual([]);
  expect(text).toContain('import * as workflows from "../src/work flows.ts";');
  expect(text).toContain('history, "a\\"b\\n`c");');
  expect(text).toContain('from run r* /. */');
  expect(text).toContain('["__proto__"]:');
});
