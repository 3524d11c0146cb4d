/** Activities, as workflow code calls them. */
import type { ActivityFunction, UntypedActivities } from '../common/definitions.ts';
import { optionalMillis } from '../common/duration.ts';
import { throwIfReservedName } from '../common/reserved.ts';
import { compileRetryPolicy } from '../common/retry-options.ts';
import { toWireList } from '../common/wire.ts';
import type { Activator } from './activator.ts';
import { assertMayCommand } from './current.ts';
import { LocalActivityDoBackoff } from './errors.ts';
import { headersToWire } from './headers.ts';
import type { ActivityInput, LocalActivityInput } from './interceptors.ts';
import type { ActivityOptions, LocalActivityOptions } from './options.ts';
import { adopted } from './promises.ts';
import { inCurrentScope } from './scope.ts';
import { sleep } from './timers.ts';

/** What `proxyActivities` has in place of members that are no activities. */
export const NotAnActivityMethod: unique symbol = Symbol.for('__TEMPORAL_NOT_AN_ACTIVITY_METHOD');

// biome-ignore lint/suspicious/noExplicitAny: a user's activity may return anything
type AnyActivity = ActivityFunction<any, any>;

export type ActivityFunctionWithOptions<T extends AnyActivity, O = ActivityOptions> = T & {
  /** Calls the activity with options that go before those of the proxy, one by one. */
  executeWithOptions(options: O, args: Parameters<T>): Promise<Awaited<ReturnType<T>>>;
};
export type ActivityInterfaceFor<T> = { [K in keyof T]: T[K] extends AnyActivity ? ActivityFunctionWithOptions<T[K]> : typeof NotAnActivityMethod };
export type LocalActivityInterfaceFor<T> = {
  [K in keyof T]: T[K] extends AnyActivity ? ActivityFunctionWithOptions<T[K], LocalActivityOptions> : typeof NotAnActivityMethod;
};

type CommonOptions = ActivityOptions | LocalActivityOptions;
type Schedule<O> = (activityType: string, args: unknown[], options: O) => Promise<unknown>;

/**
 * The activities of `A`, to be called as functions.
 *
 * @throws {TypeError} if neither `startToCloseTimeout` nor `scheduleToCloseTimeout` is given
 */
export function proxyActivities<A = UntypedActivities>(options: ActivityOptions): ActivityInterfaceFor<A> {
  return proxy<ActivityOptions>(options, scheduleActivity) as ActivityInterfaceFor<A>;
}

/** As `proxyActivities`, for activities that run within the workflow task: quick ones, without a queue between. */
export function proxyLocalActivities<A = UntypedActivities>(options: LocalActivityOptions): LocalActivityInterfaceFor<A> {
  return proxy<LocalActivityOptions>(options, scheduleLocalActivity) as LocalActivityInterfaceFor<A>;
}

function proxy<O extends CommonOptions>(options: O, schedule: Schedule<O>): unknown {
  if (options === undefined) throw new TypeError('options must be defined');
  assertTimeout(options);
  return new Proxy(
    {},
    {
      get(_target, activityType) {
        if (typeof activityType !== 'string') throw new TypeError(`Only strings are supported for Activity types, got: ${String(activityType)}`);
        const call = (...args: unknown[]): Promise<unknown> => schedule(activityType, args, options);
        return Object.assign(call, {
          executeWithOptions: (override: O, args: unknown[]): Promise<unknown> => schedule(activityType, args, merge(options, override)),
        });
      },
    },
  );
}

/** Fields that are given go before; fields of `retry` are merged in the same way. */
function merge<O extends CommonOptions>(options: O, override: O): O {
  const given = Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined));
  const retry = options.retry && override.retry ? { retry: { ...options.retry, ...override.retry } } : undefined;
  return { ...options, ...given, ...retry };
}

function assertTimeout(options: CommonOptions, activityType?: string): void {
  if (options.scheduleToCloseTimeout !== undefined || options.startToCloseTimeout !== undefined) return;
  const whose = activityType === undefined ? '' : ` of activity '${activityType}'`;
  throw new TypeError(
    `Required either scheduleToCloseTimeout or startToCloseTimeout${whose}, found neither; give startToCloseTimeout the longest time that one attempt may take`,
  );
}

/**
 * Calls an activity by its name.
 *
 * @throws {TypeError} if neither `startToCloseTimeout` nor `scheduleToCloseTimeout` is given
 */
export function scheduleActivity<R>(activityType: string, args: unknown[], options: ActivityOptions): Promise<R> {
  const activator = assertMayCommand('Workflow.scheduleActivity(...)');
  if (options === undefined) throw new TypeError('Got empty activity options');
  const seq = activator.nextSeqs.activity++;
  const execute = activator.chain('outbound', 'scheduleActivity', (input) => schedule(activator, input));
  return execute({ activityType, headers: {}, options, args, seq }) as Promise<R>;
}

