/**
 * Updates. What the workflow has accepted is in its history; what it has not is only here: it waits in memory, travels with the next workflow
 * task, and is gone with the engine, whose callers then ask again under the same update id. A rejected update leaves no trace.
 */
import type { Failure } from '../common/failure.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineCommand } from '../engine/command.ts';
import { isOpen } from '../engine/run-state.ts';
import type { UpdateOutcome, UpdateRequest } from '../history/events.ts';
import type { UpdateStage, UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse, WorkflowTask } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';
import { expectRoom, isReached, outcomeOf, UNPROCESSED } from './update-rules.ts';

type Response = UpdateWorkflowExecutionResponse;

interface Waiter {
  readonly stage: UpdateStage;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** An update that somebody waits for, or that waits for the workflow. */
interface Waiting {
  readonly updateId: string;
  /** Not accepted yet; keeps its run in memory. */
  admitted: Admitted | undefined;
  waiters: Waiter[];
}
interface Admitted {
  readonly run: LoadedRun;
  readonly request: UpdateRequest;
  readonly bytes: number;
  /** For this run alone, not for the one that may follow it. */
  readonly isBound: boolean;
  /** It is with the workflow task that is under way. */
  isDelivered: boolean;
}

export interface UpdatesOptions {
  readonly apply: (run: LoadedRun, command: EngineCommand) => void;
  readonly durable: (run: LoadedRun) => Promise<void>;
  /** The update is with the workflow or over: the run may leave memory. */
  readonly release: (run: LoadedRun) => void;
}

export class Updates {
  readonly #options: UpdatesOptions;
  /** By the name of the run, then by update id. */
  readonly #runs = new Map<string, Map<string, Waiting>>();

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  /** The run has had this update, or has it. */
  isKnown({ name, state }: LoadedRun, updateId: string): boolean {
    return state.updates.has(updateId) || this.#runs.get(name)?.get(updateId) !== undefined;
  }

  /**
   * Brings the update to the workflow, unless it has it, and resolves when it has come as far as the caller wants.
   *
   * @throws {ServiceError} `NotFound` if the run is closed and does not know the update, `ResourceExhausted` if it has too many
   */
  ask(run: LoadedRun, request: UpdateWorkflowExecutionRequest): Promise<Response> {
    if (!this.isKnown(run, request.updateId)) this.#admit(run, request);
    return this.#wait(run, request.updateId, request.waitStage);
  }

  poll(run: LoadedRun, updateId: string, stage: UpdateStage): Promise<Response> {
    if (!this.isKnown(run, updateId))
      throw new ServiceError('NotFound', `update "${updateId}" of workflow "${run.workflowId}" is not known to run ${run.runId}; it may have been rejected`, {
        details: { workflowId: run.workflowId, runId: run.runId },
      });
    return this.#wait(run, updateId, stage);
  }

  /** What goes with the workflow task that is being handed out. A worker passes over what it has already. */
  deliverTo(run: LoadedRun): WorkflowTask['updates'] {
    const updates: WorkflowTask['updates'][number][] = [];
    for (const { updateId, admitted } of this.#of(run)) {
      if (!admitted) continue;
      admitted.isDelivered = true;
      updates.push({ protocolInstanceId: updateId, request: admitted.request });
    }
    return updates;
  }

