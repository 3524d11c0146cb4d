/** A run under test: commands go in, events and notes come out, and after each one the state equals a rebuild from what was stored. */
import { deepStrictEqual } from 'node:assert';
import type { Millis } from '../common/brand.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import type { EngineCommand, EngineCommands, WorkflowTaskRef } from './command.ts';
import { type Input, isEvent } from './input.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { rebuild } from './rebuild.ts';
import { EMPTY_RUN, type RunState } from './run-state.ts';
import { type Transition, transition } from './transition.ts';

export const KEY: { readonly namespace: string; readonly workflowId: string; readonly runId: string } = {
  namespace: 'default',
  workflowId: 'wf',
  runId: 'run-1',
};

type StartOptions = Partial<EngineCommands['StartWorkflowExecution']['started']>;

export class Driver {
  state: RunState = EMPTY_RUN;
  runId: string = KEY.runId;
  now: Millis = 1_000;
  limits: Limits = DEFAULT_LIMITS;
  readonly inputs: Input[] = [];
  last: Transition = { state: EMPTY_RUN, inputs: [] };
  private requests = 0;

  start(options: StartOptions = {}, signalName?: string): this {
    return this.do({
      type: 'StartWorkflowExecution',
      namespace: KEY.namespace,
      runId: KEY.runId,
      requestId: 'start',
      started: { workflowType: 'type', workflowId: KEY.workflowId, taskQueue: 'queue', workflowTaskTimeout: 10_000, attempt: 1, ...options },
      ...(signalName === undefined ? {} : { signal: { signalName } }),
    });
  }

  do(command: EngineCommand): this {
    const before = structuredClone(plain(this.state));
    this.last = transition(this.state, command, this.now, this.limits);
    deepStrictEqual(plain(this.state), before, 'a transition leaves the state that it was given as it was');
    this.state = this.last.state;
    this.inputs.push(...this.last.inputs);
    deepStrictEqual(plain(rebuild({ ...KEY, runId: this.runId }, this.inputs)), plain(this.state), 'the state is what its inputs say');
    return this;
  }

  limitedTo(limits: Partial<Limits>): this {
    this.limits = { ...this.limits, ...limits };
    return this;
  }

  at(now: Millis): this {
    this.now = now;
    return this;
  }

  passTime(by: Millis): this {
    this.now += by;
    return this.do({ type: 'PassTime' });
  }

  startTask(): WorkflowTaskRef {
    this.do({ type: 'StartWorkflowTask', identity: 'worker', requestId: `task-${++this.requests}` });
    return this.task();
  }

  /** The token of the task that is under way. */
  task(): WorkflowTaskRef {
    const { workflowTask: task } = this.state;
    if (task.phase !== 'started') throw new Error(`the workflow task is ${task.phase}`);
    const { scheduledEventId, startedEventId, startedAt, attempt, requestId } = task;
    return { scheduledEventId, startedEventId, startedAt, attempt, requestId };
  }

  complete(commands: readonly Command[] = [], task: WorkflowTaskRef = this.task()): this {
    return this.do({ type: 'CompleteWorkflowTask', task, commands, identity: 'worker' });
  }

  /** Starts the waiting workflow task and completes it. */
  turn(commands: readonly Command[] = []): this {
    this.startTask();
    return this.complete(commands);
  }

  fail(message = 'a plain error'): this {
    return this.do({ type: 'FailWorkflowTask', task: this.task(), cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message }, identity: 'worker' });
  }

  signal(signalName = 'note', requestId = `signal-${++this.requests}`): this {
    return this.do({ type: 'SignalWorkflowExecution', signalName, requestId });
  }

  /** Many at once, without a look at the state after each. */
  signals(count: number): this {
    for (let index = 0; index < count; index++) {
      const requestId = `signal-${++this.requests}`;
      this.last = transition(this.state, { type: 'SignalWorkflowExecution', signalName: 'note', requestId }, this.now, this.limits);
      this.state = this.last.state;
      this.inputs.push(...this.last.inputs);
    }
    return this;
  }

  startActivity(scheduledEventId: number, attempt = 1, workerId = 'worker-1'): { scheduledEventId: number; attempt: number; secret: string } {
    const secret = `secret-${++this.requests}`;
    this.do({ type: 'StartActivityTask', scheduledEventId, attempt, secret, workerId, identity: 'worker', requestId: `activity-${this.requests}` });
    return { scheduledEventId, attempt, secret };
  }

  get events(): HistoryEvent[] {
    return this.inputs.filter(isEvent);
  }

  /** The types of the events, with `skip` left out at the front. */
  types(skip = 0): string[] {
    return this.events.slice(skip).map((event) => event.type);
  }
}

export const drive = (options?: StartOptions): Driver => new Driver().start(options);

export const activity = (activityId: string, options: object = {}): Command => ({
  type: 'ScheduleActivityTask',
  attributes: { activityId, activityType: 'work', startToCloseTimeout: 10_000, ...options },
});
export const timer = (timerId: string, startToFireTimeout: Millis): Command => ({ type: 'StartTimer', attributes: { timerId, startToFireTimeout } });
export const cancelTimer = (timerId: string): Command => ({ type: 'CancelTimer', attributes: { timerId } });
export const completeRun: Command = { type: 'CompleteWorkflowExecution', attributes: {} };

/** A state whose maps are plain ones, with what they know of all their entries. */
export function plain(state: RunState): Record<string, unknown> {
  const { activities, activityIds, timers, timersByStart, children, updates, requestIds } = state;
  const maps = Object.entries({ activities, activityIds, timers, timersByStart, children, updates, requestIds });
  return {
    ...state,
    ...Object.fromEntries(maps.map(([name, map]) => [name, new Map<unknown, unknown>(map)])),
    times: [activities.summary, timersByStart.summary],
  };
}
