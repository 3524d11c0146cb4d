import { describe, expect, test } from 'vitest';
import type { Failure } from './failure.ts';
import { cutoffStackTrace, DefaultFailureConverter, defaultFailureConverter } from './failure-converter.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from './failures.ts';
import { defaultPayloadConverter } from './payload-converter.ts';

const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });
const toFailure = (error: unknown) => defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
const toError = (failure: Failure) => defaultFailureConverter.failureToError(failure, defaultPayloadConverter);

/** Of a failure and its causes; stacks are another test's. */
function withoutStack({ stackTrace: _, ...failure }: Failure): Failure {
  return failure.cause ? { ...failure, cause: withoutStack(failure.cause) } : failure;
}

describe('errors become failures', () => {
  test.each<[string, Error, Partial<Failure>]>([
    [
      'ApplicationFailure',
      ApplicationFailure.create({ message: 'm', type: 'T', nonRetryable: true, details: [1, undefined], nextRetryDelay: '2 seconds', category: 'BENIGN' }),
      { applicationFailureInfo: { type: 'T', nonRetryable: true, details: [json(1), { encoding: 'binary/null' }], nextRetryDelay: 2_000, category: 'BENIGN' } },
    ],
    ['ApplicationFailure without anything', new ApplicationFailure('m'), { applicationFailureInfo: { nonRetryable: false } }],
    ['CancelledFailure', new CancelledFailure('m', ['d']), { canceledFailureInfo: { details: [json('d')] } }],
    ['TimeoutFailure', new TimeoutFailure('m', 0, 'HEARTBEAT'), { timeoutFailureInfo: { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: [json(0)] } }],
    ['TimeoutFailure without heartbeat', new TimeoutFailure('m', undefined, 'START_TO_CLOSE'), { timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } }],
    ['TerminatedFailure', new TerminatedFailure('m'), { terminatedFailureInfo: {} }],
    ['ServerFailure', new ServerFailure('m', true), { serverFailureInfo: { nonRetryable: true } }],
    [
      'ActivityFailure',
      new ActivityFailure('m', 'echo', '1', 'TIMEOUT', 'me'),
      { activityFailureInfo: { scheduledEventId: 0, startedEventId: 0, activityType: 'echo', activityId: '1', retryState: 'TIMEOUT', identity: 'me' } },
    ],
    ['TemporalFailure', new TemporalFailure('m'), {}],
    ['a plain error', new TypeError('m'), {}],
  ])('%s', (_, error, infos) => {
    expect(withoutStack(toFailure(error))).toEqual({ message: 'm', source: 'TypeScriptSDK', ...infos });
  });

  test('ChildWorkflowFailure', () => {
    const execution = { workflowId: 'w', runId: 'r' };
    expect(withoutStack(toFailure(new ChildWorkflowFailure('n', execution, 'child', 'TIMEOUT', new CancelledFailure('c'))))).toEqual({
      message: 'Child Workflow execution failed',
      source: 'TypeScriptSDK',
      childWorkflowExecutionFailureInfo: {
        namespace: 'n',
        workflowExecution: execution,
        workflowType: 'child',
        initiatedEventId: 0,
        startedEventId: 0,
        retryState: 'TIMEOUT',
      },
      cause: { message: 'c', source: 'TypeScriptSDK', canceledFailureInfo: {} },
    });
  });

  test('causes follow, and a chain that bites its tail ends', () => {
    const inner = new Error('inner');
    const outer = new Error('outer', { cause: inner });
    inner.cause = outer;
    expect(withoutStack(toFailure(outer))).toEqual({ message: 'outer', source: 'TypeScriptSDK', cause: { message: 'inner', source: 'TypeScriptSDK' } });
  });

  test('a value that is no error says that it should be one', () => {
    const advice = ' [A non-Error value was thrown from your code. We recommend throwing Error objects so that we can provide a stack trace]';
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect([toFailure('text'), toFailure({ a: 1 }), toFailure(undefined), toFailure(circular)].map(({ message }) => message)).toEqual([
      `text${advice}`,
      `{"a":1}${advice}`,
      `undefined${advice}`,
      `[object Object]${advice}`,
    ]);
    expect(toFailure('text')).not.toHaveProperty('stackTrace');
  });

  test('an error that was made from a failure gives that failure back', () => {
    const failure: Failure = {
      message: 'm',
      source: 'GoSDK',
      activityFailureInfo: { scheduledEventId: 5, startedEventId: 6, activityType: 't', activityId: '1', retryState: 'TIMEOUT' },
    };
    expect(toFailure(toError(failure))).toBe(failure);
  });
});

