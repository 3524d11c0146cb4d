/** R75: histories of Temporal's, recorded ones and hand-written ones of known verdict, replayed by our worker. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Golden } from '../../../../conformance/compare.ts';
import type { HistoryJson } from '../history/json.ts';
import { Worker } from '../worker/worker.ts';

const SUITE = new URL('../../../../conformance/', import.meta.url);
/** By a name that the compiler does not follow: the files import Temporal's packages, which lead to our entry points here. */
const load = (path: string): Promise<Record<string, unknown>> => import(/* @vite-ignore */ new URL(path, SUITE).pathname);

interface Named {
  readonly name: string;
  readonly workflowId: string;
  readonly history: HistoryJson;
}

/** The names of those that are refused, with why. */
async function refusals(workflows: Record<string, unknown>, histories: readonly Named[]): Promise<Record<string, string>> {
  const refused: Record<string, string> = {};
  let at = 0;
  for await (const { error } of Worker.runReplayHistories({ workflows }, histories)) {
    const { name } = histories[at++] as Named;
    if (error) refused[name] = `${error.name}: ${error.message}`;
  }
  expect(at).toBe(histories.length);
  return refused;
}

test("R75 every run that Temporal's server recorded replays", async () => {
  const recorded = readdirSync(new URL('golden/', SUITE)).flatMap((file): Named[] => {
    const { runs = [] } = JSON.parse(readFileSync(new URL(`golden/${file}`, SUITE), 'utf8')) as Golden;
    return runs.map(({ workflowId, events }, index) => ({ name: `${file}#${index + 1}`, workflowId, history: { events } }));
  });
  expect(recorded.length).toBeGreaterThan(300);
  expect(await refusals(await load('scenarios/workflows.ts'), recorded)).toEqual({});
}, 60_000);

describe("R75 the cases of Temporal's replayer get the verdict that it gives", async () => {
  const workflows = await load('temporal-replay/fixtures/workflows.js');
  const cases = (await load('temporal-replay/fixtures/cases.mjs')) as Record<'good' | 'bad' | 'loose', Record<string, () => HistoryJson>>;
  const all = (kind: keyof typeof cases): Named[] =>
    Object.entries(cases[kind]).map(([name, make]) => ({ name, workflowId: 'fake', history: JSON.parse(JSON.stringify(make())) }));
  const kinds = (refused: Record<string, string>) => Object.fromEntries(Object.entries(refused).map(([name, why]) => [name, why.split(':')[0]]));

  test('what is right is accepted', async () => {
    expect(await refusals(workflows, all('good'))).toEqual({});
  });

  test('what is wrong is refused with the same kind of error', async () => {
    expect(kinds(await refusals(workflows, all('bad')))).toEqual({
      'wrong-activity-type': 'DeterminismViolationError',
      'wrong-activity-id': 'DeterminismViolationError',
      'timer-instead-of-activity': 'DeterminismViolationError',
      'missing-command': 'ReplayError',
      'extra-command': 'DeterminismViolationError',
      'completed-too-early': 'DeterminismViolationError',
      'wrong-child-id': 'DeterminismViolationError',
      'wrong-child-type': 'DeterminismViolationError',
      'patch-marker-without-call': 'DeterminismViolationError',
      'patch-without-upsert-but-flag2': 'DeterminismViolationError',
      'other-run-id-other-seed': 'DeterminismViolationError',
      'local-activity-wrong-type': 'DeterminismViolationError',
      'unknown-workflow-type': 'ReplayError',
      'event-between-task-started-and-completed': 'ReplayError', // where Temporal's hangs for ever
      'activity-completed-without-started': 'ReplayError',
      'unknown-lang-flag': 'ReplayError',
      'update-completed-after-close': 'DeterminismViolationError',
      'update-never-accepted-by-code': 'DeterminismViolationError',
    });
  });

  test('of what only its strict mode refuses, ours refuses a wrong target of a signal and a wait that the code does not have', async () => {
    expect(kinds(await refusals(workflows, all('loose')))).toEqual({
      'default-cancel-recorded-as-if-it-waited': 'DeterminismViolationError',
      'wrong-signal-target': 'DeterminismViolationError',
    });
  });

  test('a refused file does not keep the next from being replayed, and says what is wrong with it and where', async () => {
    const [tiny] = all('good') as [Named];
    const broken = { ...tiny, name: 'broken', history: { events: [...tiny.history.events.slice(0, 3), ...tiny.history.events.slice(4)] } };
    const refused = await refusals(workflows, [broken, tiny]);
    expect(Object.keys(refused)).toEqual(['broken']);
    expect(refused['broken']).toContain('numbered from 1 without gaps');
  });
});
