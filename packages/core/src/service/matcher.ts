/**
 * Task queues: lines of workers that poll, and lines of what runs offer. First come, first served, except that a run prefers the worker
 * that has it in its cache. Lines are hints: whether a run still offers what stands in line is asked of its state when its turn comes.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { type Rng, uuid } from '../common/rng.ts';
import type { EngineCommand } from '../engine/command.ts';
import type { ActivityPollRequest, ActivityTask, PollRequest, WorkflowTask } from '../protocol/workflow-service.ts';
import { ActivityMatcher } from './activity-matcher.ts';
import { Line, type Poller } from './lines.ts';
import { type LoadedRun, pairName } from './loaded-run.ts';
import { workflowTaskFor } from './tasks.ts';

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
}

export interface MatcherOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly apply: (run: LoadedRun, command: EngineCommand) => void;
  readonly durable: (run: LoadedRun) => Promise<void>;
  /** The batch that gets what is decided now. */
  readonly collecting: () => object;
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
  readonly #activities: ActivityMatcher;

  constructor(options: MatcherOptions) {
    this.#options = options;
    this.#activities = new ActivityMatcher({ ...options, isRemoved: (workerId) => this.#removed.has(workerId) });
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

  pollActivityTask(request: ActivityPollRequest): Promise<ActivityTask | null> {
    return this.#activities.poll(request);
  }

  /** Offers what the run has to offer and did not offer before. */
  offer(run: LoadedRun): void {
    if (run.isOffering || run.isGone) return; // it goes on in the call that is under way
    run.isOffering = true;
    try {
      this.#offerWorkflowTask(run);
      this.#activities.offer(run, this.#now(run));
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
    for (const { workflowPollers } of this.#queues.values())
      for (const poller of workflowPollers.removeAll((poller) => poller.workerId === workerId)) poller.resolve(null);
    this.#activities.removeWorker(workerId);
  }

  /** Ends all polls. */
  close(end: (poller: Poller<never>) => void): void {
    for (const { workflowPollers } of this.#queues.values()) for (const poller of workflowPollers.removeAll(() => true)) end(poller as Poller<never>);
    this.#activities.close(end);
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

  #now(run: LoadedRun): Millis {
    return Math.max(this.#options.clock.now(), run.state.lastEventAt);
  }

  #queue(namespace: string, taskQueue: string): TaskQueue {
    const name = pairName(namespace, taskQueue);
    let queue = this.#queues.get(name);
    if (!queue) {
      queue = { workflowPollers: new Line(), workflowOffers: new Line() };
      this.#queues.set(name, queue);
    }
    return queue;
  }
}

const takePoller = (pollers: Line<Poller<WorkflowTask>>, preferred: string | undefined): Poller<WorkflowTask> | undefined =>
  (preferred === undefined ? undefined : pollers.takeFirst(({ workerId }) => workerId === preferred)) ?? pollers.shift();
