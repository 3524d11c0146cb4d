import { expect, test } from 'vitest';
import { formatBytes, formatCountdown, formatDuration } from './duration.ts';

test('a duration has two units at most', () => {
  expect([0, 840, 1000, 9949, 9950, 59_600, 61_000, 3_600_000, 11_520_000, 90_061_000, -1500].map(formatDuration)).toEqual([
    '0 ms',
    '840 ms',
    '1.0 s',
    '9.9 s',
    '10 s',
    '1 m',
    '1 m 1 s',
    '1 h',
    '3 h 12 m',
    '1 d 1 h',
    '-1.5 s',
  ]);
});

test('a count-down never says less than is left', () => {
  expect([-1, 0, 1, 2001, 61_000].map(formatCountdown)).toEqual(['now', 'now', '1 s', '3 s', '1 m 1 s']);
});

test('sizes are in binary units', () => {
  expect([0, 1, 1023, 1024, 1536, 104_857_600, 1_073_741_824, 1_048_575].map(formatBytes)).toEqual([
    '0 bytes',
    '1 byte',
    '1023 bytes',
    '1 KiB',
    '1.5 KiB',
    '100 MiB',
    '1 GiB',
    '1 MiB',
  ]);
});
