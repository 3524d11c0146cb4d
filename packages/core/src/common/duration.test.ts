import { describe, expect, test } from 'vitest';
import { optionalMillis, toMillis } from './duration.ts';

describe('durations', () => {
  test.each([
    [0, 0],
    [-5, -5],
    [1.5, 1.5],
    ['100', 100],
    ['100 ms', 100],
    ['1s', 1_000],
    ['1.5 seconds', 1_500],
    ['.5m', 30_000],
    ['2 Hours', 7_200_000],
    ['-1 day', -86_400_000],
    ['1 week', 604_800_000],
    ['1y', 31_557_600_000],
  ])('%j is %j ms', (duration, millis) => {
    expect(toMillis(duration)).toBe(millis);
  });

  test.each(['', 'soon', '1 fortnight', '1 s s', '1'.repeat(101), Number.NaN, Number.POSITIVE_INFINITY, null, {}])('%j is refused', (duration) => {
    expect(() => toMillis(duration as string)).toThrow(TypeError);
  });

  test('an error names the field and what was found', () => {
    expect(() => toMillis('soon', 'startDelay')).toThrow("Invalid duration string: 'soon' for startDelay; give milliseconds or a string like '30 seconds'");
    expect(() => toMillis(Number.NaN)).toThrow('Invalid duration number: NaN;');
  });

  test('an absent duration stays absent', () => {
    expect([optionalMillis(undefined), optionalMillis(null), optionalMillis('1s')]).toEqual([undefined, undefined, 1_000]);
  });
});

test('what is no duration is refused in words, also where it has no text', () => {
  for (const value of [Object.create(null), { toString: 1, valueOf: 1 }, [Object.create(null)], Symbol('s')])
    expect(() => toMillis(value as never, 'timeout')).toThrow(/^Invalid duration (object|symbol).* for timeout; give milliseconds/);
});
