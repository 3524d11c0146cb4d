/** Those who wait for something to happen: to a run's history, to anything at all, or to what a worker has under way. */
import type { ChangeNotice, GetWorkflowExecutionHistoryResponse, WorkerCommand } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';

interface HistoryWaiter {
  /** @returns the answer, if there is one by now */
  readonly look: (run: LoadedRun) => GetWorkflowExecutionHistoryResponse | undefined;
  readonly resolve: (response: GetWorkflowExecutionHistoryResponse) => void;
  readonly reject: (error: unknown) => void;
}

/** Long polls of histories, by the name of the run: they keep no run in memory. */
export class HistoryWaiters {
  readonly #waiters = new Map<string, HistoryWaiter[]>();

  wait(run: LoadedRun, look: HistoryWaiter['look']): Promise<GetWorkflowExecutionHistoryResponse> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(run.name);
      if (waiters) waiters.push({ look, resolve, reject });
      else this.#waiters.set(run.name, [{ look, resolve, reject }]);
    });
  }

  /** More of the run's history is in the store. */
  committed(run: LoadedRun): void {
    const waiters = this.#waiters.get(run.name);
    if (!waiters) return;
    const left = waiters.filter(({ look, resolve }) => {
      const response = look(run);
      if (response) resolve(response);
      return !response;
    });
    if (left.length > 0) this.#waiters.set(run.name, left);
    else this.#waiters.delete(run.name);
  }

  /** There is no such run after all. */
  drop(run: LoadedRun, error: unknown): void {
    for (const { reject } of this.#waiters.get(run.name) ?? []) reject(error);
    this.#waiters.delete(run.name);
  }

  close(error: unknown): void {
    for (const waiters of this.#waiters.values()) for (const { reject } of waiters) reject(error);
    this.#waiters.clear();
  }
}

/** How many notices are kept for who comes back late; one who comes later missed some, which does no harm. */
const KEPT_NOTICES = 1_024;

interface ChangeWaiter {
  readonly namespace: string;
  readonly cursor: number;
  readonly resolve: (answer: { cursor: number; changes: ChangeNotice[] }) => void;
  readonly reject: (error: unknown) => void;
}

export class Changes {
  readonly #notices: (ChangeNotice | undefined)[] = [];
  /** The number of notices so far. */
  #cursor = 0;
  #waiters: ChangeWaiter[] = [];

  /** Without a cursor, or with one of another engine, answers at once: from here on nothing is missed. */
  watch(namespace: string, cursor: number | undefined): Promise<{ cursor: number; changes: ChangeNotice[] }> {
    if (cursor === undefined || cursor > this.#cursor) return Promise.resolve({ cursor: this.#cursor, changes: [] });
    const changes = this.#since(cursor, namespace);
    if (changes.length > 0) return Promise.resolve({ cursor: this.#cursor, changes });
    return new Promise((resolve, reject) => this.#waiters.push({ namespace, cursor: this.#cursor, resolve, reject }));
  }

  add(run: LoadedRun): void {
    const { namespace, workflowId, runId, state } = run;
    const status = run.committedEventId === state.lastEventId ? state.status : 'RUNNING';
    this.#notices[this.#cursor++ % KEPT_NOTICES] = { namespace, workflowId, runId, historyLength: run.committedEventId, status };
  }

  /** Answers who waits, after a batch of `add`. */
  flush(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      const changes = this.#since(waiter.cursor, waiter.namespace);
      if (changes.length > 0) waiter.resolve({ cursor: this.#cursor, changes });
      else this.#waiters.push(waiter);
    }
  }

  close(error: unknown): void {
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters = [];
  }

  #since(cursor: number, namespace: string): ChangeNotice[] {
    const changes: ChangeNotice[] = [];
    for (let index = Math.max(cursor, this.#cursor - KEPT_NOTICES); index < this.#cursor; index++) {
      const notice = this.#notices[index % KEPT_NOTICES];
      if (notice?.namespace === namespace) changes.push(notice);
    }
    return changes;
  }
}

interface CommandWaiter {
  readonly resolve: (commands: readonly WorkerCommand[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What workers are to be told; kept for a worker until it asks. */
export class WorkerCommands {
  readonly #queues = new Map<string, WorkerCommand[]>();
  readonly #waiters = new Map<string, CommandWaiter>();

  poll(workerId: string): Promise<readonly WorkerCommand[]> {
    const queue = this.#queues.get(workerId);
    if (queue) {
      this.#queues.delete(workerId);
      return Promise.resolve(queue);
    }
    this.#waiters.get(workerId)?.resolve([]); // a worker asks once at a time: the earlier call was given up
    return new Promise((resolve, reject) => this.#waiters.set(workerId, { resolve, reject }));
  }

  push(workerId: string, command: WorkerCommand): void {
    const waiter = this.#waiters.get(workerId);
    if (waiter) {
      this.#waiters.delete(workerId);
      waiter.resolve([command]);
      return;
    }
    const queue = this.#queues.get(workerId);
    if (queue) queue.push(command);
    else this.#queues.set(workerId, [command]);
  }

  removeWorker(workerId: string): void {
    this.#queues.delete(workerId);
    this.#waiters.get(workerId)?.resolve([]);
    this.#waiters.delete(workerId);
  }

  close(end: (waiter: CommandWaiter) => void): void {
    for (const waiter of this.#waiters.values()) end(waiter);
    this.#waiters.clear();
  }
}
