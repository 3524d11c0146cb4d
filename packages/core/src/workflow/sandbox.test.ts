import { describe, expect, test } from 'vitest';
import { decode, encode } from '../common/encoding.ts';
import { ApplicationFailure } from '../common/failures.ts';
import type { PayloadConverter } from '../common/payload-converter.ts';
import type { ActivationJob } from '../protocol/activation.ts';
import { proxyActivities, scheduleActivity, scheduleLocalActivity } from './activities.ts';
import { executeChild } from './children.ts';
import { continueAsNew, makeContinueAsNewFunc } from './continue-as-new.ts';
import { defineSignal, setHandler } from './definitions.ts';
import { DeterminismViolationError } from './errors.ts';
import type { WorkflowInterceptorsFactory } from './interceptors.ts';
import { mutableSideEffect, sideEffect } from './markers.ts';
import { activityDone, fireTimer, givenRun, query, resultOf, START, signal, value, wire } from './run.test-kit.ts';
import { createSandbox } from './sandbox.ts';
import { CancellationScope } from './scope.ts';
import { condition, sleep } from './timers.ts';
import { Trigger } from './trigger.ts';
import { deprecatePatch, patched, setWorkflowOptions, upsertMemo, workflowInfo } from './workflow-info.ts';

const failed = (run: { completion: unknown }): { message: string } => {
  const completion = run.completion as { status: string; failure: { message: string } };
  expect(completion.status).toBe('failed');
  return completion.failure;
};

