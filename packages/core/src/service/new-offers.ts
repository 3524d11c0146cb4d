/** Which activities of a run can be taken by now and could not when it was last looked at. The others are not looked at again. */
import type { EventId, Millis } from '../common/brand.ts';
import { type Input, isEvent } from '../engine/input.ts';
import type { RunState } from '../engine/run-state.ts';

export class NewOffers {
  /** Attempts that were scheduled since. */
  #scheduled: EventId[] = [];
  /** A run that has just been loaded has not been looked at. */
  #lookedAt: Millis = Number.NEGATIVE_INFINITY;

  /** The run has this input. */
  see(input: Input): void {
    if (isEvent(input)) {
      if (input.type === 'ActivityTaskScheduled') this.#scheduled.push(input.eventId);
    } else if (input.note === 'ActivityAttemptEnded' || input.note === 'ActivityAttemptHastened') this.#scheduled.push(input.attributes.scheduledEventId);
  }

  /** They could not be offered after all, and are looked at again. */
  giveBack(scheduledEventIds: readonly EventId[]): void {
    for (const scheduledEventId of scheduledEventIds) this.#scheduled.push(scheduledEventId);
  }

  /** @returns scheduled event ids, in their order */
  take({ activities }: RunState, now: Millis): EventId[] {
    const scheduled = this.#scheduled;
    const lookedAt = this.#lookedAt;
    this.#lookedAt = now;
    const { lastStart = Number.NEGATIVE_INFINITY } = activities.summary ?? {};
    const isTimeUp = lastStart > lookedAt && now > lookedAt;
    if (scheduled.length === 0 && !isTimeUp) return [];
    this.#scheduled = [];
    const found = new Set<EventId>();
    for (const scheduledEventId of scheduled) {
      const phase = activities.get(scheduledEventId)?.phase;
      if (phase?.tag === 'scheduled' && phase.notBefore <= now) found.add(scheduledEventId); // one that backs off is found when its time is up
    }
    if (isTimeUp)
      for (const [scheduledEventId, { phase }] of activities.entriesWhere((times) => times.lastStart > lookedAt && times.firstStart <= now))
        if (phase.tag === 'scheduled' && phase.notBefore > lookedAt && phase.notBefore <= now) found.add(scheduledEventId);
    return [...found].sort((a, b) => a - b);
  }
}
