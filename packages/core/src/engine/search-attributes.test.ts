import { expect, it } from 'vitest';
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { Command } from '../protocol/commands.ts';
import { drive } from './driver.test-kit.ts';

const json = (value: unknown, type?: string) => ({ encoding: 'json/plain', data: JSON.stringify(value), ...(type ? { metadata: { type } } : {}) });
const types: SearchAttributeTypes = { Color: 'KEYWORD', Size: 'INT' };
const upsert = (searchAttributes: Record<string, ReturnType<typeof json>>): Command => ({
  type: 'UpsertWorkflowSearchAttributes',
  attributes: { searchAttributes },
});

/** A run whose task was completed with the commands, where attributes are checked. */
function completed(commands: Command[], options: Parameters<typeof drive>[0] = {}) {
  const run = drive(options);
  return run.do({ type: 'CompleteWorkflowTask', task: run.startTask(), commands, identity: 'worker', searchAttributeTypes: types, newRunId: 'run-2' });
}

it('a search attribute is written with its type, whoever sets it', () => {
  const run = completed([
    upsert({ Color: json('red'), Size: json([3]) }),
    { type: 'StartChildWorkflowExecution', attributes: { workflowId: 'c', workflowType: 'child', searchAttributes: { Color: json('blue') } } },
    { type: 'ContinueAsNewWorkflowExecution', attributes: { searchAttributes: { Size: json(4) } } },
  ]);
  expect(run.events.slice(4)).toMatchObject([
    { attributes: { searchAttributes: { Color: json('red', 'Keyword'), Size: json([3], 'Int') } } },
    { attributes: { searchAttributes: { Color: json('blue', 'Keyword') } } },
    { attributes: { searchAttributes: { Size: json(4, 'Int') } } },
  ]);
});

it.each([
  ['an unknown name', { Shape: json('round') }, 'BadSearchAttributes: Namespace default has no mapping defined for search attribute Shape'],
  ['another type', { Size: json('big') }, 'BadSearchAttributes: invalid value for search attribute Size of type Int: "big"'],
  ['a fraction', { Size: json(1.5) }, 'BadSearchAttributes: invalid value for search attribute Size of type Int: 1.5'],
  ['what every run has', { ExecutionStatus: json('Running') }, "BadSearchAttributes: ExecutionStatus attribute can't be set in SearchAttributes"],
])('%s fails the task, and nothing of it is kept', (_, searchAttributes, message) => {
  const run = completed([upsert({ Color: json('red') }), upsert(searchAttributes as never)]);
  expect(run.last.refused).toEqual({ cause: 'BAD_SEARCH_ATTRIBUTES', message });
  expect(run.events.slice(3)).toMatchObject([{ type: 'WorkflowTaskFailed', attributes: { cause: 'BAD_SEARCH_ATTRIBUTES', failure: { message } } }]);
  expect(run.state.searchAttributes).toEqual({});
});

it('null and the empty list remove a search attribute, and an empty payload removes from the memo', () => {
  const run = completed(
    [
      upsert({ Color: json(null), Size: json([]) }),
      { type: 'ModifyWorkflowProperties', attributes: { upsertedMemo: { gone: { encoding: 'binary/null' }, added: json(1) } } },
    ],
    { searchAttributes: { Color: json('red'), Size: json(1) }, memo: { gone: json(1), kept: json(null) } },
  );
  expect(run.events[4]).toMatchObject({ attributes: { searchAttributes: { Color: json(null, 'Keyword'), Size: json([], 'Int') } } });
  expect(run.state.searchAttributes).toEqual({});
  expect(run.state.memo).toEqual({ kept: json(null), added: json(1) });
});
