/** What an activity is scheduled with: the command's options, checked, and filled as Temporal's server fills them. */
import type { Millis } from '../common/brand.ts';
import { completeRetryPolicy, type RetryPolicy } from '../common/retry-policy.ts';
import type { EventAttributes } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { refuse } from './refused.ts';
import type { RunState } from './run-state.ts';

type Options = CommandAttributes['ScheduleActivityTask'];
type Timeouts = Pick<
  EventAttributes['ActivityTaskScheduled'],
  'scheduleToCloseTimeout' | 'scheduleToStartTimeout' | 'startToCloseTimeout' | 'heartbeatTimeout'
>;

const TIMEOUTS = ['scheduleToCloseTimeout', 'scheduleToStartTimeout', 'startToCloseTimeout', 'heartbeatTimeout'] as const;

export function activityAttributes(options: Options, state: RunState): Omit<EventAttributes['ActivityTaskScheduled'], 'workflowTaskCompletedEventId'> {
  const { activityId, activityType, header, input, taskQueue = state.taskQueue } = options;
  if (activityId === '') bad(options, 'the activity id is empty');
  if (activityType === '') bad(options, 'the activity type is empty');
  return {
    activityId,
    activityType,
    taskQueue,
    ...(header ? { header } : {}),
    ...(input ? { input } : {}),
    ...timeoutsOf(options, state.workflowRunTimeout ?? 0),
    retryPolicy: checkedRetryPolicy(options),
  };
}

/** Unset timeouts follow from those that are set; none is longer than the run's. 0 means unlimited. */
function timeoutsOf(options: Options, runTimeout: Millis): Timeouts {
  for (const name of TIMEOUTS) {
    const value = options[name] ?? 0;
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY) bad(options, `${name} is ${value}; give milliseconds, 0 or more`);
  }
  const { scheduleToCloseTimeout = 0, startToCloseTimeout = 0, scheduleToStartTimeout = 0, heartbeatTimeout = 0 } = options;
  if (scheduleToCloseTimeout === 0 && startToCloseTimeout === 0)
    bad(options, 'a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity.');
  const scheduleToClose = scheduleToCloseTimeout === 0 ? runTimeout : shorter(scheduleToCloseTimeout, runTimeout);
  const startToClose = shorter(startToCloseTimeout === 0 ? scheduleToClose : startToCloseTimeout, scheduleToClose);
  return {
    scheduleToCloseTimeout: scheduleToClose,
    scheduleToStartTimeout: scheduleToStartTimeout === 0 ? scheduleToClose : shorter(scheduleToStartTimeout, scheduleToClose),
    startToCloseTimeout: startToClose,
    heartbeatTimeout: shorter(heartbeatTimeout, startToClose),
  };
}

/** The shorter of a timeout and a limit, where 0 is no limit. */
const shorter = (timeout: Millis, limit: Millis): Millis => (limit === 0 ? timeout : Math.min(timeout, limit));

function checkedRetryPolicy(options: Options): RetryPolicy {
  const policy = completeRetryPolicy(options.retryPolicy);
  if (policy.initialInterval < 0) bad(options, `retryPolicy.initialInterval is ${policy.initialInterval}; give milliseconds, 0 or more`);
  if (policy.backoffCoefficient < 1) bad(options, `retryPolicy.backoffCoefficient is ${policy.backoffCoefficient}; give 1 or more`);
  if (policy.maximumInterval < policy.initialInterval)
    bad(options, 'retryPolicy.maximumInterval is less than retryPolicy.initialInterval; give as much or more');
  if (policy.maximumAttempts < 0) bad(options, `retryPolicy.maximumAttempts is ${policy.maximumAttempts}; give 0 for no limit, or more`);
  return policy;
}

const bad = ({ activityId, activityType }: Options, what: string): never =>
  refuse('BAD_SCHEDULE_ACTIVITY_ATTRIBUTES', `BadScheduleActivityAttributes: ${what} ActivityId=${activityId} ActivityType=${activityType}`);
