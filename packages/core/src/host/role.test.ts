import { expect, test } from 'vitest';
import { collectPorts } from './ports.ts';
import { roleOf, workerScope } from './role.ts';

test('a worker plays the role of its name, and is the engine under any name of the user', () => {
  expect(['perdure:sandbox', 'perdure:activities', 'perdure', '', 'my engine', 'perdure:other'].map(roleOf)).toEqual([
    'sandbox',
    'activities',
    'engine',
    'engine',
    'engine',
    'engine',
  ]);
});

test('serve in a page, or in a SharedWorker, is an error that says where it belongs', () => {
  const refusal = expect.objectContaining({ code: 'FailedPrecondition', message: expect.stringContaining('dedicated worker') });
  expect(() => workerScope({ document: {}, postMessage() {}, name: '' })).toThrow(refusal);
  expect(() => workerScope({ name: 'shared' })).toThrow(refusal);
});

test('ports that come before the role has loaded are given to it in their order', () => {
  const scope = new EventTarget();
  const ports = collectPorts(scope as never);
  const taken: unknown[] = [];
  const hand = (port: string, data: unknown = { perdure: 'connect' }) => scope.dispatchEvent(Object.assign(new Event('message'), { data, ports: [port] }));
  hand('first');
  hand('stray', { something: 'else' });
  hand('second');
  ports.onPort((port) => taken.push(port));
  hand('third');
  expect(taken).toEqual(['first', 'second', 'third']);
});
