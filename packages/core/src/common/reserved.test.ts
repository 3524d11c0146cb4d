import { expect, test } from 'vitest';
import { throwIfReservedName } from './reserved.ts';

test('names of the engine are refused, others are not', () => {
  expect(() => throwIfReservedName('signal', '__temporal_x')).toThrow(
    new TypeError("Cannot use signal name: '__temporal_x', with reserved prefix: '__temporal_'"),
  );
  expect(() => throwIfReservedName('query', '__stack_trace')).toThrow(new TypeError("Cannot use query name: '__stack_trace', which is a reserved name"));
  expect(() => throwIfReservedName('query', '__enhanced_stack_trace')).toThrow(TypeError);
  expect(() => throwIfReservedName('task queue', '__other')).not.toThrow();
});
