import { expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import { sayAlive, watchStartup } from './startup-watch.ts';

/** Time that goes on when the test says so; `late` is how much later than due timers go off. */
function handClock() {
  const timers = new Set<{ readonly due: number; readonly fn: () => void }>();
  const state = { now: 0, late: 0 };
  const clock: Clock = {
    now: () => state.now,
    setTimer(delay, fn) {
      const timer = { due: state.now + delay, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const pass = (ms: number): void => {
    for (const end = state.now + ms; ; ) {
      const [next] = [...timers].sort((a, b) => a.due - b.due);
      if (!next || next.due > end) {
        state.now = Math.max(state.now, end);
        return;
      }
      timers.delete(next);
      state.now = Math.max(state.now, next.due) + state.late;
      next.fn();
    }
  };
  return { clock, pass, state, timers };
}

function watched() {
  const hand = handClock();
  const silences: number[] = [];
  return { ...hand, silences, watch: watchStartup(hand.clock, (seconds) => silences.push(seconds)) };
}

test('B28: a worker that falls silent while its engine starts is noticed after 20 s, once', () => {
  const { watch, pass, silences, timers } = watched();
  watch.heard(true);
  pass(19_000);
  expect(silences).toEqual([]);
  pass(60_000);
  expect([silences, timers.size]).toEqual([[20], 0]);
});

test('B28: one that goes on saying that it lives may take its time, and one whose engine runs is not watched', () => {
  const { watch, pass, silences, timers, clock } = watched();
  const isStarting = sayAlive(clock, () => watch.heard(true));
  watch.heard(true);
  isStarting(true);
  isStarting(true);
  pass(120_000);
  expect([silences, timers.size]).toEqual([[], 2]);
  watch.heard(false);
  isStarting(false);
  isStarting(false);
  pass(120_000);
  expect([silences, timers.size]).toEqual([[], 0]);
});

test('B28: a page whose own timers were late draws no conclusion', () => {
  const { watch, pass, silences, state } = watched();
  watch.heard(true);
  pass(18_000);
  state.late = 3_600_000;
  pass(2_000);
  state.late = 0;
  pass(16_000);
  expect(silences).toEqual([]);
  pass(4_000);
  expect(silences).toEqual([20]);
});

test('a watch that is stopped says nothing', () => {
  const { watch, pass, silences, timers } = watched();
  watch.heard(true);
  watch.stop();
  pass(60_000);
  expect([silences, timers.size]).toEqual([[], 0]);
});
