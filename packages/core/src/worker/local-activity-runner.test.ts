import { describe, expect, test } from 'vitest';
import { activityInfo, heartbeat, sleep } from '../activity/functions.ts';
import { loadDataConverter } from '../common/data-converter.ts';
import { ApplicationFailure } from '../common/failures.ts';
import { type ActivityFunction, activitiesOf } from './activity-execution.ts';
import { keptLog } from './fake-engine.test-kit.ts';
import { json, scheduleLocalActivity } from './history.test-kit.ts';
import type { LocalActivityCommand, LocalActivityResult } from './local-activity-machine.ts';
import { createLocalActivityRunner } from './local-activity-runner.ts';
import { ManualClock } from './manual-clock.test-kit.ts';

const OWNER = { namespace: 'default', workflowId: 'wf', runId: 'run-1', workflowType: 'type', taskQueue: 'queue', workflowTaskTimeout: 10_000 };

/** @param now what the engine's clock says at the start */
function start(echo: ActivityFunction, overrides: Partial<LocalActivityCommand> = {}, maxConcurrent = 10, now = 1_000) {
  const clock = new ManualClock();
  const runner = createLocalActivityRunner({
    activities: activitiesOf({ echo }),
    dataConverter: loadDataConverter(),
    interceptors: [],
    clock,
    logger: keptLog().logger,
    client: undefined,
    maxConcurrent,
  });
  const results: LocalActivityResult[] = [];
  const run = (seq: number) => runner.run(OWNER, scheduleLocalActivity(seq, overrides), now, (result) => results.push(result));
  return { clock, results, run, cancel: run(1) };
}

const failing = (message = 'no') => {
  throw ApplicationFailure.create({ message, type: 'Flaky' });
};

describe('a local activity', () => {
  test('runs with its own info, and its heartbeats do nothing', async () => {
    const { clock, results } = start(
      async (a) => {
        heartbeat('x');
        await sleep(20);
        return [a, activityInfo().isLocal, activityInfo().taskQueue];
      },
      { arguments: [json('1')] },
    );
    await clock.advance(20);
    expect(results).toEqual([
      { seq: 1, attempt: 1, originalScheduleTime: 1_000, runtime: 20, outcome: { status: 'completed', result: json('[1,true,"queue"]') } },
    ]);
  });

  test('is tried again with back-off until its attempts are used up', async () => {
    const at: number[] = [];
    const { clock, results } = start(
      () => {
        at.push(clock.now());
        failing();
      },
      { retryPolicy: { initialInterval: 100, backoffCoefficient: 2, maximumAttempts: 3 } },
    );
    await clock.advance(1_000);
    expect(at).toEqual([1_000, 1_100, 1_300]);
    expect(results).toMatchObject([{ attempt: 3, outcome: { status: 'failed', failure: { message: 'no', applicationFailureInfo: { type: 'Flaky' } } } }]);
  });

  test('that fails for good, or with a listed type in any case, is not tried again', async () => {
    const fatal = start(() => {
      throw ApplicationFailure.nonRetryable('no');
    });
    await fatal.clock.advance(10_000);
    expect(fatal.results).toMatchObject([{ attempt: 1, outcome: { status: 'failed' } }]);
    const listed = start(() => failing(), { retryPolicy: { nonRetryableErrorTypes: ['flaky'] } });
    await listed.clock.advance(10_000);
    expect(listed.results).toMatchObject([{ attempt: 1, outcome: { status: 'failed' } }]);
  });

  test('whose next attempt is far off asks for a timer of the workflow', async () => {
    const { clock, results } = start(() => failing(), { retryPolicy: { initialInterval: 2_000 }, localRetryThreshold: 1_000 });
    await clock.advance(0);
    expect(results).toMatchObject([{ attempt: 1, outcome: { status: 'backoff', backoff: 2_000, failure: { message: 'no' } } }]);
  });

  test('times out by attempt, and as a whole', async () => {
    const byAttempt = start(() => sleep(60_000).catch(() => undefined), { retryPolicy: { maximumAttempts: 1 } });
    await byAttempt.clock.advance(5_000);
    expect(byAttempt.results).toMatchObject([{ outcome: { status: 'timedOut', failure: { timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } } } }]);
    const whole = start(() => sleep(60_000).catch(() => undefined), { scheduleToCloseTimeout: 3_000 });
    await whole.clock.advance(3_000);
    expect(whole.results).toMatchObject([
      { attempt: 1, runtime: 3_000, outcome: { status: 'timedOut', failure: { timeoutFailureInfo: { timeoutType: 'SCHEDULE_TO_CLOSE' } } } },
    ]);
  });

  test('is cancelled while it runs, and while it backs off', async () => {
    const running = start(() => sleep(4_000));
    await running.clock.advance(10);
    running.cancel('CANCELLED');
    await running.clock.advance(0);
    expect(running.results).toMatchObject([{ runtime: 10, outcome: { status: 'cancelled' } }]);
    const waiting = start(() => failing());
    await waiting.clock.advance(10);
    waiting.cancel('CANCELLED');
    await waiting.clock.advance(0);
    expect(waiting.results).toMatchObject([{ outcome: { status: 'cancelled' } }]);
    expect(waiting.clock.pending).toBe(0);
  });

  test('R45 goes by the time of the engine, however far off the clock of its worker is', async () => {
    for (const now of [1_000 + 86_400_000, 1_000 - 86_400_000]) {
      const seen: number[] = [];
      const options = { originalScheduleTime: now - 2_000, scheduleToCloseTimeout: 3_000, retryPolicy: { initialInterval: 400, backoffCoefficient: 1 } };
      const { clock, results } = start(
        () => {
          seen.push(activityInfo().scheduledTimestampMs - now, activityInfo().currentAttemptScheduledTimestampMs - now);
          failing();
        },
        options,
        10,
        now,
      );
      await clock.advance(10_000);
      expect(seen).toEqual([-2_000, 0, -2_000, 400, -2_000, 800]); // the next one would begin after 1,200 ms, when the time is over
      expect(results).toMatchObject([{ attempt: 3, originalScheduleTime: now - 2_000, runtime: 800, outcome: { status: 'failed' } }]);
    }
  });

  test('waits for its turn when too many run', async () => {
    const { clock, results, run } = start(() => sleep(100), {}, 1);
    run(2);
    await clock.advance(100);
    expect(results.map(({ seq }) => seq)).toEqual([1]);
    await clock.advance(100);
    expect(results.map(({ seq }) => seq)).toEqual([1, 2]);
  });
});