function schedule(activator: Activator, { options, args, headers, seq, activityType }: ActivityInput): Promise<unknown> {
  assertTimeout(options, activityType);
  throwIfReservedName('activity', activityType);
  const activityId = options.activityId ?? `${seq}`;
  return inCurrentScope(
    (resolve, reject) => {
      activator.pushCommand({
        type: 'scheduleActivity',
        seq,
        activityId,
        activityType,
        taskQueue: options.taskQueue || activator.info.taskQueue,
        headers: headersToWire(headers),
        arguments: encodeArguments(activator, activityId, args, false),
        ...timeoutsOf(options),
        ...millis('heartbeatTimeout', options.heartbeatTimeout),
        ...(options.retry && { retryPolicy: compileRetryPolicy(options.retry) }),
        cancellationType: options.cancellationType ?? 'TRY_CANCEL',
      });
      activator.completions.activity.set(seq, { resolve, reject });
    },
    () => {
      if (activator.completions.activity.has(seq)) activator.pushCommand({ type: 'requestCancelActivity', seq });
    },
  );
}

/** Calls a local activity by its name. A long back-off between its attempts is a timer of the workflow. */
export function scheduleLocalActivity<R>(activityType: string, args: unknown[], options: LocalActivityOptions): Promise<R> {
  return new Promise<R>((settle, refuse) => {
    const activator = assertMayCommand('Workflow.scheduleLocalActivity(...)');
    if (options === undefined) throw new TypeError('Got empty activity options');
    const [resolve, reject] = activator.waits ? activator.waits.until(settle, refuse) : [settle, refuse];
    const attemptIt = (attempt: number, originalScheduleTime: number | undefined): void => {
      const seq = activator.nextSeqs.activity++;
      const execute = activator.chain('outbound', 'scheduleLocalActivity', (input) => scheduleLocal(activator, input));
      execute({ activityType, headers: {}, options, args, seq, attempt, originalScheduleTime }).then(resolve as (value: unknown) => void, retryOrReject);
    };
    const retryOrReject = (error: unknown): void => {
      if (!(error instanceof LocalActivityDoBackoff)) return reject(error);
      const { backoffDuration, attempt, originalScheduleTime } = error.backoff;
      sleep(backoffDuration)
        .then(() => attemptIt(attempt, originalScheduleTime))
        .then(undefined, reject);
    };
    attemptIt(1, undefined);
  });
}

function scheduleLocal(
  activator: Activator,
  { options, args, headers, seq, activityType, attempt, originalScheduleTime }: LocalActivityInput,
): Promise<unknown> {
  return adopted(() => {
    assertRegistered(activator, activityType);
    assertTimeout(options, activityType);
    const activityId = `${seq}`;
    return inCurrentScope(
      (resolve, reject) => {
        activator.pushCommand({
          type: 'scheduleLocalActivity',
          seq,
          activityId,
          activityType,
          attempt,
          ...(originalScheduleTime !== undefined && { originalScheduleTime }),
          headers: headersToWire(headers),
          arguments: encodeArguments(activator, activityId, args, true),
          ...timeoutsOf(options),
          ...millis('localRetryThreshold', options.localRetryThreshold),
          ...(options.retry && { retryPolicy: compileRetryPolicy(options.retry) }),
          cancellationType: options.cancellationType ?? 'TRY_CANCEL',
        });
        activator.completions.activity.set(seq, { resolve, reject });
      },
      () => {
        if (activator.completions.activity.has(seq)) activator.pushCommand({ type: 'requestCancelLocalActivity', seq });
      },
    );
  });
}

/** A replay runs no activities, so it need not have them. */
function assertRegistered({ registeredActivityNames, info }: Activator, activityType: string): void {
  if (!registeredActivityNames || info.unsafe.isReplaying || registeredActivityNames.has(activityType) || registeredActivityNames.has('default')) return;
  throw new ReferenceError(`Local activity of type '${activityType}' not registered on worker`);
}

const encodeArguments = ({ payloadConverter, info }: Activator, activityId: string, args: unknown[], isLocal: boolean): ReturnType<typeof toWireList> =>
  toWireList(payloadConverter, args, { type: 'activity', namespace: info.namespace, workflowId: info.workflowId, activityId, isLocal });

function timeoutsOf(options: CommonOptions): { scheduleToCloseTimeout?: number; startToCloseTimeout?: number; scheduleToStartTimeout?: number } {
  return {
    ...millis('scheduleToCloseTimeout', options.scheduleToCloseTimeout),
    ...millis('startToCloseTimeout', options.startToCloseTimeout),
    ...millis('scheduleToStartTimeout', options.scheduleToStartTimeout),
  };
}

/** A field of a command, absent when the duration is. */
export function millis<K extends string>(name: K, duration: string | number | undefined): { [P in K]?: number } {
  const value = optionalMillis(duration, name);
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: number };
}
