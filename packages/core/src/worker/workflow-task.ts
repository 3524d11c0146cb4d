/** The work on one workflow task or query: the sandbox is driven through the history and through what is new, until the run has nothing more to say. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Failure } from '../common/failure.ts';
import type { Logger } from '../common/logger.ts';
import type { WirePayload } from '../common/payload.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivationCompletion, WorkflowActivation } from '../protocol/activation.ts';
import type { WorkflowTask } from '../protocol/workflow-service.ts';
import type { RunMachines, TaskResult } from './activations.ts';
import type { RunLocals } from './run-locals.ts';
import { callSinks, type InjectedSinks, type SinkWorkflowInfo } from './sinks.ts';
import { WorkflowTaskFailure } from './task-failure.ts';

/** One run in hand: its machines, and what drives them. */
export interface RunInHand {
  readonly machines: RunMachines;
  readonly locals: RunLocals;
  readonly info: SinkWorkflowInfo;
}

export interface TaskDriver {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sinks: InjectedSinks;
  activate(activation: WorkflowActivation): Promise<ActivationCompletion>;
}

/** A task is renewed after this part of its timeout while local activities hold it open. */
const HEARTBEAT_AT = 0.8;

export type TaskAnswer = TaskResult & { readonly isHeartbeat: boolean };

/**
 * Replays what the history has and runs the task that is new.
 *
 * @throws {WorkflowTaskFailure} when workflow code failed its task
 * @throws {NonDeterminismError} when code and history disagree
 */
export async function runTask(driver: TaskDriver, run: RunInHand, task: WorkflowTask, events: readonly HistoryEvent[], takenAt: Millis): Promise<TaskAnswer> {
  const { machines, locals } = run;
  machines.feed(events);
  await catchUp(driver, run, task);
  const renewAt = takenAt + task.workflowTaskTimeout * HEARTBEAT_AT;
  for (;;) {
    await tellAll(driver, run);
    if (!machines.isClosing) locals.carryOut();
    if (machines.isClosing || machines.locals.pending === 0) return { ...machines.finish(), isHeartbeat: false };
    if (!(await endedBefore(driver.clock, renewAt, locals.nextEnd()))) return { ...machines.finish(), isHeartbeat: true };
  }
}

/** What is not in the history of the task that is to be answered. */
export type LiveTask = Pick<WorkflowTask, 'updates' | 'continueAsNewSuggested'>;

/**
 * Replays a history.
 *
 * @param live the task at its end that no worker has completed; without it nothing is run that the history does not hold
 * @throws as `runTask`
 */
export async function replay(driver: TaskDriver, run: RunInHand, events: readonly HistoryEvent[], live?: LiveTask): Promise<void> {
  run.machines.feed(events);
  await catchUp(driver, run, live);
}

export async function runQuery(
  driver: TaskDriver,
  { machines, info }: RunInHand,
  query: NonNullable<WorkflowTask['query']>,
): Promise<{ readonly result: WirePayload } | { readonly failure: Failure }> {
  const { queryType, queryArgs, header } = query;
  const activation = machines.queryActivation({ type: 'queryWorkflow', queryId: 'query', queryType, arguments: queryArgs, headers: header });
  const completion = await driver.activate(activation);
  callSinks(completion.sinkCalls ?? [], { sinks: driver.sinks, logger: driver.logger, info, isReplaying: false });
  if (completion.status === 'failed') return { failure: completion.failure };
  for (const command of completion.commands)
    if (command.type === 'respondToQuery') return 'succeeded' in command.result ? { result: command.result.succeeded } : { failure: command.result.failed };
  return { failure: { message: `the sandbox gave no answer to query "${queryType}"` } };
}

/** Task after task, up to the live one or the end of the history. */
async function catchUp(driver: TaskDriver, run: RunInHand, live: LiveTask | undefined): Promise<void> {
  const { machines } = run;
  for (let start = machines.advance(live); start; start = machines.advance(live)) {
    if (start.activation) await step(driver, run, start.activation);
    if (!start.isReplaying) return;
    await tellAll(driver, run);
    machines.settle();
  }
}

async function tellAll(driver: TaskDriver, run: RunInHand): Promise<void> {
  for (let activation = run.machines.onward(); activation; activation = run.machines.onward()) await step(driver, run, activation);
}

async function step(driver: TaskDriver, { machines, info }: RunInHand, activation: WorkflowActivation): Promise<void> {
  const completion = await driver.activate(activation);
  if (completion.sinkCalls) callSinks(completion.sinkCalls, { sinks: driver.sinks, logger: driver.logger, info, isReplaying: activation.isReplaying });
  if (completion.status === 'failed') throw new WorkflowTaskFailure(completion.failure, completion.cause);
  machines.apply(completion.commands, completion.usedInternalFlags);
}

async function endedBefore(clock: Clock, time: Millis, ended: Promise<void>): Promise<boolean> {
  let takeBack: () => void = () => undefined;
  const over = new Promise<boolean>((resolve) => {
    takeBack = clock.setTimer(Math.max(0, time - clock.now()), () => resolve(false));
  });
  const hasEnded = await Promise.race([ended.then(() => true), over]);
  takeBack();
  return hasEnded;
}
