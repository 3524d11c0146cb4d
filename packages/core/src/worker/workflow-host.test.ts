import { describe, expect, test } from 'vitest';
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import { ServiceError } from '../common/service-error.ts';
import type { ActivationCompletion, Sandbox, WorkflowActivation } from '../protocol/activation.ts';
import { FakeEngine, keptLog, workflowTask } from './fake-engine.test-kit.ts';
import { HistoryWriter, json, type Reaction, ScriptedSandbox, scheduleActivity } from './history.test-kit.ts';
import type { LocalActivityRunner } from './local-activities.ts';
import type { LocalActivityResult } from './local-activity-machine.ts';
import { ManualClock, settled } from './manual-clock.test-kit.ts';
import { WorkflowHost, type WorkflowHostOptions } from './workflow-host.ts';

const noLocals: LocalActivityRunner = {
  run() {
    throw new Error('the test has no local activities');
  },
};

function setUp(sandboxes: Sandbox | (() => Sandbox), overrides: Partial<WorkflowHostOptions> = {}) {
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const watchdogClock = new ManualClock();
  const log = keptLog();
  const host = new WorkflowHost({
    service: engine.service,
    poll: { namespace: 'default', taskQueue: 'queue', identity: 'me', workerId: 'w' },
    createSandbox: typeof sandboxes === 'function' ? sandboxes : () => sandboxes,
    codecs: [],
    payloadConverter: defaultPayloadConverter,
    clock,
    watchdogClock,
    logger: log.logger,
    sinks: {},
    localActivities: noLocals,
    isolateExecutionTimeout: 5_000,
    maxConcurrentTasks: 40,
    maxConcurrentPolls: 2,
    cache: { maxRuns: 10, maxBytes: 1_000_000 },
    ...overrides,
  });
  return { engine, clock, watchdogClock, host, log };
}

const oneActivity: Reaction = (job) => {
  if (job.type === 'initializeWorkflow') return [scheduleActivity(1)];
  return job.type === 'resolveActivity' ? [{ type: 'completeWorkflowExecution', result: json('"done"') }] : undefined;
};
const evictions = (sandbox: ScriptedSandbox): string[] =>
  sandbox.activations.flatMap(({ runId, jobs }) => (jobs[0]?.type === 'removeFromCache' ? [runId] : []));

/** The second task of `oneActivity`, after the first was answered. */
function secondTask(history: HistoryWriter) {
  history.completeTask();
  history.activityCompleted(history.activity('1'));
  history.openTask();
  return workflowTask(history.events.slice(3), { isFull: false, previousStartedEventId: 3 });
}

