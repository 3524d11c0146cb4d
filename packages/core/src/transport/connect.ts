/**
 * The engine, as a page has it: the page gives a way to make the engine worker, and gets the service. The worker is ended and booted again as
 * the page's life demands, and calls are carried over; only a call that waits too long is told why.
 */
import { Client, type ClientOptions } from '../client/client.ts';
import type { Clock } from '../common/clock.ts';
import { systemClock } from '../common/clock.ts';
import type { DataConverter } from '../common/data-converter.ts';
import { type Duration, toMillis } from '../common/duration.ts';
import { ServiceError } from '../common/service-error.ts';
import type { LimitWarning } from '../protocol/limit-warning.ts';
import type { ReplayService } from '../protocol/moments.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import type { Worker as PerdureWorker } from '../worker/worker.ts';
import { replayServiceOf, serviceOf } from './call.ts';
import { createCallLine } from './call-line.ts';
import { DEFAULT_CALL_TIMEOUT } from './endpoint.ts';
import { createEngineKeeper, type EngineWorker } from './engine-keeper.ts';
import { shutdownIfRunning } from './held-worker.ts';
import { followPageLifecycle } from './page-lifecycle.ts';
import { startPageWorker } from './page-worker.ts';
import { createPersistence } from './persistence.ts';
import { watchWorkerLock } from './worker-lock.ts';

export interface ConnectOptions {
  /**
   * Makes the engine worker; called again when it is booted again. Write it out, so that the bundler sees it:
   * `() => new Worker(new URL('./perdure.worker.ts', import.meta.url), { type: 'module', name: 'perdure' })`.
   */
  readonly worker: () => EngineWorker;
  /** Activities that run in this page, on `taskQueue`. Those given to `serve` run in a worker of their own. */
  readonly activities?: object;
  /** @default 'default' */
  readonly taskQueue?: string;
  /** @default 'default' */
  readonly namespace?: string;
  readonly dataConverter?: DataConverter;
  /** How long a call waits for its answer; results, polls and updates wait for as long as it takes. @default '10 seconds' */
  readonly callTimeout?: Duration;
  /**
   * Told by the engine when a run comes near to one of its limits, once per run and kind as long as the run is in memory.
   *
   * @default a line of the console for the first warning of each kind
   */
  readonly onWarning?: (warning: LimitWarning) => void;
}

export type PageWorkerOptions = Pick<ConnectOptions, 'taskQueue' | 'namespace' | 'dataConverter'> & { readonly activities: object };

export interface Connection {
  readonly service: WorkflowService;
  /** Replays of histories in scratch sandboxes of this tab: what a run's code would have told at any moment of its past. */
  readonly replays: ReplayService;
  /** A client with the connection's namespace and data converter, where `options` say nothing else. */
  client(options?: Omit<ClientOptions, 'service' | 'connection'>): Client;
  /** How the engine fares; never rejects: an engine that cannot be reached is a status too. */
  status(): Promise<EngineStatus>;
  /** Calls `listener` with each new status. @returns a function that ends that */
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /** Runs activities in this page until the worker is shut down, the connection closed or the page gone. */
  startWorker(options: PageWorkerOptions): Promise<PerdureWorker>;
  /** Boots the engine worker anew, for example after the cause of a failure is removed. */
  restart(): void;
  /** Ends the page's workers and its engine worker; open calls reject with `Unavailable`. Idempotent. */
  close(): Promise<void>;
}

/** What the page waits longer than the engine worker, which knows better why there is no answer. */
const GRACE = 1_000;

/**
 * Connects a page to its engine. Many pages of an origin may: one of them runs the engine, and the others' calls are carried to it.
 *
 * The engine worker starts at once; calls may be made at once too. Errors, of loading the script or opening the database, reject the
 * calls and show in `status()`; nothing is ever kept less durably than it was asked for.
 */
export function connect(options: ConnectOptions): Connection {
  const { taskQueue = 'default', namespace = 'default', dataConverter } = options;
  const defaults = { namespace, ...(dataConverter && { dataConverter }) };
  const clock: Clock = systemClock;
  const listeners = new Set<(status: EngineStatus) => void>();
  const workers = new Set<PerdureWorker>();
  let last: EngineStatus | undefined;
  let isClosed = false;

  const line = createCallLine({ clock, graceMs: GRACE, reason: 'the engine worker is being started' });
  const callTimeout = options.callTimeout === undefined ? DEFAULT_CALL_TIMEOUT : toMillis(options.callTimeout);
  const remote = serviceOf(line.call, callTimeout);
  const persistence = createPersistence({ clock, onAnswer: () => last && publish(last) });
  const service: WorkflowService = persistence.watch({ ...remote, getEngineStatus: status });
  const keeper = createEngineKeeper({
    spawn: options.worker,
    line,
    clock,
    onStatus: publish,
    onWarning: options.onWarning ?? warnOnce(),
    onLocalStatus: () => publish(withoutEngine(keeper.localStatus())),
    isVisible: () => globalThis.document?.visibilityState !== 'hidden',
    watch: watchWorkerLock,
  });

  function publish(status: EngineStatus): void {
    last = asKnownHere(status);
    for (const listener of listeners) listener(last);
  }

  function asKnownHere(status: EngineStatus): EngineStatus {
    const { answer } = persistence;
    return answer ? { ...status, store: { ...status.store, persistence: answer } } : status;
  }

  async function status(): Promise<EngineStatus> {
    const local = keeper.localStatus();
    if (local) return withoutEngine(local);
    return remote.getEngineStatus().then(asKnownHere, (error: Error) => withoutEngine({ state: 'failed', reason: error.message }));
  }

  function withoutEngine(local: Pick<EngineStatus, 'state' | 'reason'> | undefined): EngineStatus {
    const store = last?.store ?? { driver: 'unknown', durability: 'none', commits: 0, puts: 0, deletes: 0 };
    return { role: 'follower', state: 'stopped', ...local, store: { ...store, state: 'closed' }, now: clock.now(), loadedRuns: 0 };
  }

  const unfollow = followPageLifecycle({
    sleep: () => keeper.end('the page is frozen, or kept by the browser for going back'),
    wake: () => keeper.boot(),
    notice: () => keeper.tellPage(),
  });

  async function startWorker(workerOptions: PageWorkerOptions): Promise<PerdureWorker> {
    if (isClosed) throw closedError();
    const worker = await startPageWorker({ ...defaults, taskQueue, ...workerOptions, service, onEnd: () => workers.delete(worker) });
    workers.add(worker);
    return worker;
  }

  keeper.boot();
  if (options.activities) startWorker({ activities: options.activities }).catch(reportError);

  return {
    service,
    replays: replayServiceOf(line.call, callTimeout),
    client: (clientOptions) => new Client({ ...defaults, ...clientOptions, service }),
    status,
    onStatus(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    startWorker,
    restart() {
      if (isClosed) throw closedError();
      keeper.end('the engine worker is being started again');
      keeper.boot();
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      unfollow();
      for (const worker of workers) shutdownIfRunning(worker);
      keeper.end('the connection is closed');
      line.refuse(closedError());
    },
  };
}

function warnOnce(): (warning: LimitWarning) => void {
  const told = new Set<LimitWarning['limit']>();
  return ({ limit, message }) => {
    if (!told.has(limit)) console.warn(`${message}. Others like it are not shown: give connect() an onWarning to get them all`);
    told.add(limit);
  };
}

const closedError = (): ServiceError => new ServiceError('Unavailable', 'the connection is closed: connect again and repeat the call with the same request id');
