/** The role of the engine: the service on IndexedDB, and the workers for workflows and activities beside it, while this tab leads. */
import type { Millis } from '../common/brand.ts';
import { systemClock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { systemRng, uuid } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import type { Sandbox } from '../protocol/activation.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import { createService } from '../service/service.ts';
import { openIndexedDbStore } from '../storage/indexeddb.ts';
import type { StatusMessage } from '../transport/boot-message.ts';
import { openBroadcastChannel } from '../transport/channel.ts';
import { exposeService } from '../transport/endpoint.ts';
import { runHeldWorker, shutdownIfRunning } from '../transport/held-worker.ts';
import { checkedService } from '../transport/request-guard.ts';
import { holdWorkerLock, watchWorkerLock } from '../transport/worker-lock.ts';
import { Worker } from '../worker/worker.ts';
import { type RunningEngine, runEngineHost } from './engine-host.ts';
import { startNestedActivities } from './nested-activities.ts';
import { createNestedSandbox, type SandboxWorker } from './nested-sandbox.ts';
import type { Ports } from './ports.ts';
import { spawnRole, type WorkerScope } from './role.ts';
import type { ServeOptions } from './serve.ts';

/** In ms: what a commit waits for the workflow tasks that were handed out ahead of it, so that one commit holds both. About what a task takes. */
const AHEAD_WINDOW = 2;

export async function serveEngineRole(scope: WorkerScope, ports: Ports, options: ServeOptions): Promise<void> {
  const { database = 'perdure', durability = 'strict' } = options;
  const tab = uuid(systemRng);
  if (navigator.locks) await holdWorkerLock(tab); // without locks there is no election either, which says so
  const closedStore: StoreStatus = { driver: 'indexeddb', durability, state: 'closed', commits: 0, puts: 0, deletes: 0 };
  const host = runEngineHost({
    database,
    tab,
    newLeader: () => uuid(systemRng),
    openChannel: openBroadcastChannel,
    clock: systemClock,
    closedStore,
    onStatus: (status) => scope.postMessage({ perdure: 'status', status, tab } satisfies StatusMessage),
    start: (onFailure) => startEngine({ ...options, database, durability }, onFailure),
  });
  ports.onPort((port) => exposeService(host.call, port));
  ports.onPage((isVisible) => host.noticePage(isVisible));
}

/** Starts store, service and workers, in this order; a failure ends what was started before it. */
async function startEngine(
  options: ServeOptions & { readonly database: string; readonly durability: 'strict' | 'relaxed' },
  onFailure: (reason: Error) => void,
): Promise<RunningEngine> {
  const { database, durability, searchAttributes } = options;
  const cleanup: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of cleanup.splice(0).reverse()) await end();
  };
  try {
    const store = await openIndexedDbStore({ name: database, durability });
    cleanup.push(() => store.close());
    const service = await createService({
      store,
      clock: systemClock,
      rng: systemRng,
      aheadWindow: AHEAD_WINDOW,
      ...(searchAttributes ? { searchAttributes } : {}),
      watchWorker: watchWorkerLock,
      onFailure,
    });
    cleanup.push(() => service.stop());
    cleanup.push(startWorkflowWorker(options, service, onFailure));
    if (options.activities) cleanup.push(startNestedActivities(() => spawnRole('activities'), service, systemClock));
    return { service: checkedService(service), epoch: service.epoch, wake: () => service.wake(), stop };
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
function startWorkflowWorker(options: ServeOptions, service: WorkflowService, onFailure: (reason: Error) => void): () => void {
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
