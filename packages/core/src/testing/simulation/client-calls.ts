/** What a client does to a workflow that it has started: signals, updates, questions, and its end. */
import type { Millis } from '../../common/brand.ts';
import type { WirePayloads } from '../../common/payload.ts';
import { isServiceError } from '../../common/service-error.ts';
import type { UpdateOutcome } from '../../history/events.ts';
import type { UpdateWithStartWorkflowExecutionRequest, WorkflowService } from '../../protocol/workflow-service.ts';
import type { Ledger } from './ledger.ts';
import { successionOf, type UpdatePlan, type WorkflowPlan } from './program.ts';
import type { Process } from './scheduler.ts';

export interface ClientOptions {
  readonly service: WorkflowService;
  readonly process: Process;
  readonly ledger: Ledger;
  readonly plan: WorkflowPlan;
  readonly violate: (statement: string) => void;
  /** The chain that the workflow id's open run is of, as the store has it. */
  readonly openChain: () => string | undefined;
}

export const NAMESPACE = 'default';

export const json = (value: unknown): WirePayloads => [{ encoding: 'json/plain', data: JSON.stringify(value) }];

/** One after the other, so that they are acknowledged in the order of their numbers. */
export async function sendSignals(options: ClientOptions): Promise<void> {
  const { service, plan, ledger, process } = options;
  for (const [number, after] of plan.signals.entries()) {
    if (after > 0) await pause(process, after / plan.signals.length);
    const requestId = `${plan.workflowId} signal ${number}`;
    const isSent = await unlessGone(options, () =>
      service.signalWorkflowExecution({
        namespace: NAMESPACE,
        workflowExecution: { workflowId: plan.workflowId },
        signalName: 'number',
        input: json(number),
        requestId,
      }),
    );
    if (!isSent) return;
    ledger.acknowledge({ workflowId: plan.workflowId, kind: 'signal', requestId });
  }
}

/** R64: an answer shows every signal that was acknowledged before the question, where no run may end without having seen them. */
export async function ask({ service, plan, ledger, process, violate }: ClientOptions): Promise<void> {
  const { ending, runTimeout, executionTimeout, restart, hasChannel } = plan;
  const { kind } = successionOf(plan);
  const mayMiss =
    ending?.how === 'terminate' || runTimeout !== undefined || executionTimeout !== undefined || restart || hasChannel || kind === 'retry' || kind === 'cron';
  for (const after of plan.queries) {
    await pause(process, after);
    const before = ledger.requests(plan.workflowId, 'signal').length;
    try {
      const { result: answer } = await service.queryWorkflow({
        namespace: NAMESPACE,
        workflowExecution: { workflowId: plan.workflowId },
        queryType: 'numbers',
      });
      const numbers = JSON.parse(answer[0]?.data ?? 'null') as number[];
      const isTorn = !restart && numbers.some((number, index) => number !== index + (mayMiss ? (numbers[0] ?? 0) : 0));
      if ((numbers.length < before && !mayMiss) || isTorn)
        violate(`R64: a query of ${plan.workflowId} shows the signals [${numbers.join(', ')}] after ${before} were acknowledged`);
    } catch (error) {
      if (!isServiceError(error)) throw error; // no worker in time, or closed before its first task: a query may fail, but not lie
    }
  }
}

export const updateRequest = ({ id, rejects, part, waitStage }: UpdatePlan): UpdateWithStartWorkflowExecutionRequest['update'] => ({
  updateId: id,
  updateName: 'handle',
  args: json({ id, rejects, ...(part ? { part } : {}) }),
  waitStage,
});

export async function sendUpdates(options: ClientOptions): Promise<void> {
  await Promise.all((options.plan.updates ?? []).map((update) => sendUpdate(options, update)));
}

/** R66: the same id gets the same answer, from the same run. */
async function sendUpdate({ service, plan: { workflowId }, ledger, process, violate }: ClientOptions, update: UpdatePlan): Promise<void> {
  await pause(process, update.after);
  const request = { namespace: NAMESPACE, workflowExecution: { workflowId }, ...updateRequest(update) };
  const answer = await unlessRefused(() => service.updateWorkflowExecution(request));
  if (!answer) return;
  ledger.updated({ workflowId, updateId: update.id, answer });
  const outcome = answer.outcome;
  if (isRejected(outcome) !== update.rejects && outcome) violate(`R66: update ${update.id} comes to ${JSON.stringify(outcome)}`);
  if (update.againAfter === undefined || isRejected(outcome)) return;
  await pause(process, update.againAfter);
  const again = await unlessRefused(() => service.updateWorkflowExecution({ ...request, workflowExecution: answer.workflowExecution, waitStage: 'COMPLETED' }));
  if (!again) return violate(`ACK-DURABLE: update ${update.id} was accepted and is not known any more`);
  ledger.updated({ workflowId, updateId: update.id, answer: again });
  if (outcome && JSON.stringify(outcome) !== JSON.stringify(again.outcome))
    violate(`R66: update ${update.id} came to ${JSON.stringify(outcome)} and then to ${JSON.stringify(again.outcome)}`);
}

/** Also by the end of the run: then it has failed. */
const isRejected = (outcome: UpdateOutcome | undefined): boolean =>
  outcome !== undefined && 'failure' in outcome && /rejected by plan/.test(outcome.failure.message ?? '');

export async function end(options: ClientOptions): Promise<void> {
  const { service, plan, ledger, process } = options;
  if (!plan.ending) return;
  const { how, after } = plan.ending;
  await pause(process, after);
  const requestId = `${plan.workflowId} ${how}`;
  const target = { namespace: NAMESPACE, workflowExecution: { workflowId: plan.workflowId } };
  const isDone = await unlessGone(options, () =>
    how === 'cancel' ? service.requestCancelWorkflowExecution({ ...target, requestId }) : service.terminateWorkflowExecution({ ...target, reason: 'by plan' }),
  );
  if (isDone) ledger.acknowledge({ workflowId: plan.workflowId, kind: how, requestId });
}

/** R44: who names no run finds the chain as long as it goes on. @returns false when the chain is closed: then nothing was done */
async function unlessGone({ plan: { workflowId }, openChain, violate }: ClientOptions, call: () => Promise<unknown>): Promise<boolean> {
  const before = openChain();
  try {
    await call();
    return true;
  } catch (error) {
    if (!isServiceError(error, 'NotFound')) throw error;
    if (before !== undefined && openChain() === before) violate(`R44: a run of ${workflowId} is open and not found`);
    return false;
  }
}

async function unlessRefused<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isServiceError(error)) return undefined;
    throw error;
  }
}

export const pause = (process: Process, ms: Millis): Promise<void> => new Promise((resolve) => process.clock.setTimer(ms, resolve));
