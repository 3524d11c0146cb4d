import { describe, expect, test } from 'vitest';
import { Context } from '../activity/context.ts';
import { activityInfo, cancellationDetails, heartbeat, sleep } from '../activity/functions.ts';
import { loadDataConverter } from '../common/data-converter.ts';
import { CompleteAsyncError } from '../common/errors.ts';
import { ApplicationFailure, CancelledFailure } from '../common/failures.ts';
import { ServiceError } from '../common/service-error.ts';
import type { ActivityTask } from '../protocol/workflow-service.ts';
import { type ActivityFunction, activitiesOf } from './activity-execution.ts';
import { ActivityHost, type ActivityHostOptions } from './activity-host.ts';
import { activityTask, FakeEngine, keptLog } from './fake-engine.test-kit.ts';
import { json } from './history.test-kit.ts';
import { ManualClock, settled } from './manual-clock.test-kit.ts';

function setUp(activities: Record<string, ActivityFunction>, overrides: Partial<ActivityHostOptions> = {}) {
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const log = keptLog();
  const host = new ActivityHost({
    service: engine.service,
    poll: { namespace: 'default', taskQueue: 'queue', identity: 'me', workerId: 'w' },
    activities: activitiesOf(activities),
    dataConverter: loadDataConverter(),
    interceptors: [],
    clock,
    logger: log.logger,
    client: undefined,
    maxConcurrentTasks: 100,
    maxConcurrentPolls: 1,
    maxHeartbeatThrottleInterval: 60_000,
    defaultHeartbeatThrottleInterval: 30_000,
    ...overrides,
  });
  return { engine, clock, host, log };
}

async function answerOf(fn: ActivityFunction, task: Partial<ActivityTask> = {}): Promise<unknown> {
  const { engine, host } = setUp({ echo: fn });
  await host.handle(activityTask(task));
  return engine.calls.map(([method, { taskToken: _, identity: __, ...request }]) => [method, request]);
}

const failure = (fields: object) => [['respondActivityTaskFailed', { failure: { source: 'TypeScriptSDK', stackTrace: expect.any(String), ...fields } }]];

describe('the outcome of an activity', () => {
  test('is its result', async () => {
    expect(await answerOf((a, b) => a + b, { input: [json('1'), json('2')] })).toEqual([['respondActivityTaskCompleted', { result: [json('3')] }]]);
  });

  test('is undefined as a payload of its own', async () => {
    expect(await answerOf(() => undefined)).toEqual([['respondActivityTaskCompleted', { result: [{ encoding: 'binary/null' }] }]]);
  });

  test('is a failure of the class of what was thrown', async () => {
    expect(
      await answerOf(() => {
        throw new TypeError('no');
      }),
    ).toEqual(failure({ message: 'no', applicationFailureInfo: { type: 'TypeError', nonRetryable: false } }));
  });

  test('is a failure when it is cancelled without having been asked to', async () => {
    expect(
      await answerOf(() => {
        throw new CancelledFailure('by myself');
      }),
    ).toEqual(failure({ message: 'by myself', applicationFailureInfo: { type: 'CancelledFailure', nonRetryable: false } }));
  });

  test('comes later after CompleteAsyncError', async () => {
    expect(
      await answerOf(() => {
        throw new CompleteAsyncError();
      }),
    ).toEqual([]);
  });

  test('is a failure that names the known ones when the activity is not registered', async () => {
    const { engine, host } = setUp({ a: () => 1, b: () => 2 });
    await host.handle(activityTask({ activityType: 'c' }));
    expect(engine.requests('respondActivityTaskFailed')[0]?.failure).toMatchObject({
      message: 'Activity function c is not registered on this Worker, available activities: ["a","b"]',
      applicationFailureInfo: { type: 'NotFoundError', nonRetryable: false },
    });
  });

  test('comes from the activity named default when there is one', async () => {
    const { engine, host } = setUp({ default: () => activityInfo().activityType });
    await host.handle(activityTask({ activityType: 'c' }));
    expect(engine.requests('respondActivityTaskCompleted')[0]?.result).toEqual([json('"c"')]);
  });

  test('is a failure when its arguments cannot be read, and when its result cannot be written', async () => {
    expect(await answerOf(() => 1, { input: [{ encoding: 'unknown' }] })).toMatchObject([
      ['respondActivityTaskFailed', { failure: { message: expect.stringContaining('Failed to parse activity args for activity echo') } }],
    ]);
    expect(await answerOf(() => 1n)).toMatchObject([['respondActivityTaskFailed', { failure: { applicationFailureInfo: { type: 'ValueError' } } }]]);
  });

  test('R22 is dropped when the engine no longer wants it', async () => {
    const { engine, host, log } = setUp({ echo: () => 1 });
    engine.refuse('respondActivityTaskCompleted', new ServiceError('NotFound', 'stale'));
    await host.handle(activityTask());
    expect(engine.calls).toHaveLength(1);
    expect(log.lines).toEqual(['DEBUG The engine no longer waits for the outcome of activity 1 (workflow wf): stale']);
  });

  test('is sent again, with growing pauses, while the engine cannot be reached', async () => {
    const { engine, host, clock } = setUp({ echo: () => 1 });
    engine.refuse('respondActivityTaskCompleted', new ServiceError('Unavailable', ''), new ServiceError('Unavailable', ''));
    const handled = host.handle(activityTask());
    await clock.advance(99);
    expect(engine.calls).toHaveLength(1);
    await clock.advance(1);
    await clock.advance(199);
    expect(engine.calls).toHaveLength(2);
    await clock.advance(1);
    await handled;
    expect(engine.calls).toHaveLength(3);
  });
});

