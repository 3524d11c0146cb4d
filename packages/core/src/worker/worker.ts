/** A worker: runs the workflows and activities of one task queue, from `run()` to `shutdown()`. */
import { IllegalStateError } from '../common/errors.ts';
import type { PollRequest } from '../protocol/workflow-service.ts';
import { ActivityHost } from './activity-host.ts';
import { CombinedWorkerRunError, GracefulShutdownPeriodExpiredError } from './errors.ts';
import { localActivityRunnerOf } from './local-activity-runner.ts';
import { type CompiledWorkerOptions, compileWorkerOptions, type WorkerOptions } from './options.ts';
import { type ReplayableHistory, Replayer, type ReplayResult, type ReplayWorkerOptions } from './replay.ts';
import { WorkflowHost } from './workflow-host.ts';

/** INITIALIZED ─▶ RUNNING ─▶ STOPPING (takes no more tasks) ─▶ STOPPED; FAILED instead when it could not go on. */
export type WorkerState = 'INITIALIZED' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'FAILED';

export interface WorkerStatus {
  readonly runState: WorkerState;
  readonly numInFlightWorkflowActivations: number;
  readonly numInFlightActivities: number;
  readonly numCachedWorkflows: number;
}

export class Worker {
  readonly options: CompiledWorkerOptions;
  readonly #workflows: WorkflowHost | undefined;
  readonly #activities: ActivityHost | undefined;
  #state: WorkerState = 'INITIALIZED';
  #isOver: Promise<void> | undefined;
  #expireGrace: (() => void) | undefined;

  /**
   * Makes a worker and loads its workflow code. It takes tasks from `run()` on.
   *
   * @throws {TypeError} for options that are missing or wrong; whatever the workflow module throws when it is loaded
   */
  static async create(options: WorkerOptions): Promise<Worker> {
    const worker = new Worker(compileWorkerOptions(options));
    await worker.#workflows?.load();
    return worker;
  }

  /**
   * Replays one history with the given code.
   *
   * @param workflowId the history of Temporal does not always hold it
   * @throws {DeterminismViolationError} when code and history disagree
   * @throws {ReplayError} when the replay fails otherwise
   */
  static async runReplayHistory(options: ReplayWorkerOptions, history: ReplayableHistory, workflowId?: string): Promise<void> {
    const replayer = new Replayer(options);
    try {
      const { error } = await replayer.replay(history, workflowId);
      if (error) throw error;
    } finally {
      await replayer.close();
    }
  }

  /** Replays histories one after the other, in one sandbox. What is wrong with one is in its result. */
  static async *runReplayHistories(
    options: ReplayWorkerOptions,
    histories:
      | AsyncIterable<{ readonly workflowId: string; readonly history: ReplayableHistory }>
      | Iterable<{ readonly workflowId: string; readonly history: ReplayableHistory }>,
  ): AsyncGenerator<ReplayResult, void, undefined> {
    const replayer = new Replayer(options);
    try {
      for await (const { workflowId, history } of histories) yield await replayer.replay(history, workflowId);
    } finally {
      await replayer.close();
    }
  }