describe('a workflow task', () => {
  test('is answered with its commands, and the run is kept for the next one', async () => {
    const sandbox = new ScriptedSandbox(oneActivity);
    const { engine, host } = setUp(sandbox);
    const history = new HistoryWriter().openTask();
    await host.handle(workflowTask(history.events));
    await host.handle(secondTask(history));
    expect(engine.calls).toEqual([
      [
        'respondWorkflowTaskCompleted',
        {
          taskToken: 'task-3',
          identity: 'me',
          sdkMetadata: { coreUsedFlags: [1, 2, 3], langUsedFlags: [1, 2], sdkName: 'perdure' },
          commands: [{ type: 'ScheduleActivityTask', attributes: { activityId: '1', activityType: 'echo', input: [], startToCloseTimeout: 5_000 } }],
        },
      ],
      [
        'respondWorkflowTaskCompleted',
        { taskToken: 'task-9', identity: 'me', commands: [{ type: 'CompleteWorkflowExecution', attributes: { result: [json('"done"')] } }] },
      ],
    ]);
    expect(sandbox.jobTypes).toEqual([['initializeWorkflow'], ['resolveActivity'], ['removeFromCache']]);
    expect(host.status).toEqual({ inFlight: 0, cached: 0 });
  });

  test('of a run that the worker no longer has is replayed from the whole history', async () => {
    const sandbox = new ScriptedSandbox(oneActivity);
    const { engine, host } = setUp(sandbox);
    engine.pageSize = 2;
    const history = new HistoryWriter().openTask();
    const task = secondTask(history);
    engine.histories.set('run-1', history.events);
    await host.handle(task);
    expect(sandbox.jobTypes).toEqual([['initializeWorkflow'], ['resolveActivity'], ['removeFromCache']]);
    expect(engine.requests('respondWorkflowTaskCompleted')[0]?.commands.map(({ type }) => type)).toEqual(['CompleteWorkflowExecution']);
  });

  test('that comes with the whole history takes the place of what was kept', async () => {
    const sandbox = new ScriptedSandbox(oneActivity);
    const { host } = setUp(sandbox);
    const history = new HistoryWriter().openTask();
    await host.handle(workflowTask(history.events));
    await host.handle(workflowTask(history.events));
    expect(sandbox.jobTypes).toEqual([['initializeWorkflow'], ['removeFromCache'], ['initializeWorkflow']]);
  });

  test('R13 that fails drops the kept run', async () => {
    const sandbox: Sandbox = {
      ready: async () => [],
      close: async () => undefined,
      activate: async ({ runId, jobs }): Promise<ActivationCompletion> =>
        jobs[0]?.type === 'resolveActivity'
          ? { status: 'failed', runId, failure: { message: 'a plain error' } }
          : { status: 'successful', runId, usedInternalFlags: [], commands: jobs[0]?.type === 'initializeWorkflow' ? [scheduleActivity(1)] : [] },
    };
    const { engine, host } = setUp(sandbox);
    const history = new HistoryWriter().openTask();
    await host.handle(workflowTask(history.events));
    expect(host.status.cached).toBe(1);
    await host.handle(secondTask(history));
    expect(host.status.cached).toBe(0);
    expect(engine.requests('respondWorkflowTaskFailed')).toEqual([
      { taskToken: 'task-9', identity: 'me', cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message: 'a plain error' } },
    ]);
  });

  test('R75 whose history is not that of the code fails with the cause NON_DETERMINISTIC_ERROR', async () => {
    const { engine, host } = setUp(new ScriptedSandbox(() => []));
    const history = new HistoryWriter().openTask();
    secondTask(history);
    await host.handle(workflowTask(history.events));
    const [failed] = engine.requests('respondWorkflowTaskFailed');
    expect(failed?.cause).toBe('NON_DETERMINISTIC_ERROR');
    expect(failed?.failure.message).toContain(
      'at event 5 the history has ActivityTaskScheduled (activityId "1", activityType "echo"), but the workflow code gave no command here',
    );
  });

  test('of an unknown type fails with the words of Temporal, and tells the types that there are', async () => {
    const { engine, host } = setUp(new ScriptedSandbox(oneActivity, ['b', 'a']));
    await host.handle(workflowTask(new HistoryWriter().openTask().events));
    expect(engine.requests('respondWorkflowTaskFailed')[0]?.failure).toEqual({
      message: "Failed to initialize workflow of type 'type': no such function is exported by the workflow bundle",
      source: 'TypeScriptSDK',
      stackTrace: 'Workflow types that are exported: a, b',
    });
  });

  test('whose answer the engine does not want drops the kept run', async () => {
    const sandbox = new ScriptedSandbox(oneActivity);
    const { engine, host } = setUp(sandbox);
    engine.refuse('respondWorkflowTaskCompleted', new ServiceError('NotFound', 'the task is gone'));
    await host.handle(workflowTask(new HistoryWriter().openTask().events));
    expect(host.status.cached).toBe(0);
    expect(evictions(sandbox)).toEqual(['run-1']);
  });

  test('whose command the engine refuses has failed there: the run is dropped, and the log says why', async () => {
    const { engine, host, log } = setUp(new ScriptedSandbox(oneActivity));
    engine.refuse(
      'respondWorkflowTaskCompleted',
      new ServiceError('InvalidArgument', 'a timer with id "1" is pending already', { details: { cause: 'START_TIMER_DUPLICATE_ID' } }),
    );
    await host.handle(workflowTask(new HistoryWriter().openTask().events));
    expect(engine.calls).toHaveLength(1);
    expect(host.status.cached).toBe(0);
    expect(log.lines).toEqual(['WARN Workflow task failed: a timer with id "1" is pending already']);
  });

  test('is answered again while the engine cannot be reached', async () => {
    const { engine, host, clock } = setUp(new ScriptedSandbox(oneActivity));
    engine.refuse('respondWorkflowTaskCompleted', new ServiceError('Unavailable', 'no leader'), new ServiceError('Unavailable', 'no leader'));
    const handled = host.handle(workflowTask(new HistoryWriter().openTask().events));
    await clock.advance(100);
    await clock.advance(200);
    await handled;
    expect(engine.requests('respondWorkflowTaskCompleted')).toHaveLength(3);
    expect(host.status.cached).toBe(1);
  });

  test('R67 a task that only rejected an update may vanish from the history: the run goes on from before it', async () => {
    const request = { meta: { updateId: 'u' }, input: { name: 'n' } };
    const sandbox = new ScriptedSandbox((job) =>
      job.type === 'doUpdate'
        ? [{ type: 'updateResponse', protocolInstanceId: job.protocolInstanceId, response: { status: 'rejected', failure: { message: 'no' } } }]
        : oneActivity(job, {} as WorkflowActivation),
    );
    const { engine, host } = setUp(sandbox);
    const history = new HistoryWriter().openTask();
    await host.handle(workflowTask(history.events));
    history.completeTask();
    const scheduled = history.activity('1');
    const speculative = new HistoryWriter();
    speculative.events.splice(0, 1, ...history.events);
    speculative.openTask();
    await host.handle(workflowTask(speculative.events.slice(3), { isFull: false, previousStartedEventId: 3, updates: [{ protocolInstanceId: 'i', request }] }));
    history.activityCompleted(scheduled);
    history.openTask();
    await host.handle(workflowTask(history.events.slice(3), { isFull: false, previousStartedEventId: 3 }));
    expect(sandbox.jobTypes.slice(0, 3)).toEqual([['initializeWorkflow'], ['doUpdate'], ['resolveActivity']]);
    expect(
      engine
        .requests('respondWorkflowTaskCompleted')
        .at(-1)
        ?.commands.map(({ type }) => type),
    ).toEqual(['CompleteWorkflowExecution']);
  });
});

