/** The role of the engine: the service on IndexedDB, and the workers for workflows and activities beside it, while this tab leads. */
import type { Millis } from '../common/brand.ts';
import { systemClock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { systemRng, uuid } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import type { Sandbox } from '../protocol/activation.ts';
import type { LimitWarning } from '../protocol/limit-warning.ts';
import type { ReplayService } from '../protocol/moments.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import { createService, type EngineService } from '../service/service.ts';
import { openIndexedDbStore } from '../storage/indexeddb.ts';
import { browserMarker } from '../storage/marker.ts';
import type { AliveMessage, StatusMessage, WarningMessage } from '../transport/boot-message.ts';
import { type Caller, isReplayMethod, type ReplayMethod } from '../transport/call.ts';
import { openBroadcastChannel } from '../transport/channel.ts';
import { exposeService } from '../transport/endpoint.ts';
import { runHeldWorker, shutdownIfRunning } from '../transport/held-worker.ts';
import { checkedService, checkRequest } from '../transport/request-guard.ts';
import { sayAlive } from '../transport/startup-watch.ts';
import { holdWorkerLock, watchWorkerLock } from '../transport/worker-lock.ts';
import { Worker } from '../worker/worker.ts';
import { type RunningEngine, runEngineHost } from './engine-host.ts';
import { startNestedActivities } from './nested-activities.ts';
import { createNestedSandbox, type SandboxWorker } from './nested-sandbox.ts';
import type { Ports } from './ports.ts';
import { RemoteLocals } from './remote-locals.ts';
import { spawnRole, type WorkerScope } from './role.ts';
import type { ServeOptions } from './serve.ts';
import { servedOptions } from './served-options.ts';
import { storeTeller } from './store-teller.ts';

/** In ms: what a commit waits for the workflow tasks that were handed out ahead of it, so that one commit holds both. About what a task takes. */
const AHEAD_WINDOW = 2;

export async function serveEngineRole(scope: WorkerScope, ports: Ports, options: ServeOptions): Promise<void> {
  const { database = 'perdure', durability = 'strict' } = options;
  const tab = uuid(systemRng);
  const hasLocks = navigator.locks !== undefined; // without them there is no election either, which says so
  if (hasLocks) await holdWorkerLock(tab);
  const closedStore: StoreStatus = { driver: 'indexeddb', durability, state: 'closed', commits: 0, puts: 0, deletes: 0 };
  const isStarting = sayAlive(systemClock, () => scope.postMessage({ perdure: 'alive' } satisfies AliveMessage));
  const tell = (status: EngineStatus): void => {
    isStarting(status.state === 'starting');
    scope.postMessage({ perdure: 'status', status, ...(hasLocks ? { tab } : {}) } satisfies StatusMessage);
  };
  const warn = (warning: LimitWarning): void => scope.postMessage({ perdure: 'warning', warning } satisfies WarningMessage);
  const host = runEngineHost({
    database,
    tab,
    newLeader: () => uuid(systemRng),
    openChannel: openBroadcastChannel,
    clock: systemClock,
    closedStore,
    onStatus: tell,
    start: (onFailure) => startEngine({ ...options, database, durability }, { onFailure, tell, warn }),
  });
  const replays = replayCaller(options);
  ports.onPort((port) => exposeService((call) => (isReplayMethod(call.method) ? replays(call) : host.call(call)), port));
  ports.onPage((isVisible) => host.noticePage(isVisible));
}

/** Replays are this tab's own, whoever leads. What they need is loaded with the first. */
function replayCaller({ dataConverter }: ServeOptions): Caller {
  let desk: Promise<ReplayService> | undefined;
  const open = async (): Promise<ReplayService> => {
    const [{ createReplayDesk }, { loadDataConverter }] = await Promise.all([import('./replay-desk.ts'), import('../common/data-converter.ts')]);
    return createReplayDesk({
      createSandbox: () => createNestedSandbox(spawnRole('sandbox')),
      dataConverter: loadDataConverter(dataConverter),
      clock: systemClock,
      limit: LONGEST_ACTIVATION,
      newId: () => uuid(systemRng),
    });
  };
  return async ({ method, argument }) => {
    checkRequest(method, argument);
    desk ??= open();
    return ((await desk)[method as ReplayMethod] as (argument: unknown) => Promise<unknown>)(argument);
  };
}

interface Told {
  readonly onFailure: (reason: Error) => void;
  readonly tell: (status: EngineStatus) => void;
  readonly warn: (warning: LimitWarning) => void;
}

/** Starts store, service and workers, in this order; a failure ends what was started before it. */
async function startEngine(
  options: ServeOptions & { readonly database: string; readonly durability: 'strict' | 'relaxed' },
  { onFailure, tell, warn }: Told,
): Promise<RunningEngine> {
  const { database, durability } = options;
  const served = servedOptions(options);
  const cleanup: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of cleanup.splice(0).reverse()) await end();
  };
  try {
    let started: EngineService | undefined;
    const told = storeTeller(() => started, tell);
    const store = await openIndexedDbStore({
      name: database,
      durability,
      marker: browserMarker(database),
      onSlow: (words) => console.warn(words),
      onChange: told,
      onFailed: onFailure,
    });
    cleanup.push(() => store.close());
    const service = await createService({
      store,
      clock: systemClock,
      rng: systemRng,
      aheadWindow: AHEAD_WINDOW,
      ...served,
      onWarning: warn,
      watchWorker: watchWorkerLock,
      onFailure,
    });
    started = service;
    told(); // what was found while it was opened
    cleanup.push(() => service.stop());
    const locals = options.activities && new RemoteLocals();
    cleanup.push(startWorkflowWorker(options, service, locals, onFailure));
    if (locals) cleanup.push(startNestedActivities(() => spawnRole('activities'), service, systemClock, locals));
    return { service: checkedService(service), epoch: service.epoch, wake: () => service.wake(), confirm: () => service.confirm(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Workflow code that does not yield for so long is ended: it holds up every workflow beside it. */
const LONGEST_ACTIVATION: Millis = 2_000;

/**
 * Starts the worker for workflows behind: the service takes calls while workflow code is still being loaded.
 *
 * @returns a function that ends the worker and its sandboxes at once: what they had under way is done again by the next engine
 */
function startWorkflowWorker(
  options: ServeOptions,
  service: WorkflowService,
  localActivities: RemoteLocals | undefined,
  onFailure: (reason: Error) => void,
): () => void {
  const { taskQueue = 'default', namespace = 'default', dataConverter } = options;
  const sandboxes = new Set<SandboxWorker>();
  let isEnded = false;
  let end = (): void => {};

  function sandbox(): Sandbox {
    const worker = spawnRole('sandbox');
    const nested = createNestedSandbox(worker);
    sandboxes.add(worker);
    const close = (): Promise<void> => {
      sandboxes.delete(worker);
      return nested.close();
    };
    if (isEnded) void close(); // a hung one is replaced after the end too: the new one must not stay
    return { ...nested, close };
  }

  async function start(): Promise<void> {
    const worker = await Worker.create({
      service,
      namespace,
      taskQueue,
      sandbox,
      isolateExecutionTimeout: LONGEST_ACTIVATION,
      ...(localActivities && { localActivities }),
      ...(dataConverter && { dataConverter }),
    }).catch(notLoaded);
    const { ended, release } = await runHeldWorker(worker);
    end = () => {
      shutdownIfRunning(worker);
      release(); // it may never end by itself, as its sandboxes are gone
    };
    if (isEnded) end();
    await ended;
  }

  start().catch((error: Error) => {
    if (!isEnded) onFailure(error);
  });
  return () => {
    isEnded = true;
    end();
    for (const sandbox of sandboxes) sandbox.terminate();
  };
}

function notLoaded(error: Error): never {
  throw new ServiceError('Unavailable', `the workflow code does not load: ${error.message}`, { cause: error });
}
