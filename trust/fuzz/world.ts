/** A real service on a store in memory whose commits are counted, with a clock that stands still. */
import type { Clock } from '../../packages/core/src/common/clock.ts';
import { seededRng } from '../../packages/core/src/common/rng.ts';
import type { Command } from '../../packages/core/src/protocol/commands.ts';
import type { ActivityTask, StartWorkflowExecutionRequest, WorkflowTask } from '../../packages/core/src/protocol/workflow-service.ts';
import { createService, type EngineService } from '../../packages/core/src/service/service.ts';
import { createMemoryStore } from '../../packages/core/src/storage/memory.ts';
import type { Store } from '../../packages/core/src/storage/store.ts';

export interface World {
  readonly service: EngineService;
  /** Since the beginning. */
  readonly commits: () => number;
  /** Resolves when nothing is under way any more that can come to its end. */
  settle(): Promise<void>;
}

const still: Clock = { now: () => 1_000_000, setTimer: () => () => {} };

export async function createWorld(seed = 1): Promise<World> {
  const memory = createMemoryStore();
  let commits = 0;
  const store: Store = {
    acquire: () => memory.acquire(),
    get: (table, key) => memory.get(table, key),
    getMany: (table, keys) => memory.getMany(table, keys),
    range: (table, range) => memory.range(table, range),
    outline: (table, range) => memory.outline(table, range),
    status: () => memory.status(),
    close: () => memory.close(),
    commit(batch, epoch) {
      commits++;
      return memory.commit(batch, epoch);
    },
  };
  const service = await createService({ store, clock: still, rng: seededRng(seed), onWarning: () => {} });
  const settle = async (): Promise<void> => {
    for (let before = -1; before !== commits; ) {
      before = commits;
      await turn();
      await turn();
    }
  };
  await settle();
  return { service, commits: () => commits, settle };
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const NAMESPACE = 'default';
export const QUEUE = 'queue';
export const WORKER = { namespace: NAMESPACE, taskQueue: QUEUE, identity: 'worker', workerId: 'worker' };

export const startRequest = (workflowId: string): StartWorkflowExecutionRequest => ({
  namespace: NAMESPACE,
  workflowId,
  workflowType: 'type',
  taskQueue: QUEUE,
  requestId: `start of ${workflowId}`,
});

export interface Tasks {
  readonly workflowTask: WorkflowTask;
  /** One of a task that is open, and one of a run whose task is done. */
  readonly activityTask: ActivityTask;
}

const twoActivities: readonly Command[] = ['1', '2'].map((activityId) => ({
  type: 'ScheduleActivityTask',
  attributes: { activityId, activityType: 'act', taskQueue: QUEUE, startToCloseTimeout: 60_000 },
}));

/** Brings tasks of each kind about: they are open, and so are their tokens. */
export async function openTasks({ service, settle }: World): Promise<Tasks> {
  await service.startWorkflowExecution(startRequest('with activities'));
  const first = (await service.pollWorkflowTaskQueue(WORKER)) as WorkflowTask;
  await service.respondWorkflowTaskCompleted({ taskToken: first.taskToken, commands: twoActivities, identity: 'worker' });
  const activityTask = (await service.pollActivityTaskQueue(WORKER)) as ActivityTask;
  await service.startWorkflowExecution(startRequest('with a task'));
  const workflowTask = (await service.pollWorkflowTaskQueue(WORKER)) as WorkflowTask;
  await settle();
  return { workflowTask, activityTask };
}
