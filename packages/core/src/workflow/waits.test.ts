import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as api from '../entry/workflow.ts';
import { waitingWorkflowsOf } from './fixtures/waiting-workflows.js';
import { fireTimer, type GivenRun, givenRun, query, value } from './run.test-kit.ts';
import type { EnhancedStackTrace } from './stack-traces.ts';

const source = readFileSync(new URL('./fixtures/waiting-workflows.js', import.meta.url), 'utf8').split('\n');
const lineOf = (mark: string): number => source.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
const workflows = waitingWorkflowsOf(api);
const recorded = { init: { recordsWaits: true } } as const;

async function answer<T>(run: GivenRun, queryType: string): Promise<T> {
  const [command] = (await run.activate(query(queryType))).commands;
  if (command?.type !== 'respondToQuery' || !('succeeded' in command.result)) throw new Error(JSON.stringify(command));
  return value(command.result.succeeded) as T;
}

/** The marks of the lines of each stack. */
async function placesOf(run: GivenRun): Promise<(string | undefined)[][]> {
  const { stacks } = await answer<EnhancedStackTrace>(run, '__enhanced_stack_trace');
  return stacks.map(({ locations }) => locations.map(({ line = 0 }) => /\/\/ (.*)$/.exec(source[line - 1] ?? '')?.[1]));
}

test('tells where an async function waits and who awaits it, before and after it went on', async () => {
  const run = await givenRun(workflows.nested, [], recorded);
  expect(await placesOf(run)).toEqual([[undefined, 'outer', 'nested']]);
  await run.activate(fireTimer(1));
  expect(await placesOf(run)).toEqual([['inner', 'outer', 'nested']]);
});

test('tells who is around a scope, before and after a function in it went on', async () => {
  const run = await givenRun(workflows.scoped, [], recorded);
  const before = await placesOf(run);
  await run.activate(fireTimer(1));
  const after = await placesOf(run);
  expect([before, after].map((stacks) => stacks.map((places) => places.map((place) => place ?? 'other')))).toEqual([
    [['other', 'within', 'around']],
    [['inner', 'within', 'around']],
  ]);
});

test('tells of every kind of wait, once for each place', async () => {
  const run = await givenRun(workflows.everywhere, [], recorded);
  const single = ['activity', 'local activity', 'child', 'condition', 'channel', 'trigger', 'signal', 'cancel', 'cancellation'].map((mark) => [mark]);
  expect(await placesOf(run)).toEqual([...single, ['scope', 'scope']]);
});

test('gives names, files and positions, and the text that V8 would write', async () => {
  const run = await givenRun(workflows.nested, [], recorded);
  await run.activate(fireTimer(1));
  const { sdk, sources, stacks } = await answer<EnhancedStackTrace>(run, '__enhanced_stack_trace');
  expect({ sdk, sources }).toEqual({ sdk: { name: 'perdure', version: '0.1.0' }, sources: {} });
  const file = expect.stringMatching(/workflow\/fixtures\/waiting-workflows\.js$/);
  expect(stacks[0]?.locations).toEqual(
    ['inner', 'outer', 'nested'].map((name) => ({
      file_path: file,
      line: lineOf(name),
      column: expect.any(Number),
      function_name: name,
      internal_code: false,
    })),
  );
  const text = await answer<string>(run, '__stack_trace');
  expect(text.split('\n').map((line) => line.replace(/\(.*\//, '('))).toEqual(
    ['inner', 'outer', 'nested'].map((name) => expect.stringMatching(new RegExp(`^    at ${name} \\(waiting-workflows\\.js:${lineOf(name)}:\\d+\\)$`))),
  );
});

test('tells where an awaited trigger was made, when nothing on the stack says who awaits it', async () => {
  const run = await givenRun(workflows.awaitsTrigger, [], recorded);
  await run.activate(fireTimer(1));
  expect(await placesOf(run)).toEqual([['made']]);
});

test('a run that has ended waits nowhere', async () => {
  const run = await givenRun(workflows.ends, [], recorded);
  expect((await placesOf(run)).length).toBe(2);
  await run.activate(fireTimer(2));
  expect([await placesOf(run), await answer(run, '__stack_trace')]).toEqual([[], '']);
});

test('a run that keeps no stacks says so', async () => {
  const { commands } = await (await givenRun(workflows.nested)).activate(query('__stack_trace'));
  expect(commands).toMatchObject([{ result: { failed: { message: expect.stringContaining('keeps no stacks') } } }]);
});