describe('failures become errors', () => {
  test('an activity failure with its cause', () => {
    const error = toError({
      message: 'Activity task failed',
      activityFailureInfo: {
        scheduledEventId: 5,
        startedEventId: 6,
        activityType: 'echo',
        activityId: '1',
        retryState: 'MAXIMUM_ATTEMPTS_REACHED',
        identity: 'worker',
      },
      cause: { message: 'broken', stackTrace: 'at home', applicationFailureInfo: { type: 'Broken', nonRetryable: true, details: [json({ a: 1 })] } },
    }) as ActivityFailure;
    expect(error).toBeInstanceOf(ActivityFailure);
    expect(error).toMatchObject({
      name: 'ActivityFailure',
      message: 'Activity task failed',
      activityType: 'echo',
      activityId: '1',
      retryState: 'MAXIMUM_ATTEMPTS_REACHED',
      identity: 'worker',
    });
    expect(error.cause).toBeInstanceOf(ApplicationFailure);
    expect(error.cause).toMatchObject({
      name: 'ApplicationFailure',
      message: 'broken',
      stack: 'at home',
      type: 'Broken',
      nonRetryable: true,
      details: [{ a: 1 }],
    });
  });

  test.each<[Omit<Failure, 'message'>, object]>([
    [
      { timeoutFailureInfo: { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: [json('last')] } },
      { name: 'TimeoutFailure', timeoutType: 'HEARTBEAT', lastHeartbeatDetails: 'last' },
    ],
    [{ canceledFailureInfo: { details: [json(1)] } }, { name: 'CancelledFailure', details: [1] }],
    [{ terminatedFailureInfo: {} }, { name: 'TerminatedFailure' }],
    [{ serverFailureInfo: { nonRetryable: true } }, { name: 'ServerFailure', nonRetryable: true }],
    [{ resetWorkflowFailureInfo: { lastHeartbeatDetails: [json(2)] } }, { name: 'ApplicationFailure', type: 'ResetWorkflow', details: [2] }],
    [{}, { name: 'TemporalFailure' }],
  ])('%j', (infos, fields) => {
    expect(toError({ message: 'm', ...infos })).toMatchObject({ message: 'm', ...fields });
  });

  test('a child failure keeps its own message', () => {
    const workflowExecution = { workflowId: 'w', runId: 'r' };
    const error = toError({
      message: 'whatever',
      childWorkflowExecutionFailureInfo: {
        namespace: '',
        workflowExecution,
        workflowType: 'child',
        initiatedEventId: 1,
        startedEventId: 2,
        retryState: 'TIMEOUT',
      },
    });
    expect(error).toMatchObject({
      name: 'ChildWorkflowFailure',
      message: 'Child Workflow execution failed',
      execution: workflowExecution,
      workflowType: 'child',
      retryState: 'TIMEOUT',
    });
  });
});

test('encoded attributes hide message and stack of the whole chain, and are read back', () => {
  const converter = new DefaultFailureConverter({ encodeCommonAttributes: true });
  const failure = converter.errorToFailure(new ApplicationFailure('secret', 'T', false, [], new Error('inner secret')), defaultPayloadConverter);
  expect([failure.message, failure.stackTrace, failure.cause?.message]).toEqual(['Encoded failure', '', 'Encoded failure']);
  const error = defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
  expect([error.message, (error.cause as Error).message]).toEqual(['secret', 'inner secret']);
  expect(error.stack).toContain('secret');
});

test('attributes of an unexpected shape are left alone', () => {
  expect(toError({ message: 'kept', encodedAttributes: json({ message: 1 }) }).message).toBe('kept');
});

test('a stack trace ends where user code ends', () => {
  const stack = 'Error: x\n    at work (workflows.ts:1:1)\n    at Activator.startWorkflowNextHandler (activator.ts:1:1)\n    at other (x.ts:1:1)';
  expect(cutoffStackTrace(stack)).toBe('Error: x\n    at work (workflows.ts:1:1)');
  expect(cutoffStackTrace('Error: x\n    at async executeActivityNextHandler (host.ts:1:1)')).toBe('Error: x');
  expect(cutoffStackTrace('Error: x\n    at updateEverything (user.ts:1:1)')).toBe('Error: x\n    at updateEverything (user.ts:1:1)');
  expect(cutoffStackTrace(undefined)).toBe('');
});