  private constructor(options: CompiledWorkerOptions) {
    this.options = options;
    const { namespace, taskQueue, identity, workerId, activities, dataConverter, activityInterceptors: interceptors } = options;
    const poll: PollRequest = { namespace, taskQueue, identity, workerId };
    if (options.createSandbox) {
      this.#workflows = new WorkflowHost({
        ...options,
        poll,
        createSandbox: options.createSandbox,
        codecs: dataConverter.payloadCodecs,
        payloadConverter: dataConverter.payloadConverter,
        localActivities: options.localActivities ?? localActivityRunnerOf(options),
        maxConcurrentTasks: options.maxConcurrentWorkflowTaskExecutions,
        maxConcurrentPolls: options.maxConcurrentWorkflowTaskPolls,
        cache: { maxRuns: options.maxCachedWorkflows, maxBytes: options.maxCachedBytes },
      });
    }
    if (activities.size > 0) {
      this.#activities = new ActivityHost({
        ...options,
        poll,
        interceptors,
        maxConcurrentTasks: options.maxConcurrentActivityTaskExecutions,
        maxConcurrentPolls: options.maxConcurrentActivityTaskPolls,
      });
    }
  }

  getState(): WorkerState {
    return this.#state;
  }

  getStatus(): WorkerStatus {
    const { inFlight = 0, cached = 0 } = this.#workflows?.status ?? {};
    return {
      runState: this.#state,
      numInFlightWorkflowActivations: inFlight,
      numInFlightActivities: this.#activities?.inFlight ?? 0,
      numCachedWorkflows: cached,
    };
  }

  /**
   * Takes tasks and works on them until `shutdown()` is called and what was in hand is done.
   *
   * @throws {IllegalStateError} if it was run before
   * @throws {GracefulShutdownPeriodExpiredError} if activities outlast `shutdownForceTime`
   */
  run(): Promise<void> {
    if (this.#state !== 'INITIALIZED')
      return Promise.reject(new IllegalStateError(`Worker.run: a worker can be run once, and this one is ${this.#state}; create another`));
    this.#state = 'RUNNING';
    this.#isOver = this.#work();
    return this.#isOver;
  }

  /**
   * Runs until `fnOrPromise` has settled, then shuts down.
   *
   * @returns its value
   * @throws what it rejects with; {CombinedWorkerRunError} when the worker fails as well
   */
  async runUntil<R>(fnOrPromise: Promise<R> | (() => Promise<R>)): Promise<R> {
    const running = this.run();
    const inner = Promise.resolve(typeof fnOrPromise === 'function' ? Promise.resolve().then(fnOrPromise) : fnOrPromise);
    const workerFailed = new Promise<never>((_, reject) => running.catch(reject));
    const [given] = await Promise.allSettled([Promise.race([inner, workerFailed])]);
    if (this.#state === 'RUNNING') this.shutdown();
    const [worker] = await Promise.allSettled([running]);
    if (worker.status === 'rejected' && given.status === 'rejected' && given.reason !== worker.reason)
      throw new CombinedWorkerRunError('Worker terminated with a fatal error, and the promise given to runUntil was rejected', {
        workerError: worker.reason,
        innerError: given.reason,
      });
    if (worker.status === 'rejected') throw worker.reason;
    if (given.status === 'rejected') throw given.reason;
    return given.value;
  }

  /**
   * Takes no more tasks. Running activities go on for `shutdownGraceTime` and are then cancelled; `run()` resolves when all are done.
   *
   * @throws {IllegalStateError} if it is not running
   */
  shutdown(): void {
    if (this.#state !== 'RUNNING') throw new IllegalStateError(`Worker.shutdown: not running, but ${this.#state}`);
    this.#stop();
  }

  async #work(): Promise<void> {
    try {
      await Promise.race([Promise.all([this.#workflows?.run(), this.#activities?.run()]), this.#forceExpired()]);
      this.#state = 'STOPPED';
    } catch (error) {
      this.#state = 'FAILED';
      throw error;
    } finally {
      this.#expireGrace?.();
      await this.#workflows?.close();
    }
  }

  #stop(): void {
    this.#state = 'STOPPING';
    const { service, workerId, clock, logger, shutdownGraceTime } = this.options;
    this.#workflows?.stop();
    this.#activities?.stop();
    service.shutdownWorker({ workerId }).catch((error: unknown) => logger.warn('The engine could not be told that the worker stops', { error }));
    if (shutdownGraceTime === 0) this.#activities?.cancelAll();
    else this.#expireGrace = clock.setTimer(shutdownGraceTime, () => this.#activities?.cancelAll());
    this.#startForceTimer?.();
  }

  #startForceTimer: (() => void) | undefined;

  /** Rejects when a shutdown takes longer than it may; never settles otherwise. */
  #forceExpired(): Promise<never> {
    const { clock, shutdownForceTime } = this.options;
    return new Promise((_, reject) => {
      if (shutdownForceTime === undefined) return;
      this.#startForceTimer = () => {
        clock.setTimer(shutdownForceTime, () =>
          reject(new GracefulShutdownPeriodExpiredError(`Activities still run ${shutdownForceTime} ms after the shutdown (shutdownForceTime)`)),
        );
      };
    });
  }
}
