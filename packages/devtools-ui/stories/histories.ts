/** Runs to look at: one with everything that a timeline shows, and long ones that are made up. Times are fixed, so that pictures can be compared. */
import type { HistoryEvent } from '@perdure/core/history';
import type { DescribedRun, PendingActivity } from '../src/backend/shapes.ts';

/** 22 November 2026, 12:45:33 in the reader's zone. */
export const T0: number = new Date(2026, 10, 22, 12, 45, 33).getTime();

const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

/** Collects events whose ids count by themselves. */
export class Story {
  readonly events: HistoryEvent[] = [];

  /** @param at ms after the story's beginning */
  add(type: HistoryEvent['type'], at: number, attributes: object = {}): number {
    const eventId = this.events.length + 1;
    this.events.push({ eventId, eventTime: T0 + at, type, attributes } as unknown as HistoryEvent);
    return eventId;
  }

  /** A workflow task from beginning to end. @returns the id of its completion */
  task(at: number): number {
    const scheduledEventId = this.add('WorkflowTaskScheduled', at);
    const startedEventId = this.add('WorkflowTaskStarted', at + 4, { scheduledEventId });
    return this.add('WorkflowTaskCompleted', at + 16, { scheduledEventId, startedEventId });
  }
}

const POLICY = { initialInterval: 1000, backoffCoefficient: 2, maximumInterval: 100_000, maximumAttempts: 0, nonRetryableErrorTypes: [] };
const activity = (activityType: string, activityId: string, workflowTaskCompletedEventId: number, input: readonly unknown[] = []) => ({
  activityType,
  activityId,
  taskQueue: 'demo',
  retryPolicy: POLICY,
  heartbeatTimeout: 30_000,
  input: input.map(json),
  workflowTaskCompletedEventId,
});

export interface OrderStory {
  readonly events: readonly HistoryEvent[];
  /** What the engine told while it went on, one after the other: of the attempts of `flaky`, and what is pending now. */
  readonly seen: readonly Partial<DescribedRun>[];
  readonly now: number;
}