describe('queries', () => {
  const answersQueries: Reaction = (job, activation) =>
    job.type === 'queryWorkflow'
      ? [{ type: 'respondToQuery', queryId: job.queryId, result: { succeeded: json(`"${job.queryType}"`) } }]
      : oneActivity(job, activation);

  test('are asked of the kept run in an activation of their own', async () => {
    const sandbox = new ScriptedSandbox(answersQueries);
    const { engine, host } = setUp(sandbox);
    const history = new HistoryWriter().openTask();
    await host.handle(workflowTask(history.events));
    history.completeTask();
    history.activity('1');
    const query = { queryType: 'state', queryArgs: [json('1')], header: {} };
    await host.handle(workflowTask(history.events.slice(3), { taskToken: 'q', isFull: false, scheduledEventId: 0, startedEventId: 0, query }));
    expect(engine.requests('respondQueryTaskCompleted')).toEqual([{ taskToken: 'q', result: [json('"state"')] }]);
    expect(sandbox.activations.at(-1)).toMatchObject({ isReplaying: true, jobs: [{ type: 'queryWorkflow', queryType: 'state', arguments: [json('1')] }] });
    expect(host.status.cached).toBe(1);
  });

  test('of a closed run are answered after a replay', async () => {
    const sandbox = new ScriptedSandbox(answersQueries);
    const { engine, host } = setUp(sandbox);
    const history = new HistoryWriter().openTask();
    secondTask(history);
    history.completeTask();
    history.add('WorkflowExecutionCompleted', { workflowTaskCompletedEventId: history.completedEventId });
    await host.handle(workflowTask(history.events, { taskToken: 'q', query: { queryType: 'state', queryArgs: [], header: {} } }));
    expect(engine.requests('respondQueryTaskCompleted')).toEqual([{ taskToken: 'q', result: [json('"state"')] }]);
    expect(sandbox.activations.map(({ isReplaying }) => isReplaying)).toEqual([true, true, true]);
  });

  test('fail with the failure of the replay', async () => {
    const { engine, host } = setUp(new ScriptedSandbox(() => []));
    const history = new HistoryWriter().openTask();
    secondTask(history);
    history.completeTask();
    await host.handle(workflowTask(history.events, { taskToken: 'q', query: { queryType: 'state', queryArgs: [], header: {} } }));
    expect(engine.requests('respondQueryTaskCompleted')[0]).toMatchObject({ failure: { message: expect.stringContaining('TMPRL1100') } });
  });
});

