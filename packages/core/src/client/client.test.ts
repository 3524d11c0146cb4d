import { describe, expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import type { PayloadCodec } from '../common/data-converter.ts';
import { encode } from '../common/encoding.ts';
import { ApplicationFailure } from '../common/failures.ts';
import { ServiceError } from '../common/service-error.ts';
import { Client } from './client.ts';
import type { WorkflowClientInterceptor } from './interceptors.ts';
import { type Answers, fakeService } from './service.test-kit.ts';
import { WithStartWorkflowOperation } from './with-start.ts';

const started = { startWorkflowExecution: () => ({ runId: 'run-1', firstExecutionRunId: 'run-1', started: true }) };
const base = { workflowId: 'w', taskQueue: 'q' };
const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

describe('activities from outside', () => {
  const accepting: Answers = {
    respondActivityTaskCompleted: () => undefined,
    respondActivityTaskFailed: () => undefined,
    respondActivityTaskCanceled: () => undefined,
    recordActivityTaskHeartbeat: () => ({ cancelRequested: false }),
  };
  const clientOf = (answers: Answers) => {
    const { service, calls } = fakeService(answers);
    return { activity: new Client({ service, identity: 'me' }).activity, calls };
  };

  test('by task token, which is bytes here and text inside', async () => {
    const { activity, calls } = clientOf(accepting);
    const token = encode('token ü');
    await activity.complete(token, { a: 1 });
    await activity.heartbeat(token, 'beat');
    await activity.reportCancellation(token);
    expect(calls).toEqual([
      ['respondActivityTaskCompleted', { taskToken: 'token ü', identity: 'me', result: [json({ a: 1 })] }],
      ['recordActivityTaskHeartbeat', { taskToken: 'token ü', identity: 'me', details: [json('beat')] }],
      ['respondActivityTaskCanceled', { taskToken: 'token ü', identity: 'me', details: [{ encoding: 'binary/null' }] }],
    ]);
  });

  test('by workflow and activity id', async () => {
    const { activity, calls } = clientOf(accepting);
    await activity.complete({ workflowId: 'w', activityId: '1' }, undefined);
    expect(calls).toEqual([
      ['respondActivityTaskCompleted', { namespace: 'default', workflowId: 'w', activityId: '1', identity: 'me', result: [{ encoding: 'binary/null' }] }],
    ]);
    await expect(activity.complete({ activityId: '1' } as never, 1)).rejects.toThrow(TypeError);
  });

  test('fail keeps the type of a plain error', async () => {
    const { activity, calls } = clientOf(accepting);
    await activity.fail(encode('t'), new RangeError('outside'));
    await activity.fail(encode('t'), ApplicationFailure.nonRetryable('never', 'Fatal'));
    expect(calls.map(([, request]) => (request as { failure: object }).failure)).toMatchObject([
      { message: 'outside', applicationFailureInfo: { type: 'RangeError', nonRetryable: false } },
      { message: 'never', applicationFailureInfo: { type: 'Fatal', nonRetryable: true } },
    ]);
  });

  test('one that is not under way is an ActivityNotFoundError; another refusal keeps its words', async () => {
    const refuse = (code: 'NotFound' | 'InvalidArgument') => () => {
      throw new ServiceError(code, 'why');
    };
    const { activity } = clientOf({ respondActivityTaskCompleted: refuse('NotFound'), recordActivityTaskHeartbeat: refuse('InvalidArgument') });
    await expect(activity.complete(encode('t'), 1)).rejects.toMatchObject({ name: 'ActivityNotFoundError', message: 'why' });
    await expect(activity.heartbeat(encode('t'), 1)).rejects.toMatchObject({ name: 'ActivityCompletionError', message: 'why' });
  });

  test('a heartbeat that is told to stop throws', async () => {
    const { activity } = clientOf({ recordActivityTaskHeartbeat: () => ({ cancelRequested: true }) });
    await expect(activity.heartbeat(encode('t'))).rejects.toMatchObject({ name: 'ActivityCancelledError', message: 'cancelled' });
  });
});

describe('interceptors', () => {
  test('change what is sent, headers included', async () => {
    const { service, calls } = fakeService({ ...started, signalWorkflowExecution: () => undefined });
    const header = { metadata: { encoding: encode('json/plain') }, data: encode('"traced"') };
    const interceptor: WorkflowClientInterceptor = {
      startWithDetails: (input, next) => next({ ...input, headers: { trace: header }, options: { ...input.options, memo: { by: 'interceptor' } } }),
      signal: (input, next) => next({ ...input, args: [`changed ${input.args[0]}`], headers: { trace: header } }),
    };
    const { workflow } = new Client({ service, interceptors: { workflow: [interceptor] } });
    const handle = await workflow.start('t', base);
    await handle.signal('add', 'x');
    expect(calls[0]?.[1]).toMatchObject({ header: { trace: json('traced') }, memo: { by: json('interceptor') } });
    expect(calls[1]?.[1]).toMatchObject({ header: { trace: json('traced') }, input: [json('changed x')] });
  });

  test('with only the older start take part, and may change the run id', async () => {
    const { service } = fakeService(started);
    const log: string[] = [];
    const older: WorkflowClientInterceptor = {
      start: async (input, next) => {
        log.push(`start ${input.workflowType}`);
        return `${await next(input)} seen`;
      },
    };
    const { workflow } = new Client({ service, interceptors: { workflow: [older] } });
    expect((await workflow.start('t', base)).firstExecutionRunId).toBe('run-1 seen');
    expect(log).toEqual(['start t']);
  });

  test('are made for each workflow when they are given as factories', async () => {
    const { service } = fakeService(started);
    const made: unknown[] = [];
    const make = (input: unknown) => {
      made.push(input);
      return {};
    };
    const { workflow } = new Client({ service, interceptors: { workflow: { calls: [make] } } });
    workflow.getHandle('w', 'r');
    expect(made).toEqual([{ workflowId: 'w', runId: 'r' }]);
  });
});

test('codecs work on what leaves and what comes', async () => {
  const flip = (bytes: Uint8Array | null | undefined) => (bytes ?? new Uint8Array()).map((byte) => byte ^ 0xff);
  const codec: PayloadCodec = {
    encode: async (payloads) => payloads.map(({ data }) => ({ metadata: { encoding: encode('binary/flipped') }, data: flip(data) })),
    decode: async (payloads) => payloads.map(({ data }) => ({ metadata: { encoding: encode('json/plain') }, data: flip(data) })),
  };
  const { service, calls } = fakeService({ queryWorkflow: ({ queryArgs = [] }) => ({ result: queryArgs }) });
  const client = new Client({ service, dataConverter: { payloadCodecs: [codec] } });
  expect(await client.workflow.getHandle('w').query('echo', { secret: 1 })).toEqual({ secret: 1 });
  expect(JSON.stringify(calls)).toContain('binary/flipped');
  expect(JSON.stringify(calls)).not.toContain('secret');
});

describe('update with start', () => {
  const answers: Answers = {
    ...started,
    updateWithStartWorkflowExecution: () => ({
      start: { runId: 'run-1', firstExecutionRunId: 'run-1', started: true },
      update: { workflowExecution: { workflowId: 'w', runId: 'run-1' }, updateId: 'u', stage: 'COMPLETED', outcome: { success: [json(3)] } },
    }),
  };
  const operation = () => new WithStartWorkflowOperation('t', { ...base, workflowIdConflictPolicy: 'USE_EXISTING' });

  test('starts the workflow, updates that run, and gives both outcomes', async () => {
    const { service, calls } = fakeService(answers);
    const client = new Client({ service });
    const startWorkflowOperation = operation();
    expect(await client.workflow.executeUpdateWithStart('add', { startWorkflowOperation, args: [1], updateId: 'u' })).toBe(3);
    expect((await startWorkflowOperation.workflowHandle()).workflowId).toBe('w');
    expect(calls.map(([method]) => method)).toEqual(['updateWithStartWorkflowExecution']);
    expect(calls[0]?.[1]).toMatchObject({ start: { workflowId: 'w', workflowIdConflictPolicy: 'USE_EXISTING' }, update: { updateId: 'u', updateName: 'add' } });
  });

  test('a start that is refused is told to both who wait', async () => {
    const { service } = fakeService({
      updateWithStartWorkflowExecution: () => {
        throw new ServiceError('AlreadyStarted', 'x');
      },
    });
    const startWorkflowOperation = operation();
    const update = new Client({ service }).workflow.executeUpdateWithStart('add', { startWorkflowOperation });
    await expect(update).rejects.toMatchObject({ name: 'WorkflowExecutionAlreadyStartedError' });
    await expect(startWorkflowOperation.workflowHandle()).rejects.toMatchObject({ name: 'WorkflowExecutionAlreadyStartedError' });
  });

  test('an operation serves once', async () => {
    const { workflow } = new Client({ service: fakeService(answers).service });
    const startWorkflowOperation = operation();
    await workflow.executeUpdateWithStart('add', { startWorkflowOperation });
    await expect(workflow.executeUpdateWithStart('add', { startWorkflowOperation })).rejects.toMatchObject({ name: 'IllegalStateError' });
  });
});

describe('giving up', () => {
  const never = () => new Promise<never>(() => {});

  test('at a deadline', async () => {
    let fire = () => {};
    let waited = 0;
    const clock: Clock = {
      now: () => 1_000,
      setTimer(delayMs, fn) {
        waited = delayMs;
        fire = fn;
        return () => {};
      },
    };
    const client = new Client({ service: fakeService({}).service, clock });
    const call = client.withDeadline(new Date(1_500), never);
    fire();
    await expect(call).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    expect(waited).toBe(500);
  });

  test('an answer in time stops the clock', async () => {
    let stopped = 0;
    const clock: Clock = { now: () => 0, setTimer: () => () => void stopped++ };
    expect(await new Client({ service: fakeService({}).service, clock }).withDeadline(5, async () => 'answer')).toBe('answer');
    expect(stopped).toBe(1);
  });

  test('by an AbortSignal, before and during the call', async () => {
    const client = new Client({ service: fakeService({}).service });
    const controller = new AbortController();
    const call = client.withAbortSignal(controller.signal, never);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'Cancelled' });
    await expect(client.withAbortSignal(controller.signal, () => expect.unreachable())).rejects.toMatchObject({ code: 'Cancelled' });
  });
});
