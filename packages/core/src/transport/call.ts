/**
 * A call of the service as a value, so that it can wait, travel and be sent again; and the two ways between such calls and a
 * `WorkflowService`. What carries a call is a `Caller`: a service in this realm, a port, later a channel to another tab.
 */
import type { Millis } from '../common/brand.ts';
import { ServiceError } from '../common/service-error.ts';
import { REPLAY_METHODS, type ReplayService } from '../protocol/moments.ts';
import { SERVICE_METHODS, type WorkflowService } from '../protocol/workflow-service.ts';

export type ServiceMethod = (typeof SERVICE_METHODS)[number];
export type ReplayMethod = keyof ReplayService;
/** What may be called at an engine worker: the service, wherever it runs, and the replays of this tab. */
export type CallMethod = ServiceMethod | ReplayMethod;

export interface Call {
  readonly method: CallMethod;
  readonly argument: unknown;
  /** How long the caller waits for the answer; absent for a long poll, which waits for as long as it takes. */
  readonly timeoutMs?: Millis;
}
export type Caller = (call: Call) => Promise<unknown>;

const OF_SERVICE: ReadonlySet<unknown> = new Set(SERVICE_METHODS);
const OF_REPLAY: ReadonlySet<unknown> = new Set(REPLAY_METHODS);

export const isServiceMethod = (name: unknown): name is ServiceMethod => OF_SERVICE.has(name);
export const isReplayMethod = (name: unknown): name is ReplayMethod => OF_REPLAY.has(name);

/** Methods whose answer may be hours away. */
const LONG_POLLS: ReadonlySet<CallMethod> = new Set<CallMethod>([
  'readReplay',
  'queryReplay',
  'pollWorkflowTaskQueue',
  'pollActivityTaskQueue',
  'pollWorkerCommands',
  'watchChanges',
  'updateWorkflowExecution',
  'updateWithStartWorkflowExecution',
  'pollWorkflowExecutionUpdate',
]);

export const isLongPoll = (method: CallMethod, argument: unknown): boolean =>
  LONG_POLLS.has(method) || (method === 'getWorkflowExecutionHistory' && (argument as { waitNewEvent?: boolean } | undefined)?.waitNewEvent === true);

/** A service that hands each call to `caller`; calls that are no long poll get `timeoutMs`. */
export function serviceOf(caller: Caller, timeoutMs: Millis): WorkflowService {
  return methodsOf(SERVICE_METHODS, caller, timeoutMs) as WorkflowService;
}

/** As `serviceOf`, of the replays. */
export function replayServiceOf(caller: Caller, timeoutMs: Millis): ReplayService {
  return methodsOf(REPLAY_METHODS, caller, timeoutMs) as ReplayService;
}

function methodsOf(names: readonly CallMethod[], caller: Caller, timeoutMs: Millis): unknown {
  const methods: Record<string, unknown> = {};
  for (const method of names)
    methods[method] = (argument: unknown) => caller(isLongPoll(method, argument) ? { method, argument } : { method, argument, timeoutMs });
  return methods;
}

/**
 * Carries calls to a service in this realm.
 *
 * @returns a caller that rejects with `Unimplemented` for a name that is no method of the service
 */
export function callerOf(service: WorkflowService): Caller {
  return async ({ method, argument }) => {
    if (!isServiceMethod(method)) throw unknownMethod(method);
    return (service[method] as (argument: unknown) => Promise<unknown>)(argument);
  };
}

export const unknownMethod = (method: unknown): ServiceError =>
  new ServiceError(
    'Unimplemented',
    `the service has no method ${typeof method === 'string' ? JSON.stringify(method.slice(0, 100)) : `of type ${typeof method}`}; SERVICE_METHODS lists those it has`,
  );
