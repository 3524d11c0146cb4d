import { expect, test } from 'vitest';
import { activityTaskToken, parseActivityTaskToken, parseQueryTaskToken, parseWorkflowTaskToken, queryTaskToken, workflowTaskToken } from './tokens.ts';

const run = { namespace: 'default', workflowId: 'wf "1"', runId: 'run' };
const task = { scheduledEventId: 2, startedEventId: 3, startedAt: 1_000, attempt: 1, requestId: 'r' };
const activity = { scheduledEventId: 5, attempt: 2, secret: 's' };

test('tokens name what they were made for', () => {
  expect(parseWorkflowTaskToken(workflowTaskToken(run, task))).toEqual({ run, task });
  expect(parseActivityTaskToken(activityTaskToken(run, activity))).toEqual({ run, activity });
  expect(parseQueryTaskToken(queryTaskToken('q'))).toBe('q');
});

test('S9: a text that is no token of the kind is refused', () => {
  for (const token of ['', '{', '[]', '["workflow"]', workflowTaskToken(run, task), JSON.stringify(['activity', 'default', 'wf', 'run', '5', 2, 's'])])
    expect(() => parseActivityTaskToken(token)).toThrow('taskToken: expected the token of a task (activity), as a poll gave it, but found');
});

test('a token is taken in the one form in which it was given', () => {
  const token = activityTaskToken(run, activity);
  for (const other of [` ${token}`, `${token}\n`, token.replace('5', '5.0'), JSON.stringify(JSON.parse(token), null, 1)])
    expect(() => parseActivityTaskToken(other)).toThrow('taskToken: expected the token of a task (activity)');
});

test('a token whose run has been taken away names no other run', () => {
  expect(() => parseActivityTaskToken(activityTaskToken({ ...run, runId: '' }, activity))).toThrow('taskToken: expected the token of a task (activity)');
});