describe('a run', () => {
  test('starts a timer and completes when it fires', async () => {
    async function sleeper(ms: number) {
      await sleep(ms);
      return `slept ${ms}`;
    }
    const run = await givenRun(sleeper, [50]);
    expect(run.commands).toEqual([{ type: 'startTimer', seq: 1, startToFireTimeout: 50 }]);
    expect(resultOf(await run.activate(fireTimer(1)))).toBe('slept 50');
  });

  test('makes timers of zero and less one millisecond long', async () => {
    async function sleeper() {
      await Promise.all([sleep(0), sleep(-5), sleep('1 ms')]);
    }
    expect((await givenRun(sleeper)).commands.map((command) => 'startToFireTimeout' in command && command.startToFireTimeout)).toEqual([1, 1, 1]);
  });

  test('schedules an activity with all its options', async () => {
    async function schedules() {
      await scheduleActivity('work', ['a', 1], {
        activityId: 'id',
        startToCloseTimeout: '5s',
        heartbeatTimeout: 100,
        retry: { initialInterval: '2s', maximumAttempts: 4 },
      });
    }
    expect((await givenRun(schedules)).commands).toEqual([
      {
        type: 'scheduleActivity',
        seq: 1,
        activityId: 'id',
        activityType: 'work',
        taskQueue: 'queue',
        headers: {},
        arguments: [wire('a'), wire(1)],
        startToCloseTimeout: 5_000,
        heartbeatTimeout: 100,
        retryPolicy: { initialInterval: 2_000, maximumAttempts: 4 },
        cancellationType: 'TRY_CANCEL',
      },
    ]);
  });

  test('refuses activities without a timeout before any command', async () => {
    expect(() => proxyActivities({})).toThrow('Required either scheduleToCloseTimeout or startToCloseTimeout');
    async function schedules() {
      try {
        return await scheduleActivity('work', [], {});
      } catch (error) {
        return (error as Error).name;
      }
    }
    expect(resultOf(await givenRun(schedules))).toBe('TypeError');
  });

  test('options of a call go before those of the proxy', async () => {
    const { work } = proxyActivities<{ work(): Promise<void> }>({ startToCloseTimeout: '1s', retry: { maximumAttempts: 3 } });
    async function schedules() {
      await work.executeWithOptions({ startToCloseTimeout: '2s', retry: { initialInterval: '3s' } }, []);
    }
    expect((await givenRun(schedules)).commands).toMatchObject([{ startToCloseTimeout: 2_000, retryPolicy: { initialInterval: 3_000, maximumAttempts: 3 } }]);
  });

  test('is told about itself', async () => {
    async function tells() {
      const { workflowId, runId, memo, attempt, parent, root, historyLength, taskTimeoutMs, unsafe } = workflowInfo();
      return {
        workflowId,
        runId,
        memo,
        attempt,
        parent,
        root: root === undefined,
        historyLength,
        taskTimeoutMs,
        replaying: unsafe.isReplaying,
        start: workflowInfo().runStartTime.getTime(),
      };
    }
    const run = await givenRun(tells, [], {
      init: { memo: { note: wire('kept') }, attempt: 2, parentWorkflowInfo: { namespace: 'default', workflowId: 'p', runId: 'r' } },
      activation: { historyLength: 9 },
    });
    expect(resultOf(run)).toEqual({
      workflowId: 'workflow-1',
      runId: 'run-1',
      memo: { note: 'kept' },
      attempt: 2,
      parent: { namespace: 'default', workflowId: 'p', runId: 'r' },
      root: true,
      historyLength: 9,
      taskTimeoutMs: 10_000,
      replaying: false,
      start: START,
    });
  });

  test('continues as new with what it gives, and as it is with what it does not', async () => {
    async function continues(how: string) {
      if (how === 'plain') await continueAsNew<typeof continues>('next');
      await makeContinueAsNewFunc<typeof continues>({ workflowType: 'other', memo: { a: 1 }, workflowRunTimeout: '1 minute' })('x');
    }
    expect((await givenRun(continues, ['plain'])).commands).toEqual([
      { type: 'continueAsNewWorkflowExecution', workflowType: 'continues', taskQueue: 'queue', arguments: [wire('next')], headers: {} },
    ]);
    expect((await givenRun(continues, ['other'])).commands).toEqual([
      {
        type: 'continueAsNewWorkflowExecution',
        workflowType: 'other',
        taskQueue: 'queue',
        arguments: [wire('x')],
        workflowRunTimeout: 60_000,
        memo: { a: wire(1) },
        headers: {},
      },
    ]);
  });

  test('keeps commands that come after the one that ends it', async () => {
    async function leaves() {
      void sleep('1 hour');
      return 'left';
    }
    expect((await givenRun(leaves)).commands.map(({ type }) => type)).toEqual(['startTimer', 'completeWorkflowExecution']);
  });

  test('starts a child by the name that its function is exported by, whatever a bundler has called that', async () => {
    const shortened = { a: async () => 'done' }.a;
    async function parent() {
      await executeChild(shortened);
    }
    const sandbox = createSandbox({ workflows: { parent, child: shortened } });
    const { commands } = await givenRun(parent, [], { sandbox });
    expect(commands).toMatchObject([{ type: 'startChildWorkflowExecution', workflowType: 'child' }]);
  });

  test('a function that is exported twice keeps the name that it has', async () => {
    async function child() {}
    async function parent() {
      await executeChild(child);
    }
    const sandbox = createSandbox({ workflows: { alias: child, parent, child } });
    const { commands } = await givenRun(parent, [], { sandbox });
    expect(commands).toMatchObject([{ type: 'startChildWorkflowExecution', workflowType: 'child' }]);
  });

  test('changes its memo', async () => {
    async function changes() {
      upsertMemo({ added: 1, kept: 'new', removed: null });
      return workflowInfo().memo;
    }
    const run = await givenRun(changes, [], { init: { memo: { kept: wire('old'), removed: wire(true) } } });
    expect(run.commands[0]).toEqual({
      type: 'modifyWorkflowProperties',
      upsertedMemo: { added: wire(1), kept: wire('new'), removed: { encoding: 'binary/null' } },
    });
    expect(resultOf(run)).toEqual({ added: 1, kept: 'new' });
  });
});

