import { expect, test } from 'vitest';
import { DEFAULT_SEARCH_ATTRIBUTES } from '../common/search-attribute-types.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import { parseFilter } from './visibility-filter.ts';

const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

const run = (workflowId: string, more: Partial<WorkflowExecutionSummary> = {}): WorkflowExecutionSummary => ({
  namespace: 'default',
  workflowId,
  runId: `run-${workflowId}`,
  workflowType: 'type',
  taskQueue: 'queue',
  status: 'RUNNING',
  startTime: Date.UTC(2026, 0, 1),
  executionTime: Date.UTC(2026, 0, 1),
  historyLength: 0,
  historySizeBytes: 0,
  firstExecutionRunId: `run-${workflowId}`,
  ...more,
});

const RUNS = [
  run('a', {
    status: 'COMPLETED',
    closeTime: Date.UTC(2026, 0, 2),
    historyLength: 5,
    searchAttributes: {
      CustomKeywordField: json('red'),
      CustomKeywordListField: json(['x', 'y']),
      CustomIntField: json(1),
      CustomDoubleField: json(1.5),
      CustomBoolField: json(true),
      CustomDatetimeField: json('2020-02-01T00:00:00.000Z'),
      CustomStringField: json('the quick brown fox'),
    },
  }),
  run('b', { workflowType: 'other', startTime: Date.UTC(2026, 0, 3), searchAttributes: { CustomKeywordField: json(['blue']), CustomIntField: json([-2]) } }),
  run('c', { parentExecution: { workflowId: 'a', runId: 'run-a' } }),
];

const found = (query: string): string =>
  RUNS.filter(parseFilter(query, DEFAULT_SEARCH_ATTRIBUTES).matches)
    .map(({ workflowId }) => workflowId)
    .join('');

test.each([
  ['', 'abc'],
  ['   ', 'abc'],
  ['ExecutionStatus = "Running"', 'bc'],
  ["ExecutionStatus='Completed'", 'a'],
  ['ExecutionStatus <> "Completed"', 'bc'],
  ['ExecutionStatus NOT IN ("Completed", "Failed")', 'bc'],
  ['`WorkflowId` IN ("a", "c")', 'ac'],
  ['WorkflowId BETWEEN "a" AND "b" AND WorkflowType = "other"', 'b'],
  ['WorkflowId NOT BETWEEN "a" AND "b"', 'c'],
  ['WorkflowId > "a" and workflowid = "b" or WorkflowId = "c"'.replace('workflowid', 'WorkflowId'), 'bc'],
  ['WorkflowId STARTS_WITH "a" OR WorkflowId = "b" AND WorkflowType = "type"', 'a'],
  ['(WorkflowId = "a" OR WorkflowId = "b") AND WorkflowType = "type"', 'a'],
  ['NOT (WorkflowId = "a" OR WorkflowId = "b")', 'c'],
  ['not not WorkflowId = "a"', 'a'],
  ['StartTime > "2026-01-02T00:00:00Z"', 'b'],
  ['StartTime <= "2026-01-01T01:00:00+01:00"', 'ac'],
  ['CloseTime IS NULL', 'bc'],
  ['CloseTime IS NOT NULL', 'a'],
  ['HistoryLength >= 5', 'a'],
  ['HistoryLength < 5', ''],
  ['ExecutionDuration = 86400000000000', 'a'],
  ['ParentWorkflowId = "a"', 'c'],
  ['RootWorkflowId = "b"', 'b'],
  ['CustomKeywordField = "red"', 'a'],
  ['CustomKeywordField != "red"', 'b'],
  ['NOT CustomKeywordField = "red"', 'b'],
  ['CustomKeywordField NOT STARTS_WITH "r"', 'b'],
  ['CustomKeywordField IS NULL', 'c'],
  ['CustomKeywordField = "red" OR CustomKeywordField IS NULL', 'ac'],
  ['NOT (CustomKeywordField = "red" AND WorkflowId = "c")', 'ab'],
  ['CustomKeywordListField = "y"', 'a'],
  ['CustomKeywordListField IN ("z", "x")', 'a'],
  ['CustomIntField IN (-2, 3)', 'b'],
  ['CustomIntField BETWEEN -5 AND 0', 'b'],
  ['CustomDoubleField > 1.4e0', 'a'],
  ['CustomBoolField = TRUE', 'a'],
  ['CustomBoolField != true', ''],
  ['CustomDatetimeField = "2020-02-01T00:00:00Z"', 'a'],
  ['CustomStringField = "QUICK dog"', 'a'],
  ['CustomStringField = "qui"', ''],
  [String.raw`WorkflowId = "\a"`, 'a'],
  [String.raw`WorkflowId != "\""`, 'abc'],
])('%s', (query, expected) => {
  expect(found(query)).toBe(expected);
});

const WRONG: [string, string][] = [
  ['Status = "Running"', 'expected one of ExecutionStatus, WorkflowId, '],
  ['executionstatus = "Running"', 'but found "executionstatus"'],
  ['WorkflowId', 'expected =, !=, <, <=, >, >=, IN, BETWEEN, STARTS_WITH, IS behind WorkflowId at position 11 of "WorkflowId", but found the end'],
  ['WorkflowId =', 'expected a text in quotes at position 13 of "WorkflowId =", but found the end'],
  ['WorkflowId NOT = "a"', 'expected IN, BETWEEN, STARTS_WITH, IS behind WorkflowId at position 16'],
  ['WorkflowId LIKE "a"', 'but found "LIKE"'],
  ['WorkflowId = a', 'expected a text in quotes at position 14'],
  ['WorkflowId = "a', 'expected a text in quotes at position 14'],
  ['ExecutionStatus = "RUNNING"', 'expected one of Running, Completed, Failed, Canceled, Terminated, ContinuedAsNew, TimedOut, in quotes at position 19'],
  ['ExecutionStatus > "Running"', 'expected =, !=, IN, IS behind ExecutionStatus'],
  ['CustomIntField = "2"', 'expected a whole number at position 18'],
  ['CustomIntField = 2.5', 'expected a whole number'],
  ['CustomBoolField = "true"', 'expected true or false'],
  ['CustomStringField STARTS_WITH "q"', 'expected =, !=, IS behind CustomStringField'],
  ['StartTime > "2026-01-01"', 'expected a moment in quotes, as "2026-01-31T12:00:00Z" at position 13'],
  ['WorkflowId IN ()', 'expected a text in quotes at position 16'],
  ['WorkflowId IN ("a" "b")', 'expected ")" at position 20'],
  ['WorkflowId BETWEEN "a", "b"', 'expected AND at position 23'],
  ['(WorkflowId = "a"', 'expected ")" at position 18'],
  ['WorkflowId = "a")', 'expected AND, OR, GROUP BY or the end at position 17'],
  ['WorkflowId = "a" XOR WorkflowId = "b"', 'but found "XOR"'],
  ['WorkflowId = "a" ORDER BY StartTime', 'but found "ORDER"'],
  ['WorkflowId = "a" LIMIT 1', 'but found "LIMIT"'],
  ['GROUP BY WorkflowType', 'expected ExecutionStatus, the one field to group by at position 10'],
  ['('.repeat(50_000), 'expected at most 100 levels of parentheses and NOT at position 101'],
  ['constructor = "a"', 'expected one of'],
];
test.each(WRONG)('%.60s is refused with its place', (query, message) => {
  expect(() => parseFilter(query, DEFAULT_SEARCH_ATTRIBUTES)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining(message) }),
  );
});
