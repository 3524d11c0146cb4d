/** Takes activity tasks from the engine, runs them, sends their heartbeats and answers, and cancels them when the engine or the worker wants it. */
import type { CancelReason } from '../activity/context.ts';
import type { ActivityInterceptorsFactory } from '../activity/interceptors.ts';
import type { Clock } from '../common/clock.ts';
import { decodeFromPayloadsAtIndex, encodeToPayloads, type LoadedDataConverter } from '../common/data-converter.ts';
import { FAILURE_SOURCE } from '../common/failures.ts';
import type { Logger } from '../common/logger.ts';
import type { WirePayloads } from '../common/payload.ts';
import type { SerializationContext } from '../common/payload-converter.ts';
import { isServiceError } from '../common/service-error.ts';
import type { ActivityTask, PollRequest, WorkerCommand, WorkflowService } from '../protocol/workflow-service.ts';
import { type ActivityContext, createActivityContext, infoOf } from './activity-context.ts';
import { type Activities, type ActivityOutcome, executeActivity } from './activity-execution.ts';
import { deliver, pause, pauseAfter } from './answers.ts';
import { type HeartbeatIntervals, Heartbeats, throttleInterval } from './heartbeats.ts';
import { Pollers } from './pollers.ts';

export interface ActivityHostOptions extends HeartbeatIntervals {
  readonly service: WorkflowService;
  readonly poll: PollRequest;
  readonly activities: Activities;
  readonly dataConverter: LoadedDataConverter;
  readonly interceptors: readonly ActivityInterceptorsFactory[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly client: unknown;
  readonly maxConcurrentTasks: number;
  readonly maxConcurrentPolls: number;
}

const REASONS: Readonly<Record<WorkerCommand['reason'], CancelReason>> = {
  CANCELLED: 'CANCELLED',
  TIMED_OUT: 'TIMED_OUT',
  WORKFLOW_CLOSED: 'NOT_FOUND',
  NOT_FOUND: 'NOT_FOUND',
};

export class ActivityHost {
  readonly #options: ActivityHostOptions;
  readonly #pollers: Pollers<ActivityTask>;
  /** Running attempts by their task token. */
  readonly #running = new Map<string, ActivityContext>();
  readonly #stop = new AbortController();

