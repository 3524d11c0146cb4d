import { expect, test } from 'vitest';
import { goldenRuns } from '../models/groups.test-kit.ts';
import type { EventsDelta } from './backend.ts';
import { createFileBackend, readHistoryFile } from './file-backend.ts';

const fileOf = (name: string) => {
  const runs = [...goldenRuns()].filter((run) => run.name === name);
  return createFileBackend({ label: name, file: { runs } });
};

test('a file of a chain lists its runs, each with what its history says of it', async () => {
  const backend = fileOf('lifecycle-continue-as-new.json');
  const { runs } = await backend.fetch('runs', { namespace: 'default', query: '', pageSize: 100 });
  expect(runs.map(({ status }) => status)).toEqual([...runs.slice(1).map(() => 'CONTINUED_AS_NEW'), 'COMPLETED']);
  expect(runs.length).toBeGreaterThan(1);
  expect(new Set(runs.map(({ firstExecutionRunId }) => firstExecutionRunId)).size).toBe(1);
  await expect(backend.fetch('runs', { namespace: 'default', query: 'A = 1', pageSize: 1 })).rejects.toMatchObject({ kind: 'unsupported' });
});

test('what is open in a history is pending', async () => {
  const [run] = [...goldenRuns()].filter(({ name }) => name === 'timers-race.json');
  if (!run) throw new Error('the golden history is gone');
  const started = run.events.findIndex(({ type }) => type === 'TimerStarted');
  const cut = createFileBackend({ label: 'cut', file: { runs: [{ ...run, events: run.events.slice(0, started + 1) }] } });
  const { runs } = await cut.fetch('runs', { namespace: 'default', query: '', pageSize: 1 });
  const described = await cut.fetch('run', { namespace: 'default', workflowId: runs[0]?.workflowId ?? '' });
  const event = run.events[started];
  if (event?.type !== 'TimerStarted') throw new Error('there is no timer');
  expect(described.pendingTimers).toEqual([
    {
      timerId: event.attributes.timerId,
      startedEventId: event.eventId,
      startTime: event.eventTime,
      fireTime: event.eventTime + event.attributes.startToFireTimeout,
    },
  ]);
  expect(described.summary.status).toBe('RUNNING');
});

test('events come at once, whole, and nothing can be ordered', async () => {
  const backend = fileOf('timers-race.json');
  const { runs } = await backend.fetch('runs', { namespace: 'default', query: '', pageSize: 1 });
  const [run] = runs;
  const deltas: EventsDelta[] = [];
  backend.subscribe('events', { namespace: 'default', workflowId: run?.workflowId ?? '', afterEventId: 0 }, (delta) => deltas.push(delta));
  expect(deltas).toMatchObject([{ isCaughtUp: true, events: { length: run?.historyLength } }]);
  expect(await backend.send({ type: 'terminate', namespace: 'default', workflowId: 'x' })).toMatchObject({ isAccepted: false, code: 'Unsupported' });
  expect(backend.describe().capabilities).toEqual([]);
  await expect(backend.fetch('run', { namespace: 'default', workflowId: 'nobody' })).rejects.toMatchObject({ kind: 'notFound' });
});

test('a bare list of events is read as the history that it is, and an empty one is refused', () => {
  const event = {
    eventId: '1',
    eventTime: '2026-01-01T00:00:00Z',
    eventType: 'EVENT_TYPE_TIMER_FIRED',
    timerFiredEventAttributes: { timerId: '1', startedEventId: '1' },
  };
  expect(readHistoryFile(JSON.stringify([event])).runs[0]?.events).toHaveLength(1);
  expect(() => readHistoryFile('[]')).toThrow('The file holds a history without events');
  expect(() => readHistoryFile('"[[[["')).toThrow('a history file is an object');
});
