/** A service for tests of workers: hands out the tasks it is given and remembers the answers. */
import type { ServiceError } from '../common/service-error.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivityPollRequest, ActivityTask, WorkerCommand, WorkflowService, WorkflowTask } from '../protocol/workflow-service.ts';

type Call = readonly [method: keyof WorkflowService, request: Record<string, unknown>];
type Refusal = ServiceError | Error;

/** A queue that is polled: what is put in goes to the poll that waits longest. */
class Queue<T> {
  readonly #items: T[] = [];
  readonly #polls: ((item: T | null) => void)[] = [];
  #isOver = false;

  put(item: T): void {
    const poll = this.#polls.shift();
    if (poll) poll(item);
    else this.#items.push(item);
  }

  poll(): Promise<T | null> {
    const item = this.#items.shift();
    if (item !== undefined || this.#isOver) return Promise.resolve(item ?? null);
    return new Promise((resolve) => this.#polls.push(resolve));
  }

  get waiting(): number {
    return this.#polls.length;
  }

  end(): void {
    this.#isOver = true;
    for (const poll of this.#polls.splice(0)) poll(null);
  }
}

export class FakeEngine {
  readonly workflowTasks: Queue<WorkflowTask> = new Queue();
  readonly activityTasks: Queue<ActivityTask> = new Queue();
  readonly commands: Queue<readonly WorkerCommand[]> = new Queue();
  /** How many activities each poll asked for. */
  readonly asked: (number | undefined)[] = [];
  /** All calls but polls, in order. */
  readonly calls: Call[] = [];
  /** Histories for `getWorkflowExecutionHistory`, by run id. */
  readonly histories: Map<string, readonly HistoryEvent[]> = new Map();
  /** Answers to come, by method: an error refuses the call, anything else is its value. Without one the call is taken. */
  readonly answers: Map<string, unknown[]> = new Map();
  readonly service: WorkflowService;
  pageSize = 1_000;
  /** So many polls for tasks reject first. */
  failedPolls = 0;

  constructor() {
    const own: Record<string, (request: never) => Promise<unknown>> = {
      pollWorkflowTaskQueue: () => this.#poll(this.workflowTasks),
      pollActivityTaskQueue: ({ maximumTasks }: ActivityPollRequest) => {
        this.asked.push(maximumTasks);
        return this.#poll(this.activityTasks);
      },
      pollWorkerCommands: async () => (await this.commands.poll()) ?? [],
    };
    this.service = new Proxy({} as WorkflowService, {
      get: (_, method: string) => own[method] ?? ((request: Record<string, unknown>) => this.#call(method as keyof WorkflowService, request)),
    });
  }

  refuse(method: keyof WorkflowService, ...errors: Refusal[]): void {
    this.answers.set(method, [...(this.answers.get(method) ?? []), ...errors]);
  }

  /** The requests of one method, in order. */
  requests<M extends keyof WorkflowService>(method: M): Parameters<WorkflowService[M]>[0][] {
    return this.calls.filter(([name]) => name === method).map(([, request]) => request as never);
  }

  async #poll<T>(queue: Queue<T>): Promise<T | null> {
    if (this.failedPolls-- > 0) throw new Error('the engine cannot be reached');
    return queue.poll();
  }

  async #call(method: keyof WorkflowService, request: Record<string, unknown>): Promise<unknown> {
    this.calls.push([method, request]);
    const answer = this.answers.get(method)?.shift();
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) return answer;
    if (method === 'shutdownWorker') for (const queue of [this.workflowTasks, this.activityTasks, this.commands]) queue.end();
    if (method === 'recordActivityTaskHeartbeat') return { cancelRequested: false };
    if (method === 'getWorkflowExecutionHistory') return this.#history(request as unknown as Parameters<WorkflowService['getWorkflowExecutionHistory']>[0]);
    return undefined;
  }

  #history({ workflowExecution, afterEventId = 0 }: Parameters<WorkflowService['getWorkflowExecutionHistory']>[0]): unknown {
    const runId = workflowExecution.runId as string;
    const events = (this.histories.get(runId) ?? []).filter(({ eventId }) => eventId > afterEventId);
    return { runId, events: events.slice(0, this.pageSize), more: events.length > this.pageSize };
  }
}

export function workflowTask(history: readonly HistoryEvent[], overrides: Partial<WorkflowTask> = {}): WorkflowTask {
  const last = history.at(-1);
  return {
    taskToken: `task-${last?.eventId ?? 0}`,
    namespace: 'default',
    workflowId: 'wf',
    runId: 'run-1',
    workflowType: 'type',
    attempt: 1,
    scheduledEventId: (last?.eventId ?? 0) - 1,
    startedEventId: last?.eventId ?? 0,
    previousStartedEventId: 0,
    startedTime: last?.eventTime ?? 0,
    history,
    isFull: true,
    historyLength: last?.eventId ?? 0,
    historySize: 1_000,
    continueAsNewSuggested: false,
    workflowTaskTimeout: 10_000,
    updates: [],
    ...overrides,
  };
}

export function activityTask(overrides: Partial<ActivityTask> = {}): ActivityTask {
  return {
    taskToken: 'token',
    namespace: 'default',
    workflowExecution: { workflowId: 'wf', runId: 'run-1' },
    workflowType: 'type',
    activityId: '1',
    activityType: 'echo',
    taskQueue: 'queue',
    header: {},
    input: [],
    scheduledTime: 1_000,
    currentAttemptScheduledTime: 1_000,
    startedTime: 1_000,
    attempt: 1,
    startToCloseTimeout: 5_000,
    ...overrides,
  };
}

/** A logger that keeps its lines. */
export function keptLog(): { readonly lines: string[]; readonly logger: import('../common/logger.ts').Logger } {
  const lines: string[] = [];
  const log = (level: string, message: string): void => void lines.push(`${level} ${message}`);
  return {
    lines,
    logger: {
      log,
      trace: (message) => log('TRACE', message),
      debug: (message) => log('DEBUG', message),
      info: (message) => log('INFO', message),
      warn: (message) => log('WARN', message),
      error: (message) => log('ERROR', message),
    },
  };
}
