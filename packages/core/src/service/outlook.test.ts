/** The outlook of a filter, held against what the filter says of each run. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, RunDigest } from '../common/run-digest.ts';
import { DEFAULT_SEARCH_ATTRIBUTES, SEARCH_ATTRIBUTE_TYPE_NAMES } from '../common/search-attribute-types.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import { parseFilter } from './visibility-filter.ts';

const text = fc.constantFrom('a', 'ab', 'b', 'c', 'order-1', 'order-2', 'ä');
const moment = fc.integer({ min: 0, max: 9 }).map((n) => n * 1_000);
const iso = (time: number): string => new Date(time).toISOString();
const json = (value: unknown, type: keyof typeof SEARCH_ATTRIBUTE_TYPE_NAMES) => ({
  encoding: 'json/plain',
  data: JSON.stringify(value),
  metadata: { type: SEARCH_ATTRIBUTE_TYPE_NAMES[type] },
});

const attributes = fc
  .record(
    {
      CustomKeywordField: text.map((value) => json(value, 'KEYWORD')),
      CustomKeywordListField: fc.array(text, { maxLength: 3 }).map((value) => json(value, 'KEYWORD_LIST')),
      CustomStringField: text.map((value) => json(value, 'TEXT')),
      CustomIntField: fc.oneof(fc.integer({ min: -2, max: 4 }), fc.array(fc.integer({ min: -2, max: 4 }), { maxLength: 2 })).map((value) => json(value, 'INT')),
      CustomDoubleField: fc.constantFrom(-0.5, 0, 1.5, 4).map((value) => json(value, 'DOUBLE')),
      CustomBoolField: fc.boolean().map((value) => json(value, 'BOOL')),
      CustomDatetimeField: moment.map((value) => json(iso(value), 'DATETIME')),
    },
    { requiredKeys: [] },
  )
  .map((searchAttributes) => ({ searchAttributes }));

const run: fc.Arbitrary<WorkflowExecutionSummary> = fc
  .tuple(
    fc.record({ workflowId: text, runId: text, workflowType: text, taskQueue: text, startTime: moment, executionTime: moment }),
    fc.oneof(
      fc.constant({ status: 'RUNNING' as const, historyLength: 0, historySizeBytes: 0 }),
      fc.record({
        status: fc.constantFrom('COMPLETED' as const, 'FAILED' as const),
        closeTime: moment,
        historyLength: fc.integer({ min: 3, max: 6 }),
        historySizeBytes: fc.integer({ min: 3, max: 6 }),
      }),
    ),
    fc.oneof(
      fc.constant({}),
      fc.record({ parentExecution: fc.record({ workflowId: text, runId: text }), rootExecution: fc.record({ workflowId: text, runId: text }) }),
    ),
    attributes,
  )
  .map(([named, state, family, set]) => ({ namespace: 'default', firstExecutionRunId: 'x', ...named, ...state, ...family, ...set }));

const quoted = (value: string): string => `"${value}"`;
const comparison = <T>(fields: readonly string[], operators: readonly string[], literal: fc.Arbitrary<T>, show: (value: T) => string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...fields), fc.constantFrom(...operators), literal).map(([field, operator, value]) => `${field} ${operator} ${show(value)}`),
    fc.constantFrom(...fields).chain((field) => fc.constantFrom(`${field} IS NULL`, `${field} IS NOT NULL`)),
  );
const list = <T>(fields: readonly string[], literal: fc.Arbitrary<T>, show: (value: T) => string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...fields), fc.constantFrom('IN', 'NOT IN'), fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([field, operator, values]) => `${field} ${operator} (${values.map(show).join(', ')})`);
const between = <T>(fields: readonly string[], literal: fc.Arbitrary<T>, show: (value: T) => string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...fields), fc.constantFrom('BETWEEN', 'NOT BETWEEN'), literal, literal)
    .map(([field, operator, from, to]) => `${field} ${operator} ${show(from)} AND ${show(to)}`);

const KEYWORDS = ['WorkflowId', 'WorkflowType', 'RunId', 'TaskQueue', 'ParentWorkflowId', 'RootWorkflowId', 'RootRunId', 'CustomKeywordField'];
const MOMENTS = ['StartTime', 'ExecutionTime', 'CloseTime', 'CustomDatetimeField'];
const NUMBERS = ['HistoryLength', 'HistorySizeBytes', 'CustomIntField', 'CustomDoubleField'];
const ALL = ['=', '!=', '<', '<=', '>', '>='];
const status = fc.constantFrom('Running', 'Completed', 'Failed', 'TimedOut');
const number = fc.integer({ min: -3, max: 6 });
const simple = fc.oneof(
  comparison(['ExecutionStatus'], ['=', '!='], status, quoted),
  list(['ExecutionStatus'], status, quoted),
  comparison(KEYWORDS, [...ALL, 'STARTS_WITH', 'NOT STARTS_WITH'], text, quoted),
  list([...KEYWORDS, 'CustomKeywordListField'], text, quoted),
  between(KEYWORDS, text, quoted),
  comparison(['CustomKeywordListField', 'CustomStringField'], ['=', '!='], text, quoted),
  comparison(MOMENTS, ALL, moment, (value) => quoted(iso(value))),
  list(MOMENTS, moment, (value) => quoted(iso(value))),
  between(MOMENTS, moment, (value) => quoted(iso(value))),
  comparison(NUMBERS, ALL, number, String),
  list(NUMBERS, number, String),
  between(NUMBERS, number, String),
  comparison(['ExecutionDuration'], ALL, number, (value) => String(value * 1_000_000_000)),
  comparison(['CustomBoolField'], ['=', '!='], fc.boolean(), String),
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    simple,
    fc.tuple(tie('filter'), fc.constantFrom('AND', 'OR'), tie('filter')).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('filter').map((inner) => `NOT ${inner}`),
  ),
}));

test('an outlook never denies a run that meets the filter, nor promises one that does not', () => {
  const seen = { none: 0, all: 0, some: 0 };
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 6 }), filter, (runs, query) => {
      const { matches, prospect } = parseFilter(query, DEFAULT_SEARCH_ATTRIBUTES);
      const digest = new RunDigest(digestOf(runs) as string);
      const check = (found: 'none' | 'all' | 'some', among: readonly WorkflowExecutionSummary[]): void => {
        seen[found]++;
        if (found === 'none') expect(among.filter(matches)).toEqual([]);
        if (found === 'all') expect(among.filter((each) => !matches(each))).toEqual([]);
      };
      check(prospect(digest), runs);
      for (const group of digest.groups)
        check(
          prospect(digest, group),
          runs.filter((each) => each.workflowType === group.workflowType && each.status === group.status),
        );
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(seen.none, seen.all, seen.some)).toBeGreaterThan(300);
});
