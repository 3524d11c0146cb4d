/**
 * Task queues: lines of workers that poll, and lines of what runs offer. First come, first served, except that a run prefers the worker
 * that has it in its cache. Lines are hints: whether a run still offers what stands in line is asked of its state when its turn comes.
 */
import type { EventId, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { type Rng, secret, uuid } from '../common/rng.ts';
import type { EngineCommand } from '../engine/command.ts';
import { tasksOf } from '../engine/derive.ts';
import type { ActivityTask, PollRequest, WorkflowTask } from '../protocol/workflow-service.ts';
import { Line, type Poller } from './lines.ts';
import type { LoadedRun } from './loaded-run.ts';
import { activityTaskFor, workflowTaskFor } from './tasks.ts';

interface ActivityOffer {
  readonly run: LoadedRun;
  readonly scheduledEventId: EventId;
  readonly attempt: number;
}
/** A query that is ready to be asked. */
export interface QueryOffer {
  readonly run: LoadedRun;
  readonly isOver: boolean;
  /** The worker takes it: makes its task. */
  take(workerId: string, isCached: boolean): WorkflowTask;
}
type WorkflowOffer = LoadedRun | QueryOffer;

interface TaskQueue {
  readonly workflowPollers: Line<Poller<WorkflowTask>>;
  readonly workflowOffers: Line<WorkflowOffer>;
  readonly activityPollers: Line<Poller<ActivityTask>>;
  readonly activityOffers: Line<ActivityOffer>;
}

export interface MatcherOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly apply: (run: LoadedRun, command: EngineCommand) => void;
  readonly durable: (run: LoadedRun) => Promise<void>;
  /** The updates that go with the workflow task that is being handed out. */
  readonly updatesFor: (run: LoadedRun) => WorkflowTask['updates'];
  /** A workflow task of the run is on its way to a worker. */
  readonly onTaskSent: (run: LoadedRun) => void;
}

/** How far into a line one looks for a run that the polling worker has in its cache. */
const LOOK_AHEAD = 32;

/** How many workers that were sent home are remembered: far more than can have a poll on its way. */
const MAX_REMOVED = 1_000;

export class Matcher {
  readonly #options: MatcherOptions;
  readonly #queues = new Map<string, TaskQueue>();
  /** Workers that were sent home: a poll of theirs may still be on its way here. */
  readonly #removed = new Set<string>();
  #isClosed = false;

  constructor(options: MatcherOptions) {
    this.#options = options;
  }