describe('failures', () => {
  test('a plain error fails the task, and is tried again', async () => {
    async function throws() {
      throw new TypeError('a bug');
    }
    expect(failed(await givenRun(throws))).toMatchObject({ message: 'a bug', source: 'TypeScriptSDK' });
  });

  test('a failure fails the workflow', async () => {
    async function throws() {
      throw ApplicationFailure.nonRetryable('refused', 'Kind', 7);
    }
    expect((await givenRun(throws)).commands).toMatchObject([
      { type: 'failWorkflowExecution', failure: { message: 'refused', applicationFailureInfo: { type: 'Kind', nonRetryable: true, details: [wire(7)] } } },
    ]);
  });

  test('errors that are listed by class or by name fail the workflow', async () => {
    class Listed extends Error {}
    async function throwsListed() {
      throw new Listed('listed');
    }
    async function throwsNamed() {
      throw new RangeError('named');
    }
    setWorkflowOptions({ failureExceptionTypes: [Listed] }, throwsListed);
    expect((await givenRun(throwsListed)).commands).toMatchObject([{ type: 'failWorkflowExecution' }]);
    expect((await givenRun(throwsNamed, [], { workflowFailureErrorTypes: { '*': ['RangeError'] } })).commands).toMatchObject([
      { type: 'failWorkflowExecution' },
    ]);
    expect((await givenRun(throwsNamed, [], { workflowFailureErrorTypes: { other: ['Error'] } })).completion.status).toBe('failed');
  });

  test('the first error of a task counts', async () => {
    async function throws() {
      void Promise.resolve().then(() => {
        throw new Error('second');
      });
      throw new Error('first');
    }
    expect(failed(await givenRun(throws)).message).toBe('first');
  });

  test('an unhandled rejection fails the task of its run, and reaches no listener of the host', async () => {
    async function rejects() {
      void Promise.reject(new Error('nobody listens'));
      await condition(() => false);
    }
    expect(failed(await givenRun(rejects)).message).toBe('Unhandled Promise rejection: Error: nobody listens');
  });

  test('an unknown workflow type fails the task and names the known ones', async () => {
    async function known() {}
    const sandbox = createSandbox({ workflows: { known } });
    expect(failed(await givenRun(async function unknown() {}, [], { sandbox })).message).toBe(
      "Failed to initialize workflow of type 'unknown': no such function is exported by the workflow module. Known: known.",
    );
  });

  test('an export named default takes unknown types', async () => {
    const sandbox = createSandbox({ workflows: { default: async () => `as ${workflowInfo().workflowType}` } });
    expect(resultOf(await givenRun(async function unknown() {}, [], { sandbox }))).toBe('as unknown');
  });

  test('R13 a run whose task failed is gone: it must be replayed from its first event', async () => {
    async function throws() {
      throw new Error('a bug');
    }
    const run = await givenRun(throws);
    expect(failed(await run.activate(fireTimer(1))).message).toContain('Run run-1 is not in this sandbox');
  });

  test('a module that does not load rejects ready() and activations with its error', async () => {
    const sandbox = createSandbox({ workflows: () => Promise.reject(new SyntaxError('in the module')) });
    await expect(sandbox.ready()).rejects.toThrow('in the module');
    await expect(givenRun(async function any() {}, [], { sandbox })).rejects.toThrow('in the module');
  });
});

describe('awaiting what the engine does not own', () => {
  test('a run that waits for nothing of the engine fails at once, in words', async () => {
    async function waits() {
      await new Promise(() => {});
    }
    expect(failed(await givenRun(waits)).message).toContain('Workflow "waits" (workflow-1) waits for nothing that the engine could give it');
  });

  test.each<[string, () => unknown]>([
    ['a condition', () => condition(() => false)],
    ['a trigger', () => CancellationScope.nonCancellable(async () => await new Trigger())],
    ['its cancellation', () => CancellationScope.current().cancelRequested],
    ['a timer', () => sleep(1)],
    [
      'a signal',
      () => {
        setHandler(defineSignal('go'), () => {});
        return new Promise(() => {});
      },
    ],
  ])('%s is something of the engine', async (_what, wait) => {
    async function waits() {
      await wait();
    }
    expect((await givenRun(waits)).completion.status).toBe('successful');
  });

  test('code that goes on outside of an activation is found when it uses anything, and fails the next one', async () => {
    let letGo: (() => void) | undefined;
    const foreign = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let caught: unknown;
    async function waits() {
      void sleep('1 hour');
      await foreign;
      try {
        Date.now();
      } catch (error) {
        caught = error;
      }
    }
    const run = await givenRun(waits);
    letGo?.();
    await foreign;
    await null;
    expect(caught).toBeInstanceOf(DeterminismViolationError);
    expect(failed(await run.activate(fireTimer(1))).message).toContain('ran outside of its activations');
  });
});