  constructor(options: ActivityHostOptions) {
    this.#options = options;
    this.#pollers = new Pollers({
      poll: (maximumTasks) => options.service.pollActivityTaskQueue({ ...options.poll, maximumTasks }).then((task) => task && [task, ...(task.more ?? [])]),
      mostOfPoll: Math.ceil(options.maxConcurrentTasks / options.maxConcurrentPolls),
      handle: (task) => this.handle(task),
      maxPolls: options.maxConcurrentPolls,
      maxTasks: options.maxConcurrentTasks,
      clock: options.clock,
      logger: options.logger,
      what: 'activity tasks',
    });
  }

  /** Polls until the worker is shut down and the running activities have ended. */
  async run(): Promise<void> {
    void this.#listen();
    await this.#pollers.run();
    this.#stop.abort();
  }

  /** Takes no more tasks. */
  stop(): void {
    this.#pollers.stop();
  }

  /** Asks all that runs to stop. */
  cancelAll(): void {
    for (const activity of this.#running.values()) activity.cancel('WORKER_SHUTDOWN');
  }

  get inFlight(): number {
    return this.#pollers.inFlight;
  }

  /** Runs one attempt and answers it. Never rejects. */
  async handle(task: ActivityTask): Promise<void> {
    const { clock, logger, client, dataConverter } = this.#options;
    const heartbeats = new Heartbeats({
      clock,
      interval: throttleInterval(task.heartbeatTimeout, this.#options),
      send: (details) => this.#sendHeartbeat(task, details),
    });
    try {
      const info = infoOf(task, await decodeFromPayloadsAtIndex(dataConverter, 0, task.heartbeatDetails, contextOf(task)));
      const activity = createActivityContext({ info, clock, logger, client, heartbeat: (details) => heartbeats.beat(details) });
      this.#running.set(task.taskToken, activity);
      const { activities, interceptors } = this.#options;
      const outcome = await executeActivity({ activities, activity, input: task.input, header: task.header, dataConverter, interceptors });
      this.#running.delete(task.taskToken);
      const waiting = await heartbeats.end();
      await this.#answer(task, outcome, activity, waiting && (await this.#encodeHeartbeat(task, waiting.details)));
    } catch (error) {
      this.#running.delete(task.taskToken);
      logger.error('An activity could not be answered; it will time out and be tried again', { activityId: task.activityId, ...task.workflowExecution, error });
    }
  }

  async #answer(task: ActivityTask, outcome: ActivityOutcome, activity: ActivityContext, lastHeartbeatDetails: WirePayloads | undefined): Promise<void> {
    const { service, clock, logger, poll } = this.#options;
    const { identity } = poll;
    const { taskToken } = task;
    const send = (): Promise<void> | undefined => {
      switch (outcome.status) {
        case 'completed':
          return service.respondActivityTaskCompleted({ taskToken, identity, result: [outcome.result] });
        case 'failed':
          return service.respondActivityTaskFailed({
            taskToken,
            identity,
            failure: outcome.failure,
            ...(lastHeartbeatDetails ? { lastHeartbeatDetails } : {}),
          });
        case 'cancelled':
          return this.#answerCancelled(taskToken, activity.cancelReason(), outcome.details, lastHeartbeatDetails);
        case 'completesLater':
          return undefined;
      }
    };
    await deliver(async () => send(), {
      clock,
      logger,
      what: `the outcome of activity ${task.activityId} (workflow ${task.workflowExecution.workflowId})`,
      signal: this.#stop.signal,
    });
  }

  /** Only the engine's own wish is answered as a cancellation. Of what is gone nobody waits for an answer; what the worker stops is tried again elsewhere. */
  #answerCancelled(
    taskToken: string,
    reason: CancelReason | undefined,
    details: WirePayloads | undefined,
    lastHeartbeatDetails: WirePayloads | undefined,
  ): Promise<void> | undefined {
    const { service, poll } = this.#options;
    const { identity } = poll;
    if (reason === 'CANCELLED') return service.respondActivityTaskCanceled({ taskToken, identity, ...(details ? { details } : {}) });
    if (reason !== 'WORKER_SHUTDOWN') return undefined;
    const failure = {
      message: 'Worker is shutting down and this activity did not complete in time',
      source: FAILURE_SOURCE,
      applicationFailureInfo: { type: 'WorkerShutdown' },
    };
    return service.respondActivityTaskFailed({ taskToken, identity, failure, ...(lastHeartbeatDetails ? { lastHeartbeatDetails } : {}) });
  }

  /** Its answer is one of the ways in which an activity learns that it is cancelled. */
  async #sendHeartbeat(task: ActivityTask, given: unknown): Promise<void> {
    const { service, poll, logger } = this.#options;
    const { taskToken } = task;
    const details = await this.#encodeHeartbeat(task, given);
    if (!details) return this.#cancel(taskToken, 'HEARTBEAT_DETAILS_CONVERSION_FAILED');
    try {
      const { cancelRequested } = await service.recordActivityTaskHeartbeat({ taskToken, details, identity: poll.identity });
      if (cancelRequested) this.#cancel(taskToken, 'CANCELLED');
    } catch (error) {
      if (isServiceError(error, 'NotFound')) this.#cancel(taskToken, 'NOT_FOUND');
      else logger.warn('A heartbeat could not be sent', { activityId: task.activityId, ...task.workflowExecution, error });
    }
  }

  async #encodeHeartbeat(task: ActivityTask, details: unknown): Promise<WirePayloads | undefined> {
    try {
      return await encodeToPayloads(this.#options.dataConverter, [details], contextOf(task));
    } catch (error) {
      this.#options.logger.warn('Heartbeat details cannot be converted', { error });
      return undefined;
    }
  }

  #cancel(taskToken: string, reason: CancelReason): void {
    this.#running.get(taskToken)?.cancel(reason);
  }

  /** What the engine tells of its own accord: an activity learns at once that it is cancelled. */
  async #listen(): Promise<void> {
    const { service, poll, clock, logger } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      try {
        const commands = await service.pollWorkerCommands({ workerId: poll.workerId });
        failures = 0;
        if (commands.length === 0) return;
        for (const { taskToken, reason } of commands) this.#cancel(taskToken, REASONS[reason]);
      } catch (error) {
        failures++;
        logger.debug('Polling for worker commands failed; trying again', { error });
        await pause(clock, pauseAfter(failures), this.#stop.signal);
      }
    }
  }
}

const contextOf = ({ namespace, workflowExecution, activityId }: ActivityTask): SerializationContext => ({
  type: 'activity',
  namespace,
  workflowId: workflowExecution.workflowId,
  activityId,
  isLocal: false,
});
