/** A user's data converter, filled in, and its use at the edges: values through the payload converter, then payloads through the codecs. */
import { PayloadConverterError } from './errors.ts';
import type { Failure } from './failure.ts';
import { defaultFailureConverter, type FailureConverter } from './failure-converter.ts';
import type { PayloadMap, WirePayload, WirePayloads } from './payload.ts';
import { defaultPayloadConverter, type Payload, type PayloadConverter, type SerializationContext } from './payload-converter.ts';
import { fromWire, fromWireList, payloadToWire, toWire, toWireList, toWireMap, wireToPayload } from './wire.ts';

/** An asynchronous step between converters and the engine: compression, encryption. */
export interface PayloadCodec {
  encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]>;
  decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]>;
}

export interface DataConverter {
  payloadConverter?: PayloadConverter;
  failureConverter?: FailureConverter;
  /** Payloads are encoded in this order and decoded in the opposite one. */
  payloadCodecs?: PayloadCodec[];
}

export interface LoadedDataConverter {
  readonly payloadConverter: PayloadConverter;
  readonly failureConverter: FailureConverter;
  readonly payloadCodecs: readonly PayloadCodec[];
}

export const defaultDataConverter: LoadedDataConverter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

/** @throws {PayloadConverterError} if a converter or a codec lacks one of its methods */
export function loadDataConverter(given: DataConverter | LoadedDataConverter = {}): LoadedDataConverter {
  const { payloadConverter = defaultPayloadConverter, failureConverter = defaultFailureConverter, payloadCodecs = [] } = given;
  assertMethods(payloadConverter, 'payloadConverter', ['toPayload', 'fromPayload']);
  assertMethods(failureConverter, 'failureConverter', ['errorToFailure', 'failureToError']);
  for (const [i, codec] of payloadCodecs.entries()) assertMethods(codec, `payloadCodecs[${i}]`, ['encode', 'decode']);
  return { payloadConverter, failureConverter, payloadCodecs };
}

type Codecs = readonly PayloadCodec[];

/**
 * Payloads through the codecs, in order.
 *
 * @experimental
 */
export async function encodeWire(codecs: Codecs, wires: WirePayloads, context?: SerializationContext): Promise<WirePayloads> {
  if (codecs.length === 0) return wires;
  let payloads = wires.map(wireToPayload);
  for (const codec of codecs) payloads = sameCount(await codec.encode(payloads, context), payloads, codec, 'encode');
  return payloads.map(payloadToWire);
}

/**
 * Payloads back through the codecs, the last one first.
 *
 * @experimental
 */
export async function decodeWire(codecs: Codecs, wires: WirePayloads, context?: SerializationContext): Promise<WirePayloads> {
  if (codecs.length === 0) return wires;
  let payloads = wires.map(wireToPayload);
  for (const codec of codecs.toReversed()) payloads = sameCount(await codec.decode(payloads, context), payloads, codec, 'decode');
  return payloads.map(payloadToWire);
}

export const encodeWireMap = (codecs: Codecs, wires: PayloadMap, context?: SerializationContext): Promise<PayloadMap> =>
  eachOfMap(encodeWire, codecs, wires, context);
export const decodeWireMap = (codecs: Codecs, wires: PayloadMap, context?: SerializationContext): Promise<PayloadMap> =>
  eachOfMap(decodeWire, codecs, wires, context);

/** A failure whose payloads, causes' included, went through the codecs. */
export const encodeFailure = (codecs: Codecs, failure: Failure, context?: SerializationContext): Promise<Failure> =>
  eachOfFailure(encodeWire, codecs, failure, context);
export const decodeFailure = (codecs: Codecs, failure: Failure, context?: SerializationContext): Promise<Failure> =>
  eachOfFailure(decodeWire, codecs, failure, context);

export async function encodeToPayload(converter: LoadedDataConverter, value: unknown, context?: SerializationContext): Promise<WirePayload> {
  return one(await encodeWire(converter.payloadCodecs, [toWire(converter.payloadConverter, value, context)], context));
}

/** @returns `undefined` for no values, so that requests and events without arguments carry no empty list */
export async function encodeToPayloads(
  converter: LoadedDataConverter,
  values: readonly unknown[],
  context?: SerializationContext,
): Promise<WirePayloads | undefined> {
  if (values.length === 0) return undefined;
  return encodeWire(converter.payloadCodecs, toWireList(converter.payloadConverter, values, context), context);
}

export async function encodeMapToPayloads(
  converter: LoadedDataConverter,
  values: Readonly<Record<string, unknown>>,
  context?: SerializationContext,
): Promise<PayloadMap> {
  return encodeWireMap(converter.payloadCodecs, toWireMap(converter.payloadConverter, values, context), context);
}

