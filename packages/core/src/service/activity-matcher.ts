/**
 * The lines of activities: workers that poll, and attempts that runs offer. A poll brings as many as its worker has room for: what is
 * started for it before the commit that holds the first of them leaves together, behind that commit.
 */
import type { EventId, Millis } from '../common/brand.ts';
import { type Rng, secret, uuid } from '../common/rng.ts';
import type { EngineCommand } from '../engine/command.ts';
import type { ActivityPollRequest, ActivityTask } from '../protocol/workflow-service.ts';
import { Line, type Poller } from './lines.ts';
import { type LoadedRun, pairName } from './loaded-run.ts';
import { activityTaskFor } from './tasks.ts';

interface ActivityOffer {
  readonly run: LoadedRun;
  readonly scheduledEventId: EventId;
  readonly attempt: number;
}
type ActivityPoller = Poller<ActivityTask> & Pick<ActivityPollRequest, 'maximumTasks'>;
/** What is on its way to a poller, and waits for its commit. */
interface Handout {
  readonly poller: ActivityPoller;
  /** The batch that holds the starts. */
  readonly batch: object | undefined;
  readonly started: { readonly run: LoadedRun; readonly scheduledEventId: EventId; readonly requestId: string; readonly task: ActivityTask }[];
}
interface ActivityQueue {
  readonly pollers: Line<ActivityPoller>;
  readonly offers: Line<ActivityOffer>;
  /** Those that may get more. */
  handouts: Handout[];
}

export interface ActivityMatcherOptions {
  readonly rng: Rng;
  readonly apply: (run: LoadedRun, command: EngineCommand) => void;
  readonly durable: (run: LoadedRun) => Promise<void>;
  /** The batch that gets what is decided now. */
  readonly collecting: () => object;
  /** The worker was sent home. */
  readonly isRemoved: (workerId: string) => boolean;
}

/** How far into the line one looks for a poller of a worker that gets nothing yet. */
const LOOK_AHEAD = 32;

export class ActivityMatcher {
  readonly #options: ActivityMatcherOptions;
  readonly #queues = new Map<string, ActivityQueue>();
  #isClosed = false;

  constructor(options: ActivityMatcherOptions) {
    this.#options = options;
  }

