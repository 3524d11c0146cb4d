import { expect, test } from 'vitest';
import { pollWords } from './worker-words.ts';

test('queues are told once, with what is polled for where it is not both', () => {
  const poll = (kind: 'workflow' | 'activity', taskQueue: string, namespace = 'default') => ({ kind, namespace, taskQueue });
  expect(pollWords([poll('workflow', 'a'), poll('activity', 'a'), poll('activity', 'mail'), poll('workflow', 'a', 'team')])).toEqual([
    'a',
    'mail (activities)',
    'team/a (workflows)',
  ]);
  expect(pollWords([])).toEqual([]);
});
