import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Golden, normalize } from '../../../../conformance/compare.ts';
import { CLOSE_EVENTS, type HistoryEvent } from './events.ts';
import { HistoryFormatError, historyFromJson, historyToJson } from './json.ts';

const FOLDERS = ['golden', 'go/golden'].map((folder) => new URL(`../../../../conformance/${folder}/`, import.meta.url));
const goldens = FOLDERS.flatMap((folder) =>
  readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden] as const),
).filter(([, { runs }]) => runs?.length > 0);

describe('every history that a server recorded comes back as it was', () => {
  test.each(goldens)('%s', (_, golden) => {
    const again = golden.runs.map((run) => ({ ...run, events: historyToJson(historyFromJson(run)).events }));
    expect(normalize(again)).toEqual(normalize(golden.runs));
  });

  test('and reading what was written changes nothing', () => {
    for (const [, golden] of goldens) {
      for (const run of golden.runs) {
        const events = historyFromJson(run);
        expect(historyFromJson(JSON.parse(JSON.stringify(historyToJson(events))))).toEqual(events);
      }
    }
  });

  test('the recordings hold every way to close a run', () => {
    const seen = new Set(goldens.flatMap(([, { runs }]) => runs.flatMap((run) => historyFromJson(run).map(({ type }) => type))));
    expect(CLOSE_EVENTS.filter((type) => !seen.has(type))).toEqual([]);
  });
});

const started = {
  eventId: '1',
  eventTime: '2026-11-22T13:08:30.041602538Z',
  eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
  workflowExecutionStartedEventAttributes: { workflowType: { name: 'w' }, taskQueue: {}, workflowTaskTimeout: '10s', originalExecutionRunId: 'run' },
};
const timer = (attributes: unknown) => ({
  eventId: '2',
  eventTime: '2026-11-22T13:08:30Z',
  eventType: 'EVENT_TYPE_TIMER_STARTED',
  timerStartedEventAttributes: attributes,
});
const second = (...events: unknown[]) => historyFromJson({ events: [started, ...events] })[1]?.attributes;
const problem = (json: unknown): string => {
  try {
    historyFromJson(json);
  } catch (error) {
    expect(error).toBeInstanceOf(HistoryFormatError);
    return (error as HistoryFormatError).message;
  }
  throw new Error('it was accepted');
};