describe('the cache', () => {
  test('lets the run go that was not used for longest', async () => {
    const sandbox = new ScriptedSandbox(oneActivity);
    const { host } = setUp(sandbox, { cache: { maxRuns: 2, maxBytes: 1_000_000 } });
    for (const runId of ['a', 'b', 'c']) await host.handle(workflowTask(new HistoryWriter().openTask().events, { runId }));
    await settled();
    expect(host.status.cached).toBe(2);
    expect(evictions(sandbox)).toEqual(['a']);
  });

  test('K9 keeps within its bytes', async () => {
    const sandbox = new ScriptedSandbox(oneActivity);
    const { host } = setUp(sandbox, { cache: { maxRuns: 100, maxBytes: 2_500 } });
    for (const runId of ['a', 'b', 'c']) await host.handle(workflowTask(new HistoryWriter().openTask().events, { runId }));
    await settled();
    expect(evictions(sandbox)).toEqual(['a']);
  });
});

describe('S16: code that hangs', () => {
  /** Never answers for `runId`, and nothing else behind it. */
  class HangingSandbox extends ScriptedSandbox {
    #hangs = false;
    override activate(activation: WorkflowActivation): Promise<ActivationCompletion> {
      if (activation.runId === 'hangs') this.#hangs = true;
      return this.#hangs ? new Promise(() => undefined) : super.activate(activation);
    }
  }

  test('fails its own task with words; its neighbours start over in a new sandbox and are not harmed', async () => {
    const made: ScriptedSandbox[] = [];
    const { engine, host, watchdogClock } = setUp(() => {
      const sandbox = made.length === 0 ? new HangingSandbox(oneActivity) : new ScriptedSandbox(oneActivity);
      made.push(sandbox);
      return sandbox;
    });
    const history = new HistoryWriter().openTask();
    await host.handle(workflowTask(history.events, { runId: 'neighbour' }));
    const hung = host.handle(workflowTask(history.events, { runId: 'hangs', taskToken: 'hung' }));
    await settled();
    const task = secondTask(history);
    engine.histories.set('neighbour', history.events);
    const waits = host.handle({ ...task, runId: 'neighbour', taskToken: 'waits' });
    await watchdogClock.advance(5_000);
    await Promise.all([hung, waits]);
    expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(engine.requests('respondWorkflowTaskFailed')).toMatchObject([
      { taskToken: 'hung', cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message: expect.stringContaining('did not come back within 5000 ms') } },
    ]);
    expect(engine.requests('respondWorkflowTaskCompleted').at(-1)).toMatchObject({ taskToken: 'waits', commands: [{ type: 'CompleteWorkflowExecution' }] });
  });

  test('a neighbour that waited long behind others is not blamed', async () => {
    const release: (() => void)[] = [];
    const sandbox: Sandbox = {
      ready: async () => [],
      close: async () => undefined,
      activate: ({ runId }) => new Promise((resolve) => release.push(() => resolve({ status: 'successful', runId, commands: [], usedInternalFlags: [] }))),
    };
    const { engine, host, watchdogClock } = setUp(sandbox);
    const events = new HistoryWriter().openTask().events;
    const all = ['a', 'b'].map((runId) => host.handle(workflowTask(events, { runId })));
    await watchdogClock.advance(4_000);
    release[0]?.();
    await watchdogClock.advance(4_000);
    release[1]?.();
    await Promise.all(all);
    expect(engine.requests('respondWorkflowTaskCompleted')).toHaveLength(2);
  });
});

