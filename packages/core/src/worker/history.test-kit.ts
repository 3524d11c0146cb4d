/** Short ways to write histories, and a sandbox that answers from a script: for tests of what stands between the two. */
import type { EventAttributes, EventType, HistoryEvent } from '../history/events.ts';
import type { ActivationCompletion, ActivationJob, Sandbox, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';

/** Builds a history event by event: ids and times are given out, references to the last workflow task are filled in. */
export class HistoryWriter {
  readonly events: HistoryEvent[] = [];
  #time = 1_000;
  #scheduledEventId = 0;

  constructor(started: Partial<EventAttributes['WorkflowExecutionStarted']> = {}) {
    this.add('WorkflowExecutionStarted', {
      workflowType: 'type',
      workflowId: 'wf',
      taskQueue: 'queue',
      workflowTaskTimeout: 10_000,
      originalExecutionRunId: 'run-1',
      firstExecutionRunId: 'run-1',
      attempt: 1,
      ...started,
    });
  }

  /** @returns the event's id */
  add<T extends EventType>(type: T, attributes: EventAttributes[T]): number {
    this.#time += 10;
    this.events.push({ eventId: this.events.length + 1, eventTime: this.#time, type, attributes } as HistoryEvent);
    return this.events.length;
  }

  scheduleTask(): this {
    this.#scheduledEventId = this.add('WorkflowTaskScheduled', { taskQueue: 'queue', startToCloseTimeout: 10_000, attempt: 1 });
    return this;
  }

  startTask(): this {
    this.add('WorkflowTaskStarted', { scheduledEventId: this.#scheduledEventId, historySizeBytes: this.events.length * 100 });
    return this;
  }

  completeTask(flags: { coreUsedFlags?: number[]; langUsedFlags?: number[] } = { coreUsedFlags: [1, 2, 3], langUsedFlags: [1, 2] }): this {
    this.add('WorkflowTaskCompleted', { scheduledEventId: this.#scheduledEventId, startedEventId: this.events.length, sdkMetadata: flags });
    return this;
  }

  /** A whole task: scheduled, started, completed. */
  task(): this {
    return this.scheduleTask().startTask().completeTask();
  }

  /** The task that is open: scheduled and started. */
  openTask(): this {
    return this.scheduleTask().startTask();
  }

  get completedEventId(): number {
    return this.events.findLast(({ type }) => type === 'WorkflowTaskCompleted')?.eventId ?? 0;
  }

  activity(activityId: string, activityType = 'echo'): number {
    return this.add('ActivityTaskScheduled', { activityId, activityType, taskQueue: 'queue', workflowTaskCompletedEventId: this.completedEventId });
  }

  activityCompleted(scheduledEventId: number, data = 'null'): this {
    const startedEventId = this.add('ActivityTaskStarted', { scheduledEventId, attempt: 1, identity: 'worker' });
    this.add('ActivityTaskCompleted', { scheduledEventId, startedEventId, result: [json(data)] });
    return this;
  }
}

export const json = (data: string): { encoding: string; data: string } => ({ encoding: 'json/plain', data });

export type Reaction = (job: ActivationJob, activation: WorkflowActivation) => readonly WorkflowCommand[] | undefined;

/** Answers each job by a function; keeps what it was given. */
export class ScriptedSandbox implements Sandbox {
  readonly activations: WorkflowActivation[] = [];
  readonly types: readonly string[];
  isClosed = false;
  readonly #react: Reaction;

  constructor(react: Reaction, types: readonly string[] = ['type']) {
    this.#react = react;
    this.types = types;
  }

  async activate(activation: WorkflowActivation): Promise<ActivationCompletion> {
    this.activations.push(activation);
    const commands = activation.jobs.flatMap((job) => this.#react(job, activation) ?? []);
    return { status: 'successful', runId: activation.runId, commands, usedInternalFlags: [] };
  }

  async ready(): Promise<readonly string[]> {
    return this.types;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** The types of the jobs it was given, one list for each activation. */
  get jobTypes(): string[][] {
    return this.activations.map(({ jobs }) => jobs.map(({ type }) => type));
  }
}

export const scheduleLocalActivity = (
  seq: number,
  overrides: Partial<Extract<WorkflowCommand, { type: 'scheduleLocalActivity' }>> = {},
): Extract<WorkflowCommand, { type: 'scheduleLocalActivity' }> => ({
  type: 'scheduleLocalActivity',
  seq,
  activityId: String(seq),
  activityType: 'echo',
  attempt: 1,
  headers: {},
  arguments: [],
  startToCloseTimeout: 5_000,
  cancellationType: 'TRY_CANCEL',
  ...overrides,
});

export const scheduleActivity = (
  seq: number,
  overrides: Partial<Extract<WorkflowCommand, { type: 'scheduleActivity' }>> = {},
): Extract<WorkflowCommand, { type: 'scheduleActivity' }> => ({
  type: 'scheduleActivity',
  seq,
  activityId: String(seq),
  activityType: 'echo',
  headers: {},
  arguments: [],
  startToCloseTimeout: 5_000,
  cancellationType: 'TRY_CANCEL',
  ...overrides,
});
