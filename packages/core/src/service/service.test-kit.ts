/** A service under test: a clock that is moved by hand, a store whose commits can be watched and held up, and a worker that answers as told. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { seededRng } from '../common/rng.ts';
import type { WorkflowExecutionRef } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import type { ActivityTask, PollRequest, SignalWorkflowExecutionRequest, StartWorkflowExecutionRequest, WorkflowTask } from '../protocol/workflow-service.ts';
import { createMemoryDatabase, type MemoryDatabase, openMemoryStore } from '../storage/memory.ts';
import type { Batch, Store } from '../storage/store.ts';
import { createService, type EngineService, type ServiceOptions } from './service.ts';

export interface ManualClock extends Clock {
  /** Moves to `time` timer by timer, and lets what each causes come to its end. */
  advance(by: Millis): Promise<void>;
  /** Sets the time without any timer noticing, as a wall clock does when it is corrected: what was due in an hour still is. */
  jump(by: Millis): void;
  readonly timers: number;
}

export function manualClock(time: Millis = 1_000_000): ManualClock {
  const timers = new Set<{ due: Millis; fn: () => void }>();
  return {
    now: () => time,
    setTimer(delayMs, fn) {
      const timer = { due: time + delayMs, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(by) {
      const until = time + by;
      for (;;) {
        const [next] = [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
        if (!next) break;
        timers.delete(next);
        time = Math.max(time, next.due);
        next.fn();
        await quiet();
      }
      time = Math.max(time, until);
      await quiet();
    },
    jump(by) {
      time += by;
      for (const timer of timers) timer.due += by;
    },
    get timers() {
      return timers.size;
    },
  };
}

/** Resolves when all promises that can settle by themselves have. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface WatchedStore extends Store {
  readonly batches: Batch[];
  /** Commits wait from now on, until the returned function is called. */
  holdCommits(): () => void;
  /** Makes commits fail, from now on: `undefined` ends it. */
  failCommits(error: Error | undefined): void;
}

export function watchedStore(database: MemoryDatabase = createMemoryDatabase()): WatchedStore {
  const store = openMemoryStore(database);
  const batches: Batch[] = [];
  let gate: Promise<void> = Promise.resolve();
  let failure: Error | undefined;
  return {
    acquire: () => store.acquire(),
    get: (table, key) => store.get(table, key),
    getMany: (table, keys) => store.getMany(table, keys),
    range: (table, range) => store.range(table, range),
    outline: (table, range) => store.outline(table, range),
    status: () => store.status(),
    close: () => store.close(),
    batches,
    async commit(batch, epoch) {
      await gate;
      if (failure) throw failure;
      batches.push(structuredClone(batch));
      return store.commit(batch, epoch);
    },
    holdCommits() {
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    failCommits(error) {
      failure = error;
    },
  };
}

export const QUEUE = 'queue';
const NAMESPACE = 'default';

export interface World {
  readonly service: EngineService;
  readonly store: WatchedStore;
  readonly clock: ManualClock;
  readonly database: MemoryDatabase;
}

export async function open(
  options: Partial<ServiceOptions> & { readonly database?: MemoryDatabase; readonly clock?: ManualClock; readonly seed?: number } = {},
): Promise<World> {
  const { database = createMemoryDatabase(), clock = manualClock(), seed = 1, ...rest } = options;
  const store = watchedStore(database);
  const service = await createService({ store, clock, rng: seededRng(seed), ...rest });
  await quiet();
  store.batches.length = 0;
  return { service, store, clock, database };
}

let requests = 0;
export const requestId = (): string => `request-${++requests}`;

export const startRequest = (workflowId: string, more: Partial<StartWorkflowExecutionRequest> = {}): StartWorkflowExecutionRequest => ({
  namespace: NAMESPACE,
  workflowId,
  workflowType: 'type',
  taskQueue: QUEUE,
  requestId: requestId(),
  ...more,
});

type OnRun = { readonly namespace: string; readonly workflowExecution: WorkflowExecutionRef };

export const on = (workflowId: string, runId?: string): OnRun => ({ namespace: NAMESPACE, workflowExecution: { workflowId, ...(runId ? { runId } : {}) } });

export const signalRequest = (workflowId: string, signalName = 'go', id: string = requestId()): SignalWorkflowExecutionRequest => ({
  ...on(workflowId),
  signalName,
  requestId: id,
});

export const poll = (workerId = 'worker'): PollRequest => ({ namespace: NAMESPACE, taskQueue: QUEUE, identity: workerId, workerId });

export async function workflowTask(service: EngineService, workerId?: string): Promise<WorkflowTask> {
  return (await service.pollWorkflowTaskQueue(poll(workerId))) as WorkflowTask;
}

export async function activityTask(service: EngineService, workerId?: string): Promise<ActivityTask> {
  return (await service.pollActivityTaskQueue(poll(workerId))) as ActivityTask;
}

export const complete = (service: EngineService, task: WorkflowTask, ...commands: Command[]): Promise<void> =>
  service.respondWorkflowTaskCompleted({ taskToken: task.taskToken, commands, identity: 'worker' });

export const timer = (timerId: string, startToFireTimeout: Millis): Command => ({ type: 'StartTimer', attributes: { timerId, startToFireTimeout } });
export const activity = (activityId: string, more: Partial<Extract<Command, { type: 'ScheduleActivityTask' }>['attributes']> = {}): Command => ({
  type: 'ScheduleActivityTask',
  attributes: { activityId, activityType: 'act', startToCloseTimeout: 60_000, ...more },
});
export const finish: Command = { type: 'CompleteWorkflowExecution', attributes: {} };

export async function eventTypes(service: EngineService, workflowId: string, runId?: string): Promise<string[]> {
  const { events } = await service.getWorkflowExecutionHistory(on(workflowId, runId));
  return events.map(({ type }) => type);
}

/** `pending`, unless the promise has settled by the time everything is quiet. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let result: unknown = 'pending';
  promise.then(
    (value) => {
      result = value === undefined ? 'done' : value;
    },
    (error: unknown) => {
      result = (error as { code?: string }).code ?? error;
    },
  );
  await quiet();
  return result;
}
