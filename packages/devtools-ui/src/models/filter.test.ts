import { expect, test } from 'vitest';
import { chipLabel, meant, partsOf, statusesOfQuery, toggleStatus, withoutPart, withoutStatuses, withPart } from './filter.ts';

const texts = (query: string): string[] => partsOf(query).map(({ text }) => text);

test('a query has the parts that AND joins at its top', () => {
  expect(texts('')).toEqual([]);
  expect(texts(' WorkflowType = "order"  and (A = 1 AND B = 2) AND StartTime BETWEEN "a" AND "b" ')).toEqual([
    'WorkflowType = "order"',
    '(A = 1 AND B = 2)',
    'StartTime BETWEEN "a" AND "b"',
  ]);
  expect(texts("WorkflowId = \"this AND that\" AND TaskQueue = 'it\\'s AND'")).toEqual(['WorkflowId = "this AND that"', "TaskQueue = 'it\\'s AND'"]);
  expect(texts('A = 1 OR B = 2 AND C = 3')).toEqual(['A = 1 OR B = 2 AND C = 3']);
});

test('a part says where it stands', () => {
  expect(partsOf('A = 1 AND  B = 2')).toEqual([
    { text: 'A = 1', from: 0, to: 5 },
    { text: 'B = 2', from: 11, to: 16 },
  ]);
});

test('parts come and go, and an OR keeps its meaning', () => {
  expect(withPart('', 'A = 1')).toBe('A = 1');
  expect(withPart('A = 1', 'A = 1')).toBe('A = 1');
  expect(withPart('A = 1 OR B = 2', 'C = 3')).toBe('(A = 1 OR B = 2) AND C = 3');
  expect(withPart('(A = 1 OR B = 2)', 'C = 3')).toBe('(A = 1 OR B = 2) AND C = 3');
  expect(withoutPart('A = 1 AND B = 2 AND C = 3', 'B = 2')).toBe('A = 1 AND C = 3');
});

test('statuses are taken in and out one by one', () => {
  const one = toggleStatus('WorkflowType = "order"', 'RUNNING');
  expect(one).toBe('WorkflowType = "order" AND ExecutionStatus = "Running"');
  const two = toggleStatus(one, 'TIMED_OUT');
  expect(two).toBe('WorkflowType = "order" AND ExecutionStatus IN ("Running", "TimedOut")');
  expect(statusesOfQuery(two)).toEqual(['Running', 'TimedOut']);
  expect(toggleStatus(toggleStatus(two, 'RUNNING'), 'TIMED_OUT')).toBe('WorkflowType = "order"');
  expect(withoutStatuses(two)).toBe('WorkflowType = "order"');
});

test('a word alone is the beginning of an id, anything else is taken as it is', () => {
  expect(meant('order-10')).toBe('WorkflowId STARTS_WITH "order-10"');
  expect(meant('WorkflowType="order"')).toBe('WorkflowType="order"');
  expect(meant('CloseTime IS NULL')).toBe('CloseTime IS NULL');
  expect(meant('  ')).toBe('');
});

test('chips are short where they can be', () => {
  expect(['ExecutionStatus IN ("TimedOut", "Failed")', 'WorkflowType = "order"', 'WorkflowId STARTS_WITH "a"', 'CloseTime IS NULL'].map(chipLabel)).toEqual([
    'Timed out or Failed',
    'type order',
    'id a…',
    'CloseTime IS NULL',
  ]);
});