  /** A workflow task was completed: what it rejected, or passed over although it had it, is over. */
  taskCompleted(run: LoadedRun, { commands, forceCreateNewWorkflowTask }: EngineCommand<'CompleteWorkflowTask'>): void {
    if (!this.#runs.has(run.name)) return;
    for (const command of commands)
      if (command.type === 'RejectUpdate') this.#rejected(run, command.attributes.request.meta.updateId, command.attributes.failure);
    for (const { updateId, admitted } of this.#of(run)) {
      if (run.state.updates.has(updateId)) this.#withdraw(run, updateId);
      else if (admitted?.isDelivered && !forceCreateNewWorkflowTask && isOpen(run.state)) this.#rejected(run, updateId, UNPROCESSED);
    }
  }

  /** The run is closed and `next` goes on: so do the updates that the workflow has not accepted. */
  follow(run: LoadedRun, next: LoadedRun): void {
    for (const { updateId, admitted, waiters } of this.#of(run)) {
      if (!admitted || admitted.isBound) continue;
      this.#withdraw(run, updateId);
      this.#runs.get(run.name)?.delete(updateId);
      this.#list(next, { updateId, admitted: { ...admitted, run: next, isDelivered: false }, waiters });
    }
  }

  /** Answers who waited for what has happened, and sees to it that a task comes for what waits for one. */
  progress(run: LoadedRun): void {
    if (!this.#runs.has(run.name)) return;
    for (const waiting of this.#of(run)) this.#settle(run, waiting);
    const { state } = run;
    if (!isOpen(state) || state.workflowTask.phase !== 'none' || state.firstTaskNotBefore !== undefined) return;
    if (this.#of(run).some(({ admitted }) => admitted)) this.#options.apply(run, { type: 'RequestUpdateTask' });
  }

  /** The run is not what it was. */
  drop(run: LoadedRun, error: unknown): void {
    for (const { waiters } of this.#of(run)) for (const { reject } of waiters) reject(error);
    this.#runs.delete(run.name);
  }

  close(error: unknown): void {
    for (const updates of this.#runs.values()) for (const { waiters } of updates.values()) for (const { reject } of waiters) reject(error);
    this.#runs.clear();
  }

  #admit(run: LoadedRun, { updateId, updateName, args, header, identity, workflowExecution }: UpdateWorkflowExecutionRequest): void {
    const request: UpdateRequest = {
      meta: { updateId, ...(identity === undefined ? {} : { identity }) },
      input: { name: updateName, ...(args ? { args } : {}), ...(header ? { header } : {}) },
    };
    const bytes = 2 * JSON.stringify(request).length;
    const inFlight = this.#of(run).flatMap(({ admitted }) => (admitted ? [admitted.bytes] : []));
    expectRoom(run.state, inFlight, bytes);
    this.#list(run, { updateId, admitted: { run, request, bytes, isBound: Boolean(workflowExecution.runId), isDelivered: false }, waiters: [] });
    this.progress(run);
  }

  #list(run: LoadedRun, waiting: Waiting): void {
    if (waiting.admitted) run.pins++;
    const updates = this.#runs.get(run.name);
    if (updates) updates.set(waiting.updateId, waiting);
    else this.#runs.set(run.name, new Map([[waiting.updateId, waiting]]));
  }

  #wait(run: LoadedRun, updateId: string, stage: UpdateStage): Promise<Response> {
    return new Promise((resolve, reject) => {
      let waiting = this.#runs.get(run.name)?.get(updateId);
      if (!waiting) {
        waiting = { updateId, admitted: undefined, waiters: [] };
        this.#list(run, waiting);
      }
      waiting.waiters.push({ stage, resolve, reject });
      this.#settle(run, waiting);
    });
  }

  /** Answers come after the commit of what they tell; that an update is admitted promises nothing. */
  #settle(run: LoadedRun, waiting: Waiting): void {
    const { updateId, admitted } = waiting;
    const { workflowId, runId, state } = run;
    const known = state.updates.get(updateId);
    if (!known && !isOpen(state)) return this.#end(run, updateId, () => Promise.reject(closed(run)));
    const outcome = known && outcomeOf(known, state);
    const stage: UpdateStage = outcome ? 'COMPLETED' : known ? 'ACCEPTED' : 'ADMITTED';
    const response: Response = { workflowExecution: { workflowId, runId }, updateId, stage, ...(outcome ? { outcome } : {}) };
    const left = waiting.waiters.filter((waiter) => !isReached(waiter.stage, stage));
    for (const waiter of waiting.waiters) if (isReached(waiter.stage, stage)) this.#answer(run, waiter, response, stage !== 'ADMITTED');
    waiting.waiters = left;
    if (!admitted && left.length === 0) this.#unlist(run, updateId);
  }

  #answer(run: LoadedRun, { resolve, reject }: Waiter, response: Response, isAfterCommit: boolean): void {
    if (isAfterCommit) this.#options.durable(run).then(() => resolve(response), reject);
    else resolve(response);
  }

  #rejected(run: LoadedRun, updateId: string, failure: Failure): void {
    const { workflowId, runId } = run;
    const outcome: UpdateOutcome = { failure };
    this.#end(run, updateId, async () => ({ workflowExecution: { workflowId, runId }, updateId, stage: 'COMPLETED', outcome }));
  }

  /** Nothing is left of the update but its answer, which comes after the commit of what the workflow has seen. */
  #end(run: LoadedRun, updateId: string, answer: () => Promise<Response>): void {
    const waiting = this.#runs.get(run.name)?.get(updateId);
    if (!waiting) return;
    this.#withdraw(run, updateId);
    this.#unlist(run, updateId);
    for (const { resolve, reject } of waiting.waiters) this.#options.durable(run).then(answer).then(resolve, reject);
  }

  /** It does not wait for the workflow any more. */
  #withdraw(run: LoadedRun, updateId: string): void {
    const waiting = this.#runs.get(run.name)?.get(updateId);
    if (!waiting?.admitted) return;
    waiting.admitted = undefined;
    run.pins--;
    this.#options.release(run);
  }

  #unlist(run: LoadedRun, updateId: string): void {
    const updates = this.#runs.get(run.name);
    updates?.delete(updateId);
    if (updates?.size === 0) this.#runs.delete(run.name);
  }

  #of(run: LoadedRun): Waiting[] {
    return [...(this.#runs.get(run.name)?.values() ?? [])];
  }
}

const closed = ({ workflowId, runId, state: { status } }: LoadedRun): ServiceError =>
  new ServiceError(
    'NotFound',
    `workflow execution already completed: run ${runId} of workflow "${workflowId}" is closed (${status}) and has not accepted the update`,
    {
      details: { workflowId, runId, status },
    },
  );
