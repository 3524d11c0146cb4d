/** A client that follows a plan: it starts a workflow, signals it, asks it, may end it, and waits for its result. */
import type { Millis } from '../../common/brand.ts';
import type { WirePayloads } from '../../common/payload.ts';
import { isServiceError } from '../../common/service-error.ts';
import { type CloseEvent, isCloseEvent } from '../../history/events.ts';
import type { WorkflowService } from '../../protocol/workflow-service.ts';
import type { Ledger } from './ledger.ts';
import type { WorkflowPlan } from './program.ts';
import type { Process } from './scheduler.ts';

export interface ClientOptions {
  readonly service: WorkflowService;
  readonly process: Process;
  readonly ledger: Ledger;
  readonly plan: WorkflowPlan;
  readonly violate: (statement: string) => void;
}

export const NAMESPACE = 'default';
export const TASK_QUEUE = 'simulation';

const json = (value: unknown): WirePayloads => [{ encoding: 'json/plain', data: JSON.stringify(value) }];

/** @returns the event that closed the run */
export async function runClient(options: ClientOptions): Promise<CloseEvent> {
  const { service, plan, ledger, process } = options;
  const { workflowId, program, runTimeout } = plan;
  await pause(process, plan.startsAfter);
  const requestId = `${workflowId} start`;
  await service.startWorkflowExecution({
    namespace: NAMESPACE,
    workflowId,
    workflowType: 'runProgram',
    taskQueue: TASK_QUEUE,
    input: json(program),
    requestId,
    ...(runTimeout === undefined ? {} : { workflowRunTimeout: runTimeout }),
  });
  ledger.acknowledge({ workflowId, kind: 'start', requestId });
  const [closed] = await Promise.all([result(options), sendSignals(options), ask(options), end(options)]);
  return closed;
}

async function result({ service, plan }: ClientOptions): Promise<CloseEvent> {
  for (;;) {
    const { events } = await service.getWorkflowExecutionHistory({
      namespace: NAMESPACE,
      workflowExecution: { workflowId: plan.workflowId },
      waitNewEvent: true,
      historyEventFilterType: 'CLOSE_EVENT',
    });
    const last = events.at(-1);
    if (last && isCloseEvent(last)) return last;
  }
}

/** One after the other, so that they are acknowledged in the order of their numbers. */
async function sendSignals(options: ClientOptions): Promise<void> {
  const { service, plan, ledger, process } = options;
  for (const [number, after] of plan.signals.entries()) {
    await pause(process, after / plan.signals.length);
    const requestId = `${plan.workflowId} signal ${number}`;
    const isSent = await unlessGone(() =>
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

/** R64: an answer shows every signal that was acknowledged before the question. What came too late for a run that was ended from outside is in its history alone. */
async function ask({ service, plan, ledger, process, violate }: ClientOptions): Promise<void> {
  const mayEndEarly = plan.ending?.how === 'terminate' || plan.runTimeout !== undefined;
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
      if ((numbers.length < before && !mayEndEarly) || numbers.some((number, index) => number !== index))
        violate(`R64: a query of ${plan.workflowId} shows the signals [${numbers.join(', ')}] after ${before} were acknowledged`);
    } catch (error) {
      if (!isServiceError(error)) throw error; // no worker in time, or closed before its first task: a query may fail, but not lie
    }
  }
}

async function end({ service, plan, ledger, process }: ClientOptions): Promise<void> {
  if (!plan.ending) return;
  const { how, after } = plan.ending;
  await pause(process, after);
  const requestId = `${plan.workflowId} ${how}`;
  const target = { namespace: NAMESPACE, workflowExecution: { workflowId: plan.workflowId } };
  const isDone = await unlessGone(() =>
    how === 'cancel' ? service.requestCancelWorkflowExecution({ ...target, requestId }) : service.terminateWorkflowExecution({ ...target, reason: 'by plan' }),
  );
  if (isDone) ledger.acknowledge({ workflowId: plan.workflowId, kind: how, requestId });
}

/** @returns false when the run is closed: then nothing was done */
async function unlessGone(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (isServiceError(error, 'NotFound')) return false;
    throw error;
  }
}

const pause = (process: Process, ms: Millis): Promise<void> => new Promise((resolve) => process.clock.setTimer(ms, resolve));