describe('activityInfo', () => {
  test('tells of the attempt', async () => {
    let info: unknown;
    await answerOf(
      async () => {
        await settled();
        info = activityInfo();
      },
      {
        attempt: 2,
        heartbeatDetails: [json('{"at":7}')],
        heartbeatTimeout: 500,
        retryPolicy: { initialInterval: 1, backoffCoefficient: 2, maximumInterval: 3, maximumAttempts: 0, nonRetryableErrorTypes: [] },
      },
    );
    expect(info).toEqual({
      taskToken: new TextEncoder().encode('token'),
      base64TaskToken: btoa('token'),
      activityId: '1',
      activityType: 'echo',
      activityNamespace: 'default',
      attempt: 2,
      isLocal: false,
      workflowExecution: { workflowId: 'wf', runId: 'run-1' },
      workflowNamespace: 'default',
      workflowType: 'type',
      scheduledTimestampMs: 1_000,
      currentAttemptScheduledTimestampMs: 1_000,
      scheduleToCloseTimeoutMs: 0,
      startToCloseTimeoutMs: 5_000,
      heartbeatTimeoutMs: 500,
      heartbeatDetails: { at: 7 },
      taskQueue: 'queue',
      retryPolicy: { initialInterval: 1, backoffCoefficient: 2, maximumInterval: 3, nonRetryableErrorTypes: [] },
    });
  });
});