describe('versions', () => {
  test('R78 a live run takes the new way, with one marker for each patch', async () => {
    async function takes() {
      return [patched('a'), patched('b'), patched('a')];
    }
    const run = await givenRun(takes);
    expect(run.commands.slice(0, -1)).toEqual([
      { type: 'setPatchMarker', patchId: 'a', deprecated: false },
      { type: 'setPatchMarker', patchId: 'b', deprecated: false },
    ]);
    expect(resultOf(run)).toEqual([true, true, true]);
  });

  test('R78 a replay takes the old way without a marker, does not remember it, and the new one with it', async () => {
    async function takes() {
      const first = patched('a');
      await sleep(1);
      return [first, patched('a')];
    }
    const old = await givenRun(takes, [], { activation: { isReplaying: true } });
    expect(old.commands.map(({ type }) => type)).toEqual(['startTimer']);
    expect(resultOf(await old.activate(fireTimer(1)))).toEqual([false, true]);
    const marked = await givenRun(takes, [], { activation: { isReplaying: true }, jobs: [{ type: 'notifyHasPatch', patchId: 'a' }] });
    expect(marked.commands.map(({ type }) => type)).toEqual(['setPatchMarker', 'startTimer']);
  });

  test('a deprecated patch says so in its marker', async () => {
    async function takes() {
      deprecatePatch('a');
    }
    expect((await givenRun(takes)).commands[0]).toEqual({ type: 'setPatchMarker', patchId: 'a', deprecated: true });
  });

  test('an unknown flag of the SDK is refused', async () => {
    expect(failed(await givenRun(async function any() {}, [], { activation: { availableInternalFlags: [99] } })).message).toContain('Unknown SDK flag: 99');
  });

  test('a live task uses flags 1 and 2, a replay those of its history', async () => {
    async function waits() {
      await sleep(1);
    }
    expect((await givenRun(waits)).completion).toMatchObject({ usedInternalFlags: [1, 2] });
    expect((await givenRun(waits, [], { activation: { isReplaying: true, availableInternalFlags: [2] } })).completion).toMatchObject({
      usedInternalFlags: [2],
    });
  });
});

describe('local activities', () => {
  const work = (...args: unknown[]): Promise<unknown> => scheduleLocalActivity('work', args, { startToCloseTimeout: '1s' });

  test('wait for a long back-off with a timer of the workflow, and keep their count', async () => {
    async function calls() {
      return await work('x');
    }
    const run = await givenRun(calls);
    expect(run.commands).toEqual([
      {
        type: 'scheduleLocalActivity',
        seq: 1,
        activityId: '1',
        activityType: 'work',
        attempt: 1,
        headers: {},
        arguments: [wire('x')],
        startToCloseTimeout: 1_000,
        cancellationType: 'TRY_CANCEL',
      },
    ]);
    await run.activate({
      type: 'resolveActivity',
      seq: 1,
      isLocal: true,
      result: { status: 'backoff', attempt: 5, backoffDuration: 90_000, originalScheduleTime: 77 },
    });
    expect(run.commands).toEqual([{ type: 'startTimer', seq: 1, startToFireTimeout: 90_000 }]);
    await run.activate(fireTimer(1));
    expect(run.commands).toMatchObject([{ type: 'scheduleLocalActivity', seq: 2, activityId: '2', attempt: 5, originalScheduleTime: 77 }]);
    expect(resultOf(await run.activate(activityDone(2, 'y')))).toBe('y');
  });

  test('that the worker does not have fail at once, but not in a replay', async () => {
    async function calls() {
      return await work();
    }
    const options = { registeredActivityNames: ['other'] };
    expect(failed(await givenRun(calls, [], options)).message).toBe("Local activity of type 'work' not registered on worker");
    expect((await givenRun(calls, [], { ...options, activation: { isReplaying: true } })).completion.status).toBe('successful');
  });
});

