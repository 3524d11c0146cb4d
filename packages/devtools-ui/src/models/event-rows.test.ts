import { expect, test } from 'vitest';
import { bugReport } from './bug-report.ts';
import { describedRun } from './described-run.ts';
import { type EventView, eventRows, matcherOf, NO_FILTER, rowKey } from './event-rows.ts';
import { failureChain, hintFor, kindOf, whereOf } from './failure-chain.ts';
import { chainOf, familyRows, familyTree } from './family.ts';
import { fuzzyScore } from './fuzzy.ts';
import { history, json } from './groups.test-kit.ts';
import { RunGroups } from './groups.ts';
import { compareRuns, formatSorts, nextSorts, parseSorts, sortRuns } from './run-order.ts';

const events = history(
  ['WorkflowExecutionStarted', 0, { workflowType: 'order', input: [json('green tea')] }],
  ['WorkflowTaskScheduled', 0],
  ['WorkflowTaskStarted', 1, { scheduledEventId: 2 }],
  ['WorkflowTaskCompleted', 2, { scheduledEventId: 2, startedEventId: 3 }],
  ['ActivityTaskScheduled', 2, { activityType: 'charge', activityId: '1', workflowTaskCompletedEventId: 4 }],
  ['TimerStarted', 2, { timerId: 'reminder', startToFireTimeout: 1000, workflowTaskCompletedEventId: 4 }],
  ['WorkflowTaskScheduled', 3],
  ['WorkflowTaskStarted', 3, { scheduledEventId: 7 }],
  ['WorkflowTaskFailed', 4, { scheduledEventId: 7, startedEventId: 8, cause: 'NON_DETERMINISTIC_ERROR', failure: { message: 'diverged' } }],
  ['ActivityTaskStarted', 5, { scheduledEventId: 5, attempt: 2 }],
  ['ActivityTaskCompleted', 6, { scheduledEventId: 5, startedEventId: 10, result: [json('paid')] }],
);
const groups = new RunGroups();
groups.append(events);
const keys = (view: Partial<EventView>) =>
  eventRows(groups, events, { isGrouped: false, hasTasks: false, filter: NO_FILTER, open: new Set(), ...view }).map((row) => `${row.kind} ${rowKey(row)}`);

test('steps of the code are thin lines in place of their three events; those that failed are shown', () => {
  expect(keys({})).toEqual(['event e1', 'step e4', 'event e5', 'event e6', 'event e9', 'event e10', 'event e11']);
  expect(keys({ hasTasks: true })).toHaveLength(events.length);
});

test('groups unfold to their events', () => {
  expect(keys({ isGrouped: true })).toEqual(['group g1', 'group g5', 'group g6', 'group g7']);
  expect(keys({ isGrouped: true, open: new Set([5]) })).toEqual(['group g1', 'group g5', 'event e5', 'event e10', 'event e11', 'group g6', 'group g7']);
});

test('text, pattern and their opposites are looked for in names, words and payloads', () => {
  const found = (text: string, change = {}) => keys({ filter: { ...NO_FILTER, text, ...change } });
  expect(found('green tea')).toEqual(['event e1']);
  expect(found('CHARGE')).toEqual(['event e5']);
  expect(found('^timer', { isRegex: true })).toEqual(['event e6']);
  expect(found('activity', { isNot: true })).toEqual(['event e1', 'event e6', 'event e9']);
  expect(matcherOf({ ...NO_FILTER, text: '(', isRegex: true }).problem).toMatch(/Invalid regular expression/);
  expect(keys({ filter: { ...NO_FILTER, hidden: new Set(['activity', 'workflow task']) } })).toEqual(['event e1', 'event e6']);
});

test('a failure is told from what was thrown to its root', () => {
  const failure = {
    message: 'Activity task failed',
    activityFailureInfo: { scheduledEventId: 5, startedEventId: 6, activityType: 'charge', activityId: '1', retryState: 'MAXIMUM_ATTEMPTS_REACHED' as const },
    cause: { message: 'no money', applicationFailureInfo: { type: 'Declined', nonRetryable: true } },
  };
  const chain = failureChain(failure);
  expect(chain.map(kindOf)).toEqual(['Activity charge', 'Declined']);
  expect(whereOf(chain)).toBe('in activity charge (id 1), after its last attempt');
  expect(hintFor({ message: '', timeoutFailureInfo: { timeoutType: 'HEARTBEAT' } })).toMatch(/heartbeat/);
  const report = bugReport(describedRun('default', { workflowId: 'w', runId: 'r' }, [...events, ...history(['WorkflowExecutionFailed', 7, { failure }])]), [
    ...events,
    ...history(['WorkflowExecutionFailed', 7, { failure }]),
  ]);
  expect(report).toContain('- Activity charge: Activity task failed\n  - Declined: no money');
});

const run = (runId: string, change: object = {}) => ({ ...describedRun('default', { workflowId: `w-${runId}`, runId }, events).summary, ...change });

test('a family is a tree from its root; many siblings are told as numbers, those that failed one by one', () => {
  const root = run('root');
  const children = Array.from({ length: 60 }, (_, index) =>
    run(`c${index}`, { startTime: index, status: index === 7 ? 'FAILED' : 'COMPLETED', parentExecution: { workflowId: 'w-root', runId: 'root' } }),
  );
  const tree = familyTree([...children, root], 'c3');
  if (!tree) throw new Error('no tree');
  expect(familyRows(tree, new Set()).map(({ key, level, others }) => [key, level, others])).toEqual([
    ['root', 1, undefined],
    ['c7', 2, undefined],
    ['root…', 2, { COMPLETED: 59 }],
  ]);
  expect(familyRows(tree, new Set(['root']))).toHaveLength(1);
  const few = familyTree([root, ...children.slice(0, 3)], 'root');
  expect(few && familyRows(few, new Set()).map(({ key }) => key)).toEqual(['root', 'c0', 'c1', 'c2']);
});

test('a chain is the runs that went on from one another, in their order', () => {
  const link = (runId: string, startTime: number, firstExecutionRunId = 'a') => run(runId, { workflowId: 'cart', startTime, firstExecutionRunId });
  expect(chainOf([link('c', 3), link('a', 1), link('b', 2), link('x', 0, 'x')], 'b').map(({ runId }) => runId)).toEqual(['a', 'b', 'c']);
});

test('runs are in the order of the engine, or by the columns that were clicked', () => {
  const all = [run('b', { startTime: 2 }), run('a', { startTime: 1, closeTime: 9, status: 'COMPLETED' }), run('c', { startTime: 3 })];
  expect([...all].sort(compareRuns).map(({ runId }) => runId)).toEqual(['c', 'b', 'a']);
  expect(sortRuns(all, [{ key: 'startTime', isDescending: false }], 10).map(({ runId }) => runId)).toEqual(['a', 'b', 'c']);
  let sorts = nextSorts([], 'status', false);
  sorts = nextSorts(sorts, 'startTime', true);
  sorts = nextSorts(sorts, 'startTime', true);
  expect(formatSorts(sorts)).toBe('status,-startTime');
  expect(parseSorts(formatSorts(sorts))).toEqual(sorts);
  expect(formatSorts(nextSorts(sorts, 'startTime', true))).toBe('status');
});

test('what is typed fits letters in their order, and whole words best', () => {
  expect(fuzzyScore('order-1001', 'xyz')).toBe(0);
  expect(fuzzyScore('order-1001', 'o1')).toBeGreaterThan(0);
  expect(fuzzyScore('order-1001', '1001')).toBeGreaterThan(fuzzyScore('o-1-0-0-1', '1001'));
});