describe('heartbeats', () => {
  const beats = (engine: FakeEngine): unknown[] => engine.requests('recordActivityTaskHeartbeat').map(({ details }) => details?.[0]?.data);

  test('the first goes out at once, then the newest at most once in four fifths of the timeout', async () => {
    const { engine, host, clock } = setUp({
      async echo() {
        for (let i = 0; i < 10; i++) {
          heartbeat(i);
          await sleep(100);
        }
      },
    });
    const handled = host.handle(activityTask({ heartbeatTimeout: 500 }));
    await clock.advance(0);
    expect(beats(engine)).toEqual(['0']);
    await clock.advance(399);
    expect(beats(engine)).toEqual(['0']);
    await clock.advance(1);
    expect(beats(engine)).toEqual(['0', '3']);
    await clock.advance(600);
    await handled;
    expect(beats(engine)).toEqual(['0', '3', '7']);
  });

  test('without a timeout they wait for the default, and no longer than the longest', async () => {
    for (const [maxHeartbeatThrottleInterval, expected] of [
      [60_000, 30_000],
      [2_000, 2_000],
    ] as const) {
      const { engine, host, clock } = setUp(
        {
          async echo() {
            heartbeat(1);
            heartbeat(2);
            await sleep(100_000);
          },
        },
        { maxHeartbeatThrottleInterval },
      );
      void host.handle(activityTask());
      await clock.advance(expected - 1);
      expect(beats(engine)).toEqual(['1']);
      await clock.advance(1);
      expect(beats(engine)).toEqual(['1', '2']);
    }
  });

  test('what waits goes with a failure, and is dropped with a result', async () => {
    const failing = setUp({
      echo() {
        heartbeat('sent');
        heartbeat('waits');
        throw ApplicationFailure.create({ message: 'no' });
      },
    });
    await failing.host.handle(activityTask());
    expect(failing.engine.calls.map(([method]) => method)).toEqual(['recordActivityTaskHeartbeat', 'respondActivityTaskFailed']);
    expect(failing.engine.requests('respondActivityTaskFailed')[0]?.lastHeartbeatDetails).toEqual([json('"waits"')]);

    const completing = setUp({
      echo() {
        heartbeat('sent');
        heartbeat('waits');
      },
    });
    await completing.host.handle(activityTask());
    expect(completing.engine.calls.map(([method]) => method)).toEqual(['recordActivityTaskHeartbeat', 'respondActivityTaskCompleted']);
    expect(completing.clock.pending).toBe(0);
  });

  test('R29 their answer tells of a cancellation', async () => {
    const { engine, host, clock } = setUp({
      async echo() {
        heartbeat();
        try {
          await sleep(10_000);
        } catch (error) {
          expect(cancellationDetails()).toMatchObject({ cancelRequested: true, notFound: false });
          throw error;
        }
      },
    });
    engine.answers.set('recordActivityTaskHeartbeat', [{ cancelRequested: true }]);
    const handled = host.handle(activityTask());
    await clock.advance(0);
    await handled;
    expect(engine.requests('respondActivityTaskCanceled')).toEqual([{ taskToken: 'token', identity: 'me' }]);
  });

  test('of an activity that is gone cancel it, and nothing is answered', async () => {
    const { engine, host } = setUp({
      async echo() {
        heartbeat();
        await sleep(10_000);
      },
    });
    engine.refuse('recordActivityTaskHeartbeat', new ServiceError('NotFound', 'gone'));
    await host.handle(activityTask());
    expect(engine.calls.map(([method]) => method)).toEqual(['recordActivityTaskHeartbeat']);
  });

  test('that cannot be converted cancel it, and it fails', async () => {
    const { engine, host } = setUp({
      async echo() {
        heartbeat(1n);
        await sleep(10_000);
      },
    });
    await host.handle(activityTask());
    expect(engine.requests('respondActivityTaskFailed')[0]?.failure).toMatchObject({
      message: 'HEARTBEAT_DETAILS_CONVERSION_FAILED',
      applicationFailureInfo: { type: 'CancelledFailure', nonRetryable: false },
    });
  });
});

