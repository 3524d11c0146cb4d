import { afterAll, expect, test } from 'vitest';
import { givenRun } from './run.test-kit.ts';

const lines: unknown[][] = [];
const real = console.log;
// Before the first sandbox of this realm, which wraps what it finds.
console.log = (...args) => void lines.push(args);
afterAll(() => {
  console.log = real;
});

test('the console names the workflow in live code, is silent in a replay, and is the host’s for all others', async () => {
  async function logs() {
    console.log('a line', 1);
  }
  await givenRun(logs);
  await givenRun(logs, [], { activation: { isReplaying: true } });
  console.log('of a test');
  expect(lines).toEqual([['[logs(workflow-1)]', 'a line', 1], ['of a test']]);
});