describe('side effects', () => {
  const marker = (number: number, data: unknown): ActivationJob => ({
    type: 'resolveMarker',
    markerName: 'SideEffect',
    details: { data: [wire(data)], 'side-effect-id': [wire(number)] },
  });

  test('are taken once, from the host, and recorded', async () => {
    let calls = 0;
    async function takes() {
      return [sideEffect(() => ++calls), sideEffect(() => Date.now() > START + 1_000_000 || Date.now() < START)];
    }
    const run = await givenRun(takes);
    expect(run.commands.slice(0, 2)).toEqual([
      { type: 'recordMarker', markerName: 'SideEffect', details: { data: [wire(1)], 'side-effect-id': [wire(1)] } },
      { type: 'recordMarker', markerName: 'SideEffect', details: { data: [wire(true)], 'side-effect-id': [wire(2)] } },
    ]);
    const replayed = await givenRun(takes, [], { activation: { isReplaying: true }, jobs: [marker(1, 'recorded'), marker(2, 'too')] });
    expect(resultOf(replayed)).toEqual(['recorded', 'too']);
    expect(calls).toBe(1);
  });

  test('fail the task when they throw, caught or not, and when the history lacks them', async () => {
    async function catches() {
      try {
        return sideEffect(() => {
          throw ApplicationFailure.create({ message: 'panic' });
        });
      } catch {
        return 'caught';
      }
    }
    expect(failed(await givenRun(catches)).message).toBe('panic');
    async function takes() {
      return sideEffect(() => 1);
    }
    expect(failed(await givenRun(takes, [], { activation: { isReplaying: true } })).message).toContain('the history has no marker of it');
    async function waits() {
      return sideEffect(() => Promise.resolve(1));
    }
    expect(failed(await givenRun(waits)).message).toContain('it must be synchronous');
  });

  test('mutable ones are recorded when they change, and replay to what they returned', async () => {
    const values = [7, 7, 8, 8, 7];
    let calls = 0;
    async function takes() {
      const seen = values.map(() => mutableSideEffect('number', () => values[calls++]));
      return [...seen, mutableSideEffect('other', () => 'x')];
    }
    const run = await givenRun(takes);
    const markers = run.commands.filter((command) => command.type === 'recordMarker');
    expect(markers.map(({ details }) => [value(details['data']?.[0]), value(details['mutable-side-effect-call-counter']?.[0])])).toEqual([
      ['number', 1],
      ['number', 3],
      ['number', 5],
      ['other', 1],
    ]);
    expect(markers[0]?.details['data']?.[1]).toEqual({
      encoding: 'json/protobuf',
      metadata: { messageType: 'temporal.api.common.v1.Payloads' },
      data: JSON.stringify({ payloads: [{ metadata: { encoding: btoa('json/plain') }, data: btoa('7') }] }),
    });
    expect(resultOf(run)).toEqual([7, 7, 8, 8, 7, 'x']);
    expect(markers.map(({ mutableSideEffectId }) => mutableSideEffectId)).toEqual(['number', 'number', 'number', 'other']);
    calls = 100;
    const jobs = markers.map(({ markerName, details }): ActivationJob => ({ type: 'resolveMarker', markerName, details }));
    const replayed = await givenRun(takes, [], { activation: { isReplaying: true }, jobs });
    expect(resultOf(replayed)).toEqual([7, 7, 8, 8, 7, 'x']);
    expect(calls).toBe(100);
    expect(replayed.commands).toEqual(run.commands.map(({ mutableSideEffectId: _, ...command }: Record<string, unknown>) => command));
  });

  test('in replay a mutable one gives the value of the last marker before the call', async () => {
    async function takes() {
      return [1, 2, 3].map(() => mutableSideEffect('number', () => 'never called'));
    }
    const recorded = (call: number, data: unknown): ActivationJob => ({
      type: 'resolveMarker',
      markerName: 'MutableSideEffect',
      details: {
        data: [
          wire('number'),
          { encoding: 'json/protobuf', data: JSON.stringify({ payloads: [{ metadata: { encoding: btoa('json/plain') }, data: btoa(JSON.stringify(data)) }] }) },
        ],
        'mutable-side-effect-call-counter': [wire(call)],
        'side-effect-id': [wire(`number_${call}`)],
      },
    });
    const replayed = await givenRun(takes, [], { activation: { isReplaying: true }, jobs: [recorded(1, 'a'), recorded(3, 'c')] });
    expect(resultOf(replayed)).toEqual(['a', 'a', 'c']);
  });

  test('undefined is told by its encoding: equals is asked for values alone', async () => {
    const asked: [string, string][] = [];
    const equals = (newValue: string, oldValue: string): boolean => {
      asked.push([newValue, oldValue]);
      return newValue.toLowerCase() === oldValue.toLowerCase();
    };
    async function takes() {
      return [undefined, undefined, 'a', 'A', undefined].map((text) => mutableSideEffect('text', () => text as string, equals) ?? 'none');
    }
    const run = await givenRun(takes);
    expect(run.commands.filter(({ type }) => type === 'recordMarker')).toHaveLength(3);
    expect(resultOf(run)).toEqual(['none', 'none', 'a', 'a', 'none']);
    expect(asked).toEqual([['A', 'a']]);
  });

  test('an error of equals fails the task, caught or not', async () => {
    async function catches() {
      mutableSideEffect('number', () => 1);
      try {
        return mutableSideEffect(
          'number',
          () => 2,
          () => {
            throw ApplicationFailure.create({ message: 'equals failed' });
          },
        );
      } catch {
        return 'caught';
      }
    }
    expect(failed(await givenRun(catches)).message).toBe('equals failed');
  });

  test("details are written by the run's own converter, and read by it in replay", async () => {
    const payloadConverter: PayloadConverter = {
      toPayload: (value) => ({ metadata: { encoding: encode('text/mine') }, data: encode(`mine ${JSON.stringify(value) ?? ''}`) }),
      fromPayload: ({ data }) => JSON.parse(decode(data ?? new Uint8Array()).slice(5) || 'null'),
    };
    const mine = (data: unknown) => ({ encoding: 'text/mine', data: btoa(`mine ${JSON.stringify(data)}`), base64: true });
    async function takes() {
      return [sideEffect(() => 'once'), mutableSideEffect('setting', () => 'now')];
    }
    const init = { arguments: [] };
    const run = await givenRun(takes, [], { payloadConverter, init });
    const markers = run.commands.filter((command) => command.type === 'recordMarker');
    expect(markers.map(({ details }) => details)).toEqual([
      { data: [mine('once')], 'side-effect-id': [mine(1)] },
      {
        data: [mine('setting'), mine({ payloads: [{ metadata: { encoding: btoa('text/mine') }, data: btoa('mine "now"') }] })],
        'mutable-side-effect-call-counter': [mine(1)],
      },
    ]);
    const jobs = markers.map(({ markerName, details }): ActivationJob => ({ type: 'resolveMarker', markerName, details }));
    const replayed = await givenRun(takes, [], { payloadConverter, init, activation: { isReplaying: true }, jobs });
    expect(replayed.commands.at(-1)).toEqual({ type: 'completeWorkflowExecution', result: mine(['once', 'now']) });
  });
});