describe('cancellation', () => {
  test('K13 is pushed by the engine, at once, without a heartbeat', async () => {
    const { engine, host } = setUp({ echo: () => sleep(10_000) });
    const running = host.run();
    engine.activityTasks.put(activityTask());
    await settled();
    engine.commands.put([{ type: 'cancelActivity', taskToken: 'token', reason: 'CANCELLED' }]);
    await settled();
    expect(engine.calls).toEqual([['respondActivityTaskCanceled', { taskToken: 'token', identity: 'me' }]]);
    host.stop();
    await running;
  });

  test.each(['TIMED_OUT', 'WORKFLOW_CLOSED'] as const)('%s ends the activity without an answer', async (reason) => {
    const reasons: unknown[] = [];
    const { engine, host } = setUp({
      echo: () =>
        sleep(10_000).catch((error) => {
          reasons.push(error.message);
          throw error;
        }),
    });
    const running = host.run();
    engine.activityTasks.put(activityTask());
    await settled();
    engine.commands.put([{ type: 'cancelActivity', taskToken: 'token', reason }]);
    await settled();
    expect(engine.calls).toEqual([]);
    expect(reasons).toEqual([reason === 'TIMED_OUT' ? 'TIMED_OUT' : 'NOT_FOUND']);
    host.stop();
    await running;
  });

  test('an aborted fetch counts as cancelled', async () => {
    const { engine, host } = setUp({
      echo() {
        heartbeat();
        const signal = Context.current().cancellationSignal;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
      },
    });
    engine.answers.set('recordActivityTaskHeartbeat', [{ cancelRequested: true }]);
    await host.handle(activityTask());
    expect(engine.calls.map(([method]) => method)).toEqual(['recordActivityTaskHeartbeat', 'respondActivityTaskCanceled']);
  });

  test('by the shutdown of the worker fails the attempt, so that another worker tries at once', async () => {
    const { engine, host } = setUp({ echo: () => sleep(10_000) });
    const handled = host.handle(activityTask());
    await settled();
    host.cancelAll();
    await handled;
    expect(engine.requests('respondActivityTaskFailed')).toMatchObject([{ failure: { applicationFailureInfo: { type: 'WorkerShutdown' } } }]);
  });
});

describe('polling', () => {
  test('takes no more activities than may run at once', async () => {
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const { engine, host } = setUp(
      {
        async echo() {
          most = Math.max(most, ++running);
          await new Promise<void>((resolve) => ends.push(resolve));
          running--;
        },
      },
      { maxConcurrentTasks: 2 },
    );
    const over = host.run();
    for (let i = 0; i < 5; i++) engine.activityTasks.put(activityTask({ taskToken: `${i}` }));
    for (let i = 0; i < 5; i++) {
      await settled();
      ends.shift()?.();
    }
    await settled();
    expect(most).toBe(2);
    expect(engine.requests('respondActivityTaskCompleted')).toHaveLength(5);
    host.stop();
    await over;
  });

  test('goes on after a failed poll', async () => {
    const { engine, host, clock, log } = setUp({ echo: () => 1 });
    engine.failedPolls = 1;
    const over = host.run();
    await settled();
    await clock.advance(99);
    expect(engine.activityTasks.waiting).toBe(0);
    await clock.advance(1);
    engine.activityTasks.put(activityTask());
    await settled();
    expect(engine.requests('respondActivityTaskCompleted')).toHaveLength(1);
    expect(log.lines).toEqual(['WARN Polling for activity tasks failed; trying again']);
    host.stop();
    await over;
  });
});

describe('interceptors', () => {
  test('stand around the activity, the first one outermost, and add to its log', async () => {
    const order: string[] = [];
    const log = keptLog();
    const around = (name: string) => () => ({
      inbound: {
        async execute(input: { args: unknown[]; headers: object }, next: (input: never) => Promise<unknown>) {
          order.push(name);
          return `${name}(${await next({ ...input, args: [...input.args, name] } as never)})`;
        },
      },
    });
    const { engine, host } = setUp({ echo: (...args) => args.join() }, { interceptors: [around('a'), around('b')] as never, logger: log.logger });
    await host.handle(activityTask({ input: [json('"x"')] }));
    expect(order).toEqual(['a', 'b']);
    expect(engine.requests('respondActivityTaskCompleted')[0]?.result).toEqual([json('"a(b(x,a,b))"')]);
  });
});

test('one poll asks for its part of what the host may run at once, and all that it brings is run', async () => {
  const { engine, host } = setUp({ echo: (value) => value }, { maxConcurrentTasks: 10, maxConcurrentPolls: 3 });
  engine.activityTasks.put(activityTask({ taskToken: '1', more: [activityTask({ taskToken: '2' }), activityTask({ taskToken: '3' })] }));
  const ended = host.run();
  await settled();
  expect(engine.asked.slice(0, 3)).toEqual([4, 4, 2]);
  expect(engine.requests('respondActivityTaskCompleted').map((request) => (request as { taskToken: string }).taskToken)).toEqual(['1', '2', '3']);
  host.stop();
  engine.activityTasks.end();
  await ended;
});
