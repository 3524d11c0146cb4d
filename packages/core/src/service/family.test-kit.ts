/** Workflows told by their type, for tests with several runs: a worker that answers each task by a function of its history. */
import type { ParentClosePolicy } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import type { WorkflowTask } from '../protocol/workflow-service.ts';
import { createMemoryDatabase, type MemoryDatabase, openMemoryStore } from '../storage/memory.ts';
import type { Batch } from '../storage/store.ts';
import { complete, on, poll, quiet } from './service.test-kit.ts';
import type { EngineService } from './service.ts';

export const child = (workflowId: string, more: Partial<Extract<Command, { type: 'StartChildWorkflowExecution' }>['attributes']> = {}): Command => ({
  type: 'StartChildWorkflowExecution',
  attributes: { workflowId, workflowType: 'child', ...more },
});
export const leaving = (workflowId: string, parentClosePolicy: ParentClosePolicy): Command => child(workflowId, { parentClosePolicy });
export const tell = (workflowId: string, more: Partial<Extract<Command, { type: 'SignalExternalWorkflowExecution' }>['attributes']> = {}): Command => ({
  type: 'SignalExternalWorkflowExecution',
  attributes: { workflowExecution: { workflowId }, signalName: 'told', ...more },
});
export const cancel = (
  workflowId: string,
  more: Partial<Extract<Command, { type: 'RequestCancelExternalWorkflowExecution' }>['attributes']> = {},
): Command => ({
  type: 'RequestCancelExternalWorkflowExecution',
  attributes: { workflowExecution: { workflowId }, ...more },
});
export const again: Command = { type: 'ContinueAsNewWorkflowExecution', attributes: {} };
export const fail = (message = 'no'): Command => ({
  type: 'FailWorkflowExecution',
  attributes: { failure: { message, applicationFailureInfo: { type: 'Error' } } },
});

/** Answers the next tasks, one after the other, each with the commands that stand for its workflow id. */
export async function answer(service: EngineService, commands: Readonly<Record<string, readonly Command[]>>): Promise<void> {
  for (const [workflowId, list] of Object.entries(commands)) {
    const task = await taskOf(service, workflowId);
    await complete(service, task, ...list);
  }
}

/** The next task, which is to be of this workflow. */
export async function taskOf(service: EngineService, workflowId: string): Promise<WorkflowTask> {
  const task = await service.pollWorkflowTaskQueue(poll());
  if (task?.workflowId !== workflowId) throw new Error(`the next task is of ${task?.workflowId}, not of ${workflowId}`);
  return task;
}

/** The events of a run but those of workflow tasks, by type. */
export async function story(service: EngineService, workflowId: string, runId?: string): Promise<string[]> {
  const { events } = await service.getWorkflowExecutionHistory({ ...on(workflowId, runId), maximumPageSize: 1_000 });
  return events.map(({ type }) => type).filter((type) => !type.startsWith('WorkflowTask'));
}

/** The database as it was after so many of the batches: what an engine finds that takes over from one that died there. */
export async function databaseAfter(batches: readonly Batch[]): Promise<MemoryDatabase> {
  const database = createMemoryDatabase();
  const store = openMemoryStore(database);
  const epoch = await store.acquire();
  await store.commit({ puts: [['meta', ['format'], 1]], deletes: [] }, epoch);
  for (const batch of batches) await store.commit(batch, epoch);
  return database;
}

let workers = 0;

/** Answers every task by a function of its history, until there are no more. */
export async function workOff(service: EngineService, answerFor: (task: WorkflowTask) => readonly Command[]): Promise<void> {
  for (;;) {
    let task: WorkflowTask | null | undefined;
    const workerId = `worker-${++workers}`;
    void service.pollWorkflowTaskQueue(poll(workerId)).then((polled) => {
      task = polled;
    });
    await quiet();
    if (!task) return service.shutdownWorker({ workerId });
    await complete(service, task, ...answerFor(task));
  }
}
