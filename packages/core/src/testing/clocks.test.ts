/** R45: what a history says of time is the engine's time, whatever the clock of a worker says, and however the machine's clock jumps. */
import { afterEach, expect, test } from 'vitest';
import { activityInfo } from '../activity/functions.ts';
import { Client } from '../client/client.ts';
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ApplicationFailure } from '../common/failures.ts';
import { seededRng } from '../common/rng.ts';
import type { HistoryEvent } from '../history/events.ts';
import { createService } from '../service/service.ts';
import { createMemoryStore } from '../storage/memory.ts';
import { Worker } from '../worker/worker.ts';
import { proxyActivities, proxyLocalActivities } from '../workflow/activities.ts';
import { executeChild } from '../workflow/children.ts';
import { defineSignal, setHandler } from '../workflow/definitions.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { countStore } from './counted.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

const DAY = 86_400_000;
/** So long a jump may go unnoticed. */
const HOUR = 3_600_000;
const STEP = 5_000;
/** Of the workflow below, without jumps. */
const STEPS = 12;

type Activities = typeof activities;
const activities = {
  /** Fails at first; then tells what it knows of time. */
  async flaky(): Promise<readonly Millis[]> {
    const { attempt, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
    if (attempt === 1) throw ApplicationFailure.create({ message: 'not yet' });
    return [scheduledTimestampMs, currentAttemptScheduledTimestampMs];
  },
};
const retry = { initialInterval: '4 seconds' } as const;
const { flaky } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry });
/** The pause is a timer of the workflow's. */
const local = proxyLocalActivities<Activities>({ scheduleToCloseTimeout: '1 minute', localRetryThreshold: '1 second', retry });
const go = defineSignal('go');

/** Reads its clock wherever it can. */
async function reads(): Promise<unknown[]> {
  const told: unknown[] = [Date.now()];
  let isGo = false;
  setHandler(go, () => {
    told.push(Date.now());
    isGo = true;
  });
  const note = (value: unknown) => told.push([value, Date.now()]);
  note(await flaky());
  note(await sleep('7 seconds'));
  note(await local.flaky());
  note(await executeChild(naps));
  note(await condition(() => isGo));
  return told;
}
async function naps(): Promise<Millis> {
  await sleep('3 seconds');
  return Date.now();
}

const shifted = (clock: Clock, by: () => Millis): Clock => ({ now: () => clock.now() + by(), setTimer: (delayMs, fn) => clock.setTimer(delayMs, fn) });

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** An engine and a worker, each with its own idea of what time it is. */
async function world(clock: VirtualClock, engineClock: Clock, workerClock: Clock) {
  const store = createMemoryStore();
  const service = await createService({ store: countStore(store, clock), clock: engineClock, rng: seededRng(45), longestAlarmDelay: HOUR });
  open.push(() => service.stop());
  const worker = await Worker.create({
    service,
    namespace: 'default',
    taskQueue: 'clocks',
    workerId: 'worker',
    identity: 'worker',
    workflows: { reads, naps },
    activities,
    clock: workerClock,
    rng: seededRng(46),
  });
  const running = worker.run();
  open.push(async () => {
    worker.shutdown();
    await clock.advance('1 minute');
    await running;
  });
  const client = new Client({ service, namespace: 'default', identity: 'client' });
  const handle = await client.workflow.start(reads, { workflowId: 'wf', taskQueue: 'clocks' });
  const history = async (workflowId = 'wf'): Promise<readonly HistoryEvent[]> =>
    (await service.getWorkflowExecutionHistory({ namespace: 'default', workflowExecution: { workflowId }, maximumPageSize: 1_000 })).events;
  const childId = async () =>
    (await history()).flatMap((event) => (event.type === 'StartChildWorkflowExecutionInitiated' ? [event.attributes.workflowId] : []))[0] as string;
  return { clock, handle, history, childId };
}

const isClosed = (events: readonly HistoryEvent[]): boolean => events.at(-1)?.type === 'WorkflowExecutionCompleted';

