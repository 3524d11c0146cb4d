import { describe, expect, test } from 'vitest';
import { sleep } from '../activity/functions.ts';
import { IllegalStateError } from '../common/errors.ts';
import { seededRng } from '../common/rng.ts';
import { historyToJson } from '../history/json.ts';
import { DeterminismViolationError } from '../workflow/errors.ts';
import { ReplayError } from './errors.ts';
import { activityTask, FakeEngine, keptLog, workflowTask } from './fake-engine.test-kit.ts';
import { HistoryWriter, type Reaction, ScriptedSandbox, scheduleActivity } from './history.test-kit.ts';
import { ManualClock, settled } from './manual-clock.test-kit.ts';
import type { WorkerOptions } from './options.ts';
import { Worker } from './worker.ts';

const oneActivity: Reaction = (job) => {
  if (job.type === 'initializeWorkflow') return [scheduleActivity(1)];
  return job.type === 'resolveActivity' ? [{ type: 'completeWorkflowExecution' }] : undefined;
};

async function setUp(overrides: Partial<WorkerOptions> = {}) {
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const sandbox = new ScriptedSandbox(oneActivity);
  const options = {
    service: engine.service,
    taskQueue: 'queue',
    sandbox: () => sandbox,
    activities: { echo: (value: unknown) => value },
    clock,
    logger: keptLog().logger,
    rng: seededRng(1),
    ...overrides,
  };
  return { engine, clock, sandbox, worker: await Worker.create(options) };
}

describe('Worker.create', () => {
  test.each([
    [{ service: undefined as never }, 'no engine is given'],
    [{ taskQueue: '' }, 'taskQueue must be a string that is not empty'],
    [{ taskQueue: '__temporal_queue' }, '__temporal_'],
    [{ sandbox: undefined as never, activities: {} }, 'there is nothing to run'],
    [{ workflows: {} }, 'give one of them'],
    [{ maxConcurrentActivityTaskExecutions: 0 }, 'maxConcurrentActivityTaskExecutions must be a whole number, at least 1; got 0'],
    [{ isolateExecutionTimeout: 0 }, 'isolateExecutionTimeout must be longer than 0'],
    [{ shutdownGraceTime: 'soon' }, "Invalid duration string: 'soon' for shutdownGraceTime"],
  ])('refuses %j', async (overrides, message) => {
    await expect(setUp(overrides)).rejects.toThrow(message);
  });

  test('rejects with what the workflow module throws', async () => {
    class Broken extends ScriptedSandbox {
      override ready(): Promise<readonly string[]> {
        return Promise.reject(new SyntaxError('in the module'));
      }
    }
    await expect(setUp({ sandbox: () => new Broken(oneActivity) })).rejects.toThrow('in the module');
  });

  test('takes its name from the host, or from chance', async () => {
    const named = await setUp({ workerId: 'lock-1', identity: 'me' });
    expect(named.worker.options).toMatchObject({ workerId: 'lock-1', identity: 'me', namespace: 'default' });
    const unnamed = await setUp();
    expect(unnamed.worker.options.workerId).toMatch(/^[0-9a-f]{8}-/);
  });
});

