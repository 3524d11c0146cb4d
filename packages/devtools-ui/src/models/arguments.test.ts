import { expect, test } from 'vitest';
import { messageText, parseArguments, startText } from './arguments.ts';

test('a start as code is what a person would write, whatever the names are made of', () => {
  expect(startText('order', `it's "1"\\`, 'demo', ['{"id":1}', '', '"x"', ' '])).toBe(`const handle = await client.workflow.start('order', {
  workflowId: 'it\\'s "1"\\\\',
  taskQueue: 'demo',
  args: [{"id":1}, undefined, "x"],
});`);
  expect(startText('order', 'a', 'demo', [''])).not.toContain('args');
});

test('what is typed as code is what is sent: an empty argument between others is undefined, and one at the end is none', () => {
  expect(messageText('signal', 'go', ['', '2', ''])).toBe(`await handle.signal('go', undefined, 2);`);
  expect(messageText('update', "it's", ['1'])).toBe(`const result = await handle.executeUpdate('it\\'s', { args: [1] });`);
  expect(parseArguments(['', '2', ''])).toEqual({ payloads: [{ encoding: 'binary/null' }, { encoding: 'json/plain', data: '2' }] });
});
