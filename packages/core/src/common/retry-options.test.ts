import { expect, test } from 'vitest';
import { ValueError } from './errors.ts';
import { compileRetryPolicy, decompileRetryPolicy } from './retry-options.ts';

test('durations are resolved, and only the initial interval is filled in', () => {
  expect(compileRetryPolicy({})).toEqual({ initialInterval: 1_000 });
  expect(
    compileRetryPolicy({ initialInterval: '2s', maximumInterval: '1 minute', backoffCoefficient: 1.5, maximumAttempts: 3, nonRetryableErrorTypes: ['A'] }),
  ).toEqual({
    initialInterval: 2_000,
    maximumInterval: 60_000,
    backoffCoefficient: 1.5,
    maximumAttempts: 3,
    nonRetryableErrorTypes: ['A'],
  });
});

test('unlimited attempts are left out, there and back', () => {
  expect(compileRetryPolicy({ maximumAttempts: Number.POSITIVE_INFINITY })).toEqual({ initialInterval: 1_000 });
  const policy = { initialInterval: 1, backoffCoefficient: 2, maximumInterval: 100, maximumAttempts: 0, nonRetryableErrorTypes: [] };
  expect(decompileRetryPolicy(policy)).toEqual({ initialInterval: 1, backoffCoefficient: 2, maximumInterval: 100, nonRetryableErrorTypes: [] });
  expect(decompileRetryPolicy({ ...policy, maximumAttempts: 2 })).toEqual({ ...policy, maximumAttempts: 2 });
  expect(decompileRetryPolicy(undefined)).toBeUndefined();
});

test.each([
  [{ backoffCoefficient: 0 }, 'RetryPolicy.backoffCoefficient must be greater than 0, found 0'],
  [{ backoffCoefficient: Number.NaN }, 'RetryPolicy.backoffCoefficient must be greater than 0, found NaN'],
  [{ maximumAttempts: 0 }, 'RetryPolicy.maximumAttempts must be a positive integer, found 0'],
  [{ maximumAttempts: 1.5 }, 'RetryPolicy.maximumAttempts must be an integer, found 1.5'],
  [{ maximumInterval: 0 }, 'RetryPolicy.maximumInterval cannot be 0, found 0'],
  [{ initialInterval: '0s' }, "RetryPolicy.initialInterval cannot be 0, found '0s'"],
  [{ initialInterval: -1 }, 'RetryPolicy.initialInterval cannot be negative, found -1'],
  [{ initialInterval: 2, maximumInterval: 1 }, 'RetryPolicy.maximumInterval cannot be less than its initialInterval of 2 ms, found 1'],
])('%j is refused', (options, message) => {
  expect(() => compileRetryPolicy(options)).toThrow(new ValueError(message));
});