  poll(request: ActivityPollRequest): Promise<ActivityTask | null> {
    return new Promise((resolve, reject) => this.#seek({ ...request, resolve, reject }));
  }

  /** Offers what the run has to offer and did not offer before. */
  offer(run: LoadedRun, now: Millis): void {
    const scheduledEventIds = run.newOffers.take(run.state, now);
    for (const [index, scheduledEventId] of scheduledEventIds.entries()) {
      try {
        this.#offerOne(run, scheduledEventId);
      } catch (error) {
        run.newOffers.giveBack(scheduledEventIds.slice(index));
        throw error;
      }
    }
  }

  /** Takes the worker's pollers out of the lines. */
  removeWorker(workerId: string): void {
    for (const { pollers } of this.#queues.values()) for (const poller of pollers.removeAll((poller) => poller.workerId === workerId)) poller.resolve(null);
  }

  close(end: (poller: Poller<never>) => void): void {
    this.#isClosed = true;
    for (const { pollers } of this.#queues.values()) for (const poller of pollers.removeAll(() => true)) end(poller as Poller<never>);
  }

  #offerOne(run: LoadedRun, scheduledEventId: EventId): void {
    const activity = run.state.activities.get(scheduledEventId);
    if (activity?.phase.tag !== 'scheduled' || run.offered.get(scheduledEventId) === activity.attempt) return;
    const { attempt, attributes } = activity;
    const offer = { run, scheduledEventId, attempt };
    const queue = this.#queue(run.namespace, attributes.taskQueue);
    const handout = this.#handoutFor(queue);
    if (!handout) {
      run.offered.set(scheduledEventId, attempt);
      queue.offers.push(offer);
      return;
    }
    try {
      this.#start(offer, handout);
    } catch (error) {
      if (withdraw(queue, handout)) queue.pollers.push(handout.poller);
      throw error;
    }
  }

  #seek(poller: ActivityPoller): void {
    if (this.#options.isRemoved(poller.workerId)) return poller.resolve(null);
    const queue = this.#queue(poller.namespace, poller.taskQueue);
    let handout: Handout | undefined;
    while (!handout || hasRoom(handout)) {
      const offer = queue.offers.shift();
      if (!offer) break;
      const { run, scheduledEventId, attempt } = offer;
      if (run.offered.get(scheduledEventId) === attempt) run.offered.delete(scheduledEventId);
      if (!isOffered(offer)) continue;
      handout ??= this.#handOut(queue, poller);
      try {
        this.#start(offer, handout);
      } catch (error) {
        run.newOffers.giveBack([scheduledEventId]);
        if (withdraw(queue, handout)) throw error;
        return;
      }
    }
    if (!handout) queue.pollers.push(poller);
  }

  /** A worker that gets nothing yet comes first, then the one that gets least. */
  #handoutFor(queue: ActivityQueue): Handout | undefined {
    const batch = this.#options.collecting();
    queue.handouts = queue.handouts.filter((handout) => handout.batch === batch && hasRoom(handout) && !this.#options.isRemoved(handout.poller.workerId));
    const { handouts, pollers } = queue;
    const poller =
      handouts.length === 0 ? pollers.shift() : pollers.takeFirst(({ workerId }) => handouts.every((other) => other.poller.workerId !== workerId), LOOK_AHEAD);
    if (poller) return this.#handOut(queue, poller);
    return handouts.reduce<Handout | undefined>((least, other) => (least && least.started.length <= other.started.length ? least : other), undefined);
  }

  #handOut(queue: ActivityQueue, poller: ActivityPoller): Handout {
    const handout: Handout = { poller, batch: this.#options.collecting(), started: [] };
    queue.handouts.push(handout);
    return handout;
  }

  /** The start is in the commit that holds its cause, where they come together; the task leaves after that commit. */
  #start({ run, scheduledEventId, attempt }: ActivityOffer, handout: Handout): void {
    const { rng, apply, durable } = this.#options;
    const { workerId, identity } = handout.poller;
    const requestId = uuid(rng);
    apply(run, { type: 'StartActivityTask', scheduledEventId, attempt, secret: secret(rng), workerId, identity, requestId });
    handout.started.push({ run, scheduledEventId, requestId, task: activityTaskFor(run, scheduledEventId) });
    if (handout.started.length > 1) return;
    durable(run).then(
      () => this.#deliver(handout),
      (error: unknown) => this.#seekAgain(handout.poller, error),
    );
  }

  /** What has ended meanwhile is left out. */
  #deliver({ poller, started }: Handout): void {
    const [first, ...more] = started.filter(isUnderWay).map(({ task }) => task);
    if (!first) this.#seek(poller);
    else poller.resolve(more.length > 0 ? { ...first, more } : first);
  }

  /** The start was lost with its commit: the poller waits on, unless there is nothing left to wait for. */
  #seekAgain(poller: ActivityPoller, error: unknown): void {
    if (this.#isClosed) poller.reject(error);
    else this.#seek(poller);
  }

  #queue(namespace: string, taskQueue: string): ActivityQueue {
    const name = pairName(namespace, taskQueue);
    let queue = this.#queues.get(name);
    if (!queue) {
      queue = { pollers: new Line(), offers: new Line(), handouts: [] };
      this.#queues.set(name, queue);
    }
    return queue;
  }
}

/** Takes back what holds nothing. @returns whether it held nothing: else it is on its way */
function withdraw(queue: ActivityQueue, handout: Handout): boolean {
  if (handout.started.length > 0) return false;
  queue.handouts = queue.handouts.filter((other) => other !== handout);
  return true;
}

const hasRoom = ({ poller: { maximumTasks = 1 }, started }: Handout): boolean => started.length < maximumTasks;

function isOffered({ run, scheduledEventId, attempt }: ActivityOffer): boolean {
  const activity = run.isGone ? undefined : run.state.activities.get(scheduledEventId);
  return activity?.phase.tag === 'scheduled' && activity.attempt === attempt;
}

function isUnderWay({ run, scheduledEventId, requestId }: Handout['started'][number]): boolean {
  const phase = run.state.activities.get(scheduledEventId)?.phase;
  return phase?.tag === 'started' && phase.requestId === requestId;
}
