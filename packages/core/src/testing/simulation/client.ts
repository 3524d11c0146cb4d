/** A client that follows a plan: it starts a workflow, may start it again, does to it what is planned, and waits for the end of its chain. */
import { isServiceError } from '../../common/service-error.ts';
import { type CloseEvent, isCloseEvent } from '../../history/events.ts';
import type { StartWorkflowExecutionRequest, StartWorkflowExecutionResponse } from '../../protocol/workflow-service.ts';
import { ask, type ClientOptions, end, json, NAMESPACE, pause, sendSignals, sendUpdates, updateRequest } from './client-calls.ts';
import { CRON, type RunInput, successionOf, type WorkflowPlan } from './program.ts';

export const TASK_QUEUE = 'simulation';

/** @returns the event that closed the last run that the plan has started */
export async function runClient(options: ClientOptions): Promise<CloseEvent> {
  const { plan, process } = options;
  await pause(process, plan.startsAfter);
  const { runId } = await start(options);
  const [closed, closedAgain] = await Promise.all([
    chainEnd(options, runId),
    startAgain(options, runId),
    sendSignals(options),
    sendUpdates(options),
    ask(options),
    end(options),
  ]);
  return closedAgain ?? closed;
}

const requestIdOf = ({ workflowId }: WorkflowPlan): string => `${workflowId} start`;

function startRequest(plan: WorkflowPlan, requestId: string): StartWorkflowExecutionRequest {
  const { workflowId, program, hasChannel = false, runTimeout, executionTimeout, taskTimeout, startDelay, mark } = plan;
  const succession = successionOf(plan);
  const input: RunInput = { program, succession, hasChannel, lap: 0, numbers: [], pokes: [] };
  return {
    namespace: NAMESPACE,
    workflowId,
    workflowType: 'runProgram',
    taskQueue: TASK_QUEUE,
    input: json(input),
    requestId,
    ...(runTimeout === undefined ? {} : { workflowRunTimeout: runTimeout }),
    ...(executionTimeout === undefined ? {} : { workflowExecutionTimeout: executionTimeout }),
    ...(taskTimeout === undefined ? {} : { workflowTaskTimeout: taskTimeout }),
    ...(startDelay === undefined ? {} : { workflowStartDelay: startDelay }),
    ...(succession.kind === 'cron' ? { cronSchedule: CRON } : {}),
    ...(succession.kind === 'retry' ? { retryPolicy: { initialInterval: 1_000, maximumAttempts: succession.attempts } } : {}),
    ...(mark === undefined ? {} : { memo: { mark: first(mark) }, searchAttributes: { CustomIntField: first(mark) } }),
  };
}

const first = (value: unknown) => json(value)[0] as ReturnType<typeof json>[number];

async function start(options: ClientOptions): Promise<StartWorkflowExecutionResponse> {
  const { plan, ledger } = options;
  const requestId = requestIdOf(plan);
  const started = await startBy(options, startRequest(plan, requestId));
  ledger.acknowledge({ workflowId: plan.workflowId, kind: 'start', requestId });
  return started;
}

async function startBy({ service, plan, ledger }: ClientOptions, request: StartWorkflowExecutionRequest): Promise<StartWorkflowExecutionResponse> {
  if (plan.start === 'signal') return await service.signalWithStartWorkflowExecution({ ...request, signalName: 'poke', signalInput: json('with start') });
  if (plan.start === undefined) return await service.startWorkflowExecution(request);
  const { workflowId } = plan;
  const update = { id: `${workflowId} first update`, after: 0, rejects: false, waitStage: 'ACCEPTED' } as const;
  try {
    const response = await service.updateWithStartWorkflowExecution({ start: request, update: updateRequest(update) });
    ledger.updated({ workflowId, updateId: update.id, answer: response.update });
    return response.start;
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return await service.startWorkflowExecution(request); // closed before it took the update: but it was started, and the same request finds it
  }
}

/** Waits for one run after the other until none follows. */
async function chainEnd({ service, plan: { workflowId } }: ClientOptions, firstRunId: string): Promise<CloseEvent> {
  for (let runId = firstRunId; ; ) {
    const { events } = await service.getWorkflowExecutionHistory({
      namespace: NAMESPACE,
      workflowExecution: { workflowId, runId },
      waitNewEvent: true,
      historyEventFilterType: 'CLOSE_EVENT',
    });
    const last = events.at(-1);
    if (!last || !isCloseEvent(last)) continue;
    const next = (last.attributes as { newExecutionRunId?: string }).newExecutionRunId;
    if (next === undefined) return last;
    runId = next;
  }
}

/** R46: a request that is repeated finds the run that it has started, whatever became of it. */
async function startAgain(options: ClientOptions, firstRunId: string): Promise<CloseEvent | undefined> {
  const { service, plan, process, ledger, violate } = options;
  if (!plan.restart) return undefined;
  const { after, isRepeated, signals, conflict, reuse } = plan.restart;
  await pause(process, after);
  const requestId = isRepeated ? requestIdOf(plan) : `${plan.workflowId} start again`;
  const request = { ...startRequest(plan, requestId), workflowIdConflictPolicy: conflict, workflowIdReusePolicy: reuse };
  try {
    const { runId, started } = await (signals
      ? service.signalWithStartWorkflowExecution({ ...request, signalName: 'poke', signalInput: json('with another start') })
      : service.startWorkflowExecution(request));
    if (isRepeated) {
      if (runId !== firstRunId) violate(`R46: the request that started ${plan.workflowId} is repeated and finds run ${runId} in place of ${firstRunId}`);
      return undefined;
    }
    ledger.restarted.push({ workflowId: plan.workflowId, runId, started });
    if (!started && conflict !== 'USE_EXISTING' && !signals) violate(`R47: ${plan.workflowId} is attached to run ${runId} by the policy ${conflict}`);
    if (started && reuse === 'REJECT_DUPLICATE' && conflict !== 'TERMINATE_EXISTING') violate(`R47: ${plan.workflowId} runs again in spite of ${reuse}`);
    if (!started) return undefined;
    // a schedule that starts again after its end was asked for would never end
    const [closed] = await Promise.all([chainEnd(options, runId), successionOf(plan).kind === 'cron' ? end(options) : undefined]);
    return closed;
  } catch (error) {
    if (!isServiceError(error, 'AlreadyStarted')) throw error;
    if ((conflict !== 'FAIL' || signals) && reuse === 'ALLOW_DUPLICATE')
      violate(`R47: ${plan.workflowId} is not started again although ${conflict} and ${reuse} let it`);
    return undefined;
  }
}
