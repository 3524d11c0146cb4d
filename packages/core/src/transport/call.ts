/**
 * A call of the service as a value, so that it can wait, travel and be sent again; and the two ways between such calls and a
 * `WorkflowService`. What carries a call is a `Caller`: a service in this realm, a port, later a channel to another tab.
 */
import type { Millis } from '../common/brand.ts';
import { ServiceError } from '../common/service-error.ts';
import { SERVICE_METHODS, type WorkflowService } from '../protocol/workflow-service.ts';

export type ServiceMethod = (typeof SERVICE_METHODS)[number];

export interface Call {
  readonly method: ServiceMethod;
  readonly argument: unknown;
  /** How long the caller waits for the answer; absent for a long poll, which waits for as long as it takes. */
  readonly timeoutMs?: Millis;
}
export type Caller = (call: Call) => Promise<unknown>;

const METHODS: ReadonlySet<unknown> = new Set(SERVICE_METHODS);

export const isServiceMethod = (name: unknown): name is ServiceMethod => METHODS.has(name);

/** Methods whose answer may be hours away. */
const LONG_POLLS: ReadonlySet<ServiceMethod> = new Set<ServiceMethod>([
  'pollWorkflowTaskQueue',
  'pollActivityTaskQueue',
  'pollWorkerCommands',
  'watchChanges',
  'updateWorkflowExecution',
  'updateWithStartWorkflowExecution',
  'pollWorkflowExecutionUpdate',
]);

export const isLongPoll = (method: ServiceMethod, argument: unknown): boolean =>
  LONG_POLLS.has(method) || (method === 'getWorkflowExecutionHistory' && (argument as { waitNewEvent?: boolean } | undefined)?.waitNewEvent === true);

/** A service that hands each call to `caller`; calls that are no long poll get `timeoutMs`. */
export function serviceOf(caller: Caller, timeoutMs: Millis): WorkflowService {
  const service: Record<string, unknown> = {};
  for (const method of SERVICE_METHODS)
    service[method] = (argument: unknown) => caller(isLongPoll(method, argument) ? { method, argument } : { method, argument, timeoutMs });
  return service as unknown as WorkflowService;
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