async function skewedBy(skew: Millis): Promise<unknown> {
  const clock = createVirtualClock();
  const { handle, history, childId } = await world(
    clock,
    clock,
    shifted(clock, () => skew),
  );
  for (let step = 0; step < STEPS; step++) await clock.advance(STEP);
  await handle.signal(go);
  await clock.advance(STEP);
  return { parent: await history(), child: await history(await childId()) };
}

test.each([DAY, -DAY])('R45 a worker whose clock is off by %d ms leaves the same histories as one whose clock is right', async (skew) => {
  const right = await skewedBy(0);
  expect(isClosed((right as { parent: HistoryEvent[] }).parent)).toBe(true);
  expect(withoutIds(await skewedBy(skew))).toEqual(withoutIds(right));
});

/** Request ids of a client are by chance. */
const withoutIds = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (key, each) => (key === 'requestId' ? undefined : each)));

const JUMPS = [DAY, -DAY].flatMap((by) => Array.from({ length: STEPS }, (_, step) => [by, step] as const));

test.each(JUMPS)('R45 when the clock jumps by %d ms after %d steps, all that was due comes to its end, nothing of it early', async (by, after) => {
  const clock = createVirtualClock();
  let jumped = 0;
  const machine = shifted(clock, () => jumped);
  const { handle, history, childId } = await world(clock, machine, machine);
  /** What the engine's clock has said. */
  const said = new Set<Millis>();
  for (let step = 0; step < STEPS; step++) {
    if (step === after) jumped = by;
    await clock.advance(STEP);
  }
  if (by < 0) await clock.advance(DAY);
  await clock.advance(2 * HOUR);
  await handle.signal(go);
  await clock.advance('1 minute');
  const events = await history();
  expect(events.map(({ type }) => type).at(-1)).toBe('WorkflowExecutionCompleted');
  const child = await history(await childId());
  for (const each of [events, child]) {
    let last = 0;
    for (const event of each) {
      expect(event.eventTime).toBeGreaterThanOrEqual(last);
      last = event.eventTime;
      said.add(event.eventTime);
      const [began, takes] = waitOf(event, each);
      expect([event.type, event.eventTime - began >= takes]).toEqual([event.type, true]);
    }
  }
  expect(events.some(({ type }) => type === 'ActivityTaskTimedOut')).toBe(false);
  const clocks = toldTimes(events);
  expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  expect(clocks.filter((time) => !said.has(time) && !completeTimes(events).has(time))).toEqual([]);
});

/** What an event has waited for: since when, and how long at least. */
function waitOf(event: HistoryEvent, history: readonly HistoryEvent[]): readonly [Millis, Millis] {
  if (event.type !== 'TimerFired') return [event.eventTime, 0];
  const started = history[event.attributes.startedEventId - 1] as HistoryEvent<'TimerStarted'>;
  return [started.eventTime, started.attributes.startToFireTimeout];
}

/** What the workflow says that its clock said, in the order in which it read it. */
function toldTimes(events: readonly HistoryEvent[]): Millis[] {
  const last = events.at(-1) as HistoryEvent<'WorkflowExecutionCompleted'>;
  const told = JSON.parse(last.attributes.result?.[0]?.data ?? '[]') as (Millis | [unknown, Millis])[];
  expect(told.length).toBe(7);
  return told.map((each) => (typeof each === 'number' ? each : each[1]));
}

/** A local activity moves the clock of its workflow on by the time that it took. */
const completeTimes = (events: readonly HistoryEvent[]): Set<Millis> =>
  new Set(
    events.flatMap((event) => {
      if (event.type !== 'MarkerRecorded') return [];
      const { seconds, nanos } = (JSON.parse(event.attributes.details?.['data']?.[0]?.data ?? '{}') as { complete_time: { seconds: number; nanos: number } })
        .complete_time;
      return [seconds * 1_000 + nanos / 1_000_000];
    }),
  );
