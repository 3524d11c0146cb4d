import { expect, test } from 'vitest';
import {
  decodeActivityCancellationType,
  decodeParentClosePolicy,
  encodeActivityCancellationType,
  encodeParentClosePolicy,
  encodeRetryState,
  ParentClosePolicy,
} from './enums.ts';
import { ValueError } from './errors.ts';

test('names, short and long, become numbers; numbers pass; nothing stays nothing', () => {
  expect([
    encodeParentClosePolicy('ABANDON'),
    encodeParentClosePolicy('PARENT_CLOSE_POLICY_ABANDON'),
    encodeParentClosePolicy(3),
    encodeParentClosePolicy(undefined),
  ]).toEqual([2, 2, 3, undefined]);
});

test('numbers become short names; 0 is unspecified unless a name has it; an unknown number says so', () => {
  expect([decodeParentClosePolicy(1), decodeParentClosePolicy(0), decodeParentClosePolicy(9)]).toEqual(['TERMINATE', undefined, 'unknown_9']);
  expect([encodeActivityCancellationType('TRY_CANCEL'), decodeActivityCancellationType(0)]).toEqual([0, 'TRY_CANCEL']);
});

test('an unknown name is refused with those that are known', () => {
  expect(() => encodeRetryState('toString' as never)).toThrow(ValueError);
  expect(() => encodeParentClosePolicy('KILL' as never)).toThrow("Invalid enum value: 'KILL'; give one of TERMINATE, ABANDON, REQUEST_CANCEL");
});

test('deprecated spellings are keys with the short value', () => {
  expect(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL).toBe('REQUEST_CANCEL');
});
