import { expect, test } from 'vitest';
import { readBootMessage } from './boot-message.ts';

const status = {
  role: 'leader',
  state: 'running',
  store: { driver: 'memory', durability: 'none', state: 'open', commits: 0, puts: 0, deletes: 0 },
  now: 0,
  loadedRuns: 0,
};

test('a status is taken with what makes it one', () => {
  expect(readBootMessage({ perdure: 'status', status, tab: 'tab' })).toEqual({ perdure: 'status', status, tab: 'tab' });
});

test.each([[null], [new Set()], [{}], [{ ...status, role: null }], [{ ...status, state: 1 }], [{ ...status, store: null }], [{ ...status, now: '0' }]])(
  'the status %j is none',
  (other) => {
    expect(readBootMessage({ perdure: 'status', status: other })).toBeUndefined();
  },
);
