/** What time means for many activities or timers at once: the summaries that their maps keep. */
import type { Millis } from '../common/brand.ts';
import { activityDeadlines } from './activity-deadlines.ts';
import type { Summary } from './ordered-map.ts';
import type { ActivityState, TimerState } from './run-state.ts';

/** `Infinity` and `-Infinity` where there is none. */
export interface ActivityTimes {
  /** The earliest timeout of all. */
  readonly deadline: Millis;
  /** The first and the last moment from which one that is scheduled may be taken. */
  readonly firstStart: Millis;
  readonly lastStart: Millis;
}

export const activityTimes: Summary<ActivityState, ActivityTimes> = {
  of(activity) {
    let deadline = Number.POSITIVE_INFINITY;
    for (const { at } of activityDeadlines(activity)) if (at < deadline) deadline = at;
    const { phase } = activity;
    if (phase.tag !== 'scheduled') return { deadline, firstStart: Number.POSITIVE_INFINITY, lastStart: Number.NEGATIVE_INFINITY };
    return { deadline, firstStart: phase.notBefore, lastStart: phase.notBefore };
  },
  join(parts) {
    let deadline = Number.POSITIVE_INFINITY;
    let firstStart = Number.POSITIVE_INFINITY;
    let lastStart = Number.NEGATIVE_INFINITY;
    for (const part of parts) {
      if (part.deadline < deadline) deadline = part.deadline;
      if (part.firstStart < firstStart) firstStart = part.firstStart;
      if (part.lastStart > lastStart) lastStart = part.lastStart;
    }
    return { deadline, firstStart, lastStart };
  },
};

/** When the first of the timers fires that has not fired yet. */
export const timerTimes: Summary<TimerState, Millis> = {
  of: ({ isHeld, firesAt }) => (isHeld ? Number.POSITIVE_INFINITY : firesAt),
  join: (parts) => Math.min(...parts),
};