/** Charges, retries, has two children and a signal, and waits for an activity that beats, and for two timers. */
export function order(): OrderStory {
  const run = new Story();
  run.add('WorkflowExecutionStarted', 0, {
    workflowType: 'order',
    workflowId: 'order-1001',
    taskQueue: 'demo',
    workflowTaskTimeout: 10_000,
    originalExecutionRunId: 'order-run',
    firstExecutionRunId: 'order-run',
    attempt: 1,
    input: [json(1)],
  });
  const first = run.task(2);
  const charge = run.add('ActivityTaskScheduled', 18, activity('charge', '1', first, [{ order: 1001, cents: 10 }]));
  const chargeStarted = run.add('ActivityTaskStarted', 160, { scheduledEventId: charge, attempt: 1 });
  run.add('ActivityTaskCompleted', 800, { scheduledEventId: charge, startedEventId: chargeStarted, result: [json(10)] });
  const second = run.task(802);
  const flaky = run.add('ActivityTaskScheduled', 820, activity('flaky', '2', second));
  const ship = child(run, 820, 'ship', second);
  const invoice = child(run, 821, 'invoice', second);
  const coolDown = run.add('TimerStarted', 822, { timerId: 'cool down', startToFireTimeout: 1500, workflowTaskCompletedEventId: second });
  const shipRun = { workflowId: 'order-1001-ship', runId: 'ship-run' };
  run.add('ChildWorkflowExecutionStarted', 836, { initiatedEventId: ship, workflowExecution: shipRun, workflowType: 'ship' });
  const invoiceRun = { workflowId: 'order-1001-invoice', runId: 'invoice-run' };
  run.add('ChildWorkflowExecutionStarted', 840, { initiatedEventId: invoice, workflowExecution: invoiceRun, workflowType: 'invoice' });
  run.task(842);
  run.add('ChildWorkflowExecutionCompleted', 1940, {
    initiatedEventId: ship,
    startedEventId: 0,
    workflowExecution: shipRun,
    workflowType: 'ship',
    result: [json('1Z999')],
  });
  run.task(1942);
  run.add('TimerFired', 2322, { timerId: 'cool down', startedEventId: coolDown });
  run.add('ChildWorkflowExecutionCompleted', 2400, {
    initiatedEventId: invoice,
    startedEventId: 0,
    workflowExecution: invoiceRun,
    workflowType: 'invoice',
    result: [json('INV-7')],
  });
  run.task(2402);
  run.add('WorkflowExecutionSignaled', 3150, { signalName: 'note', input: [json('please wrap it')], identity: 'shop' });
  run.task(3152);
  const flakyStarted = run.add('ActivityTaskStarted', 8660, { scheduledEventId: flaky, attempt: 4, lastFailure: GATEWAY });
  run.add('ActivityTaskCompleted', 9000, { scheduledEventId: flaky, startedEventId: flakyStarted, result: [json('ok')] });
  const third = run.task(9002);
  const slow = run.add('ActivityTaskScheduled', 9020, activity('slow', '3', third));
  const threeHours = run.add('TimerStarted', 9021, { timerId: '2', startToFireTimeout: 3 * 3_600_000, workflowTaskCompletedEventId: third });
  const day = run.add('TimerStarted', 9022, { timerId: 'remind', startToFireTimeout: 86_400_000, workflowTaskCompletedEventId: third });
  run.add('WorkflowExecutionSignaled', 120_000, { signalName: 'note', input: [json('and a card')], identity: 'shop' });
  run.task(120_002);
  const pendingSlow: PendingActivity = {
    activityId: '3',
    activityType: 'slow',
    scheduledEventId: slow,
    state: 'STARTED',
    attempt: 1,
    maximumAttempts: 0,
    taskQueue: 'demo',
    scheduledTime: T0 + 9020,
    lastStartedTime: T0 + 9060,
    lastHeartbeatTime: T0 + 233_300,
    heartbeatDetails: [json({ done: 215 })],
  };
  const pendingTimers = [
    { timerId: '2', startedEventId: threeHours, startTime: T0 + 9021, fireTime: T0 + 9021 + 3 * 3_600_000 },
    { timerId: 'remind', startedEventId: day, startTime: T0 + 9022, fireTime: T0 + 9022 + 86_400_000 },
  ];
  const beats = [40_000, 90_000, 140_000, 190_000].map((at) => ({ pendingActivities: [{ ...pendingSlow, lastHeartbeatTime: T0 + at }] }));
  return { events: run.events, seen: [...attempts(flaky), ...beats, { pendingActivities: [pendingSlow], pendingTimers }], now: T0 + 242_000 };
}

const GATEWAY = { message: 'gateway timeout', applicationFailureInfo: { type: 'Gateway' } };

function child(run: Story, at: number, workflowType: string, workflowTaskCompletedEventId: number): number {
  return run.add('StartChildWorkflowExecutionInitiated', at, {
    workflowId: `order-1001-${workflowType}`,
    workflowType,
    taskQueue: 'demo',
    parentClosePolicy: 'TERMINATE',
    workflowTaskCompletedEventId,
  });
}

/** Three attempts that failed, and the pauses after them, as descriptions showed them. */
function attempts(scheduledEventId: number): Partial<DescribedRun>[] {
  const base = { activityId: '2', activityType: 'flaky', scheduledEventId, maximumAttempts: 0, taskQueue: 'demo', scheduledTime: T0 + 820 };
  const starts = [860, 2120, 4400];
  return starts.flatMap((startedAt, index) => {
    const attempt = index + 1;
    const nextAttemptScheduleTime = T0 + startedAt + 250 + 1000 * 2 ** index;
    const failed = attempt > 1 ? { lastFailure: GATEWAY } : {};
    return [
      { pendingActivities: [{ ...base, ...failed, state: 'STARTED', attempt, lastStartedTime: T0 + startedAt }] },
      {
        pendingActivities: [
          { ...base, state: 'BACKING_OFF', attempt: attempt + 1, lastStartedTime: T0 + startedAt, nextAttemptScheduleTime, lastFailure: GATEWAY },
        ],
      },
    ] satisfies Partial<DescribedRun>[];
  });
}

