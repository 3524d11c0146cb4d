/** The four timeouts of an activity, as moments. */
import type { Millis } from '../common/brand.ts';
import type { TimeoutType } from '../common/failure.ts';
import type { ActivityState } from './run-state.ts';

export interface Deadline {
  readonly type: TimeoutType;
  readonly at: Millis;
}

/**
 * Schedule-to-close runs from the first schedule over all attempts, schedule-to-start from the schedule of the current attempt,
 * start-to-close and heartbeat from its start. A timeout of 0 is none.
 */
export function activityDeadlines({ attributes, phase, scheduledAt, attemptScheduledAt }: ActivityState): Deadline[] {
  if (phase.tag === 'closing') return [];
  const deadlines: Deadline[] = [];
  const add = (type: TimeoutType, from: Millis, timeout: Millis | undefined) => timeout && deadlines.push({ type, at: from + timeout });
  if (phase.tag === 'scheduled') add('SCHEDULE_TO_START', attemptScheduledAt, attributes.scheduleToStartTimeout);
  else {
    add('START_TO_CLOSE', phase.startedAt, attributes.startToCloseTimeout);
    add('HEARTBEAT', phase.lastHeartbeatAt ?? phase.startedAt, attributes.heartbeatTimeout);
  }
  add('SCHEDULE_TO_CLOSE', scheduledAt, attributes.scheduleToCloseTimeout);
  return deadlines;
}

/** The earliest deadline that has passed; of two at one moment the one that ends only the attempt. */
export function dueTimeout(activity: ActivityState, now: Millis): Deadline | undefined {
  let due: Deadline | undefined;
  for (const deadline of activityDeadlines(activity)) if (deadline.at <= now && (!due || deadline.at < due.at)) due = deadline;
  return due;
}