describe('a worker', () => {
  test('works on workflows and activities until it is shut down', async () => {
    const { engine, sandbox, worker } = await setUp();
    expect(worker.getState()).toBe('INITIALIZED');
    const running = worker.run();
    expect(worker.getState()).toBe('RUNNING');
    engine.workflowTasks.put(workflowTask(new HistoryWriter().openTask().events));
    engine.activityTasks.put(activityTask());
    await settled();
    expect(engine.calls.map(([method]) => method).sort()).toEqual(['respondActivityTaskCompleted', 'respondWorkflowTaskCompleted']);
    expect(worker.getStatus()).toEqual({ runState: 'RUNNING', numInFlightWorkflowActivations: 0, numInFlightActivities: 0, numCachedWorkflows: 1 });
    worker.shutdown();
    expect(worker.getState()).toBe('STOPPING');
    await running;
    expect(worker.getState()).toBe('STOPPED');
    expect(engine.requests('shutdownWorker')).toEqual([{ workerId: worker.options.workerId }]);
    expect(sandbox.isClosed).toBe(true);
  });

  test('is run once and stopped once', async () => {
    const { worker } = await setUp();
    expect(() => worker.shutdown()).toThrow(IllegalStateError);
    const running = worker.run();
    await expect(worker.run()).rejects.toThrow('a worker can be run once, and this one is RUNNING');
    worker.shutdown();
    expect(() => worker.shutdown()).toThrow('not running, but STOPPING');
    await running;
  });

  test('stops although the engine answers its polls no more', async () => {
    const { engine, worker } = await setUp();
    engine.refuse('shutdownWorker', new Error('the engine is gone'));
    const running = worker.run();
    await settled();
    worker.shutdown();
    await running;
    expect(worker.getState()).toBe('STOPPED');
  });

  test('gives running activities the grace time, then cancels them', async () => {
    const { engine, clock, worker } = await setUp({ activities: { echo: () => sleep(10_000) }, shutdownGraceTime: 1_000 });
    const running = worker.run();
    engine.activityTasks.put(activityTask());
    await settled();
    worker.shutdown();
    await clock.advance(999);
    expect(worker.getState()).toBe('STOPPING');
    await clock.advance(1);
    await running;
    expect(engine.requests('respondActivityTaskFailed')).toMatchObject([{ failure: { applicationFailureInfo: { type: 'WorkerShutdown' } } }]);
  });

  test('fails when activities outlast the force time', async () => {
    const { engine, clock, worker } = await setUp({ activities: { echo: () => new Promise(() => undefined) }, shutdownForceTime: 500 });
    const running = worker.run();
    engine.activityTasks.put(activityTask());
    await settled();
    worker.shutdown();
    const refused = expect(running).rejects.toThrow('Activities still run 500 ms after the shutdown');
    await clock.advance(500);
    await refused;
    expect(worker.getState()).toBe('FAILED');
  });

  test('runs until something is done, and hands its value or its error on', async () => {
    const first = await setUp();
    expect(await first.worker.runUntil(async () => 'value')).toBe('value');
    expect(first.worker.getState()).toBe('STOPPED');
    const second = await setUp();
    await expect(second.worker.runUntil(Promise.reject(new Error('inner')))).rejects.toThrow('inner');
    expect(second.worker.getState()).toBe('STOPPED');
  });
});

describe('Worker.runReplayHistory', () => {
  const history = (): HistoryWriter => {
    const writer = new HistoryWriter().task();
    writer.activityCompleted(writer.activity('1'));
    writer.task();
    writer.add('WorkflowExecutionCompleted', { workflowTaskCompletedEventId: writer.completedEventId });
    return writer;
  };
  const options = (react: Reaction = oneActivity) => ({ sandbox: () => new ScriptedSandbox(react), logger: keptLog().logger });

  test('accepts what the code did, as events, as JSON and as text', async () => {
    const { events } = history();
    await Worker.runReplayHistory(options(), events);
    await Worker.runReplayHistory(options(), historyToJson(events));
    await Worker.runReplayHistory(options(), JSON.stringify(historyToJson(events)), 'wf');
  });

  test('accepts every beginning of a history', async () => {
    const { events } = history();
    for (let length = 2; length <= events.length; length++) await Worker.runReplayHistory(options(), events.slice(0, length));
  });

  test('checks the commands of the task that is open', async () => {
    const { events } = history();
    await expect(
      Worker.runReplayHistory(
        options(() => []),
        events,
      ),
    ).rejects.toThrow(DeterminismViolationError);
  });

  test('names a workflow type that the code lacks', async () => {
    const unknown = new HistoryWriter({ workflowType: 'other' }).openTask();
    await expect(Worker.runReplayHistory(options(), unknown.events)).rejects.toThrow(
      "workflow type 'other', which the workflow code does not export; it exports type",
    );
    await expect(Worker.runReplayHistory(options(), [])).rejects.toThrow(ReplayError);
  });

  test('replays many in one sandbox and tells which were refused', async () => {
    const good = history().events;
    const bad = new HistoryWriter().task();
    bad.activity('9');
    const results = [];
    for await (const result of Worker.runReplayHistories(options(), [
      { workflowId: 'good', history: good },
      { workflowId: 'bad', history: bad.events },
      { workflowId: 'good', history: good },
    ]))
      results.push([result.workflowId, result.error?.name]);
    expect(results).toEqual([
      ['good', undefined],
      ['bad', 'DeterminismViolationError'],
      ['good', undefined],
    ]);
  });
});