export async function decodeFromPayload(converter: LoadedDataConverter, wire: WirePayload, context?: SerializationContext): Promise<unknown> {
  return fromWire(converter.payloadConverter, one(await decodeWire(converter.payloadCodecs, [wire], context)), context);
}

/** The value at `index`; `undefined` if there are fewer. */
export async function decodeFromPayloadsAtIndex(
  converter: LoadedDataConverter,
  index: number,
  wires: WirePayloads | undefined,
  context?: SerializationContext,
): Promise<unknown> {
  const wire = wires?.[index];
  return wire && decodeFromPayload(converter, wire, context);
}

export async function decodeArrayFromPayloads(
  converter: LoadedDataConverter,
  wires: WirePayloads | undefined,
  context?: SerializationContext,
): Promise<unknown[]> {
  return wires === undefined ? [] : fromWireList(converter.payloadConverter, await decodeWire(converter.payloadCodecs, wires, context), context);
}

/** An absent map is an empty one. */
export async function decodeMapFromPayloads(
  converter: LoadedDataConverter,
  wires: PayloadMap | undefined,
  context?: SerializationContext,
): Promise<Record<string, unknown>> {
  const entries = Object.entries(wires ?? {}).map(async ([key, wire]) => [key, await decodeFromPayload(converter, wire, context)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

export async function encodeErrorToFailure(converter: LoadedDataConverter, error: unknown, context?: SerializationContext): Promise<Failure> {
  return encodeFailure(converter.payloadCodecs, converter.failureConverter.errorToFailure(error, converter.payloadConverter, context), context);
}

export async function decodeFailureToError(converter: LoadedDataConverter, failure: Failure, context?: SerializationContext): Promise<Error> {
  return converter.failureConverter.failureToError(await decodeFailure(converter.payloadCodecs, failure, context), converter.payloadConverter, context);
}

type Step = typeof encodeWire;

async function eachOfMap(step: Step, codecs: Codecs, wires: PayloadMap, context?: SerializationContext): Promise<PayloadMap> {
  if (codecs.length === 0) return wires;
  const entries = Object.entries(wires).map(async ([key, wire]) => [key, one(await step(codecs, [wire], context))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function eachOfFailure(step: Step, codecs: Codecs, failure: Failure, context?: SerializationContext): Promise<Failure> {
  if (codecs.length === 0) return failure;
  const through = async (wires: WirePayloads | undefined) => wires && step(codecs, wires, context);
  const {
    encodedAttributes,
    cause,
    applicationFailureInfo: application,
    timeoutFailureInfo: timeout,
    canceledFailureInfo: canceled,
    resetWorkflowFailureInfo: reset,
  } = failure;
  const applicationDetails = await through(application?.details);
  const timeoutDetails = await through(timeout?.lastHeartbeatDetails);
  const canceledDetails = await through(canceled?.details);
  const resetDetails = await through(reset?.lastHeartbeatDetails);
  return {
    ...failure,
    ...(encodedAttributes && { encodedAttributes: one(await step(codecs, [encodedAttributes], context)) }),
    ...(cause && { cause: await eachOfFailure(step, codecs, cause, context) }),
    ...(application && applicationDetails && { applicationFailureInfo: { ...application, details: applicationDetails } }),
    ...(timeout && timeoutDetails && { timeoutFailureInfo: { ...timeout, lastHeartbeatDetails: timeoutDetails } }),
    ...(canceledDetails && { canceledFailureInfo: { ...canceled, details: canceledDetails } }),
    ...(resetDetails && { resetWorkflowFailureInfo: { ...reset, lastHeartbeatDetails: resetDetails } }),
  };
}

const one = (wires: WirePayloads): WirePayload => wires[0] as WirePayload;

/** @throws {PayloadConverterError} if a codec returned another number of payloads, or something that is none */
function sameCount(returned: Payload[], given: Payload[], codec: PayloadCodec, method: 'encode' | 'decode'): Payload[] {
  const isComplete = Array.isArray(returned) && returned.length === given.length;
  if (isComplete && returned.every((payload) => typeof payload === 'object' && payload !== null)) return returned;
  const found = !Array.isArray(returned) ? typeof returned : isComplete ? 'something that is no payload among them' : `${returned.length}`;
  throw new PayloadConverterError(
    `${method} of the payload codec ${codec.constructor?.name || 'without a name'} was given ${given.length} payloads and returned ${found}; it must return one for each, in their order`,
  );
}

function assertMethods(candidate: unknown, what: string, methods: readonly string[]): void {
  const missing = methods.filter((method) => typeof (candidate as Record<string, unknown> | null)?.[method] !== 'function');
  if (missing.length > 0) throw new PayloadConverterError(`dataConverter.${what} has no method ${missing.join(', ')}; give an object that implements it`);
}
