/** Updates: delivered with a task (or, in replay, found accepted in the history), accepted or rejected, and completed. */
import type { Failure } from '../common/failure.ts';
import type { UpdateRequest } from '../history/events.ts';
import type { WorkflowCommand } from '../protocol/activation.ts';
import type { ActivationJob, RunContext } from './machine.ts';

type UpdateResponse = Extract<WorkflowCommand, { type: 'updateResponse' }>;

interface Update {
  readonly request: UpdateRequest;
  isAccepted: boolean;
}

export class UpdateMachines {
  readonly #run: RunContext;
  readonly #updates = new Map<string, Update>();
  readonly #delivered = new Set<string>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  /** @returns the job, unless the run has had this update already */
  deliver(protocolInstanceId: string, request: UpdateRequest, runValidator: boolean): ActivationJob | undefined {
    const { updateId: id, identity } = request.meta;
    if (this.#delivered.has(id)) return undefined;
    this.#delivered.add(id);
    this.#updates.set(protocolInstanceId, { request, isAccepted: false });
    const { name, args, header } = request.input;
    return { type: 'doUpdate', id, protocolInstanceId, name, input: args ?? [], headers: header ?? {}, identity: identity ?? '', runValidator };
  }

  respond({ protocolInstanceId, response }: UpdateResponse): void {
    const update = this.#updates.get(protocolInstanceId);
    if (!update) throw new Error(`the workflow answered update "${protocolInstanceId}", which it was not given`);
    if (response.status === 'accepted') return this.#accept(protocolInstanceId, update);
    this.#updates.delete(protocolInstanceId);
    if (response.status === 'rejected' && !update.isAccepted) return this.#reject(protocolInstanceId, update, response.failure);
    const outcome = response.status === 'completed' ? { success: [response.result] } : { failure: response.failure };
    this.#run.send({ type: 'CompleteUpdate', attributes: { protocolInstanceId, outcome } });
  }

  #accept(protocolInstanceId: string, update: Update): void {
    update.isAccepted = true;
    this.#run.send({ type: 'AcceptUpdate', attributes: { protocolInstanceId, request: update.request } });
  }

  /** It leaves no event, so the same id may come again. */
  #reject(protocolInstanceId: string, { request }: Update, failure: Failure): void {
    this.#delivered.delete(request.meta.updateId);
    this.#run.send({ type: 'RejectUpdate', attributes: { protocolInstanceId, request, failure } });
  }
}
