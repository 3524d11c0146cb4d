import { expect, test } from 'vitest';
import { history } from './groups.test-kit.ts';
import { RunGroups } from './groups.ts';
import { relatedEvents } from './related.ts';

const groups = new RunGroups();
groups.append(
  history(
    ['WorkflowTaskScheduled', 0, {}],
    ['WorkflowTaskStarted', 1, { scheduledEventId: 1 }],
    ['WorkflowTaskCompleted', 2, { scheduledEventId: 1, startedEventId: 2 }],
    ['ActivityTaskScheduled', 2, { activityType: 'charge', workflowTaskCompletedEventId: 3 }],
    ['TimerStarted', 2, { timerId: 't', startToFireTimeout: 5, workflowTaskCompletedEventId: 3 }],
    ['ActivityTaskStarted', 3, { scheduledEventId: 4, attempt: 1 }],
    ['ActivityTaskCompleted', 4, { scheduledEventId: 4, startedEventId: 6 }],
    ['WorkflowTaskScheduled', 4, {}],
    ['WorkflowTaskStarted', 5, { scheduledEventId: 8 }],
  ),
);

test('an activity leads back to the task that asked for it and on to the one that was told', () => {
  expect(relatedEvents(groups, 7)).toEqual([
    { relation: 'scheduled by', eventId: 4 },
    { relation: 'started by', eventId: 6 },
    { relation: 'asked for in', eventId: 3 },
    { relation: 'told to the code in', eventId: 9 },
  ]);
  expect(relatedEvents(groups, 4)).toContainEqual({ relation: 'completed by', eventId: 7 });
});

test('a completed workflow task leads to what its code asked for', () => {
  expect(relatedEvents(groups, 3).filter(({ relation }) => relation === 'asked for')).toEqual([
    { relation: 'asked for', eventId: 4 },
    { relation: 'asked for', eventId: 5 },
  ]);
});

test('an event that is not there is related to nothing', () => expect(relatedEvents(groups, 99)).toEqual([]));
