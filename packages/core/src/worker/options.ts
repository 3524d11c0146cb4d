/** What a worker is made of: the options users give, and the same checked and filled in. */
import type { ActivityInterceptorsFactory } from '../activity/interceptors.ts';
import type { Millis } from '../common/brand.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import { type DataConverter, type LoadedDataConverter, loadDataConverter } from '../common/data-converter.ts';
import { type Duration, toMillis } from '../common/duration.ts';
import type { Logger } from '../common/logger.ts';
import { throwIfReservedName } from '../common/reserved.ts';
import { type Rng, systemRng, uuid } from '../common/rng.ts';
import type { Sandbox } from '../protocol/activation.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import type { WorkflowInterceptorsFactory } from '../workflow/interceptors.ts';
import { createSandbox, type WorkflowModule } from '../workflow/sandbox.ts';
import { Waits } from '../workflow/waits.ts';
import { type Activities, activitiesOf } from './activity-execution.ts';
import type { LocalActivityRunner } from './local-activities.ts';
import { Runtime } from './logger.ts';
import type { InjectedSinks } from './sinks.ts';

/** What workflow code runs with; shared by workers and replays. */
export interface WorkflowCodeOptions {
  /** The workflow functions by type, or how to load them. They run in this realm; give `sandbox` to run them elsewhere. */
  workflows?: WorkflowModule | (() => Promise<WorkflowModule>);
  /** Makes the place where workflow code runs; called again when one is ended because its code hung. */
  sandbox?: () => Sandbox;
  /** Functions, by name. An export named `default` takes unknown types. */
  activities?: object;
  dataConverter?: DataConverter | LoadedDataConverter;
  interceptors?: { readonly activity?: readonly ActivityInterceptorsFactory[]; readonly workflow?: readonly WorkflowInterceptorsFactory[] };
  /** Names of error classes that fail a workflow instead of its task, by workflow type; "*" for all. */
  workflowFailureErrorTypes?: Readonly<Record<string, readonly string[]>>;
  sinks?: InjectedSinks;
  logger?: Logger;
  clock?: Clock;
  /** Measures how long workflow code runs. @defaultValue the machine's clock, also where `clock` is virtual */
  watchdogClock?: Clock;
  /** The longest that one activation of workflow code may take. @defaultValue 5 seconds */
  isolateExecutionTimeout?: Duration;
}

export interface WorkerOptions extends WorkflowCodeOptions {
  /** The engine; or give a connection that has one. */
  service?: WorkflowService;
  connection?: { readonly service: WorkflowService };
  /** @defaultValue "default" */
  namespace?: string;
  taskQueue: string;
  identity?: string;
  /** Names this worker to the engine; the one whose lock the host holds, where there is one. @defaultValue a random UUID */
  workerId?: string;
  rng?: Rng;
  /** What activities get as `Context.current().client`. */
  client?: unknown;
  /** @defaultValue 100 */
  maxConcurrentActivityTaskExecutions?: number;
  /** @defaultValue 100 */
  maxConcurrentLocalActivityExecutions?: number;
  /** Runs the local activities of the workflows elsewhere. @defaultValue this worker runs them, with `activities` */
  localActivities?: LocalActivityRunner;
  /** @defaultValue 40 */
  maxConcurrentWorkflowTaskExecutions?: number;
  /** @defaultValue 4 */
  maxConcurrentWorkflowTaskPolls?: number;
  /** Each may bring several: together what `maxConcurrentActivityTaskExecutions` leaves room for. @defaultValue 4 */
  maxConcurrentActivityTaskPolls?: number;
  /** @defaultValue 60 seconds */
  maxHeartbeatThrottleInterval?: Duration;
  /** @defaultValue 30 seconds */
  defaultHeartbeatThrottleInterval?: Duration;
  /** How long running activities may go on after `shutdown()` before they are cancelled. @defaultValue 0 */
  shutdownGraceTime?: Duration;
  /** After that long `run()` rejects although activities still run. @defaultValue waits for them */
  shutdownForceTime?: Duration;
  /** Runs that are kept between their tasks. @defaultValue 600 */
  maxCachedWorkflows?: number;
  /** The same in bytes of their histories. @defaultValue 64 MiB */
  maxCachedBytes?: number;
}

export interface CompiledCodeOptions {
  readonly createSandbox: (() => Sandbox) | undefined;
  readonly activities: Activities;
  readonly activityInterceptors: readonly ActivityInterceptorsFactory[];
  readonly dataConverter: LoadedDataConverter;
  readonly sinks: InjectedSinks;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly watchdogClock: Clock;
  readonly isolateExecutionTimeout: Millis;
}

export interface CompiledWorkerOptions extends CompiledCodeOptions {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly identity: string;
  readonly workerId: string;
  readonly client: unknown;
  readonly localActivities: LocalActivityRunner | undefined;
  readonly maxConcurrentActivityTaskExecutions: number;
  readonly maxConcurrentLocalActivityExecutions: number;
  readonly maxConcurrentWorkflowTaskExecutions: number;
  readonly maxConcurrentWorkflowTaskPolls: number;
  readonly maxConcurrentActivityTaskPolls: number;
  readonly maxHeartbeatThrottleInterval: Millis;
  readonly defaultHeartbeatThrottleInterval: Millis;
  readonly shutdownGraceTime: Millis;
  readonly shutdownForceTime: Millis | undefined;
  readonly maxCachedWorkflows: number;
  readonly maxCachedBytes: number;
}

