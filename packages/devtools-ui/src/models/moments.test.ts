import type { Moment } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';
import { expect, test } from 'vitest';
import { commandInWords, lastEventOf, momentOf, placeInWords } from './moments.ts';

/** Event ids from 1, by type; with the task that caused one behind a colon. */
const history = (...types: string[]): HistoryEvent[] =>
  types.map((text, index) => {
    const [type, by] = text.split(':');
    return { eventId: index + 1, eventTime: index, type, attributes: by ? { workflowTaskCompletedEventId: Number(by) } : {} } as unknown as HistoryEvent;
  });
const events = history(
  'WorkflowExecutionStarted',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
  'TimerStarted:4',
  'ActivityTaskScheduled:4',
  'WorkflowExecutionSignaled',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
  'TimerFired',
);
const moments = [4, 10].map((eventId) => ({ eventId, startedEventId: eventId - 1 })) as Moment[];

test('an event belongs to the step that first knew of it, or that caused it', () => {
  expect(events.map((event) => momentOf(moments, event))).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, -1]);
});

test('what a step caused stands behind it', () => {
  expect(moments.map((moment) => lastEventOf(moment, events))).toEqual([6, 10]);
});

test.each([
  [{ file_path: 'http://localhost/src/workflows.ts?perdure-workflow', line: 41, column: 9, internal_code: false }, 'workflows.ts:41:9'],
  [{ file_path: '/assets/workflows-1a2b.js', line: 2, internal_code: false }, 'workflows-1a2b.js:2'],
  [{ internal_code: false }, 'unknown file'],
])('a place is named shortly: %o', (frame, words) => expect(placeInWords(frame)).toBe(words));

test.each([
  [{ type: 'startTimer', subject: '3000' }, 'started a timer of 3000 ms'],
  [{ type: 'scheduleActivity', subject: 'charge' }, 'scheduled activity charge'],
  [{ type: 'completeWorkflowExecution', subject: '' }, 'completed the workflow'],
  [{ type: 'somethingNew', subject: 'x' }, 'somethingNew x'],
])('a command is told in words: %o', (command, words) => expect(commandInWords(command, (ms) => `${ms} ms`)).toBe(words));
