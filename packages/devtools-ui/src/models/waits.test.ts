import { describe, expect, test } from 'vitest';
import type { DescribedRun } from '../backend/shapes.ts';
import { described, history, pendingActivity } from './groups.test-kit.ts';
import { RunGroups } from './groups.ts';
import { waitsOf, waitsText } from './waits.ts';

const NOW = 100_000;
const words = (run: Parameters<typeof described>[0], sources: { groups?: RunGroups; places?: Parameters<typeof waitsOf>[1]['places'] } = {}): string =>
  waitsText(waitsOf(described(run), { now: NOW, ...sources }), NOW);

describe('what a run waits for, by what is pending', () => {
  const task = (given: Partial<NonNullable<DescribedRun['pendingWorkflowTask']>>) => ({
    pendingWorkflowTask: { state: 'SCHEDULED' as const, attempt: 1, scheduledTime: 98_000, ...given },
  });
  const timer = (timerId: string, fireTime: number) => ({ timerId, startedEventId: 9, startTime: 0, fireTime });

  test.each([
    ['a timer with a name', { pendingTimers: [timer('reminder', NOW + 11_520_000)] }, 'waiting on timer reminder, fires in 3 h 12 m'],
    ['a timer without one', { pendingTimers: [timer('7', NOW + 5000)] }, 'waiting on timer 1 m 45 s, fires in 5 s'],
    ['two timers, the next first', { pendingTimers: [timer('b', NOW + 9000), timer('a', NOW + 2000)] }, 'waiting on timer a, fires in 2 s, and 1 more'],
    [
      'an activity that backs off',
      { pendingActivities: [pendingActivity({ state: 'BACKING_OFF', attempt: 3, nextAttemptScheduleTime: NOW + 12_000, lastFailure: { message: 'Away' } })] },
      'waiting on activity charge attempt 3 of 5 retrying in 12 s, after: Away',
    ],
    [
      'an activity in line',
      { pendingActivities: [pendingActivity({ scheduledTime: NOW - 4000 })] },
      'waiting on activity charge, not picked up by a worker for 4.0 s',
    ],
    [
      'an activity that runs',
      { pendingActivities: [pendingActivity({ state: 'STARTED', lastStartedTime: NOW - 60_000 })] },
      'waiting on activity charge, running for 1 m',
    ],
    [
      'an activity that is to cancel, of any number of attempts',
      { pendingActivities: [pendingActivity({ state: 'CANCEL_REQUESTED', attempt: 2, maximumAttempts: 0, lastStartedTime: NOW - 500 })] },
      'waiting on activity charge attempt 2 of ∞, asked to cancel, running for 500 ms',
    ],
    ['a child', { pendingChildren: [{ workflowId: 'ship-1', runId: 'r', workflowType: 'ship', initiatedEventId: 5 }] }, 'waiting on child ship as ship-1'],
    [
      'a child that has not started',
      { pendingChildren: [{ workflowId: 'ship-1', workflowType: 'ship', initiatedEventId: 5 }] },
      'waiting on child ship as ship-1, which has not started',
    ],
    ['a workflow task in line', task({}), 'waiting on workflow task not picked up by a worker for 2.0 s'],
    ['a workflow task in the worker', task({ state: 'STARTED', startedTime: 99_000 }), 'waiting on workflow task in the worker for 1.0 s'],
    [
      'a workflow task that backs off',
      task({ state: 'BACKING_OFF', attempt: 3, notBefore: NOW + 8000 }),
      'waiting on workflow task attempt 3, retrying in 8 s',
    ],
    ['a start to come', { summary: { executionTime: NOW + 60_000 } }, 'waiting on its start in 1 m'],
    [
      'no start to come, though this page is behind the engine by a second',
      { summary: { startTime: NOW + 1000, executionTime: NOW + 1000 } },
      'waiting on a signal, an update or a condition: nothing else is pending',
    ],
    ['nothing that is known', {}, 'waiting on a signal, an update or a condition: nothing else is pending'],
    ['a cancellation that its code has not followed', { cancelRequested: true }, 'waiting on its code, which was asked to cancel'],
    ['a damaged history', { summary: { damage: 'page 3 does not match its sum' } }, 'its history is damaged: page 3 does not match its sum'],
    ['a closed run', { summary: { status: 'COMPLETED' } }, ''],
  ] satisfies [string, Parameters<typeof described>[0], string][])('%s', (_, run, expected) => expect(words(run)).toBe(expected));

  test('what fails comes before what is under way, and timers come last', () => {
    const run = described({
      ...task({ state: 'STARTED', startedTime: 99_000 }),
      pendingTimers: [timer('t', NOW + 1)],
      pendingActivities: [pendingActivity({ state: 'STARTED' }), pendingActivity({ state: 'BACKING_OFF', attempt: 2 })],
      pendingChildren: [{ workflowId: 'c', runId: 'r', workflowType: 'c', initiatedEventId: 5 }],
    });
    expect(waitsOf(run, { now: NOW }).map(({ on, status }) => `${on}: ${status}`)).toEqual([
      'workflow task: running',
      'activity: backing off',
      'activity: running',
      'child: running',
      'timer: timer',
    ]);
  });
});

test('a workflow task that is tried again says why, from the last one that failed', () => {
  const groups = new RunGroups();
  groups.append(
    history(
      ['WorkflowTaskScheduled', 0, {}],
      ['WorkflowTaskStarted', 1, { scheduledEventId: 1 }],
      [
        'WorkflowTaskFailed',
        2,
        { scheduledEventId: 1, startedEventId: 2, cause: 'NON_DETERMINISTIC_ERROR', failure: { message: 'the history has a timer here' } },
      ],
    ),
  );
  const pendingWorkflowTask = { state: 'BACKING_OFF', attempt: 2, scheduledTime: 2, notBefore: NOW + 3000 } as const;
  expect(words({ pendingWorkflowTask }, { groups })).toBe('waiting on workflow task attempt 2, retrying in 3 s, because: the history has a timer here');
});

test('an update whose handler runs is waited for, though a description does not list it', () => {
  const groups = new RunGroups();
  groups.append(
    history(['WorkflowExecutionUpdateAccepted', 97_000, { protocolInstanceId: 'u', acceptedRequest: { meta: { updateId: 'u' }, input: { name: 'add' } } }]),
  );
  expect(words({}, { groups })).toBe('waiting on update add, whose handler has run for 3.0 s');
});

test('the stack trace tells the place where code waits for a message', () => {
  const places = [{ frames: [{ functionName: 'order', file: 'file:///app/src/workflows.ts?t=1', line: 41 }] }];
  expect(words({}, { places })).toBe('waiting on a signal, an update or a condition at workflows.ts:41');
  const pendingTimers = [{ timerId: 't', startedEventId: 3, startTime: 0, fireTime: NOW + 1000 }];
  expect(words({ pendingTimers }, { places })).toBe('waiting on timer t, fires in 1 s');
  expect(words({ pendingTimers }, { places: [...places, ...places] })).toBe('waiting on a signal, an update or a condition, and 1 more');
});
