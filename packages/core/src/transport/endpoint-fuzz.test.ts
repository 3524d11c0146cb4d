/** Wire messages of every shape that a peer could think of: only calls of listed methods with plain data come through, and nothing is poisoned. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Call, isServiceMethod } from './call.ts';
import { exposeService } from './endpoint.ts';
import { checkPlainData } from './plain-data.ts';

const word = fc.constantFrom('__proto__', 'constructor', 'prototype', 'call', 'apply', 'bind', 'toString', 'polluted', 'getEngineStatus', 'name', '0', '');
const type = fc.constantFrom('GET', 'SET', 'APPLY', 'CONSTRUCT', 'ENDPOINT', 'RELEASE', 'RAW', 'HANDLER', 'apply', 1, null);
const anything = fc.oneof(fc.anything({ withNullPrototype: true, withMap: true, withDate: true, withBigInt: true, key: word, maxDepth: 3 }), word);
const request = fc.record({ method: fc.oneof(word, anything), argument: anything, timeoutMs: fc.oneof(fc.integer(), anything) }, { requiredKeys: [] });
const wireValue = fc.record({ type, name: fc.constantFrom('proxy', 'throw', 'x'), value: fc.oneof(request, anything) }, { requiredKeys: [] });
const wireMessage = fc.record(
  {
    id: fc.oneof(fc.string(), anything),
    type,
    path: fc.oneof(fc.array(word, { maxLength: 3 }), anything),
    argumentList: fc.oneof(fc.array(wireValue, { maxLength: 2 }), anything),
    value: wireValue,
  },
  { requiredKeys: [] },
);
/** As `wireMessage`, but with what a guard looks at first already right. */
const nearlyRight = fc.record({
  id: fc.constant('1'),
  type: fc.constant('APPLY'),
  path: fc.constant([]),
  argumentList: fc.tuple(fc.record({ type: fc.constant('RAW'), value: request })),
});

test('S1: no wire message reaches more than the listed methods', () => {
  const before = [Object.getOwnPropertyNames(Object.prototype), Object.getOwnPropertyNames(Function.prototype), Object.getOwnPropertyNames(globalThis)];
  const calls: Call[] = [];
  const listeners: ((event: MessageEvent) => void)[] = [];
  const endpoint = {
    postMessage() {},
    removeEventListener() {},
    addEventListener: (_type: string, listener: (event: MessageEvent) => void) => void listeners.push(listener),
  };
  exposeService(async (call: Call) => void calls.push(call), endpoint);
  const deliver = (data: unknown): void => listeners[0]?.({ data } as MessageEvent);
  fc.assert(fc.property(fc.oneof(wireMessage, nearlyRight, anything), deliver), { numRuns: 5_000, seed: 1 });
  expect(calls.length).toBeGreaterThan(0);
  for (const { method, argument } of calls) {
    expect(isServiceMethod(method)).toBe(true);
    checkPlainData(argument, 'the argument');
  }
  expect([Object.getOwnPropertyNames(Object.prototype), Object.getOwnPropertyNames(Function.prototype), Object.getOwnPropertyNames(globalThis)]).toEqual(
    before,
  );
});
