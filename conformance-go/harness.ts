/** The seam between a ported scenario and the engine, and what the scenarios share. Outcomes are told with the names of Go's SDK, as its goldens have them. */
import {
  ActivityNotFoundError,
  type Client,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowFailedError,
  type WorkflowStartOptions,
  WorkflowUpdateFailedError,
} from '@perdure/core/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  NamespaceNotFoundError,
  type RetryState,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowNotFoundError,
} from '@perdure/core/common';

/** As `conformance/harness.ts`, and what Go's scenarios do besides: replays, other versions of the code, other namespaces. */
export interface Harness {
  readonly client: Client;
  readonly taskQueue: string;
  /** A workflow id of this scenario; every id handed out is recorded, in that order. */
  id(label?: string): string;
  /** Lets `ms` of the engine's time pass. */
  sleep(ms: number): Promise<void>;
  /** Resolves when the current run of `workflowId` has at least `count` events of `type`. */
  until(workflowId: string, type: string, count?: number): Promise<void>;
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** The worker forgets all runs, as Go's `PurgeStickyWorkflowCache`: each is replayed before its next task. From then on a workflow type has the code that `code` names. */
  replay(code?: Readonly<Record<string, string>>): Promise<void>;
  /** Does something once, when the worker has done its next workflow task and before the engine hears of it. */
  beforeAnswer(act: () => Promise<void>): void;
  /** The same scenario in another namespace: a client and a worker of its own. */
  enter(namespace: string): Promise<Harness>;
  /** How often workflow code called the sink `effects.ran`, replays included. */
  readonly effects: number;
}

export interface Scenario {
  /** "go-AREA/NAME"; also the name of the golden file, with the slash as a dash. */
  readonly name: string;
  readonly about: string;
  run(h: Harness): Promise<unknown>;
  readonly order: 'exact' | 'any';
  /** The code that workflow types have from the start, by the name of the function. */
  readonly code?: Readonly<Record<string, string>>;
  /** A key of `dataConverters`. */
  readonly dataConverter?: string;
}

type More = Partial<Pick<Scenario, 'order' | 'code' | 'dataConverter'>>;

export const scenario = (name: string, about: string, run: Scenario['run'], more: More = {}): Scenario => ({ name, about, run, order: 'exact', ...more });

// biome-ignore lint/suspicious/noExplicitAny: any workflow
export type AnyWorkflow = (...args: any[]) => Promise<unknown>;
type StartOptions = Partial<WorkflowStartOptions> & { readonly id?: string };

export function start(h: Harness, workflow: AnyWorkflow, args: unknown[] = [], { id = h.id(), ...options }: StartOptions = {}) {
  return h.client.workflow.start(workflow, { workflowId: id, taskQueue: h.taskQueue, args, ...options } as never);
}

/** Starts, and waits for the first workflow task. */
export async function begin(h: Harness, workflow: AnyWorkflow, args: unknown[] = [], options: StartOptions = {}) {
  const handle = await start(h, workflow, args, options);
  await h.until(handle.workflowId, 'WorkflowTaskCompleted');
  return handle;
}

export const execute = async (h: Harness, workflow: AnyWorkflow, ...args: unknown[]): Promise<unknown> => settle((await start(h, workflow, args)).result());

/** The result of a promise, or the description of its error. */
export async function settle(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { value: (await promise) ?? null };
  } catch (error) {
    return { error: describeError(error) };
  }
}

/** The description of a promise's error. */
export const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null, describeError);

/** An error down its chain of causes, named as Go's SDK names it. */
export function describeError(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) return describeError(error.cause);
  const refusal = refusalOf(error);
  if (refusal !== undefined) return { name: refusal };
  const { cause } = error as Error;
  return cause === undefined ? shapeOf(error) : { ...shapeOf(error), cause: describeError(cause) };
}

/** A request that was refused, by its code alone: what the engine says of it are words of its own. */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof WorkflowNotFoundError || error instanceof ActivityNotFoundError) return 'NotFound';
  if (error instanceof NamespaceNotFoundError) return 'NamespaceNotFound';
  if (error instanceof QueryNotRegisteredError) return 'QueryNotRegisteredError';
  const { cause } = error as Error;
  const refused = cause instanceof ServiceError ? cause : error;
  return refused instanceof ServiceError ? refused.code : undefined;
}

function shapeOf(error: unknown): Record<string, unknown> {
  const { name, message } = error as Error;
  if (error instanceof WorkflowFailedError) return { name: 'WorkflowExecutionError' };
  if (error instanceof ChildWorkflowFailure) return { name: 'ChildWorkflowExecutionError', message };
  if (error instanceof ActivityFailure) {
    const { activityType, activityId, retryState } = error;
    return { name: 'ActivityError', activityType, activityId, retryState: camelCase(retryState) };
  }
  if (error instanceof ApplicationFailure) {
    const { type, nonRetryable, details } = error;
    return { name: 'ApplicationError', message, type, nonRetryable, details: details?.[0] };
  }
  if (error instanceof TimeoutFailure) {
    const { timeoutType, lastHeartbeatDetails } = error;
    return { name: 'TimeoutError', message, timeoutType: camelCase(timeoutType), lastHeartbeatDetails };
  }
  if (error instanceof CancelledFailure) return { name: 'CanceledError', message };
  if (error instanceof TerminatedFailure) return { name: 'TerminatedError', message };
  return { name, message };
}

/** MAXIMUM_ATTEMPTS_REACHED → MaximumAttemptsReached */
const camelCase = (constant: RetryState | string | undefined): string | undefined =>
  constant?.toLowerCase().replace(/(^|_)([a-z])/g, (_match, _bar, letter: string) => letter.toUpperCase());
