import { expect, test } from 'vitest';
import { CommitFigures } from './commit-figures.ts';

test('they are of the last minute, and of as many seconds as the engine is old', () => {
  const figures = new CommitFigures(1_000_000);
  expect(figures.read(1_000_000)).toEqual({ seconds: 1, commits: 0, events: 0 });
  figures.add(1_000_100, 5, 2);
  figures.add(1_000_900, 1, 4);
  figures.add(1_030_000, 3, 40);
  expect(figures.read(1_030_500)).toEqual({ seconds: 31, commits: 3, events: 9, latency: { count: 3, p50: 4, p99: 40 } });
  expect(figures.read(1_061_000)).toMatchObject({ seconds: 60, commits: 1, events: 3 });
  expect(figures.read(1_200_000)).toMatchObject({ seconds: 60, commits: 0, events: 0 });
});

test('a second that is written again after a minute begins at nothing', () => {
  const figures = new CommitFigures(0);
  figures.add(5_000, 7, 1);
  figures.add(65_000, 2, 1);
  expect(figures.read(65_000)).toMatchObject({ commits: 1, events: 2 });
});

test('a clock that was set back neither counts what is to come nor makes a latency of less than nothing', () => {
  const figures = new CommitFigures(100_000);
  figures.add(100_000, 1, 1);
  figures.add(50_000, 2, -50_000);
  expect(figures.read(50_000)).toEqual({ seconds: 1, commits: 1, events: 2, latency: { count: 2, p50: 1, p99: 1 } });
});

test('latencies are of the last 512 commits', () => {
  const figures = new CommitFigures(0);
  for (let each = 0; each < 512; each += 1) figures.add(1_000, 1, 100);
  for (let each = 0; each < 512; each += 1) figures.add(1_000, 1, each < 500 ? 1 : 9);
  expect(figures.read(1_000)).toEqual({ seconds: 1, commits: 1024, events: 1024, latency: { count: 512, p50: 1, p99: 9 } });
});