describe('one event', () => {
  const attributes = { timerId: '7', startToFireTimeout: 1_250, workflowTaskCompletedEventId: 4 };
  const event: HistoryEvent = { eventId: 1, eventTime: 1_795_352_910_041, type: 'TimerStarted', attributes };

  test('is written as protobuf writes it', () => {
    expect(historyToJson([event]).events[0]).toEqual({
      eventId: '1',
      eventTime: '2026-11-22T13:08:30.041Z',
      eventType: 'EVENT_TYPE_TIMER_STARTED',
      timerStartedEventAttributes: { timerId: '7', startToFireTimeout: '1.250s', workflowTaskCompletedEventId: '4' },
    });
  });

  test('is read with what Temporal itself can do without filled in', () => {
    expect(historyFromJson({ events: [started] })).toEqual([
      {
        eventId: 1,
        eventTime: 1_795_352_910_041,
        type: 'WorkflowExecutionStarted',
        attributes: {
          workflowType: 'w',
          workflowId: '',
          taskQueue: '',
          workflowTaskTimeout: 10_000,
          originalExecutionRunId: 'run',
          firstExecutionRunId: '',
          attempt: 1,
        },
      },
    ]);
  });

  test.each([
    ['10s', 10_000],
    ['0.200s', 200],
    ['1.5s', 1_500],
    ['0.914228812s', 914.228812],
    ['315360000s', 315_360_000_000],
    ['-1.500s', -1_500],
  ])('a duration of %s is %d ms', (startToFireTimeout, ms) => {
    expect(second(timer({ timerId: '1', startToFireTimeout }))).toEqual({ timerId: '1', startToFireTimeout: ms, workflowTaskCompletedEventId: 0 });
  });

  test.each([
    [0, '0s'],
    [10_000, '10s'],
    [1_250, '1.250s'],
    [914.228812, '0.914228812s'],
    [0.25, '0.000250s'],
    [-1_500, '-1.500s'],
  ])('%d ms are written as %s', (startToFireTimeout, json) => {
    const [written] = historyToJson([{ ...event, attributes: { ...attributes, startToFireTimeout } }]).events;
    expect(written?.['timerStartedEventAttributes']).toEqual({ timerId: '7', startToFireTimeout: json, workflowTaskCompletedEventId: '4' });
  });

  test('a type may be in Pascal case and a number may be a number', () => {
    const event = { ...timer({ timerId: '1', startToFireTimeout: '1s', workflowTaskCompletedEventId: 4 }), eventType: 'TimerStarted' };
    expect(second(event)).toEqual({ timerId: '1', startToFireTimeout: 1_000, workflowTaskCompletedEventId: 4 });
  });

  test('null and unknown fields count as absent', () => {
    expect(second(timer({ timerId: '1', startToFireTimeout: '1s', workflowTaskCompletedEventId: null, colour: 'red' }))).toEqual({
      timerId: '1',
      startToFireTimeout: 1_000,
      workflowTaskCompletedEventId: 0,
    });
  });

  test('names of fields may be in snake case', () => {
    expect(second(timer({ timer_id: '1', start_to_fire_timeout: '1s', workflow_task_completed_event_id: '4' }))).toEqual({
      timerId: '1',
      startToFireTimeout: 1_000,
      workflowTaskCompletedEventId: 4,
    });
  });

  test('a time with an offset is the same moment', () => {
    const at = (eventTime: string) => historyFromJson({ events: [{ ...started, eventTime }] })[0]?.eventTime;
    expect(at('2026-11-22T15:08:30.041+02:00')).toBe(at('2026-11-22T13:08:30.041Z'));
  });

  test('a limit of 0s is no limit', () => {
    const attributes = { ...started.workflowExecutionStartedEventAttributes, workflowRunTimeout: '0s', cronSchedule: '' };
    const [first] = historyFromJson({ events: [{ ...started, workflowExecutionStartedEventAttributes: attributes }] });
    expect(first?.attributes).not.toHaveProperty('workflowRunTimeout');
    expect(first?.attributes).not.toHaveProperty('cronSchedule');
  });
});

describe('payloads', () => {
  const signal = (...payloads: unknown[]) => ({
    eventId: '2',
    eventTime: '2026-11-22T13:08:30Z',
    eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED',
    workflowExecutionSignaledEventAttributes: { signalName: 's', input: { payloads } },
  });
  const base64 = (bytes: readonly number[]) => btoa(String.fromCharCode(...bytes));
  const read = (payload: unknown) => (second(signal(payload)) as { input: unknown[] }).input[0];

  test('JSON is kept as text', () => {
    expect(read({ metadata: { encoding: btoa('json/plain') }, data: base64([0x22, 0xc3, 0xa9, 0x22]) })).toEqual({ encoding: 'json/plain', data: '"é"' });
  });
  test('bytes are kept as base64, text that is not UTF-8 and metadata too', () => {
    const metadata = { encoding: btoa('json/plain'), type: btoa('Int'), key: base64([0xff]) };
    expect(read({ metadata, data: base64([0xff, 0xfe]) })).toEqual({
      encoding: 'json/plain',
      data: base64([0xff, 0xfe]),
      base64: true,
      metadata: { type: 'Int' },
      binaryMetadata: { key: base64([0xff]) },
    });
  });
  test('the url-safe alphabet without padding is read', () => {
    expect(read({ metadata: { encoding: btoa('binary/plain') }, data: '-_8' })).toEqual({ encoding: 'binary/plain', data: '+/8=', base64: true });
  });
  test('no data is not the empty text', () => {
    expect(read({ metadata: { encoding: btoa('binary/null') } })).toEqual({ encoding: 'binary/null' });
  });
  test('anything but base64 is refused', () => {
    expect(problem({ events: [started, signal({ metadata: { encoding: btoa('json/plain') }, data: '?' })] })).toBe(
      'events[1].workflowExecutionSignaledEventAttributes.input.payloads[0].data: base64 belongs here, found "?"',
    );
    expect(problem({ events: [started, signal({ metadata: { encoding: btoa('json/plain') }, data: null })] })).toBe(
      'events[1].workflowExecutionSignaledEventAttributes.input.payloads[0].data: base64 belongs here, found null',
    );
    expect(problem({ events: [started, signal({ data: '' })] })).toBe(
      'events[1].workflowExecutionSignaledEventAttributes.input.payloads[0]: a payload with "metadata" belongs here',
    );
  });
});

