import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Golden } from '../../../../conformance/compare.ts';
import type { EventAttributes, EventType, HistoryEvent } from './events.ts';
import { historyFromJson } from './json.ts';
import { InvalidHistoryError, validateHistory } from './validate.ts';

const FOLDERS = ['golden', 'go/golden'].map((folder) => new URL(`../../../../conformance/${folder}/`, import.meta.url));

test('every history that a server recorded is valid', () => {
  for (const folder of FOLDERS) {
    for (const name of readdirSync(folder)) {
      const { runs = [] } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden;
      for (const run of runs) expect(() => validateHistory(historyFromJson(run)), name).not.toThrow();
    }
  }
});

type Short = { [T in EventType]: readonly [T, Partial<EventAttributes[T]>?] }[EventType];
const history = (...events: Short[]): HistoryEvent[] =>
  events.map(([type, attributes = {}], index) => ({ eventId: index + 1, eventTime: 0, type, attributes }) as HistoryEvent);
const task: Short[] = [['WorkflowTaskScheduled'], ['WorkflowTaskStarted', { scheduledEventId: 2 }], ['WorkflowTaskCompleted', { scheduledEventId: 2 }]];
const problem = (events: HistoryEvent[]): string => {
  try {
    validateHistory(events);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidHistoryError);
    return (error as Error).message;
  }
  return 'none';
};

test('the start of a run is valid', () => {
  expect(problem(history(['WorkflowExecutionStarted']))).toBe('none');
  expect(problem(history(['WorkflowExecutionStarted'], ...task))).toBe('none');
});

test.each<[string, HistoryEvent[], string]>([
  ['a run that does not start', history(['WorkflowTaskScheduled']), 'event 1 (WorkflowTaskScheduled) is the first, where WorkflowExecutionStarted belongs'],
  [
    'two starts',
    history(['WorkflowExecutionStarted'], ['WorkflowExecutionStarted']),
    'event 2 (WorkflowExecutionStarted) starts a run that has started already',
  ],
  [
    'a gap',
    [...history(['WorkflowExecutionStarted']), { ...history(['WorkflowTaskScheduled'])[0], eventId: 3 } as HistoryEvent],
    'event 3 (WorkflowTaskScheduled) stands at place 2; events are numbered from 1 without gaps',
  ],
  [
    'an event after the end',
    history(['WorkflowExecutionStarted'], ['WorkflowExecutionTerminated'], ['WorkflowTaskScheduled']),
    'event 3 (WorkflowTaskScheduled) comes after WorkflowExecutionTerminated, which ended the run',
  ],
  [
    'an activity that completes without having been started',
    history(['WorkflowExecutionStarted'], ...task, ['ActivityTaskScheduled'], ['ActivityTaskCompleted', { scheduledEventId: 5 }]),
    'event 6 (ActivityTaskCompleted) ends the activity scheduled at event 5, which has no ActivityTaskStarted before it',
  ],
  [
    'an event within a workflow task',
    history(['WorkflowExecutionStarted'], ['WorkflowTaskScheduled'], ['WorkflowTaskStarted', { scheduledEventId: 2 }], ['WorkflowExecutionSignaled']),
    'event 4 (WorkflowExecutionSignaled) follows WorkflowTaskStarted; nothing stands between the start of a workflow task and its end',
  ],
  [
    'the end of a workflow task that did not start',
    history(['WorkflowExecutionStarted'], ['WorkflowTaskScheduled'], ['WorkflowTaskCompleted', { scheduledEventId: 2 }]),
    'event 3 (WorkflowTaskCompleted) follows WorkflowTaskScheduled; nothing stands between the start of a workflow task and its end',
  ],
  [
    'a reference to an event of another type',
    history(['WorkflowExecutionStarted'], ...task, ['TimerFired', { timerId: '1', startedEventId: 4 }]),
    'event 5 (TimerFired) has startedEventId 4, where TimerStarted belongs, found WorkflowTaskCompleted',
  ],
  [
    'a reference to a later event',
    history(['WorkflowExecutionStarted'], ...task, ['TimerFired', { timerId: '1', startedEventId: 6 }], ['TimerStarted', { timerId: '1' }]),
    'event 5 (TimerFired) has startedEventId 6, where TimerStarted belongs, found no earlier event',
  ],
])('%s is refused', (_, events, message) => {
  expect(problem(events)).toBe(message);
});