/** @throws {TypeError} for options that contradict each other or have the wrong type */
export function compileCodeOptions(options: WorkflowCodeOptions): CompiledCodeOptions {
  const activities = activitiesOf(options.activities);
  for (const name of activities.keys()) throwIfReservedName('activity', name);
  for (const name of Object.keys(options.sinks ?? {})) throwIfReservedName('sink', name);
  const dataConverter = loadDataConverter(options.dataConverter);
  return {
    createSandbox: sandboxFactory(options, dataConverter, activities),
    activities,
    activityInterceptors: options.interceptors?.activity ?? [],
    dataConverter,
    sinks: options.sinks ?? {},
    logger: options.logger ?? Runtime.instance().logger,
    clock: options.clock ?? systemClock,
    watchdogClock: options.watchdogClock ?? systemClock,
    isolateExecutionTimeout: positiveDuration(options.isolateExecutionTimeout ?? 5_000, 'isolateExecutionTimeout'),
  };
}

/** @throws {TypeError} for options that are missing, contradict each other or have the wrong type */
export function compileWorkerOptions(options: WorkerOptions): CompiledWorkerOptions {
  const service = options.service ?? options.connection?.service;
  if (!service) throw new TypeError('Worker.create: no engine is given; give { service }, or { connection } with what connect() returned');
  const { namespace = 'default', taskQueue } = options;
  if (typeof taskQueue !== 'string' || taskQueue === '')
    throw new TypeError(`Worker.create: taskQueue must be a string that is not empty, got ${JSON.stringify(taskQueue)}`);
  if (typeof namespace !== 'string' || namespace === '')
    throw new TypeError(`Worker.create: namespace must be a string that is not empty, got ${JSON.stringify(namespace)}`);
  throwIfReservedName('task queue', taskQueue);
  const code = compileCodeOptions(options);
  if (!code.createSandbox && code.activities.size === 0) throw new TypeError('Worker.create: there is nothing to run; give workflows, a sandbox or activities');
  const workerId = options.workerId ?? uuid(options.rng ?? systemRng);
  return {
    ...code,
    service,
    namespace,
    taskQueue,
    identity: options.identity ?? `worker@${workerId.slice(0, 8)}`,
    workerId,
    client: options.client,
    localActivities: options.localActivities,
    maxConcurrentActivityTaskExecutions: count(options.maxConcurrentActivityTaskExecutions, 100, 'maxConcurrentActivityTaskExecutions'),
    maxConcurrentLocalActivityExecutions: count(options.maxConcurrentLocalActivityExecutions, 100, 'maxConcurrentLocalActivityExecutions'),
    maxConcurrentWorkflowTaskExecutions: count(options.maxConcurrentWorkflowTaskExecutions, 40, 'maxConcurrentWorkflowTaskExecutions'),
    maxConcurrentWorkflowTaskPolls: count(options.maxConcurrentWorkflowTaskPolls, 4, 'maxConcurrentWorkflowTaskPolls'),
    maxConcurrentActivityTaskPolls: count(options.maxConcurrentActivityTaskPolls, 4, 'maxConcurrentActivityTaskPolls'),
    maxHeartbeatThrottleInterval: positiveDuration(options.maxHeartbeatThrottleInterval ?? 60_000, 'maxHeartbeatThrottleInterval'),
    defaultHeartbeatThrottleInterval: positiveDuration(options.defaultHeartbeatThrottleInterval ?? 30_000, 'defaultHeartbeatThrottleInterval'),
    shutdownGraceTime: Math.max(0, toMillis(options.shutdownGraceTime ?? 0, 'shutdownGraceTime')),
    shutdownForceTime: options.shutdownForceTime === undefined ? undefined : positiveDuration(options.shutdownForceTime, 'shutdownForceTime'),
    maxCachedWorkflows: count(options.maxCachedWorkflows, 600, 'maxCachedWorkflows', 0),
    maxCachedBytes: count(options.maxCachedBytes, 64 * 1_024 * 1_024, 'maxCachedBytes', 0),
  };
}

function sandboxFactory(options: WorkflowCodeOptions, dataConverter: LoadedDataConverter, activities: Activities): (() => Sandbox) | undefined {
  const { workflows, sandbox } = options;
  if (workflows && sandbox) throw new TypeError('workflows and sandbox are given: a sandbox brings its own workflows; give one of them');
  if (sandbox) return sandbox;
  if (!workflows) return undefined;
  const { payloadConverter, failureConverter } = dataConverter;
  const { workflowFailureErrorTypes } = options;
  const interceptors = options.interceptors?.workflow;
  const code = { workflows, payloadConverter, failureConverter, interceptors, workflowFailureErrorTypes };
  // At hand, not loaded when asked for: in this realm the clock may be a virtual one, which would not wait for that.
  return () => createSandbox({ ...code, registeredActivityNames: activities.keys(), waits: { Waits } });
}

function count(given: number | undefined, fallback: number, name: string, least = 1): number {
  const value = given ?? fallback;
  if (!Number.isInteger(value) || value < least) throw new TypeError(`Worker.create: ${name} must be a whole number, at least ${least}; got ${String(given)}`);
  return value;
}

function positiveDuration(given: Duration, name: string): Millis {
  const ms = toMillis(given, name);
  if (ms <= 0) throw new TypeError(`${name} must be longer than 0, got ${JSON.stringify(given)}`);
  return ms;
}
