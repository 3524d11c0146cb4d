import { expect, test } from 'vitest';
import { keptLog } from './fake-engine.test-kit.ts';
import { ManualClock, settled } from './manual-clock.test-kit.ts';
import { Pollers, type PollersOptions } from './pollers.ts';

function setUp(options: Pick<PollersOptions<string>, 'maxPolls' | 'maxTasks' | 'mostOfPoll'>) {
  const polls: { readonly most: number; readonly answer: (tasks: readonly string[] | null) => void }[] = [];
  const working = new Map<string, () => void>();
  const pollers = new Pollers<string>({
    ...options,
    poll: (most) => new Promise((answer) => polls.push({ most, answer })),
    handle: (task) => new Promise((done) => working.set(task, done)),
    clock: new ManualClock(),
    logger: keptLog().logger,
    what: 'tasks',
  });
  const ended = pollers.run();
  const asked = (): number[] => polls.map(({ most }) => most);
  return { pollers, polls, working, ended, asked };
}

test('polls that are under way ask together for no more than there is room for', async () => {
  const { pollers, polls, working, asked } = setUp({ maxPolls: 3, maxTasks: 10, mostOfPoll: 4 });
  await settled();
  expect(asked()).toEqual([4, 4, 2]);
  polls[0]?.answer(['a', 'b', 'c', 'd']);
  await settled();
  expect([asked().slice(3), pollers.inFlight]).toEqual([[1], 4]); // one is always asked for where there is any room
  for (const task of ['a', 'b', 'c', 'd']) working.get(task)?.();
  polls[1]?.answer(['e']);
  await settled();
  expect([asked().slice(4), pollers.inFlight]).toEqual([[4], 1]);
});

test('without a word about it each poll asks for one', async () => {
  const { asked } = setUp({ maxPolls: 2, maxTasks: 10 });
  await settled();
  expect(asked()).toEqual([1, 1]);
});

test('no poll is made while there is no room', async () => {
  const { polls, working, asked } = setUp({ maxPolls: 1, maxTasks: 2, mostOfPoll: 2 });
  await settled();
  polls[0]?.answer(['a', 'b']);
  await settled();
  expect(asked()).toEqual([2]);
  working.get('a')?.();
  await settled();
  expect(asked()).toEqual([2, 1]);
});

test('all that a poll brings after the stop is still worked on', async () => {
  const { pollers, polls, working, ended } = setUp({ maxPolls: 1, maxTasks: 5, mostOfPoll: 5 });
  await settled();
  pollers.stop();
  polls[0]?.answer(['a', 'b']);
  await settled();
  expect([...working.keys()]).toEqual(['a', 'b']);
  for (const done of working.values()) done();
  await ended;
});
