/** Tells the ledger of the activities whose end is in the store: they may not begin again, and their result is of the attempt that is recorded. */
import type { HistoryEvent } from '../../history/events.ts';
import type { Checker } from './checker.ts';
import { payloadOf } from './judge-run.ts';
import type { Ledger } from './ledger.ts';
import type { ActivityPlan } from './program.ts';

export class Recorder {
  readonly #checker: Checker;
  readonly #ledger: Ledger;
  readonly #violate: (statement: string) => void;
  /** How many events of a history it has looked at. */
  readonly #seen: WeakMap<readonly HistoryEvent[], number> = new WeakMap();

  constructor(checker: Checker, ledger: Ledger, violate: (statement: string) => void) {
    this.#checker = checker;
    this.#ledger = ledger;
    this.#violate = violate;
  }

  /** After each commit. */
  record(): void {
    for (const { events } of this.#checker.runs.values()) {
      for (let index = this.#seen.get(events) ?? 0; index < events.length; index++) {
        const event = events[index];
        if (event?.type === 'ActivityTaskCompleted') this.#completed(events, event);
      }
      this.#seen.set(events, events.length);
    }
  }

  #completed(events: readonly HistoryEvent[], { attributes }: HistoryEvent<'ActivityTaskCompleted'>): void {
    const scheduled = events[attributes.scheduledEventId - 1] as HistoryEvent<'ActivityTaskScheduled'>;
    if (scheduled.attributes.activityType !== 'work') return;
    const { id } = payloadOf(scheduled.attributes.input) as ActivityPlan;
    const { attempt } = (events[attributes.startedEventId - 1] as HistoryEvent<'ActivityTaskStarted'>).attributes;
    this.#ledger.record(id, attempt);
    const result = payloadOf(attributes.result) as string;
    // who completes an activity by its name knows of no attempt
    if (result !== `${id}#${attempt}` && result !== `${id}#?`)
      this.#violate(`STALE-REJECTED: attempt ${attempt} of activity ${id} is recorded with the result ${result}`);
  }
}
