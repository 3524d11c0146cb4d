import { expect, test } from 'vitest';
import { OrderedMap } from '../engine/ordered-map.ts';
import { type ActivityState, EMPTY_RUN, type RunState } from '../engine/run-state.ts';
import { activityTimes } from '../engine/times.ts';
import { NewOffers } from './new-offers.ts';

const scheduled = (scheduledEventId: number, notBefore: number): ActivityState =>
  ({ scheduledEventId, attributes: {}, scheduledAt: 0, attemptScheduledAt: 0, attempt: 1, phase: { tag: 'scheduled', notBefore } }) as unknown as ActivityState;

/** A state with these activities, which counts how many of them are looked at. */
function state(activities: readonly ActivityState[]): { state: RunState; looks: () => number } {
  let looks = 0;
  class Counted extends OrderedMap<ActivityState, ReturnType<typeof activityTimes.of>> {
    override get(key: number): ActivityState | undefined {
      looks++;
      return super.get(key);
    }
    override *entriesWhere(mayHold: (times: ReturnType<typeof activityTimes.of>) => boolean): MapIterator<[number, ActivityState]> {
      for (const entry of super.entriesWhere(mayHold)) {
        looks++;
        yield entry;
      }
    }
  }
  const map = new Counted(activityTimes);
  for (const activity of activities) map.set(activity.scheduledEventId, activity);
  return { state: { ...EMPTY_RUN, activities: map as unknown as RunState['activities'] }, looks: () => looks };
}

const seen = (eventId: number) => ({ eventId, eventTime: 0, type: 'ActivityTaskScheduled', attributes: {} }) as never;
const ended = (scheduledEventId: number) => ({ note: 'ActivityAttemptEnded', attributes: { scheduledEventId } }) as never;

test('a run that has just been loaded offers all that can be taken', () => {
  const { state: run } = state([scheduled(5, 10), scheduled(6, 0), scheduled(7, 20)]);
  const offers = new NewOffers();
  expect(offers.take(run, 10)).toEqual([5, 6]);
  expect(offers.take(run, 10)).toEqual([]);
  expect(offers.take(run, 20)).toEqual([7]);
});

test('an attempt is offered when its time has come, also when the clock went back before', () => {
  const offers = new NewOffers();
  expect(offers.take(EMPTY_RUN, 100)).toEqual([]);
  const { state: run } = state([scheduled(5, 60)]);
  offers.see(ended(5));
  expect(offers.take(run, 50)).toEqual([]);
  expect(offers.take(run, 59)).toEqual([]);
  expect(offers.take(run, 70)).toEqual([5]);
  expect(offers.take(run, 80)).toEqual([]);
});

test('what could not be offered is looked at again', () => {
  const { state: run } = state([scheduled(5, 0), scheduled(6, 0)]);
  const offers = new NewOffers();
  expect(offers.take(run, 10)).toEqual([5, 6]);
  offers.giveBack([6]);
  expect(offers.take(run, 10)).toEqual([6]);
});

test('with 10,000 activities in line a decision looks at those that are new, and at no other', () => {
  const { state: run, looks } = state(Array.from({ length: 10_000 }, (_, index) => scheduled(index, 0)));
  const offers = new NewOffers();
  expect(offers.take(run, 1).length).toBe(10_000);
  const before = looks();
  for (let decision = 0; decision < 100; decision++) {
    offers.see(seen(decision));
    expect(offers.take(run, 2 + decision)).toEqual([decision]);
  }
  expect(looks() - before).toBe(100);
});
