import { describe, expect, test } from 'vitest';
import { IllegalStateError, PayloadConverterError, ValueError, WorkflowNotFoundError } from './errors.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ensureApplicationFailure,
  ensureTemporalFailure,
  isCancellation,
  rootCause,
  TemporalFailure,
} from './failures.ts';

describe('instanceof', () => {
  test('an instance of another copy of a class counts', () => {
    const foreign = { [Symbol.for('__temporal_isTemporalFailure')]: true, [Symbol.for('__temporal_isCancelledFailure')]: true };
    expect([foreign instanceof TemporalFailure, foreign instanceof CancelledFailure, foreign instanceof ApplicationFailure]).toEqual([true, true, false]);
  });

  test('a class counts for what it extends, and for nothing else', () => {
    const error = new PayloadConverterError('x');
    expect([error instanceof Error, error instanceof ValueError, error instanceof IllegalStateError]).toEqual([true, true, false]);
    expect([new ValueError('x') instanceof PayloadConverterError, (null as unknown) instanceof ValueError]).toEqual([false, false]);
  });

  test('a class of the user that extends ours has its own instances', () => {
    class Mine extends ApplicationFailure {}
    expect([new Mine('x') instanceof Mine, new ApplicationFailure('x') instanceof Mine, new Mine('x') instanceof ApplicationFailure]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('names are those of the classes', () => {
    expect([new ValueError().name, new PayloadConverterError().name, new ApplicationFailure().name]).toEqual([
      'ValueError',
      'PayloadConverterError',
      'ApplicationFailure',
    ]);
    expect(new WorkflowNotFoundError('m', 'w', undefined)).toMatchObject({ name: 'WorkflowNotFoundError', workflowId: 'w', runId: undefined });
  });
});

describe('ApplicationFailure', () => {
  test('retryable and nonRetryable have the type Error unless told', () => {
    expect(ApplicationFailure.retryable('m')).toMatchObject({ message: 'm', type: 'Error', nonRetryable: false, details: [] });
    expect(ApplicationFailure.nonRetryable('m', 'T', 1, 2)).toMatchObject({ message: 'm', type: 'T', nonRetryable: true, details: [1, 2] });
  });

  test('create is retryable unless told', () => {
    expect(ApplicationFailure.create({ message: 'm' })).toMatchObject({ message: 'm', type: undefined, nonRetryable: false });
  });

  test('fromError replaces fields, and what the error was made from no longer counts', () => {
    const error = new ApplicationFailure('m', 'T');
    error.failure = { message: 'm' };
    expect(ApplicationFailure.fromError(error, { nonRetryable: true })).toMatchObject({ message: 'm', type: 'T', nonRetryable: true });
    expect(error.failure).toBeUndefined();
  });
});

describe('ensureApplicationFailure', () => {
  test('takes type, message, stack and cause of an error', () => {
    const cause = new Error('below');
    const error = new TypeError('wrong', { cause });
    const failure = ensureApplicationFailure(error);
    expect(failure).toMatchObject({ message: 'wrong', type: 'TypeError', nonRetryable: false, stack: error.stack });
    expect(failure.cause).toBe(cause);
  });

  test.each([
    ['text', { message: 'text', type: undefined }],
    [undefined, { message: 'undefined', type: undefined }],
    [{ message: 'm' }, { message: 'm', type: 'Object' }],
    [Object.create(null, { toString: { value: () => 'bare' } }), { message: 'bare', type: undefined }],
  ])('%#: a value that is no error', (value, fields) => {
    expect(ensureApplicationFailure(value)).toMatchObject({ ...fields, stack: '' });
  });

  test('leaves failures as they are', () => {
    const application = new ApplicationFailure('m');
    const cancelled = new CancelledFailure('m');
    expect(ensureApplicationFailure(application)).toBe(application);
    expect(ensureTemporalFailure(cancelled)).toBe(cancelled);
    expect(ensureApplicationFailure(cancelled)).toMatchObject({ name: 'ApplicationFailure', type: 'CancelledFailure' });
  });
});

test('a cancellation is one through activities and children, not through other failures', () => {
  const cancelled = new CancelledFailure('c');
  const activity = new ActivityFailure('a', 't', '1', 'CANCEL_REQUESTED', undefined, cancelled);
  const child = new ChildWorkflowFailure('n', { workflowId: 'w', runId: 'r' }, 't', 'CANCEL_REQUESTED', activity);
  const application = new ApplicationFailure('x', 't', false, [], cancelled);
  expect([cancelled, activity, child, application, new Error('x'), undefined].map(isCancellation)).toEqual([true, true, true, false, false, false]);
});

test('the root cause is the last message of the chain', () => {
  expect(rootCause(new TemporalFailure('a', new TemporalFailure('b', new Error('c'))))).toBe('c');
  expect([rootCause(new Error('plain')), rootCause('text'), rootCause(5)]).toEqual(['plain', 'text', undefined]);
});
