/**
 * Queries. One sees all that was acknowledged before it: while a workflow task is to come or under way it waits for its end, then it goes
 * to a worker by itself. It writes nothing and waits for nothing but the commit of what it may have seen.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Failure } from '../common/failure.ts';
import type { WirePayloads } from '../common/payload.ts';
import { type Rng, uuid } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import { isOpen, type RunState } from '../engine/run-state.ts';
import type { QueryWorkflowRequest, RespondQueryTaskCompletedRequest, WorkflowTask } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { QueryOffer } from './matcher.ts';
import { queryTaskFor } from './tasks.ts';
import { parseQueryTaskToken } from './tokens.ts';

type Answer = { readonly result: WirePayloads };

export interface QueriesOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** How long a query waits for its answer, all in all, in ms. */
  readonly deadline: Millis;
  readonly offer: (query: QueryOffer) => void;
  readonly durable: (run: LoadedRun) => Promise<void>;
  /** The query is over: the run may leave memory. */
  readonly release: (run: LoadedRun) => void;
}

/** From this attempt on a workflow task is taken for one that will not succeed soon. */
const FAILING_ATTEMPT = 3;

class Query implements QueryOffer {
  readonly id: string;
  readonly run: LoadedRun;
  readonly request: QueryWorkflowRequest;
  readonly askedAt: Millis;
  /** Ready when the run has completed so many workflow tasks. */
  readonly afterTasks: number;
  workerId: string | undefined = undefined;
  isOver = false;
  cancelTimer: () => void = () => {};
  resolve!: (answer: Answer) => void;
  reject!: (error: unknown) => void;
  readonly answer: Promise<Answer>;

  constructor(id: string, run: LoadedRun, request: QueryWorkflowRequest, askedAt: Millis) {
    this.id = id;
    this.run = run;
    this.request = request;
    this.askedAt = askedAt;
    this.afterTasks = run.completedTasks + tasksToCome(run.state);
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  take(workerId: string, isCached: boolean): WorkflowTask {
    this.workerId = workerId;
    return queryTaskFor(this.run, isCached, this);
  }
}

export class Queries {
  readonly #options: QueriesOptions;
  readonly #queries = new Map<string, Query>();
  /** Those that wait for the end of a workflow task. */
  readonly #waiting = new Map<LoadedRun, Query[]>();

  constructor(options: QueriesOptions) {
    this.#options = options;
  }

  ask(run: LoadedRun, request: QueryWorkflowRequest): Promise<Answer> {
    expectWanted(run.state, request);
    const { clock, rng, deadline } = this.#options;
    const query = new Query(uuid(rng), run, request, clock.now());
    this.#queries.set(query.id, query);
    run.pins++;
    query.cancelTimer = clock.setTimer(deadline, () => this.#end(query, () => query.reject(late(query, deadline))));
    this.#waiting.set(run, [...(this.#waiting.get(run) ?? []), query]);
    this.progress(run);
    return query.answer;
  }

  /** Offers what is ready, and refuses what cannot be answered. */
  progress(run: LoadedRun): void {
    const waiting = this.#waiting.get(run);
    if (!waiting) return;
    const refusal = refusalOf(run);
    const left = waiting.filter((query) => {
      if (query.isOver) return false;
      if (refusal) this.#end(query, () => query.reject(refusal));
      else if (isOpen(run.state) && run.completedTasks < query.afterTasks) return true;
      else this.#options.offer(query);
      return false;
    });
    if (left.length > 0) this.#waiting.set(run, left);
    else this.#waiting.delete(run);
  }

  respond(request: RespondQueryTaskCompletedRequest): void {
    const query = this.#queries.get(parseQueryTaskToken(request.taskToken));
    if (!query) throw new ServiceError('NotFound', 'this query is no longer asked: it was answered or its time is over');
    const { run } = query;
    const settle = 'result' in request ? () => query.resolve({ result: request.result }) : () => query.reject(failed(query, request.failure));
    this.#options.durable(run).then(
      () => this.#end(query, settle),
      (error: unknown) => this.#end(query, () => query.reject(error)),
    );
  }

  /** The worker is gone: what it was asked is asked again. */
  removeWorker(workerId: string): void {
    for (const query of this.#queries.values()) {
      if (query.workerId !== workerId) continue;
      query.workerId = undefined;
      this.#options.offer(query);
    }
  }

  /** The run is not what it was: its queries cannot be answered. */
  drop(run: LoadedRun, error: unknown): void {
    for (const query of this.#queries.values()) if (query.run === run) this.#end(query, () => query.reject(error));
    this.#waiting.delete(run);
  }

  close(error: unknown): void {
    for (const query of this.#queries.values()) this.#end(query, () => query.reject(error));
    this.#waiting.clear();
  }

  #end(query: Query, settle: () => void): void {
    if (query.isOver) return;
    query.isOver = true;
    query.cancelTimer();
    this.#queries.delete(query.id);
    query.run.pins--;
    settle();
    this.#options.release(query.run);
  }
}

/** How many workflow tasks have to end until all that is known now has been seen by the workflow. */
function tasksToCome({ workflowTask, held, previousStartedEventId }: RunState): number {
  if (workflowTask.phase === 'started') return held.length > 0 ? 2 : 1;
  return workflowTask.phase === 'scheduled' || previousStartedEventId === 0 ? 1 : 0;
}

function expectWanted({ workflowId, runId, status }: RunState, { queryRejectCondition = 'NONE' }: QueryWorkflowRequest): void {
  const isRejected = queryRejectCondition === 'NOT_OPEN' ? status !== 'RUNNING' : queryRejectCondition === 'NOT_COMPLETED_CLEANLY' && isUnclean(status);
  if (isRejected)
    throw new ServiceError(
      'QueryRejected',
      `query of run ${runId} of workflow "${workflowId}": its status is ${status}, which the condition ${queryRejectCondition} rejects`,
      {
        details: { workflowId, runId, status },
      },
    );
}

const isUnclean = (status: RunState['status']): boolean => status === 'FAILED' || status === 'TERMINATED' || status === 'TIMED_OUT' || status === 'CANCELLED';

function refusalOf({ state }: LoadedRun): ServiceError | undefined {
  const { workflowId, runId, status, workflowTask, previousStartedEventId } = state;
  if (!isOpen(state))
    return previousStartedEventId > 0
      ? undefined
      : new ServiceError(
          'FailedPrecondition',
          `query of workflow "${workflowId}": run ${runId} was closed (${status}) before its first workflow task completed, so it has no state`,
        );
  if (workflowTask.phase === 'none' || workflowTask.attempt < FAILING_ATTEMPT) return undefined;
  return new ServiceError(
    'FailedPrecondition',
    `query of workflow "${workflowId}": its workflow task is failing (attempt ${workflowTask.attempt}), so the query would not be answered; mend the workflow code first`,
    { details: { workflowId, runId } },
  );
}

const failed = ({ request }: Query, failure: Failure): ServiceError =>
  new ServiceError('QueryFailed', `query "${request.queryType}" of workflow "${request.workflowExecution.workflowId}" failed: ${failure.message}`, {
    details: { failure },
  });

function late({ run, request, workerId }: Query, deadline: Millis): ServiceError {
  const why = workerId === undefined ? `no worker polled the task queue "${run.state.taskQueue}" for it` : 'the worker that took it did not answer';
  return new ServiceError('DeadlineExceeded', `query "${request.queryType}" of workflow "${run.workflowId}" had no answer in ${deadline} ms: ${why}`);
}
