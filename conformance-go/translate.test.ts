import { expect, test } from 'vitest';
import type { Golden } from '../conformance/compare.ts';
import type { Event, Json } from './translate/event.ts';
import { translate } from './translate.ts';

const RUN = '01a20357-91f6-7f1d-a0f1-1eaea018b20d';
const payload = (data: unknown, encoding = 'json/plain'): Json => ({ metadata: { encoding: btoa(encoding) }, data: btoa(JSON.stringify(data)) });
const payloads = (...data: unknown[]): Json => ({ payloads: data.map((value) => payload(value)) });

/** TIMER_STARTED → timerStartedEventAttributes */
const keyOf = (type: string): string => `${type.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}EventAttributes`;

const golden = (outcome: unknown, ...events: [type: string, attributes: Json][]): Golden => ({
  scenario: 'go-area/name',
  about: '',
  order: 'exact',
  outcome,
  runs: [
    {
      workflowId: 'wf',
      runId: RUN,
      events: events.map(([type, attributes], i) => ({ eventId: String(i + 1), eventType: `EVENT_TYPE_${type}`, [keyOf(type)]: attributes })),
    },
  ],
});

const eventsOf = ({ runs }: Golden): [type: string, attributes: Json][] =>
  (runs[0]?.events ?? []).map((event: Event) => {
    const type = String(event['eventType']).slice('EVENT_TYPE_'.length);
    return [type, event[keyOf(type)] as Json];
  });

const translated = (...events: [type: string, attributes: Json][]) => eventsOf(translate(golden(null, ...events)));
const scheduled = (activityId: string): [string, Json] => ['ACTIVITY_TASK_SCHEDULED', { activityId }];
const marker = (markerName: string, details: Json, failure?: Json): [string, Json] => [
  'MARKER_RECORDED',
  failure ? { markerName, details, failure } : { markerName, details },
];
const versions = (...list: string[]): [string, Json] => [
  'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
  {
    searchAttributes: { indexedFields: { TemporalChangeVersion: { ...payload(list), metadata: { encoding: btoa('json/plain'), type: btoa('KeywordList') } } } },
  },
];

test('ids of events become counters, one for each kind; local activities count with the others', () => {
  const local = marker('LocalActivity', { data: payloads({ ActivityType: 'work', Attempt: 1, Backoff: 0 }) });
  const timer: [string, Json] = ['TIMER_STARTED', { timerId: '3' }];
  expect(translated(scheduled('1'), local, timer, scheduled('4'), ['TIMER_FIRED', { timerId: '3', startedEventId: '3' }])).toMatchObject([
    scheduled('1'),
    ['MARKER_RECORDED', { markerName: 'core_local_activity' }],
    ['TIMER_STARTED', { timerId: '1' }],
    scheduled('3'),
    ['TIMER_FIRED', { timerId: '1', startedEventId: '3' }],
  ]);
});

test('an id that the code gave stays, and counts', () => {
  expect(translated(scheduled('mine'), scheduled('2'))).toEqual([scheduled('mine'), scheduled('2')]);
  expect(translated(scheduled('mine'), ['TIMER_STARTED', { timerId: '2' }], scheduled('3'))).toEqual([
    scheduled('mine'),
    ['TIMER_STARTED', { timerId: '1' }],
    scheduled('2'),
  ]);
});

test('a timer that is cancelled in its own task leaves no event, and what follows moves up', () => {
  const start: [string, Json] = ['TIMER_STARTED', { timerId: '1', workflowTaskCompletedEventId: '0' }];
  const cancel: [string, Json] = ['TIMER_CANCELED', { timerId: '1', startedEventId: '1', workflowTaskCompletedEventId: '0' }];
  const started: [string, Json] = ['ACTIVITY_TASK_STARTED', { scheduledEventId: '3' }];
  expect(translated(start, cancel, scheduled('3'), started)).toEqual([scheduled('1'), ['ACTIVITY_TASK_STARTED', { scheduledEventId: '1' }]]);
});

test('a timer that is cancelled later keeps its events', () => {
  const start: [string, Json] = ['TIMER_STARTED', { timerId: '1', workflowTaskCompletedEventId: '0' }];
  const cancel: [string, Json] = ['TIMER_CANCELED', { timerId: '1', startedEventId: '1', workflowTaskCompletedEventId: '9' }];
  expect(translated(start, cancel)).toEqual([start, cancel]);
});

test('a version becomes a patch of its name and number, in plain JSON, and the list of versions is sorted', () => {
  const version = marker('Version', { 'change-id': { payloads: [payload('any converter', 'text/mine')] } });
  expect(translated(version, versions('second-3', 'first-1'))).toEqual([
    ['MARKER_RECORDED', { markerName: 'core_patch', details: { 'patch-data': payloads({ id: 'second-3', deprecated: false }) } }],
    versions('first-1', 'second-3'),
  ]);
  expect(() => translated(version)).toThrow('the list of all versions');
});

