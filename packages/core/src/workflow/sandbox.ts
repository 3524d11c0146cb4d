/** The sandbox in this realm: runs by run id, and the activations that they get. */
import { IllegalStateError } from '../common/errors.ts';
import { defaultFailureConverter, type FailureConverter } from '../common/failure-converter.ts';
import { defaultPayloadConverter, type PayloadConverter } from '../common/payload-converter.ts';
import type { ActivationCompletion, InitializeWorkflow, Sandbox, WorkflowActivation } from '../protocol/activation.ts';
import { Activation, failureOf } from './activation.ts';
import { Activator } from './activator.ts';
import { endLoading, type Realm, startLoading } from './ambient.ts';
import { type Barrier, defaultBarrier, testBarrier } from './barrier.ts';
import { type Carrier, useContext } from './context.ts';
import { installGlobals } from './globals.ts';
import { hostThen } from './host.ts';
import type { WorkflowInterceptorsFactory } from './interceptors.ts';
import type { WorkflowFunctionWithOptions } from './options.ts';
import { installRejectionHandler } from './rejections.ts';
import { turns } from './turns.ts';

export type WorkflowModule = Readonly<Record<string, unknown>>;

export interface SandboxOptions {
  /** The workflow functions by type, or how to load them: a thunk, so that the module's code meets the globals of workflows. An export named `default` takes unknown types. */
  readonly workflows: WorkflowModule | (() => Promise<WorkflowModule>);
  readonly payloadConverter?: PayloadConverter | undefined;
  readonly failureConverter?: FailureConverter | undefined;
  readonly interceptors?: readonly WorkflowInterceptorsFactory[] | undefined;
  /** Names of error classes that fail the workflow instead of its task, by workflow type; "*" for all. */
  readonly workflowFailureErrorTypes?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Activities of the worker: a local one that is missing fails at once. */
  readonly registeredActivityNames?: Iterable<string> | undefined;
  /**
   * "shared": other code lives here too, and sees the host's globals. "dedicated": workflow code alone, so that what is not
   * allowed to it can be taken away. @defaultValue "shared"
   */
  readonly realm?: Realm | undefined;
  /** How the context outlives await. @defaultValue the host's AsyncLocalStorage where there is one */
  readonly context?: Carrier['kind'] | undefined;
  /** @defaultValue the quickest of this runtime that passes the test */
  readonly barrier?: Barrier | undefined;
  /** What tells where a run waits, for hosts that have it at hand. @defaultValue loaded when it is asked for */
  readonly waits?: WaitsModule | undefined;
}

type WaitsModule = typeof import('./waits.ts');

interface Loaded {
  readonly workflows: WorkflowModule;
  readonly barrier: Barrier;
}

/** Replaces the globals at once, so that user code that is loaded later meets the new ones. */
export function createSandbox(options: SandboxOptions): Sandbox {
  useContext(options.context);
  installRejectionHandler(); // first: it listens, which the globals of a dedicated realm refuse
  installGlobals(options.realm ?? 'shared');
  return new InRealmSandbox(options);
}