/** The child that the order opens in place. */
export function invoice(): HistoryEvent[] {
  const run = new Story();
  run.add('WorkflowExecutionStarted', 842, {
    workflowType: 'invoice',
    workflowId: 'order-1001-invoice',
    taskQueue: 'demo',
    workflowTaskTimeout: 10_000,
    originalExecutionRunId: 'invoice-run',
    firstExecutionRunId: 'invoice-run',
    attempt: 1,
  });
  const first = run.task(844);
  const render = run.add('ActivityTaskScheduled', 862, activity('render', '1', first, ['INV-7']));
  const started = run.add('ActivityTaskStarted', 1100, { scheduledEventId: render, attempt: 1 });
  run.add('ActivityTaskCompleted', 2300, { scheduledEventId: render, startedEventId: started, result: [json('INV-7.pdf')] });
  const last = run.task(2302);
  run.add('WorkflowExecutionCompleted', 2390, { result: [json('INV-7')], workflowTaskCompletedEventId: last });
  return run.events;
}

/** A batch: pages of work, each of some activities at once, with retries, timers, signals and failures between, as long as is asked for. */
export function batch(length: number): HistoryEvent[] {
  const run = new Story();
  const random = randomFrom(7);
  run.add('WorkflowExecutionStarted', 0, {
    workflowType: 'batch',
    workflowId: 'batch-1',
    taskQueue: 'demo',
    workflowTaskTimeout: 10_000,
    originalExecutionRunId: 'batch-run',
    firstExecutionRunId: 'batch-run',
    attempt: 1,
  });
  let at = 5;
  for (let page = 0; run.events.length < length - 30; page += 1) {
    const asked = run.task(at);
    at += 20;
    const ids = Array.from({ length: 4 }, (_, index) =>
      run.add('ActivityTaskScheduled', at, activity(['fetchPage', 'transform', 'store', 'notify'][index] as string, `${page}.${index}`, asked)),
    );
    let latest = at;
    for (const scheduledEventId of ids) {
      const startedAt = at + 5 + Math.floor(random() * 40);
      const endedAt = startedAt + 30 + Math.floor(random() * 400);
      const isFailed = random() < 0.03;
      const startedEventId = run.add('ActivityTaskStarted', startedAt, { scheduledEventId, attempt: random() < 0.1 ? 3 : 1 });
      if (isFailed)
        run.add('ActivityTaskFailed', endedAt, { scheduledEventId, startedEventId, failure: { message: 'disk full' }, retryState: 'NON_RETRYABLE_FAILURE' });
      else run.add('ActivityTaskCompleted', endedAt, { scheduledEventId, startedEventId, result: [json(page)] });
      latest = Math.max(latest, endedAt);
    }
    at = latest + 2;
    if (page % 10 === 9) run.add('WorkflowExecutionSignaled', at, { signalName: 'progress', input: [json(page)] });
    if (page % 25 === 24) {
      const pause = run.task(at);
      const startedEventId = run.add('TimerStarted', at + 16, { timerId: `pause ${page}`, startToFireTimeout: 2000, workflowTaskCompletedEventId: pause });
      at += 2016;
      run.add('TimerFired', at, { timerId: `pause ${page}`, startedEventId });
    }
  }
  const last = run.task(at);
  run.add('WorkflowExecutionCompleted', at + 20, { workflowTaskCompletedEventId: last });
  return run.events;
}

/** The same numbers at each visit. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