test("a local activity's marker becomes that of TypeScript's core", () => {
  const failure = { message: 'not yet', applicationFailureInfo: { type: 'TooEarly' } };
  const data = (more: Json) => payloads({ ActivityID: '9', ActivityType: 'work', ReplayTime: 'then', ...more });
  const events = translated(
    marker('LocalActivity', { data: data({ Attempt: 1, Backoff: 1_500_000_000 }) }, failure),
    marker('LocalActivity', { data: data({ Attempt: 2, Backoff: -1 }) }, failure),
    marker('LocalActivity', { data: data({ Attempt: 1, Backoff: 0 }), result: payloads(7) }),
    marker('LocalActivity', { data: data({ Attempt: 1, Backoff: 0 }) }),
  );
  const time = { seconds: 1, nanos: 0 };
  const core = (seq: number, attempt: number, backoff: unknown) => {
    const ids = { seq, attempt, activity_id: String(seq), activity_type: 'work' };
    return { data: payloads({ ...ids, complete_time: time, backoff, original_schedule_time: time }) };
  };
  const undefinedResult = { payloads: [{ metadata: { encoding: btoa('binary/null') } }] };
  expect(events).toEqual([
    marker('core_local_activity', core(1, 1, { seconds: 1, nanos: 500_000_000 }), failure),
    marker('core_local_activity', core(2, 2, null), failure),
    marker('core_local_activity', { ...core(3, 1, null), result: payloads(7) }),
    marker('core_local_activity', { ...core(4, 1, null), result: undefinedResult }),
  ]);
});

test('markers of side effects stay as they are', () => {
  const markers = [
    marker('SideEffect', { data: payloads(42), 'side-effect-id': payloads(1) }),
    marker('MutableSideEffect', { data: payloads('id', 7), 'mutable-side-effect-call-counter': payloads(1), 'side-effect-id': payloads('id_2') }),
  ];
  expect(translated(...markers)).toEqual(markers);
});

test('a function that returns nothing has the result undefined', () => {
  expect(translated(['WORKFLOW_EXECUTION_COMPLETED', {}], ['ACTIVITY_TASK_COMPLETED', { result: payloads(1) }])).toEqual([
    ['WORKFLOW_EXECUTION_COMPLETED', { result: { payloads: [{ metadata: { encoding: btoa('binary/null') } }] } }],
    ['ACTIVITY_TASK_COMPLETED', { result: payloads(1) }],
  ]);
});

test('a generated id of a child becomes a UUID, wherever it stands', () => {
  const child = '00000000-0000-4000-8000-000000000005';
  expect(translated(['CHILD_WORKFLOW_EXECUTION_STARTED', { workflowExecution: { workflowId: `${RUN}_5` } }])).toEqual([
    ['CHILD_WORKFLOW_EXECUTION_STARTED', { workflowExecution: { workflowId: child } }],
  ]);
});

test('names of sticky queues are left out', () => {
  const task = (kind: string): [string, Json] => ['WORKFLOW_TASK_SCHEDULED', { taskQueue: { name: 'queue', kind }, attempt: 1 }];
  expect(translated(task('TASK_QUEUE_KIND_STICKY'), task('TASK_QUEUE_KIND_NORMAL'))).toEqual([
    ['WORKFLOW_TASK_SCHEDULED', { attempt: 1 }],
    task('TASK_QUEUE_KIND_NORMAL'),
  ]);
});

test('failures that the SDK makes are in the words of TypeScript; those of users stay', () => {
  const failed = (failure: Json): [string, Json] => ['WORKFLOW_EXECUTION_FAILED', { failure }];
  const message = (failure: Json) => (translated(scheduled('1'), failed(failure))[1]?.[1]['failure'] as Json | undefined)?.['message'];
  const activityFailureInfo = { activityId: '1' };
  expect(message({ message: 'activity error', activityFailureInfo, cause: { message: 'mine' } })).toBe('Activity task failed');
  expect(message({ message: 'activity error', activityFailureInfo, cause: { timeoutFailureInfo: {} } })).toBe('Activity task timed out');
  expect(message({ message: 'child workflow execution error', childWorkflowExecutionFailureInfo: {}, cause: {} })).toBe('Child Workflow execution failed');
  expect(message({ message: 'mine', applicationFailureInfo: {} })).toBe('mine');
  const panic = { message: 'it broke', applicationFailureInfo: { type: 'PanicError', nonRetryable: true } };
  expect(translated(['WORKFLOW_TASK_FAILED', { failure: panic }])).toEqual([['WORKFLOW_TASK_FAILED', { failure: { message: 'it broke' } }]]);
});

test("outcomes keep Go's names; ids, and words of the client's SDK, are TypeScript's", () => {
  const outcome = {
    result: { value: [1, { name: 'a value' }] },
    activity: {
      name: 'ActivityError',
      activityId: '1',
      cause: { name: 'TimeoutError', message: 'activity StartToClose timeout', cause: { name: 'TimeoutError' } },
    },
    terminated: { name: 'TerminatedError', message: 'terminated' },
    refused: { name: 'NamespaceAlreadyExists', message: 'words of the server' },
    update: { name: 'ApplicationError', message: 'unknown update add. KnownUpdates=[]', type: '', nonRetryable: false },
  };
  expect(translate(golden(outcome, scheduled('1'), ['WORKFLOW_EXECUTION_TERMINATED', { reason: 'enough' }])).outcome).toEqual({
    result: { value: [1, { name: 'a value' }] },
    activity: { name: 'ActivityError', activityId: '1', cause: { name: 'TimeoutError', message: 'activity StartToClose timeout' } },
    terminated: { name: 'TerminatedError', message: 'enough' },
    refused: { name: 'AlreadyExists' },
    update: { name: 'ApplicationError', message: 'No registered handler for update: add', type: 'Error', nonRetryable: true },
  });
});
