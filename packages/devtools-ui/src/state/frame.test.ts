import { expect, test } from 'vitest';
import { createFrame, shareFrames } from './frame.ts';

/** A screen whose frames come when the test says so. */
function screen() {
  let next: (() => void)[] = [];
  const schedule = (run: () => void): (() => void) => {
    next.push(run);
    return () => {
      next = next.filter((each) => each !== run);
    };
  };
  const show = (): number => {
    const due = next;
    next = [];
    for (const run of due) run();
    return due.length;
  };
  return { schedule, show };
}

test('frames that share a screen are applied by one callback, in their order', () => {
  const { schedule, show } = screen();
  const shared = shareFrames(schedule);
  const [list, page] = [createFrame(shared), createFrame(shared)];
  const applied: string[] = [];
  list.next('runs', () => applied.push('runs'));
  page.next('events', () => applied.push('dropped'));
  page.next('events', () => applied.push('events'));
  expect(show()).toBe(1);
  expect(applied).toEqual(['runs', 'events']);
  expect(show()).toBe(0);
});

test('what one takes back of another is not applied, not even in the same frame', () => {
  const { schedule, show } = screen();
  const shared = shareFrames(schedule);
  const [list, page] = [createFrame(shared), createFrame(shared)];
  const applied: string[] = [];
  list.next('runs', () => page.clear());
  page.next('events', () => applied.push('events'));
  list.next('counts', () => applied.push('counts'));
  show();
  expect(applied).toEqual(['counts']);
});

test('a screen that nobody waits for any more is told so', () => {
  const { schedule, show } = screen();
  const frame = createFrame(shareFrames(schedule));
  frame.next('runs', () => undefined);
  frame.clear();
  expect(show()).toBe(0);
  const applied: string[] = [];
  frame.next('runs', () => applied.push('runs'));
  expect(show()).toBe(1);
  expect(applied).toEqual(['runs']);
});
