import { expect, test } from 'vitest';
import { activityInfo, cancelled, heartbeat, sleep } from '../activity/functions.ts';
import { CancelledFailure } from '../common/failures.ts';
import { defaultActivityInfo, MockActivityEnvironment } from './mock-activity-environment.ts';
import { createVirtualClock } from './virtual-clock.ts';

test('an activity runs with its arguments, and its value comes back', async () => {
  const environment = new MockActivityEnvironment();
  expect(await environment.run(async (a: number, b: number) => a + b, 1, 2)).toBe(3);
});

test('it knows what the test says of it, and the defaults for the rest', async () => {
  const environment = new MockActivityEnvironment({ attempt: 3, heartbeatDetails: 'half' });
  expect(await environment.run(() => activityInfo())).toEqual({ ...defaultActivityInfo, attempt: 3, heartbeatDetails: 'half' });
});

test('its heartbeats are emitted until one stops to listen', async () => {
  const environment = new MockActivityEnvironment();
  const seen: unknown[] = [];
  const listener = (details: unknown): void => void seen.push(details);
  environment.on('heartbeat', listener);
  await environment.run(async () => {
    heartbeat(1);
    await Promise.resolve();
    heartbeat(2);
  });
  environment.off('heartbeat', listener);
  await environment.run(() => heartbeat(3));
  expect(seen).toEqual([1, 2]);
});

test('it can be cancelled; the first reason counts', async () => {
  const environment = new MockActivityEnvironment();
  const running = environment.run(async () => cancelled());
  environment.cancel('TIMED_OUT');
  environment.cancel();
  await expect(running).rejects.toMatchObject(new CancelledFailure('TIMED_OUT'));
  expect(environment.context.cancellationSignal.aborted).toBe(true);
});

test('it sleeps by the clock that it is given', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const environment = new MockActivityEnvironment({}, { clock });
  const running = environment.run(async () => {
    await sleep('1 day');
    return clock.now();
  });
  await clock.advance('1 day');
  expect(await running).toBe(86_400_000);
});

test('what it throws is thrown as it is', async () => {
  const error = new TypeError('no');
  const environment = new MockActivityEnvironment();
  await expect(
    environment.run(() => {
      throw error;
    }),
  ).rejects.toBe(error);
});
