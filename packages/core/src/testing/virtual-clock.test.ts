import { expect, test } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

const DAY = 86_400_000;

test('time stands still until it is told to go on', async () => {
  const clock = createVirtualClock({ startTime: 5 });
  const fired: number[] = [];
  clock.setTimer(10, () => fired.push(clock.now()));
  await clock.settle();
  expect([clock.now(), fired]).toEqual([5, []]);
  await clock.advance(9);
  expect([clock.now(), fired]).toEqual([14, []]);
  await clock.advance(1);
  expect([clock.now(), fired]).toEqual([15, [15]]);
});

test('timers fire in due order, those of one moment in the order they were set', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const fired: string[] = [];
  for (const [name, delay] of [
    ['c', 30],
    ['a', 10],
    ['d', 30],
    ['b', 20],
  ] as const)
    clock.setTimer(delay, () => fired.push(`${name}@${clock.now()}`));
  await clock.advance('1 day');
  expect(fired).toEqual(['a@10', 'b@20', 'c@30', 'd@30']);
  expect(clock.now()).toBe(DAY);
});

test('a timer that is taken back does not fire', async () => {
  const clock = createVirtualClock();
  let fired = 0;
  const cancel = clock.setTimer(1, () => fired++);
  cancel();
  await clock.advance(10);
  expect([fired, clock.nextTimer()]).toEqual([0, undefined]);
});

test('what a timer starts comes due within the same advance', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const fired: number[] = [];
  const again = () => {
    fired.push(clock.now());
    if (fired.length < 3) clock.setTimer(10, again);
  };
  clock.setTimer(10, again);
  await clock.advance(100);
  expect(fired).toEqual([10, 20, 30]);
});

test('sleep skips to its end and past every timer before it', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const fired: number[] = [];
  clock.setTimer(DAY / 2, () => fired.push(clock.now()));
  clock.setTimer(DAY * 2, () => fired.push(clock.now()));
  await clock.sleep('1 day');
  expect([clock.now(), fired]).toEqual([DAY, [DAY / 2]]);
});

test('unlocked, the clock skips by itself; locked again, it stands still', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const lock = clock.unlock();
  await new Promise<void>((resolve) => clock.setTimer(1_000, resolve));
  expect(clock.now()).toBe(1_000);
  lock();
  clock.setTimer(1_000, () => expect.unreachable('the clock is locked'));
  await clock.settle();
  expect(clock.now()).toBe(1_000);
});

test('two holders of the key: it is locked when both have given it back, once each', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const [first, second] = [clock.unlock(), clock.unlock()];
  first();
  first();
  await new Promise<void>((resolve) => clock.setTimer(7, resolve));
  second();
  clock.setTimer(1, () => expect.unreachable('the clock is locked'));
  await clock.settle();
  expect(clock.now()).toBe(7);
});

test('tracked work keeps the clock from skipping', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const seen: string[] = [];
  let finish = () => {};
  void clock.track(new Promise<void>((resolve) => (finish = resolve))).then(() => seen.push(`work@${clock.now()}`));
  const lock = clock.unlock();
  const timer = new Promise<void>((resolve) => clock.setTimer(1, resolve)).then(() => seen.push(`timer@${clock.now()}`));
  await new Promise((resolve) => setTimeout(resolve, 30));
  finish();
  await timer;
  lock();
  expect(seen).toEqual(['work@0', 'timer@1']);
});

test('work that is not counted but takes turns of the event loop goes first', async () => {
  const clock = createVirtualClock({ startTime: 0 });
  const seen: string[] = [];
  const lock = clock.unlock();
  const timer = new Promise<void>((resolve) => clock.setTimer(1, resolve)).then(() => seen.push('timer'));
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.now();
  }
  seen.push('work');
  await timer;
  lock();
  expect(seen).toEqual(['work', 'timer']);
});

test("a failure of tracked work is the caller's, and the clock goes on", async () => {
  const clock = createVirtualClock();
  await expect(clock.track(Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full');
  await clock.sleep(1);
});

test('when nothing is left to wait for, it says so', async () => {
  let stuck = 0;
  const clock = createVirtualClock({ startTime: 0, onStuck: () => stuck++ });
  clock.unlock();
  await new Promise<void>((resolve) => clock.setTimer(5, resolve));
  await clock.settle();
  await clock.settle();
  expect(stuck).toBe(1);
});

test('a timer without end never fires and does not count', async () => {
  const clock = createVirtualClock();
  clock.setTimer(Number.POSITIVE_INFINITY, () => expect.unreachable());
  expect(clock.nextTimer()).toBe(undefined);
  await clock.advance('100 years');
});
