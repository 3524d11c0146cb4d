/** Stacks in lowered, bundled and minified code, as browsers run it, mapped back by its source map. A realm of its own: see context.test.ts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from '../entry/workflow.ts';
import { perdure } from '../vite/plugin.ts';
import { useContext } from './context.ts';
import type { waitingWorkflowsOf } from './fixtures/waiting-workflows.js';
import { fireTimer, type GivenRun, givenRun, query, value } from './run.test-kit.ts';
import type { EnhancedStackTrace } from './stack-traces.ts';

const recorded = { init: { recordsWaits: true } } as const;
const folder = mkdtempSync(join(tmpdir(), 'perdure-waits-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([false, true])('lowered code, minified: %s', (minify) => {
  const name = minify ? 'minified.js' : 'bundled.js';
  let workflows: ReturnType<typeof waitingWorkflowsOf>;
  let map: SourceMap;
  beforeAll(async () => {
    useContext('lowered');
    const file = fileURLToPath(new URL('./fixtures/waiting-workflows.js', import.meta.url));
    await build({
      configFile: false,
      logLevel: 'silent',
      plugins: [perdure({ include: file })],
      build: { outDir: folder, emptyOutDir: false, sourcemap: 'hidden', minify, target: 'esnext', lib: { entry: file, formats: ['es'], fileName: () => name } },
    });
    map = new SourceMap(JSON.parse(readFileSync(join(folder, `${name}.map`), 'utf8')));
    const module = await import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
    workflows = module.waitingWorkflowsOf(api);
  });

  /** The marks of the lines of each stack. */
  async function placesOf(run: GivenRun): Promise<string[][]> {
    const [command] = (await run.activate(query('__enhanced_stack_trace'))).commands;
    if (command?.type !== 'respondToQuery' || !('succeeded' in command.result)) throw new Error(JSON.stringify(command));
    const { stacks } = value(command.result.succeeded) as EnhancedStackTrace;
    return stacks.map(({ locations }) => locations.map(({ line = 0, column = 0 }) => lineAt(line, column)).filter((place) => place !== ''));
  }

  /** Without the frames that are of no line of the source: a lowered `async function` begins with some. */
  function lineAt(line: number, column: number): string {
    const entry = map.findEntry(line - 1, column - 1) as { originalSource?: string; originalLine: number };
    const at = entry.originalSource === undefined ? -1 : map.payload.sources.indexOf(entry.originalSource);
    const source = map.payload.sourcesContent[at]?.split('\n')[entry.originalLine]?.trim() ?? '';
    return /\/\/ (.*)$/.exec(source)?.[1] ?? source;
  }

  test('tells who awaits an async function after it went on', async () => {
    const run = await givenRun(workflows.nested, [], recorded);
    const calls = ['async function inner() {', 'outer', 'async function outer() {', 'nested', 'async function nested() {'];
    expect(await placesOf(run)).toEqual([['await sleep(1);', ...calls]]);
    await run.activate(fireTimer(1));
    expect(await placesOf(run)).toEqual([['inner', ...calls]]);
  });

  test('tells of every kind of wait', async () => {
    const run = await givenRun(workflows.everywhere, [], recorded);
    const marks = ['activity', 'local activity', 'child', 'condition', 'channel', 'trigger', 'signal', 'cancel', 'cancellation'].map((mark) => [mark]);
    expect(await placesOf(run)).toEqual([...marks, ['scope', 'scope']].map((places) => [...places, 'async function everywhere() {']));
  });

  test('tells where an async generator waits', async () => {
    const run = await givenRun(workflows.generates, [], recorded);
    await run.activate(fireTimer(1));
    expect(await placesOf(run)).toEqual([['generator', 'for await (const _ of numbers()) await null;', 'async function generates() {']]);
  });
});
