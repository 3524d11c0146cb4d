/** One attempt of an activity: arguments in, the user's function, outcome out. The rules of outcomes are Temporal's (`worker/activity.ts` there). */
import { asyncLocalStorage } from '../activity/ambient.ts';
import type { ActivityInterceptors, ActivityInterceptorsFactory } from '../activity/interceptors.ts';
import { decodeArrayFromPayloads, encodeErrorToFailure, encodeToPayload, encodeToPayloads, type LoadedDataConverter } from '../common/data-converter.ts';
import { errorMessage, isAbortError } from '../common/error-brand.ts';
import { CompleteAsyncError } from '../common/errors.ts';
import type { Failure } from '../common/failure.ts';
import { ApplicationFailure, CancelledFailure, ensureApplicationFailure } from '../common/failures.ts';
import { composeInterceptors } from '../common/interceptors.ts';
import type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
import type { Payload, SerializationContext } from '../common/payload-converter.ts';
import { wireToPayload } from '../common/wire.ts';
import type { ActivityContext } from './activity-context.ts';
import { withAttributes } from './activity-context.ts';

// biome-ignore lint/suspicious/noExplicitAny: user functions of any signature
export type ActivityFunction = (...args: any[]) => unknown;
export type Activities = ReadonlyMap<string, ActivityFunction>;

export type ActivityOutcome =
  | { readonly status: 'completed'; readonly result: WirePayload }
  | { readonly status: 'failed'; readonly failure: Failure; readonly error: ApplicationFailure }
  | { readonly status: 'cancelled'; readonly details: WirePayloads | undefined }
  | { readonly status: 'completesLater' };

export interface ActivityCall {
  readonly activities: Activities;
  readonly activity: ActivityContext;
  readonly input: WirePayloads;
  readonly header: PayloadMap;
  readonly dataConverter: LoadedDataConverter;
  readonly interceptors: readonly ActivityInterceptorsFactory[];
}

/** The activities of an object or a module: its functions, by name. */
export function activitiesOf(given: object | ReadonlyMap<string, unknown> | undefined): Activities {
  const entries = given instanceof Map ? [...given.entries()] : Object.entries(given ?? {});
  return new Map(entries.filter((entry): entry is [string, ActivityFunction] => typeof entry[1] === 'function'));
}

/** Never rejects. */
export async function executeActivity(call: ActivityCall): Promise<ActivityOutcome> {
  const { dataConverter, activity } = call;
  const { info } = activity.context;
  const context: SerializationContext = {
    type: 'activity',
    namespace: info.activityNamespace,
    workflowId: info.workflowExecution.workflowId,
    activityId: info.activityId,
    isLocal: info.isLocal,
  };
  try {
    const args = await decodeArguments(call, context);
    const result = await asyncLocalStorage.run(activity.context, () => intercepted(call, args));
    return { status: 'completed', result: await encodeToPayload(dataConverter, result, context) };
  } catch (error) {
    if (error instanceof CompleteAsyncError) return { status: 'completesLater' };
    if (isCancelled(error, activity)) return { status: 'cancelled', details: await encodeDetails(error, dataConverter, context) };
    return failed(ensureApplicationFailure(error), dataConverter, context);
  }
}

async function failed(error: ApplicationFailure, dataConverter: LoadedDataConverter, context: SerializationContext): Promise<ActivityOutcome> {
  try {
    return { status: 'failed', error, failure: await encodeErrorToFailure(dataConverter, error, context) };
  } catch (broken) {
    // What a codec was to hide stays hidden.
    const told = dataConverter.payloadCodecs.length === 0 ? `; its message was: ${error.message}` : '';
    const message = `The failure of the activity could not be converted: ${errorMessage(broken)}${told}`;
    return { status: 'failed', error, failure: { message, applicationFailureInfo: { type: 'ValueError' } } };
  }
}

async function decodeArguments({ dataConverter, input, activity }: ActivityCall, context: SerializationContext): Promise<unknown[]> {
  try {
    return await decodeArrayFromPayloads(dataConverter, input, context);
  } catch (error) {
    const { activityType } = activity.context.info;
    throw ApplicationFailure.fromError(error, {
      message: `Failed to parse activity args for activity ${activityType}: ${errorMessage(error)}`,
      nonRetryable: false,
    });
  }
}

/** The user's function inside the interceptors. Not async: in browsers the context is known up to the function's first `await`. */
function intercepted({ activities, activity, header, interceptors }: ActivityCall, args: unknown[]): unknown {
  const { context } = activity;
  const fn = find(activities, context.info.activityType);
  if (interceptors.length === 0) return fn(...args);
  const made: ActivityInterceptors[] = interceptors.map((create) => create(context));
  const outbound = made.flatMap(({ outbound }) => outbound ?? []);
  const getLogAttributes = composeInterceptors(outbound, 'getLogAttributes', (attributes: Record<string, unknown>) => attributes);
  context.log = withAttributes(context.log, getLogAttributes({}));
  const inbound = made.flatMap(({ inbound }) => inbound ?? []);
  const execute = composeInterceptors(inbound, 'execute', async (input) => fn(...input.args));
  return execute({ args, headers: headersOf(header) });
}

/** @throws {ApplicationFailure} retryable: another worker may have it */
function find(activities: Activities, activityType: string): ActivityFunction {
  const fn = activities.get(activityType) ?? activities.get('default');
  if (fn) return fn;
  throw ApplicationFailure.create({
    type: 'NotFoundError',
    message: `Activity function ${activityType} is not registered on this Worker, available activities: ${JSON.stringify([...activities.keys()])}`,
  });
}

const headersOf = (header: PayloadMap): Record<string, Payload> =>
  Object.fromEntries(Object.entries(header).map(([name, wire]) => [name, wireToPayload(wire)]));

/** An activity that was not asked to stop, or was stopped because its heartbeat could not be converted, has failed. */
function isCancelled(error: unknown, { cancelReason }: ActivityContext): error is Error {
  const reason = cancelReason();
  return reason !== undefined && reason !== 'HEARTBEAT_DETAILS_CONVERSION_FAILED' && (error instanceof CancelledFailure || isAbortError(error));
}

async function encodeDetails(error: Error, dataConverter: LoadedDataConverter, context: SerializationContext): Promise<WirePayloads | undefined> {
  return error instanceof CancelledFailure ? encodeToPayloads(dataConverter, error.details, context) : undefined;
}