describe('local activities', () => {
  const local: Reaction = (job) => {
    if (job.type === 'initializeWorkflow')
      return [
        {
          type: 'scheduleLocalActivity',
          seq: 1,
          activityId: '1',
          activityType: 'echo',
          attempt: 1,
          headers: {},
          arguments: [],
          cancellationType: 'TRY_CANCEL',
        },
      ];
    return job.type === 'resolveActivity' ? [{ type: 'completeWorkflowExecution' }] : undefined;
  };
  const held = () => {
    const ends: ((result: LocalActivityResult) => void)[] = [];
    const stopped: string[] = [];
    const runner: LocalActivityRunner = {
      run(_owner, _command, _now, onEnd) {
        ends.push(onEnd);
        return (reason) => void stopped.push(reason);
      },
    };
    return { ends, stopped, runner };
  };
  const result: LocalActivityResult = { seq: 1, attempt: 1, originalScheduleTime: 1_000, runtime: 1_000, outcome: { status: 'completed' } };

  test('end within the task, and leave a marker before its other commands', async () => {
    const { ends, runner } = held();
    const { engine, host } = setUp(new ScriptedSandbox(local), { localActivities: runner });
    const handled = host.handle(workflowTask(new HistoryWriter().openTask().events));
    await settled();
    expect(engine.calls).toEqual([]);
    ends[0]?.(result);
    await handled;
    expect(engine.requests('respondWorkflowTaskCompleted')[0]?.commands.map(({ type }) => type)).toEqual(['RecordMarker', 'CompleteWorkflowExecution']);
  });

  test('R12 that outlast four fifths of the task renew it, and end in the next', async () => {
    const { ends, runner } = held();
    const { engine, host, clock } = setUp(new ScriptedSandbox(local), { localActivities: runner });
    const history = new HistoryWriter().openTask();
    const handled = host.handle(workflowTask(history.events));
    await clock.advance(7_999);
    expect(engine.calls).toEqual([]);
    await clock.advance(1);
    await handled;
    expect(engine.requests('respondWorkflowTaskCompleted')).toMatchObject([{ commands: [], forceCreateNewWorkflowTask: true }]);
    history.completeTask().openTask();
    const next = host.handle(workflowTask(history.events.slice(3), { isFull: false, previousStartedEventId: 3 }));
    await settled();
    ends[0]?.(result);
    await next;
    expect(engine.requests('respondWorkflowTaskCompleted').at(-1)).toMatchObject({
      commands: [{ type: 'RecordMarker' }, { type: 'CompleteWorkflowExecution' }],
    });
    expect(engine.requests('respondWorkflowTaskCompleted').at(-1)).not.toHaveProperty('forceCreateNewWorkflowTask');
  });

  test('keep their run in a cache that is full: in another it would begin them anew, and never end', async () => {
    const { ends, runner, stopped } = held();
    const sandbox = new ScriptedSandbox(local);
    const { host, clock, engine } = setUp(sandbox, { localActivities: runner, cache: { maxRuns: 0, maxBytes: 0 } });
    const history = new HistoryWriter().openTask();
    const handled = host.handle(workflowTask(history.events));
    await clock.advance(8_000);
    await handled;
    expect([host.status.cached, stopped]).toEqual([1, []]);
    history.completeTask().openTask();
    const next = host.handle(workflowTask(history.events.slice(3), { isFull: false, previousStartedEventId: 3 }));
    await settled();
    ends[0]?.(result);
    await next;
    expect(
      engine
        .requests('respondWorkflowTaskCompleted')
        .at(-1)
        ?.commands.map(({ type }) => type),
    ).toEqual(['RecordMarker', 'CompleteWorkflowExecution']);
    expect([ends.length, host.status.cached]).toEqual([1, 0]);
  });

  test('are stopped when their run leaves the worker', async () => {
    const { runner, stopped } = held();
    const { host, clock } = setUp(new ScriptedSandbox(local), { localActivities: runner });
    const handled = host.handle(workflowTask(new HistoryWriter().openTask().events));
    await clock.advance(8_000);
    await handled;
    await host.close();
    expect(stopped).toEqual(['CANCELLED']);
  });
});

describe('codecs', () => {
  test('decode what goes in and encode what comes out', async () => {
    const shift = (by: number) => async (payloads: { data?: Uint8Array | null }[]) =>
      payloads.map((payload) => ({ ...payload, data: payload.data?.map((byte) => byte + by) ?? null }));
    const codec = { encode: shift(1), decode: shift(-1) };
    const sandbox = new ScriptedSandbox((job) =>
      job.type === 'initializeWorkflow' ? [{ type: 'completeWorkflowExecution', result: job.arguments[0] ?? json('0') }] : undefined,
    );
    const { engine, host } = setUp(sandbox, { codecs: [codec as never] });
    await host.handle(workflowTask(new HistoryWriter({ input: [json('"bcd"')] }).openTask().events));
    expect(sandbox.activations[0]?.jobs[0]).toMatchObject({ arguments: [json('!abc!')] });
    expect(engine.requests('respondWorkflowTaskCompleted')[0]?.commands).toEqual([
      { type: 'CompleteWorkflowExecution', attributes: { result: [json('"bcd"')] } },
    ]);
  });
});
