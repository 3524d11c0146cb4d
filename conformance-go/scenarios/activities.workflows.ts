import {
  ActivityCancellationType,
  type ActivityOptions,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  scheduleActivity,
  sleep,
} from '@perdure/core/workflow';
import type * as activities from '../activities.ts';

/** What `callActivity` does under a name. */
interface Call {
  readonly activity: keyof typeof activities;
  readonly param: unknown;
  readonly options: ActivityOptions;
}

/** Short back-offs. */
export const quick = (maximumAttempts?: number): ActivityOptions => ({
  startToCloseTimeout: '10s',
  retry: { initialInterval: 100, backoffCoefficient: 2, maximumInterval: '100s', ...(maximumAttempts !== undefined && { maximumAttempts }) },
});

const calls: Readonly<Record<string, Call>> = {
  'schedule-to-close-option': { activity: 'yourActivity', param: 'your_input', options: { scheduleToCloseTimeout: '10s' } },
  options: {
    activity: 'yourActivity',
    param: 'your_input',
    options: {
      activityId: 'your-activity-id',
      scheduleToCloseTimeout: '40s',
      startToCloseTimeout: '10s',
      scheduleToStartTimeout: '20s',
      heartbeatTimeout: '5s',
      retry: { initialInterval: '3s', backoffCoefficient: 1.5, maximumInterval: '9s', maximumAttempts: 5, nonRetryableErrorTypes: ['Fatal'] },
    },
  },
  'default-retry-policy': { activity: 'failsUntil', param: 2, options: { startToCloseTimeout: '10s' } },
  'retry-policy': { activity: 'failsUntil', param: 3, options: quick() },
  'retry-exhausted': { activity: 'failsUntil', param: 9, options: quick(2) },
  'non-retryable': { activity: 'refuse', param: 'no', options: quick() },
  'no-timeout': { activity: 'yourActivity', param: 'your_input', options: { scheduleToStartTimeout: '1s' } },
  'start-to-close': { activity: 'slow', param: 2_500, options: { ...quick(2), startToCloseTimeout: '1s' } },
  'schedule-to-close': { activity: 'failsUntil', param: 9, options: { scheduleToCloseTimeout: '1s', retry: { initialInterval: 700, backoffCoefficient: 1 } } },
  'heartbeat-timeout': { activity: 'beatOnce', param: 'half way', options: { ...quick(1), heartbeatTimeout: '1s' } },
  pending: { activity: 'pending', param: 'your_input', options: { ...quick(1), heartbeatTimeout: '2s' } },
};

/** Runs the activity of a call with its options. */
export async function callActivity(name: string): Promise<unknown> {
  const call = calls[name];
  if (!call) throw new TypeError(`there is no call "${name}"`);
  return scheduleActivity(call.activity, [call.param], call.options);
}

/** Schedules an activity on a task queue that no worker serves. */
export async function callNowhere(): Promise<void> {
  const { yourActivity } = proxyActivities<typeof activities>({ taskQueue: 'nowhere', startToCloseTimeout: '10s', scheduleToStartTimeout: 500 });
  await yourActivity('your_input');
}

/** Cancels an activity after half a second. */
export async function callAndCancel(wait: boolean): Promise<string> {
  const cancellationType = wait ? ActivityCancellationType.WAIT_CANCELLATION_COMPLETED : ActivityCancellationType.TRY_CANCEL;
  const { beatUntilCancelled } = proxyActivities<typeof activities>({ ...quick(1), heartbeatTimeout: '2s', cancellationType });
  const scope = new CancellationScope();
  const running = scope.run(() => beatUntilCancelled());
  running.catch(() => undefined); // told below
  await sleep(500);
  scope.cancel();
  try {
    await running;
    return 'not cancelled';
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return 'cancelled';
  }
}

/** Runs two activities in parallel. */
export async function callTwo(): Promise<string[]> {
  const { yourActivity } = proxyActivities<typeof activities>(quick(1));
  return Promise.all([yourActivity('first'), yourActivity('second')]);
}

/** Runs two local activities; the first succeeds at an attempt, or takes -attempt milliseconds. */
export async function callLocal(attempt: number, backoffMs: number): Promise<string> {
  const { failsUntil, slow, yourActivity } = proxyLocalActivities<typeof activities>({
    scheduleToCloseTimeout: '1 minute',
    retry: { initialInterval: Math.max(backoffMs, 10), maximumAttempts: 2 },
    localRetryThreshold: '1s',
  });
  await (attempt < 0 ? slow(-attempt) : failsUntil(attempt));
  return yourActivity('your_input');
}

/** Mixes markers and a scheduled activity. */
export async function callLocalThenRemote(): Promise<string> {
  patched('your-change-id-1');
  const local = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '1s' });
  const remote = proxyActivities<typeof activities>(quick(1));
  return remote.yourActivity(await local.yourActivity('local'));
}

/** Runs the guide's heartbeating activity. */
export async function callSample(input: activities.SampleInput): Promise<number[]> {
  const { sampleActivity } = proxyActivities<typeof activities>({ ...quick(), heartbeatTimeout: '10s' });
  return sampleActivity(input);
}
