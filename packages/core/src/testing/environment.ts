/**
 * The engine for tests: the real one, in this process. With a virtual clock it skips time wherever a test waits for a workflow's result,
 * as Temporal's test server does; a sleep of a year costs a millisecond.
 */
import { Client } from '../client/client.ts';
import type { Millis } from '../common/brand.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import type { DataConverter } from '../common/data-converter.ts';
import { type Duration, toMillis } from '../common/duration.ts';
import { systemRng } from '../common/rng.ts';
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import { createService, type EngineService } from '../service/service.ts';
import { createMemoryStore } from '../storage/memory.ts';
import type { Store } from '../storage/store.ts';
import type { WorkerOptions } from '../worker/options.ts';
import { Worker } from '../worker/worker.ts';
import { countCodecs, countSandbox, countStore } from './counted.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export interface TestEnvironmentOptions {
  /** Where the engine keeps its data; the caller closes it. By default a memory of this environment's own. */
  readonly store?: Store;
  readonly namespace?: string;
  readonly identity?: string;
  /** For the client of the environment, and for workers that name none. */
  readonly dataConverter?: DataConverter;
  /** The search attributes that workflows may set, with their types. By default those of a Temporal development server: CustomKeywordField and so on. */
  readonly searchAttributes?: SearchAttributeTypes;
}
export interface TimeSkippingOptions extends TestEnvironmentOptions {
  /** The first moment, in milliseconds since 1970. */
  readonly startTime?: Millis;
  /** Told when a test waits for a result while all is quiet and no timer is left: what it waits for will not come. */
  readonly onStuck?: () => void;
}

/** Where time stands still, nothing comes too often. */
const ANY_REUSE = { burst: Number.POSITIVE_INFINITY, interval: 0 };

/** Temporal's worker options, without what the environment knows. */
export type TestWorkerOptions = Omit<WorkerOptions, 'service' | 'clock' | 'rng'>;

export class TestWorkflowEnvironment {
  readonly service: WorkflowService;
  readonly client: Client;
  readonly namespace: string;
  /** The clock of engine and workers; undefined in a local environment, whose time is real. */
  readonly clock: VirtualClock | undefined;
  readonly #engine: EngineService;
  readonly #store: Store | undefined;
  readonly #options: TestEnvironmentOptions;

  private constructor(parts: { engine: EngineService; store: Store | undefined; clock: VirtualClock | undefined; options: TestEnvironmentOptions }) {
    const { engine, store, clock, options } = parts;
    this.#engine = engine;
    this.#store = store;
    this.#options = options;
    this.clock = clock;
    this.namespace = options.namespace ?? 'default';
    this.service = engine;
    const { identity } = options;
    const dataConverter = options.dataConverter && clock ? countCodecs(options.dataConverter, clock) : options.dataConverter;
    this.client = new Client({
      service: clock ? skippingService(engine, clock) : engine,
      namespace: this.namespace,
      ...(identity !== undefined && { identity }),
      ...(dataConverter !== undefined && { dataConverter }),
    });
  }

  /** An engine whose time stands still, and skips ahead while a test awaits a result or sleeps. */
  static async createTimeSkipping(options: TimeSkippingOptions = {}): Promise<TestWorkflowEnvironment> {
    const { startTime, onStuck } = options;
    const clock = createVirtualClock({ ...(startTime !== undefined && { startTime }), ...(onStuck && { onStuck }) });
    return TestWorkflowEnvironment.#create(options, clock);
  }

  /** An engine in real time. */
  static async createLocal(options: TestEnvironmentOptions = {}): Promise<TestWorkflowEnvironment> {
    return TestWorkflowEnvironment.#create(options, undefined);
  }

  static async #create(options: TestEnvironmentOptions, clock: VirtualClock | undefined): Promise<TestWorkflowEnvironment> {
    const own = options.store ? undefined : createMemoryStore();
    const store = options.store ?? (own as Store);
    // A virtual clock never jumps unseen: nobody has to look at it now and then.
    const more = options.searchAttributes ? { searchAttributes: options.searchAttributes } : {};
    const engine = await (clock
      ? createService({
          store: countStore(store, clock),
          clock,
          rng: systemRng,
          longestAlarmDelay: Number.POSITIVE_INFINITY,
          workflowIdReuse: ANY_REUSE,
          ...more,
        })
      : createService({ store, clock: systemClock, rng: systemRng, ...more }));
    return new TestWorkflowEnvironment({ engine, store: own, clock, options });
  }

  /** A worker on this engine and its time. */
  async createWorker(options: TestWorkerOptions): Promise<Worker> {
    const { clock, namespace, service } = this;
    const dataConverter = options.dataConverter ?? this.#options.dataConverter;
    return Worker.create({
      namespace,
      ...options,
      ...(dataConverter && { dataConverter: clock ? countCodecs(dataConverter, clock) : dataConverter }),
      ...(clock && counted(options, clock)),
      service,
      clock: clock ?? systemClock,
    });
  }

  /** Lets `duration` of the environment's time pass. */
  async sleep(duration: Duration): Promise<void> {
    if (this.clock) return this.clock.sleep(duration);
    await new Promise<void>((resolve) => void systemClock.setTimer(toMillis(duration), resolve));
  }

  async currentTimeMs(): Promise<number> {
    const clock: Clock = this.clock ?? systemClock;
    return clock.now();
  }

  /** Stops the engine. Workers are the caller's to shut down, before. */
  async teardown(): Promise<void> {
    await this.#engine.stop();
    await this.#store?.close();
  }
}

/** Loading the user's modules takes real time, and so does a sandbox that is another thread. */
function counted({ sandbox, workflows }: TestWorkerOptions, clock: VirtualClock): Pick<WorkerOptions, 'sandbox' | 'workflows'> {
  if (sandbox) return { sandbox: () => countSandbox(sandbox(), clock) };
  return typeof workflows === 'function' ? { workflows: () => clock.track(workflows()) } : {};
}

/** Waiting for the end of a run unlocks the clock; nothing else that a client asks does. */
function skippingService(service: WorkflowService, clock: VirtualClock): WorkflowService {
  return new Proxy(service, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name === 'getWorkflowExecutionHistory')
        return (request: Parameters<WorkflowService['getWorkflowExecutionHistory']>[0]) => awaitHistory(target, request, clock);
      if (UPDATES.has(name)) return (request: unknown) => whileTimeSkips(clock, () => value.call(target, request));
      return value.bind(target);
    },
  });
}

/** What waits for an update skips time as well: its handler may sleep. */
const UPDATES: ReadonlySet<string | symbol> = new Set<keyof WorkflowService>([
  'updateWorkflowExecution',
  'updateWithStartWorkflowExecution',
  'pollWorkflowExecutionUpdate',
]);

function awaitHistory(service: WorkflowService, request: Parameters<WorkflowService['getWorkflowExecutionHistory']>[0], clock: VirtualClock) {
  const get = () => service.getWorkflowExecutionHistory(request);
  return request.waitNewEvent ? whileTimeSkips(clock, get) : get();
}

async function whileTimeSkips<T>(clock: VirtualClock, wait: () => Promise<T>): Promise<T> {
  const lock = clock.unlock();
  try {
    return await wait();
  } finally {
    lock();
  }
}
