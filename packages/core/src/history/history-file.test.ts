import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HistoryEvent } from './events.ts';
import { historyFileFromJson, historyFileToJson } from './history-file.ts';
import { HistoryFormatError, historyFromJson, historyToJson } from './json.ts';

const FOLDERS = ['golden', 'go/golden'].map((folder) => new URL(`../../../../conformance/${folder}/`, import.meta.url));
const goldens = FOLDERS.flatMap((folder) => readdirSync(folder).map((name): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))).filter(
  (golden): golden is { runs: { workflowId: string; runId: string; events: unknown[] }[] } => Array.isArray((golden as { runs?: unknown }).runs),
);

const started = {
  eventId: '1',
  eventTime: '2026-11-22T13:08:30.041602538Z',
  eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
  taskId: '1048590',
  workflowExecutionStartedEventAttributes: {
    workflowType: { name: 'w' },
    taskQueue: { name: 'q' },
    workflowTaskTimeout: '10s',
    originalExecutionRunId: 'run',
    colour: { name: 'red' },
  },
};
const timer = {
  eventId: '2',
  eventType: 'TimerStarted',
  timerStartedEventAttributes: { timerId: '1', startToFireTimeout: '1.50s', shape: 'round' },
  version: 7,
};

describe('a file that is read and written again', () => {
  test('is what it was, for every recording of a server', () => {
    expect(goldens.length).toBeGreaterThan(250);
    for (const golden of goldens) expect(historyFileToJson(historyFileFromJson(golden))).toEqual(golden);
  });

  test('of one run keeps what is not known: at its top, in events, in attributes', () => {
    const file = { exportedBy: 'a tool', events: [started, timer] };
    expect(historyFileToJson(historyFileFromJson(file))).toEqual(file);
  });

  test('keeps any field that is added anywhere', () => {
    const json = fc.jsonValue({ maxDepth: 2 });
    const names = fc.constantFrom('x', 'y1', 'futureField');
    fc.assert(
      fc.property(json, names, fc.nat(3), (value, name, place) => {
        const file = structuredClone({ events: [started, timer] }) as unknown as { events: Record<string, Record<string, unknown>>[] };
        const [first, second] = file.events as [Record<string, Record<string, unknown>>, Record<string, Record<string, unknown>>];
        const places = [file, first, second['timerStartedEventAttributes'], first['workflowExecutionStartedEventAttributes']?.['workflowType']];
        (places[place] as Record<string, unknown>)[name] = value;
        expect(historyFileToJson(historyFileFromJson(file))).toEqual(file);
      }),
    );
  });
});

test('a changed event keeps the fields that are not known, and those that were not changed as they were', () => {
  const { runs } = historyFileFromJson({ events: [started, timer] });
  const [run] = runs as [(typeof runs)[number]];
  const events = run.events.map(
    (event): HistoryEvent => (event.type === 'TimerStarted' ? { ...event, attributes: { ...event.attributes, timerId: '9' } } : event),
  );
  expect(historyFileToJson({ runs: [{ ...run, events }] })).toEqual({
    events: [started, { ...timer, eventTime: '1970-01-01T00:00:00.000Z', timerStartedEventAttributes: { ...timer.timerStartedEventAttributes, timerId: '9' } }],
  });
});

test('a field that was taken away is gone, and an event of another type takes nothing over', () => {
  const { runs } = historyFileFromJson({
    events: [{ ...started, workflowExecutionStartedEventAttributes: { ...started.workflowExecutionStartedEventAttributes, cronSchedule: '* * * * *' } }, timer],
  });
  const [run] = runs as [(typeof runs)[number]];
  const [first] = run.events as [HistoryEvent<'WorkflowExecutionStarted'>];
  const { cronSchedule: _, ...attributes } = first.attributes;
  const events: HistoryEvent[] = [
    { ...first, attributes },
    { eventId: 2, eventTime: 0, type: 'TimerFired', attributes: { timerId: '1', startedEventId: 1 } },
  ];
  const [one, two] = (historyFileToJson({ runs: [{ ...run, events }] }) as { events: Record<string, unknown>[] }).events;
  expect(one?.['workflowExecutionStartedEventAttributes']).toMatchObject({ colour: { name: 'red' } });
  expect(one?.['workflowExecutionStartedEventAttributes']).not.toHaveProperty('cronSchedule');
  expect(two).toEqual(historyToJson([...events]).events[1]);
});

test('a run is named by the file, else by its first event', () => {
  const named = historyFileFromJson({ about: 'a chain', runs: [{ workflowId: 'id', runId: 'first', events: [started] }, { events: [started] }] });
  expect(named.runs.map(({ workflowId, runId }) => [workflowId, runId])).toEqual([
    ['id', 'first'],
    ['', 'run'],
  ]);
  expect(named.source).toEqual({ about: 'a chain' });
});

test('runs without a file are written as one run, or as a list of them', () => {
  const events = historyFromJson({ events: [started] });
  const run = { workflowId: 'id', runId: 'run', events };
  expect(historyFileToJson({ runs: [run] })).toEqual(historyToJson({ events }));
  expect(historyFileToJson({ runs: [run, run] })).toEqual({
    runs: [run, run].map(({ workflowId, runId }) => ({ workflowId, runId, ...historyToJson(events) })),
  });
});

test.each<[string, unknown, string, number | undefined]>([
  ['a bare list', [started], 'events: a history file is an object with a list "events" of one run, or a list "runs" of several', undefined],
  ['a run without events', { runs: [{ events: [started] }, {}] }, 'runs[1].events: a history is an object with a list "events"', undefined],
  [
    'an event of the second run',
    { runs: [{ events: [started] }, { events: [started, { ...timer, timerStartedEventAttributes: { timerId: 1 } }] }] },
    'runs[1].events[1].timerStartedEventAttributes.timerId: a text belongs here, found 1',
    2,
  ],
  ['a first id that is a number', { events: [{ ...started, eventId: 1 }] }, 'events[0].eventId: the id of the first event is a text, "1"; found 1', 1],
])('%s is refused with its place', (_, json, message, eventId) => {
  const refused = (() => {
    try {
      return historyFileFromJson(json);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(HistoryFormatError);
  expect((refused as HistoryFormatError).message.slice(0, message.length)).toBe(message);
  expect((refused as HistoryFormatError).eventId).toBe(eventId);
});

test('S4, S20: an unknown field with the name of the prototype is kept as it was', () => {
  const event = JSON.parse(JSON.stringify(started).replace('"taskId"', '"__proto__":{"polluted":true},"taskId"')) as object;
  const file = historyFileFromJson({ events: [event] });
  const [run] = file.runs;
  const changed = { ...file, runs: [{ ...run, events: run?.events.map((one) => ({ ...one, eventTime: 5 })) }] } as never;
  const [written] = (historyFileToJson(changed) as { events: object[] }).events;
  expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
  expect(JSON.stringify(written)).toContain('"__proto__":{"polluted":true}');
});
