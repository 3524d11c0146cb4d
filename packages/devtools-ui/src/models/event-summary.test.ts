import type { HistoryEvent } from '@perdure/core/history';
import { expect, test } from 'vitest';
import { failureText, summarize } from './event-summary.ts';
import { payloadsText } from './payload-text.ts';

const event = (type: string, attributes: object): HistoryEvent => ({ eventId: 1, eventTime: 0, type, attributes }) as unknown as HistoryEvent;
const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

test('an activity shows its call, its attempt and its result', () => {
  expect(summarize(event('ActivityTaskScheduled', { activityType: 'hash', input: [json({ index: 1 }), json('a')] }))).toEqual({
    group: 'activity',
    tone: 'plain',
    title: 'Activity task scheduled',
    facts: 'hash({"index":1}, "a")',
  });
  const scheduled = event('ActivityTaskScheduled', { activityType: 'hash' });
  expect(summarize(event('ActivityTaskStarted', { attempt: 2, lastFailure: { message: 'Away' } })).facts).toBe('attempt 2, after: Away');
  expect(summarize(event('ActivityTaskCompleted', { result: [json(3)] }), scheduled)).toMatchObject({ tone: 'done', facts: 'hash · 3' });
  expect(summarize(event('ActivityTaskCompleted', { result: [{ encoding: 'binary/null' }] }), scheduled).facts).toBe('hash');
});

test('events are grouped by what they belong to', () => {
  const types = [
    'WorkflowExecutionStarted',
    'WorkflowTaskScheduled',
    'TimerFired',
    'WorkflowExecutionSignaled',
    'ChildWorkflowExecutionStarted',
    'WorkflowExecutionUpdateAccepted',
    'MarkerRecorded',
  ];
  expect(types.map((type) => summarize(event(type, { workflowExecution: { workflowId: 'w' } })).group)).toEqual([
    'workflow',
    'workflow task',
    'timer',
    'signal',
    'child',
    'update',
    'marker',
  ]);
});

test('a failure is told by its message and its root cause', () => {
  expect(failureText({ message: 'Activity task failed', cause: { message: 'inner', cause: { message: 'Disk full' } } })).toBe(
    'Activity task failed: Disk full',
  );
  expect(failureText({ message: 'Disk full' })).toBe('Disk full');
});

test('payloads are text: undefined by name, bytes by size, long ones cut', () => {
  expect(payloadsText([{ encoding: 'binary/null' }, { encoding: 'binary/plain', data: 'AAAA', base64: true }])).toBe('undefined, binary/plain, 3 bytes');
  expect(payloadsText([json('x'.repeat(500))])).toHaveLength(160);
  expect(payloadsText(undefined)).toBe('');
});