describe('S20: what is not a history is refused with its place', () => {
  test.each<[string, unknown, string]>([
    ['a bare list', [started], 'events: a history is an object with a list "events"; give the whole parsed file'],
    ['a gap', { events: [started, { ...timer({}), eventId: '3' }] }, 'events[1].eventId: events are numbered from 1 without gaps: 2 belongs here, found 3'],
    ['an unknown type', { events: [{ ...started, eventType: 'TIMER_STARTED' }] }, 'events[0].eventType: no event type that is known here: "TIMER_STARTED"'],
    ['no attributes', { events: [{ ...started, workflowExecutionStartedEventAttributes: undefined, eventType: 'TimerStarted' }] }, 'events[0]: exactly one'],
    ['attributes that are null', { events: [started, timer(null)] }, 'events[1].timerStartedEventAttributes: an object belongs here, found null'],
    ['a missing field', { events: [started, timer({ startToFireTimeout: '1s' })] }, 'events[1].timerStartedEventAttributes.timerId: this field is missing'],
    [
      'milliseconds',
      { events: [started, timer({ timerId: '1', startToFireTimeout: '1ms' })] },
      'events[1].timerStartedEventAttributes.startToFireTimeout: a duration',
    ],
    [
      'a task that starts at no time',
      { events: [started, { eventId: '2', eventType: 'WorkflowTaskStarted', workflowTaskStartedEventAttributes: { scheduledEventId: '1' } }] },
      'events[1].eventTime: a time such as',
    ],
    [
      'an enum by number',
      { events: [started, { eventId: '2', eventType: 'WorkflowExecutionTimedOut', workflowExecutionTimedOutEventAttributes: { retryState: 3 } }] },
      'events[1].workflowExecutionTimedOutEventAttributes.retryState: one of RETRY_STATE_…',
    ],
  ])('%s', (_, json, message) => {
    expect(problem(json).slice(0, message.length)).toBe(message);
  });
});

test('a failure whose causes do not end is refused with its place', () => {
  let failure: object = { message: 'the last' };
  for (let i = 0; i < 50_000; i++) failure = { message: 'one more', cause: failure };
  const event = {
    eventId: '1',
    eventTime: '2026-01-01T00:00:00Z',
    eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED',
    workflowExecutionFailedEventAttributes: { workflowTaskCompletedEventId: '1', failure },
  };
  expect(() => historyFromJson({ events: [event] })).toThrow(HistoryFormatError);
  expect(() => historyFromJson({ events: [event] })).toThrow('nested deeper than 100');
});

describe('what is written is read again as it was', () => {
  const read = (eventType: string, key: string, attributes: object) =>
    historyFromJson({ events: [{ eventId: '1', eventTime: '2026-01-01T00:00:00Z', eventType, [key]: attributes }] });
  const again = (events: readonly HistoryEvent[]) => historyFromJson(JSON.parse(JSON.stringify(historyToJson(events))));

  test('a text "0", which is no number', () => {
    const events = read('TimerStarted', 'timerStartedEventAttributes', { timerId: '0', startToFireTimeout: '1s', workflowTaskCompletedEventId: '4' });
    expect(events[0]?.attributes).toMatchObject({ timerId: '0' });
    expect(again(events)).toEqual(events);
  });

  test.each([[0], ['00'], ['-0'], [' ']])('a number 0 that stands for none, written as %j', (attempt) => {
    const events = read('WorkflowTaskScheduled', 'workflowTaskScheduledEventAttributes', { taskQueue: { name: 'q' }, startToCloseTimeout: '10s', attempt });
    expect(events[0]?.attributes).toMatchObject({ attempt: 1 });
    expect(again(events)).toEqual(events);
  });
});
