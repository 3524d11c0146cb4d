/** What callers of a client may ask for, and its compilation: durations to milliseconds, policies checked. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { DataConverter, LoadedDataConverter } from '../common/data-converter.ts';
import type { SignalDefinition, WithWorkflowArgs, Workflow } from '../common/definitions.ts';
import { type Duration, optionalMillis } from '../common/duration.ts';
import type { QueryRejectCondition, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '../common/enums.ts';
import type { RetryOptions } from '../common/retry-options.ts';
import type { Rng } from '../common/rng.ts';
import type { SearchAttributePair, SearchAttributes, TypedSearchAttributes } from '../common/search-attributes.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';

/** What gives access to a service, such as what `connect` returns. */
export interface ConnectionLike {
  readonly service: WorkflowService;
}

export interface BaseClientOptions {
  /** The service, or a connection that has it: one of the two is required. */
  service?: WorkflowService;
  connection?: ConnectionLike;
  /** @defaultValue "default" */
  namespace?: string;
  /** Who calls, for the history. @defaultValue "client@" and the host of the page */
  identity?: string;
  dataConverter?: DataConverter | LoadedDataConverter;
  clock?: Clock;
  rng?: Rng;
}

export interface WorkflowOptions {
  workflowId: string;
  taskQueue: string;
  /** Whether `result()` follows continue-as-new, retries and cron to the last run. @defaultValue true */
  followRuns?: boolean;
  /** The wait before the first workflow task. A cancel request ends it, a signal does not. */
  startDelay?: Duration;
  /** When a closed run has the id. @defaultValue ALLOW_DUPLICATE */
  workflowIdReusePolicy?: WorkflowIdReusePolicy;
  /** When an open run has the id. @defaultValue FAIL for `start`, USE_EXISTING for `signalWithStart` */
  workflowIdConflictPolicy?: WorkflowIdConflictPolicy;
  /** @defaultValue none: a workflow that fails is not tried again */
  retry?: RetryOptions;
  /** Five fields in UTC, or "@every 1h" and the like. */
  cronSchedule?: string;
  memo?: Record<string, unknown>;
  /** @deprecated use `typedSearchAttributes` */
  searchAttributes?: SearchAttributes;
  typedSearchAttributes?: SearchAttributePair[] | TypedSearchAttributes;
  /** Of the whole chain of runs. @defaultValue unlimited */
  workflowExecutionTimeout?: Duration;
  /** Of one run. @defaultValue unlimited */
  workflowRunTimeout?: Duration;
  /** @defaultValue 10 seconds */
  workflowTaskTimeout?: Duration;
}

export type WorkflowStartOptions<W extends Workflow = Workflow> = WithWorkflowArgs<W, WorkflowOptions>;

// biome-ignore lint/suspicious/noExplicitAny: arguments of users' signals are of any type
type Args = any[];

export type WorkflowSignalWithStartOptions<SignalArgs extends Args = []> = WorkflowOptions & {
  signal: SignalDefinition<SignalArgs> | string;
} & (SignalArgs extends [unknown, ...unknown[]] ? { signalArgs: SignalArgs } : { signalArgs?: SignalArgs });

export interface WorkflowUpdateOptions {
  /** The same id asks for the same update, however often. @defaultValue a UUID */
  readonly updateId?: string;
}

export interface WorkflowResultOptions {
  /** @defaultValue true */
  followRuns?: boolean;
}

export interface GetWorkflowHandleOptions extends WorkflowResultOptions {
  /** Keeps the handle to the chain of runs that began with this one. */
  firstExecutionRunId?: string;
}

export interface ListOptions {
  /** Temporal's filter language. @defaultValue all */
  query?: string;
  pageSize?: number;
}

/** Options as interceptors see and change them: durations in milliseconds. */
export interface CompiledWorkflowOptions
  extends Omit<WorkflowOptions, 'workflowExecutionTimeout' | 'workflowRunTimeout' | 'workflowTaskTimeout' | 'startDelay'> {
  readonly args: readonly unknown[];
  readonly workflowExecutionTimeout?: Millis;
  readonly workflowRunTimeout?: Millis;
  readonly workflowTaskTimeout?: Millis;
  readonly startDelay?: Millis;
}

/** Everything a call needs beside its own arguments. */
export interface CallContext {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly identity: string;
  readonly dataConverter: LoadedDataConverter;
  readonly rng: Rng;
  readonly queryRejectCondition: QueryRejectCondition;
}

/** @throws {TypeError} without workflow id or task queue, and for a duration that is none */
export function compileWorkflowOptions(options: WorkflowOptions & { readonly args?: readonly unknown[] | undefined }): CompiledWorkflowOptions {
  if (!options.taskQueue) throw new TypeError('Missing WorkflowOptions.taskQueue');
  if (!options.workflowId) throw new TypeError('Missing WorkflowOptions.workflowId');
  if ('requestEagerStart' in options && options.requestEagerStart)
    throw new TypeError(
      'WorkflowOptions.requestEagerStart is not supported: a client and its worker share no connection that could skip the task queue. Leave it out',
    );
  const { args, workflowExecutionTimeout, workflowRunTimeout, workflowTaskTimeout, startDelay, ...others } = options;
  return {
    ...others,
    args: args ?? [],
    ...present({
      workflowExecutionTimeout: optionalMillis(workflowExecutionTimeout, 'workflowExecutionTimeout'),
      workflowRunTimeout: optionalMillis(workflowRunTimeout, 'workflowRunTimeout'),
      workflowTaskTimeout: optionalMillis(workflowTaskTimeout, 'workflowTaskTimeout'),
      startDelay: optionalMillis(startDelay, 'startDelay'),
    }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are `undefined`: requests carry what was asked for, and nothing else. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