class InRealmSandbox implements Sandbox {
  readonly #options: SandboxOptions;
  readonly #registeredActivityNames: ReadonlySet<string> | undefined;
  readonly #runs = new Map<string, Activator>();
  #loaded: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;
  #waits: WaitsModule | undefined;
  #isClosed = false;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#waits = options.waits;
    this.#registeredActivityNames = options.registeredActivityNames && new Set(options.registeredActivityNames);
  }

  ready(): Promise<readonly string[]> {
    return hostThen.call(this.#load(), (loaded) => typesOf((loaded as Loaded).workflows)) as Promise<readonly string[]>;
  }

  activate(activation: WorkflowActivation): Promise<ActivationCompletion> {
    const loaded = this.#loaded;
    if (!loaded) return hostThen.call(this.#load(), () => this.activate(activation)) as Promise<ActivationCompletion>;
    if (!this.#waits && recordsWaits(activation)) return hostThen.call(this.#loadWaits(), () => this.activate(activation)) as Promise<ActivationCompletion>;
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new IllegalStateError('The sandbox is closed'));
      if (activation.jobs.some(({ type }) => type === 'removeFromCache')) return resolve(this.#remove(activation));
      turns.take((done) => {
        const end = (completion: ActivationCompletion): void => {
          if (completion.status === 'failed') this.#drop(activation.runId);
          resolve(completion);
          // Without a context of the host's, code that goes on now must not meet the next run's.
          if (useContext().kind === 'lowered' && this.#options.realm !== 'dedicated') loaded.barrier(done);
          else done();
        };
        this.#run(loaded, activation, end);
      });
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const runId of [...this.#runs.keys()]) this.#drop(runId);
    return Promise.resolve();
  }

  #load(): Promise<Loaded> {
    this.#loading ??= loadAll(this.#options);
    return hostThen.call(this.#loading, (loaded) => {
      this.#loaded = loaded as Loaded;
      return loaded;
    }) as Promise<Loaded>;
  }

  #loadWaits(): Promise<void> {
    return hostThen.call(import('./waits.ts'), (waits) => {
      this.#waits = waits as WaitsModule;
    }) as Promise<void>;
  }

  #run(loaded: Loaded, activation: WorkflowActivation, end: (completion: ActivationCompletion) => void): void {
    let activator: Activator | undefined;
    try {
      // A run that is initialised again is being replayed: what is left of it here is out of date.
      if (activation.jobs[0]?.type === 'initializeWorkflow') this.#drop(activation.runId);
      activator = this.#runs.get(activation.runId) ?? this.#create(loaded, activation);
    } catch (error) {
      return end({ status: 'failed', runId: activation.runId, failure: failureOf(undefined, error) });
    }
    new Activation(activator, activation, loaded.barrier, end).start();
  }

  #create({ workflows }: Loaded, activation: WorkflowActivation): Activator {
    const init = activation.jobs.find((job): job is InitializeWorkflow => job.type === 'initializeWorkflow');
    if (!init)
      throw new IllegalStateError(
        `Run ${activation.runId} is not in this sandbox, and its activation does not initialise it (jobs: ${activation.jobs.map(({ type }) => type).join(', ')}). Replay it from its first event.`,
      );
    const {
      payloadConverter = defaultPayloadConverter,
      failureConverter = defaultFailureConverter,
      interceptors = [],
      workflowFailureErrorTypes = {},
    } = this.#options;
    const activator = new Activator({
      init,
      activation,
      workflow: findWorkflow(workflows, init.workflowType),
      payloadConverter,
      failureConverter,
      failureErrorTypes: [...(workflowFailureErrorTypes['*'] ?? []), ...(workflowFailureErrorTypes[init.workflowType] ?? [])],
      registeredActivityNames: this.#registeredActivityNames,
      waits: init.recordsWaits && this.#waits ? new this.#waits.Waits(useContext(), new Error()) : undefined,
    });
    activator.isActive = true;
    useContext().run(activator.frame, () => activator.installInterceptors(interceptors));
    this.#runs.set(activation.runId, activator);
    return activator;
  }

  #remove({ runId }: WorkflowActivation): ActivationCompletion {
    this.#drop(runId);
    return { status: 'successful', runId, commands: [], usedInternalFlags: [] };
  }

  #drop(runId: string): void {
    const activator = this.#runs.get(runId);
    this.#runs.delete(runId);
    if (!activator) return;
    try {
      useContext().run(activator.frame, () => activator.dispose());
    } catch {
      // an interceptor's clean-up failed; the run is gone all the same
    }
  }
}

const recordsWaits = ({ jobs: [first] }: WorkflowActivation): boolean => first?.type === 'initializeWorkflow' && first.recordsWaits === true;

function loadAll({ workflows, barrier, realm }: SandboxOptions): Promise<Loaded> {
  const modules =
    typeof workflows === 'function' ? loadModule(workflows as () => Promise<WorkflowModule>, realm) : Promise.resolve(workflows as WorkflowModule);
  const tested = barrier ? assertBarrier(barrier) : defaultBarrier();
  return hostThen.call(Promise.all([modules, tested]), (all) => {
    const [loaded, usable] = all as [WorkflowModule, Barrier];
    if (typeof loaded !== 'object' || loaded === null)
      throw new TypeError(`"workflows" gave ${loaded === null ? 'null' : typeof loaded}; give a module or an object of workflow functions`);
    nameWorkflows(loaded);
    return { workflows: loaded, barrier: usable };
  }) as Promise<Loaded>;
}

function loadModule(load: () => Promise<WorkflowModule>, realm: Realm | undefined): Promise<WorkflowModule> {
  if (realm !== 'dedicated') return load();
  startLoading();
  return load().finally(endLoading);
}

function assertBarrier(barrier: Barrier): Promise<Barrier> {
  return hostThen.call(testBarrier(barrier), (passes) => {
    if (passes) return barrier;
    throw new Error(
      'The drain barrier fires before all microtasks have run; workflows would be torn apart. In Deno and workerd, MessageChannel does so: leave `barrier` out.',
    );
  }) as Promise<Barrier>;
}

/** A workflow's type is the name it is exported by. A bundler may have given its function another, and `executeChild(workflow)` asks the function. */
function nameWorkflows(workflows: WorkflowModule): void {
  for (const [type, workflow] of Object.entries(workflows)) {
    if (typeof workflow !== 'function' || type === 'default' || Object.hasOwn(workflows, workflow.name)) continue;
    if (Object.getOwnPropertyDescriptor(workflow, 'name')?.configurable) Object.defineProperty(workflow, 'name', { value: type, configurable: true });
  }
}

const typesOf = (workflows: WorkflowModule): string[] => Object.keys(workflows).filter((name) => typeof workflows[name] === 'function');

function findWorkflow(workflows: WorkflowModule, workflowType: string): WorkflowFunctionWithOptions {
  const found = Object.hasOwn(workflows, workflowType) ? workflows[workflowType] : undefined;
  if (typeof found === 'function') return found as WorkflowFunctionWithOptions;
  const { default: fallback } = workflows;
  if (typeof fallback === 'function') return fallback as WorkflowFunctionWithOptions;
  const details = found === undefined ? 'no such function is exported by the workflow module' : `expected a function, but got: '${typeof found}'`;
  throw new TypeError(`Failed to initialize workflow of type '${workflowType}': ${details}. Known: ${typesOf(workflows).join(', ') || 'none'}.`);
}