  pollWorkflowTask(request: PollRequest): Promise<WorkflowTask | null> {
    return new Promise((resolve, reject) => {
      const poller: Poller<WorkflowTask> = { ...request, resolve, reject };
      if (this.#removed.has(poller.workerId)) return resolve(null);
      const queue = this.#queue(request.namespace, request.taskQueue);
      for (let offer = this.#takeOffer(queue, poller.workerId); offer; offer = this.#takeOffer(queue, poller.workerId)) if (this.#give(offer, poller)) return;
      queue.workflowPollers.push(poller);
    });
  }

  pollActivityTask(request: PollRequest): Promise<ActivityTask | null> {
    return new Promise((resolve, reject) => this.#seekActivity({ ...request, resolve, reject }));
  }

  /** Offers what the run has to offer and did not offer before. */
  offer(run: LoadedRun): void {
    if (run.isOffering || run.isGone) return; // it goes on in the call that is under way
    run.isOffering = true;
    try {
      this.#offerWorkflowTask(run);
      this.#offerActivities(run);
    } finally {
      run.isOffering = false;
    }
  }

  offerQuery(query: QueryOffer): void {
    const queue = this.#queue(query.run.namespace, query.run.state.taskQueue);
    const poller = takePoller(queue.workflowPollers, query.run.cachedBy);
    if (poller) this.#give(query, poller);
    else queue.workflowOffers.push(query);
  }

  /** Answers the worker's polls with `null`, also those that come later. */
  removeWorker(workerId: string): void {
    this.#removed.add(workerId);
    for (const oldest of this.#removed) {
      if (this.#removed.size <= MAX_REMOVED) break;
      this.#removed.delete(oldest);
    }
    const isOfWorker = (poller: { readonly workerId: string }): boolean => poller.workerId === workerId;
    for (const { workflowPollers, activityPollers } of this.#queues.values())
      for (const poller of [...workflowPollers.removeAll(isOfWorker), ...activityPollers.removeAll(isOfWorker)]) poller.resolve(null);
  }

  /** Ends all polls. */
  close(end: (poller: Poller<never>) => void): void {
    this.#isClosed = true;
    for (const { workflowPollers, activityPollers } of this.#queues.values())
      for (const poller of [...workflowPollers.removeAll(all), ...activityPollers.removeAll(all)]) end(poller as Poller<never>);
  }

  #offerWorkflowTask(run: LoadedRun): void {
    if (!this.#isOffered(run)) return;
    const queue = this.#queue(run.namespace, run.state.taskQueue);
    const poller = takePoller(queue.workflowPollers, run.cachedBy);
    if (poller) this.#give(run, poller);
    else if (!run.isInLine) {
      run.isInLine = true;
      queue.workflowOffers.push(run);
    }
  }

  /** A task that is scheduled, or one that is started and has lost its worker. */
  #isOffered(run: LoadedRun): boolean {
    if (run.isGone) return false;
    const { workflowTask: task } = run.state;
    return task.phase === 'scheduled' ? task.notBefore <= this.#now(run) : task.phase === 'started' && run.taskWorker === undefined;
  }

  /** The first that the worker has in its cache or that no worker has; else the first of all. */
  #takeOffer({ workflowOffers }: TaskQueue, workerId: string): WorkflowOffer | undefined {
    const isNear = (offer: WorkflowOffer): boolean => {
      const { cachedBy } = 'run' in offer ? offer.run : offer;
      return cachedBy === undefined || cachedBy === workerId;
    };
    const offer = workflowOffers.takeFirst(isNear, LOOK_AHEAD) ?? workflowOffers.shift();
    if (offer && !('run' in offer)) offer.isInLine = false;
    return offer;
  }

  /** @returns whether the offer still stood and the poller has its task */
  #give(offer: WorkflowOffer, poller: Poller<WorkflowTask>): boolean {
    const { workerId } = poller;
    if ('run' in offer) {
      if (offer.isOver) return false;
      poller.resolve(offer.take(workerId, offer.run.cachedBy === workerId));
      return true;
    }
    if (!this.#isOffered(offer)) return false;
    this.#startWorkflowTask(offer, poller);
    return true;
  }

  /** May run ahead of the commit: workflow code touches nothing outside. */
  #startWorkflowTask(run: LoadedRun, { workerId, identity, resolve }: Poller<WorkflowTask>): void {
    const isCached = run.cachedBy === workerId;
    const type = run.state.workflowTask.phase === 'started' ? 'RedeliverWorkflowTask' : 'StartWorkflowTask';
    run.taskWorker = workerId;
    this.#options.apply(run, { type, identity, requestId: uuid(this.#options.rng) });
    this.#options.onTaskSent(run);
    resolve(workflowTaskFor(run, isCached, this.#options.updatesFor(run)));
  }

  #offerActivities(run: LoadedRun): void {
    const now = this.#now(run);
    for (const { scheduledEventId, attempt, taskQueue, notBefore } of tasksOf(run.state).activities) {
      if (notBefore > now || run.offered.get(scheduledEventId) === attempt) continue;
      const offer = { run, scheduledEventId, attempt };
      const queue = this.#queue(run.namespace, taskQueue);
      const poller = queue.activityPollers.shift();
      if (poller) this.#startActivity(offer, poller);
      else {
        run.offered.set(scheduledEventId, attempt);
        queue.activityOffers.push(offer);
      }
    }
  }

  #seekActivity(poller: Poller<ActivityTask>): void {
    if (this.#removed.has(poller.workerId)) return poller.resolve(null);
    const queue = this.#queue(poller.namespace, poller.taskQueue);
    for (let offer = queue.activityOffers.shift(); offer; offer = queue.activityOffers.shift()) {
      const { run, scheduledEventId, attempt } = offer;
      if (run.offered.get(scheduledEventId) === attempt) run.offered.delete(scheduledEventId);
      if (isOfferedActivity(offer)) return this.#startActivity(offer, poller);
    }
    queue.activityPollers.push(poller);
  }

  /** The start is in the commit that holds its cause, where they come together; the task leaves after that commit. */
  #startActivity({ run, scheduledEventId, attempt }: ActivityOffer, poller: Poller<ActivityTask>): void {
    const { workerId, identity } = poller;
    const requestId = uuid(this.#options.rng);
    this.#options.apply(run, { type: 'StartActivityTask', scheduledEventId, attempt, secret: secret(this.#options.rng), workerId, identity, requestId });
    const task = activityTaskFor(run, scheduledEventId);
    this.#options.durable(run).then(
      () => {
        if (isUnderWay(run, scheduledEventId, requestId)) poller.resolve(task);
        else this.#seekActivity(poller);
      },
      (error: unknown) => this.#seekAgain(poller, error),
    );
  }

  /** The start was lost with its commit: the poller waits on, unless there is nothing left to wait for. */
  #seekAgain(poller: Poller<ActivityTask>, error: unknown): void {
    if (this.#isClosed) poller.reject(error);
    else this.#seekActivity(poller);
  }

  #now(run: LoadedRun): Millis {
    return Math.max(this.#options.clock.now(), run.state.lastEventAt);
  }

  #queue(namespace: string, taskQueue: string): TaskQueue {
    const name = `${namespace}\n${taskQueue}`;
    let queue = this.#queues.get(name);
    if (!queue) {
      queue = { workflowPollers: new Line(), workflowOffers: new Line(), activityPollers: new Line(), activityOffers: new Line() };
      this.#queues.set(name, queue);
    }
    return queue;
  }
}

const all = (): boolean => true;

const takePoller = (pollers: Line<Poller<WorkflowTask>>, preferred: string | undefined): Poller<WorkflowTask> | undefined =>
  (preferred === undefined ? undefined : pollers.takeFirst(({ workerId }) => workerId === preferred)) ?? pollers.shift();

function isOfferedActivity({ run, scheduledEventId, attempt }: ActivityOffer): boolean {
  const activity = run.isGone ? undefined : run.state.activities.get(scheduledEventId);
  return activity?.phase.tag === 'scheduled' && activity.attempt === attempt;
}

function isUnderWay(run: LoadedRun, scheduledEventId: EventId, requestId: string): boolean {
  const phase = run.state.activities.get(scheduledEventId)?.phase;
  return phase?.tag === 'started' && phase.requestId === requestId;
}