describe('interceptors', () => {
  test('wrap calls in and out, the first one outermost', async () => {
    const log: string[] = [];
    const named =
      (name: string): WorkflowInterceptorsFactory =>
      () => ({
        inbound: [
          {
            execute: (input, next) => {
              log.push(`${name} execute`);
              return next({ ...input, args: [...input.args, name] });
            },
          },
        ],
        outbound: [{ startTimer: (input, next) => next({ ...input, durationMs: input.durationMs * 2 }) }],
        internals: [{ concludeActivation: (input, next) => next({ commands: [...input.commands] }) }],
      });
    async function takes(...args: string[]) {
      await sleep(10);
      return args;
    }
    const run = await givenRun(takes, ['given'], { interceptors: [named('outer'), named('inner')] });
    expect(run.commands).toEqual([{ type: 'startTimer', seq: 1, startToFireTimeout: 40 }]);
    expect(resultOf(await run.activate(fireTimer(1)))).toEqual(['given', 'outer', 'inner']);
    expect(log).toEqual(['outer execute', 'inner execute']);
  });
});

describe('the sandbox', () => {
  test('knows its workflow types', async () => {
    const sandbox = createSandbox({ workflows: () => Promise.resolve({ a: () => {}, b: async () => {}, text: 'no function' }) });
    expect(await sandbox.ready()).toEqual(['a', 'b']);
  });

  test('S8, R79: keeps runs apart, whatever is interleaved', async () => {
    async function counts(from: number) {
      const ids = [from];
      for (let i = 0; i < 3; i++) {
        await sleep(1);
        ids.push(workflowInfo().runId === `run-${from}` ? from : -1);
      }
      return ids;
    }
    const sandbox = createSandbox({ workflows: { counts } });
    const runs = await Promise.all([1, 2, 3].map((n) => givenRun(counts, [n], { sandbox, runId: `run-${n}` })));
    for (let i = 1; i <= 3; i++) await Promise.all(runs.map((run) => run.activate(fireTimer(i))));
    expect(runs.map(resultOf)).toEqual([1, 2, 3].map((n) => [n, n, n, n]));
  });

  test('forgets a run that is evicted', async () => {
    async function waits() {
      await sleep(1);
    }
    const run = await givenRun(waits);
    await run.activate({ type: 'removeFromCache', reason: 'test' });
    expect(run.completion).toEqual({ status: 'successful', runId: 'run-1', commands: [], usedInternalFlags: [] });
    expect(failed(await run.activate(fireTimer(1))).message).toContain('not in this sandbox');
  });

  test('starts afresh a run that is initialised again', async () => {
    async function waits() {
      await sleep(1);
    }
    const run = await givenRun(waits);
    const again = await givenRun(waits, [], { sandbox: run.sandbox });
    expect(again.commands).toEqual([{ type: 'startTimer', seq: 1, startToFireTimeout: 1 }]);
  });

  test('refuses activations when it is closed', async () => {
    async function waits() {
      await sleep(1);
    }
    const run = await givenRun(waits);
    await run.sandbox.close();
    await expect(run.activate(fireTimer(1))).rejects.toThrow('The sandbox is closed');
  });

  test('refuses queries together with other jobs', async () => {
    async function waits() {
      await sleep(1);
    }
    const run = await givenRun(waits);
    expect(failed(await run.activate(query('x'), fireTimer(1))).message).toBe('Got both queries and other jobs in a single activation');
  });

  test('histories without flag 2 get their signals first, with a drain of their own', async () => {
    const log: string[] = [];
    const go = defineSignal('go');
    async function waits() {
      setHandler(go, async () => {
        log.push('signal');
        await null;
        log.push('after the signal');
      });
      await sleep(1);
      log.push('timer');
    }
    const order = async (flags: number[]): Promise<string[]> => {
      log.length = 0;
      const replaying = { isReplaying: true, availableInternalFlags: flags };
      const run = await givenRun(waits, [], { activation: replaying });
      await run.activateAs(replaying, fireTimer(1), signal('go'));
      return [...log];
    };
    expect(await order([1])).toEqual(['signal', 'after the signal', 'timer']);
    expect(await order([1, 2])).toEqual(['signal', 'timer', 'after the signal']);
  });
});
