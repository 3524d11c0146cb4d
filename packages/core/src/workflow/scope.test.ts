import { describe, expect, test } from 'vitest';
import { isCancellation } from '../common/failures.ts';
import type { ActivationJob } from '../protocol/activation.ts';
import { scheduleActivity } from './activities.ts';
import { executeChild, getExternalWorkflowHandle, startChild } from './children.ts';
import { AsyncLocalStorage } from './context.ts';
import { activityDone, fireTimer, givenRun, resultOf, wire } from './run.test-kit.ts';
import { CancellationScope } from './scope.ts';
import { condition, sleep } from './timers.ts';
import { Trigger } from './trigger.ts';

const cancelWorkflow: ActivationJob = { type: 'cancelWorkflow', reason: 'test' };
const canceledFailure = { message: 'Activity cancelled', canceledFailureInfo: {} };
const outcome = (promise: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(promise).then(
    () => 'done',
    (error: Error) => (isCancellation(error) ? `cancelled: ${error.message}` : error.message),
  );

describe('cancellation', () => {
  test('of the workflow reaches its timers and ends it as cancelled', async () => {
    async function sleeps() {
      await sleep('1 hour');
    }
    const run = await givenRun(sleeps);
    expect((await run.activate(cancelWorkflow)).commands).toEqual([{ type: 'cancelTimer', seq: 1 }, { type: 'cancelWorkflowExecution' }]);
  });

  test('may be survived', async () => {
    async function survives() {
      return await outcome(sleep('1 hour'));
    }
    expect(resultOf(await (await givenRun(survives)).activate(cancelWorkflow))).toBe('cancelled: Workflow cancelled');
  });

  test('of a scope wakes cancelRequested first, then timers, then what started in the dead scope, then conditions, then inner scopes', async () => {
    async function watches() {
      const log: string[] = [];
      const note = (name: string, promise: PromiseLike<unknown>): Promise<unknown> => Promise.resolve(promise).catch(() => log.push(name));
      const scope = new CancellationScope();
      const work = scope.run(async () => {
        const waiting = [
          note('timer', sleep(1_000)),
          note('requested', CancellationScope.current().cancelRequested),
          note(
            'condition',
            condition(() => false),
          ),
        ];
        waiting.push(CancellationScope.cancellable(async () => void (await note('inner timer', sleep(1_000)))));
        await Promise.all(waiting);
      });
      await sleep(1);
      scope.cancel();
      void scope.run(async () => void (await note('dead timer', sleep(1))));
      await work;
      return log;
    }
    const run = await givenRun(watches);
    expect(resultOf(await run.activate(fireTimer(3)))).toEqual(['requested', 'timer', 'dead timer', 'condition', 'inner timer']);
  });

  test('of an operation in a dead scope emits no command', async () => {
    async function starts() {
      const scope = new CancellationScope();
      scope.cancel();
      return await scope.run(async () => [
        await outcome(sleep(1)),
        await outcome(scheduleActivity('a', [], { startToCloseTimeout: 1 })),
        await outcome(executeChild('child', { workflowId: 'c', args: [] })),
        await outcome(getExternalWorkflowHandle('w').signal('s')),
        await outcome(condition(() => true)),
        await outcome(new Trigger()),
      ]);
    }
    const run = await givenRun(starts);
    expect(run.commands.map(({ type }) => type)).toEqual(['completeWorkflowExecution']);
    expect(resultOf(run)).toEqual(Array(6).fill('cancelled: Cancellation scope cancelled'));
  });

  test('of an activity asks for it, and the answer decides', async () => {
    async function cancels() {
      const scope = new CancellationScope();
      const activity = scope.run(() => scheduleActivity('a', [], { startToCloseTimeout: 1, cancellationType: 'WAIT_CANCELLATION_COMPLETED' }));
      await sleep(1);
      scope.cancel();
      return await outcome(activity);
    }
    const run = await givenRun(cancels);
    expect((await run.activate(fireTimer(1))).commands).toEqual([{ type: 'requestCancelActivity', seq: 1 }]);
    await run.activate({ type: 'resolveActivity', seq: 1, result: { status: 'cancelled', failure: canceledFailure } });
    expect(resultOf(run)).toBe('cancelled: Activity cancelled');
    const quick = await givenRun(cancels);
    await quick.activate(fireTimer(1));
    expect(resultOf(await quick.activate(activityDone(1, 'x')))).toBe('done');
  });

  test('a timer that fires with the signal that would cancel it has fired', async () => {
    async function cancels() {
      const scope = new CancellationScope();
      const timer = scope.run(() => sleep(1));
      const cond = scope.run(() => condition(() => false));
      await sleep(2);
      scope.cancel();
      return [await outcome(timer), await outcome(cond)];
    }
    const run = await givenRun(cancels);
    const done = await run.activate(fireTimer(2), fireTimer(1));
    expect(resultOf(done)).toEqual(['done', 'cancelled: Cancellation scope cancelled']);
    expect(done.commands.map(({ type }) => type)).toEqual(['completeWorkflowExecution']);
  });
});

describe('scopes', () => {
  test('a non-cancellable scope shields what is in it, also from a parent that is cancelled already', async () => {
    async function shields() {
      const shielded = await CancellationScope.nonCancellable(async () => await outcome(sleep(10)));
      const after = await CancellationScope.nonCancellable(() => CancellationScope.cancellable(async () => await outcome(sleep(20))));
      return [shielded, after, CancellationScope.current().consideredCancelled];
    }
    const run = await givenRun(shields);
    expect((await run.activate(cancelWorkflow)).commands).toEqual([]);
    expect((await run.activate(fireTimer(1))).commands).toEqual([{ type: 'startTimer', seq: 2, startToFireTimeout: 20 }]);
    expect(resultOf(await run.activate(fireTimer(2)))).toEqual(['done', 'done', true]);
  });

  test('without flag 1 a cancelled parent reaches into a shield', async () => {
    async function shields() {
      await outcome(sleep(1));
      return await CancellationScope.nonCancellable(() => CancellationScope.cancellable(async () => await outcome(sleep(20))));
    }
    const old = { isReplaying: true, availableInternalFlags: [] };
    const run = await givenRun(shields, [], { activation: old });
    expect(resultOf(await run.activateAs(old, cancelWorkflow))).toBe('cancelled: Workflow cancelled');
  });

  test('withTimeout cancels its content in time, and its timer when the content ends first', async () => {
    async function limits(ms: number) {
      return await outcome(CancellationScope.withTimeout(50, () => sleep(ms)));
    }
    const late = await givenRun(limits, [100]);
    expect(late.commands).toMatchObject([{ startToFireTimeout: 50 }, { startToFireTimeout: 100 }]);
    expect(resultOf(await late.activate(fireTimer(1)))).toBe('cancelled: Cancellation scope cancelled');
    const early = await givenRun(limits, [10]);
    await early.activate(fireTimer(2));
    expect(early.commands.map(({ type }) => type)).toEqual(['cancelTimer', 'completeWorkflowExecution']);
  });

  test('are known after an await, each coroutine its own', async () => {
    async function knows() {
      const root = CancellationScope.current();
      const inner = async (): Promise<boolean> => {
        const own = CancellationScope.current();
        await null;
        await sleep(1);
        return CancellationScope.current() === own && own !== root;
      };
      const both = await Promise.all([CancellationScope.cancellable(inner), CancellationScope.nonCancellable(inner)]);
      return [...both, CancellationScope.current() === root];
    }
    const run = await givenRun(knows);
    expect(resultOf(await run.activate(fireTimer(1), fireTimer(2)))).toEqual([true, true, true]);
  });

  test('may not be used outside of a workflow', () => {
    expect(() => CancellationScope.current()).toThrow('may only be used from a Workflow Execution');
  });
});

describe('conditions with a timeout', () => {
  test('cancel their timer when they come true', async () => {
    async function waits() {
      let flag = false;
      void sleep(1).then(() => {
        flag = true;
      });
      return await condition(() => flag, '1 hour');
    }
    const run = await givenRun(waits);
    expect((await run.activate(fireTimer(1))).commands.map(({ type }) => type)).toEqual(['cancelTimer', 'completeWorkflowExecution']);
    expect(resultOf(run)).toBe(true);
  });

  test('are false when time is up', async () => {
    async function waits() {
      return await condition(() => false, 5);
    }
    expect(resultOf(await (await givenRun(waits)).activate(fireTimer(1)))).toBe(false);
  });

  test('of zero write the marker of Temporal, and wait for ever where the history lacks it', async () => {
    async function waits() {
      return await condition(() => false, 0);
    }
    expect((await givenRun(waits)).commands).toEqual([
      { type: 'setPatchMarker', patchId: '__sdk_internal_patch_number:1', deprecated: false },
      { type: 'startTimer', seq: 1, startToFireTimeout: 1 },
    ]);
    expect((await givenRun(waits, [], { activation: { isReplaying: true } })).commands).toEqual([]);
  });
});

describe('setTimeout', () => {
  test('is a timer of the engine, and clearTimeout cancels it', async () => {
    async function times() {
      const log: string[] = [];
      const never = setTimeout(() => log.push('never'), 60_000);
      setTimeout(
        (text: string) => {
          clearTimeout(never);
          log.push(text);
        },
        0,
        'argument',
      );
      await condition(() => log.length > 0);
      return log;
    }
    const run = await givenRun(times);
    expect(run.commands).toMatchObject([{ startToFireTimeout: 60_000 }, { startToFireTimeout: 1 }]);
    await run.activate(fireTimer(2));
    expect(run.commands.map(({ type }) => type)).toEqual(['cancelTimer', 'completeWorkflowExecution']);
    expect(resultOf(run)).toEqual(['argument']);
  });
});

describe('children', () => {
  const started: ActivationJob = { type: 'resolveChildWorkflowExecutionStart', seq: 1, result: { status: 'succeeded', runId: 'child-run' } };

  test('start, are signalled, and give their result', async () => {
    async function parent() {
      const child = await startChild('child', { workflowId: 'c', args: [1], workflowRunTimeout: '1s' });
      await child.signal('go', 'now');
      return [child.firstExecutionRunId, await child.result()];
    }
    const run = await givenRun(parent);
    expect(run.commands).toEqual([
      {
        type: 'startChildWorkflowExecution',
        seq: 1,
        workflowId: 'c',
        workflowType: 'child',
        taskQueue: 'queue',
        input: [wire(1)],
        workflowRunTimeout: 1_000,
        parentClosePolicy: 'TERMINATE',
        headers: {},
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      },
    ]);
    expect((await run.activate(started)).commands).toEqual([
      { type: 'signalExternalWorkflowExecution', seq: 1, target: { childWorkflowId: 'c' }, signalName: 'go', args: [wire('now')], headers: {} },
    ]);
    await run.activate({ type: 'resolveSignalExternalWorkflow', seq: 1 });
    await run.activate({ type: 'resolveChildWorkflowExecution', seq: 1, result: { status: 'completed', result: wire('r') } });
    expect(resultOf(run)).toEqual(['child-run', 'r']);
  });

  test('have ids from the seed of the run', async () => {
    async function parent() {
      await executeChild('child', { args: [] });
    }
    expect((await givenRun(parent, [], { runId: '01a20360-4ddc-7579-8374-05f318a179ff' })).commands).toMatchObject([
      { workflowId: '7e004ed4-87db-4894-9c6d-043f65f0041c' },
    ]);
  });

  test('R60 whose id is taken are an error of the start', async () => {
    async function parent() {
      return await executeChild('child', { workflowId: 'c', args: [] }).catch((error: Error) => error.name);
    }
    const run = await givenRun(parent);
    await run.activate({
      type: 'resolveChildWorkflowExecutionStart',
      seq: 1,
      result: { status: 'failed', workflowId: 'c', workflowType: 'child', cause: 'WORKFLOW_ALREADY_EXISTS' },
    });
    expect(resultOf(run)).toBe('WorkflowExecutionAlreadyStartedError');
  });

  test('are cancelled by the scope that started them, not by the one around result()', async () => {
    async function parent() {
      const owner = new CancellationScope();
      const child = await owner.run(() => startChild('child', { workflowId: 'c', args: [] }));
      const other = new CancellationScope();
      void other.run(() => child.result()).catch(() => {});
      await sleep(1);
      other.cancel();
      await sleep(1);
      owner.cancel();
      await child.result();
    }
    const run = await givenRun(parent);
    await run.activate(started);
    expect((await run.activate(fireTimer(1))).commands).toEqual([{ type: 'startTimer', seq: 2, startToFireTimeout: 1 }]);
    expect((await run.activate(fireTimer(2))).commands).toEqual([{ type: 'cancelChildWorkflowExecution', childWorkflowSeq: 1, reason: '' }]);
  });
});

describe('other workflows', () => {
  test('are signalled and cancelled', async () => {
    async function asks() {
      const other = getExternalWorkflowHandle('w', 'r');
      await other.signal('s', 1);
      return await outcome(other.cancel());
    }
    const run = await givenRun(asks);
    expect(run.commands).toMatchObject([{ type: 'signalExternalWorkflowExecution', target: { workflowExecution: { workflowId: 'w', runId: 'r' } } }]);
    await run.activate({ type: 'resolveSignalExternalWorkflow', seq: 1 });
    expect(run.commands).toMatchObject([{ type: 'requestCancelExternalWorkflowExecution', seq: 1, workflowExecution: { workflowId: 'w', runId: 'r' } }]);
    await run.activate({ type: 'resolveRequestCancelExternalWorkflow', seq: 1, failure: { message: 'not found' } });
    expect(resultOf(run)).toBe('not found');
  });

  test('a cancelled scope that holds a cancel request writes the marker of Temporal', async () => {
    async function asks() {
      return await outcome(CancellationScope.cancellable(() => getExternalWorkflowHandle('w').cancel()));
    }
    const run = await givenRun(asks);
    await run.activate(cancelWorkflow);
    expect(run.commands[0]).toEqual({ type: 'setPatchMarker', patchId: '__temporal_internal_connect_external_handle_cancel_to_scope', deprecated: false });
    expect(resultOf(run)).toBe('cancelled: Workflow cancelled');
  });
});

describe('AsyncLocalStorage', () => {
  test('keeps a value for each coroutine', async () => {
    async function keeps() {
      const storage = new AsyncLocalStorage<string>();
      const seen = (name: string): Promise<string> =>
        storage.run(name, async () => {
          await sleep(1);
          const before = storage.getStore();
          await null;
          return `${before} ${storage.getStore()}`;
        });
      const bound = storage.run('bound', () => AsyncLocalStorage.bind(() => storage.getStore()));
      return [
        ...(await Promise.all([seen('one'), seen('two')])),
        String(storage.getStore()),
        bound(),
        storage.run('x', () => storage.exit(() => storage.getStore() ?? 'none')),
      ];
    }
    const run = await givenRun(keeps);
    expect(resultOf(await run.activate(fireTimer(1), fireTimer(2)))).toEqual(['one one', 'two two', 'undefined', 'bound', 'none']);
  });
});
