/** From values to payloads and back, synchronously: what clients, workflows and activities share. Codecs come after it, in `data-converter.ts`. */
import { decode, encode } from './encoding.ts';
import { PayloadConverterError, ValueError } from './errors.ts';

/** Temporal's payload, as converters and codecs of users see it. Inside, it travels as a `WirePayload`. */
export interface Payload {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}

/** Whose payload is being converted. A converter may ignore it. */
export type SerializationContext =
  | { readonly type: 'workflow'; readonly namespace: string; readonly workflowId: string }
  | { readonly type: 'activity'; readonly namespace: string; readonly workflowId?: string; readonly activityId?: string; readonly isLocal: boolean };

export interface PayloadConverter {
  /** @throws {ValueError} if the value cannot be converted */
  toPayload<T>(value: T, context?: SerializationContext): Payload | undefined;
  fromPayload<T>(payload: Payload, context?: SerializationContext): T;
}

/** One of several converters; `toPayload` answers `undefined` for what it leaves to the next. */
export interface PayloadConverterWithEncoding {
  readonly encodingType: string;
  toPayload<T>(value: T, context?: SerializationContext): Payload | undefined;
  fromPayload<T>(payload: Payload, context?: SerializationContext): T;
}

export const METADATA_ENCODING_KEY = 'encoding';
export const ENCODING_NULL = 'binary/null';
export const ENCODING_BINARY = 'binary/plain';
export const ENCODING_JSON = 'json/plain';

/** A value that is a payload already: it bypasses the converters of users, though not the codecs. */
export class RawValue<T = unknown> {
  readonly payload: Payload;
  /** Tells raw values of other types apart for the compiler; never set. */
  declare protected readonly type: T;

  constructor(value: T, payloadConverter: PayloadConverter = defaultPayloadConverter, context?: SerializationContext) {
    this.payload = payloadConverter.toPayload(value, context) ?? refuseValue(value);
  }

  static fromPayload(payload: Payload): RawValue {
    return new RawValue<unknown>(payload, { toPayload: () => payload, fromPayload: <R>(same: Payload) => same as R });
  }
}

/** Two converters of one encoding could not both read it. */
function checkConverters(converters: readonly PayloadConverterWithEncoding[]): void {
  const encodings = new Set<string>();
  for (const [index, converter] of converters.entries()) {
    const { encodingType, toPayload, fromPayload } = (converter ?? {}) as Partial<PayloadConverterWithEncoding>;
    if (typeof toPayload !== 'function' || typeof fromPayload !== 'function')
      throw new PayloadConverterError(`CompositePayloadConverter: converter ${index} is no payload converter; it needs the methods toPayload and fromPayload`);
    if (typeof encodingType !== 'string' || encodingType === '')
      throw new PayloadConverterError(`CompositePayloadConverter: converter ${index} has no encodingType; give it a text that no other converter has`);
    if (encodings.has(encodingType))
      throw new PayloadConverterError(
        `CompositePayloadConverter: two converters have the encodingType '${encodingType}'; a payload of it could be read by one of them alone, so give each its own`,
      );
    encodings.add(encodingType);
  }
}

/** Tries its converters in the order given; reads a payload with the one that its encoding names. */
export class CompositePayloadConverter implements PayloadConverter {
  readonly converters: readonly PayloadConverterWithEncoding[];
  readonly converterByEncoding: ReadonlyMap<string, PayloadConverterWithEncoding>;

  constructor(...converters: PayloadConverterWithEncoding[]) {
    if (converters.length === 0) throw new PayloadConverterError('Must provide at least one PayloadConverterWithEncoding');
    checkConverters(converters);
    this.converters = converters;
    this.converterByEncoding = new Map(converters.map((converter) => [converter.encodingType, converter]));
  }

  toPayload<T>(value: T, context?: SerializationContext): Payload {
    if (value instanceof RawValue) return value.payload;
    for (const converter of this.converters) {
      const payload = converter.toPayload(value, context);
      if (payload !== undefined) return payload;
    }
    return refuseValue(value);
  }

  fromPayload<T>(payload: Payload, context?: SerializationContext): T {
    const encoding = payload.metadata?.[METADATA_ENCODING_KEY];
    if (encoding === undefined) throw new ValueError('Missing payload metadata: a payload names its encoding there');
    const converter = this.converterByEncoding.get(decode(encoding));
    if (converter === undefined)
      throw new ValueError(`Unknown encoding: ${decode(encoding)}; this payload converter reads ${[...this.converterByEncoding.keys()].join(', ')}`);
    return converter.fromPayload<T>(payload, context);
  }
}

/** `undefined`, as a payload without data. */
export class UndefinedPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType: string = ENCODING_NULL;

  toPayload(value: unknown): Payload | undefined {
    return value === undefined ? { metadata: { [METADATA_ENCODING_KEY]: encode(ENCODING_NULL) } } : undefined;
  }
  fromPayload<T>(_payload: Payload): T {
    return undefined as T;
  }
}

/** Bytes as they are. */
export class BinaryPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType: string = ENCODING_BINARY;

  toPayload(value: unknown): Payload | undefined {
    return isBytes(value) ? { metadata: { [METADATA_ENCODING_KEY]: encode(ENCODING_BINARY) }, data: value } : undefined;
  }
  fromPayload<T>({ data }: Payload): T {
    // A view of this realm, so that `instanceof Uint8Array` holds for who asks.
    return (data ? new Uint8Array(data.buffer, data.byteOffset, data.length) : new Uint8Array()) as T;
  }
}

/** All that JSON can say. */
export class JsonPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType: string = ENCODING_JSON;

  toPayload(value: unknown): Payload | undefined {
    const text = toJson(value).text;
    return text === undefined ? undefined : { metadata: { [METADATA_ENCODING_KEY]: encode(ENCODING_JSON) }, data: encode(text) };
  }
  fromPayload<T>({ data }: Payload): T {
    if (data === undefined || data === null) throw new ValueError('Got payload with no data');
    return fromJson(decode(data)) as T;
  }
}

/** `undefined`, then bytes, then JSON: the order of Temporal's SDKs. */
export class DefaultPayloadConverter extends CompositePayloadConverter {
  constructor() {
    super(new UndefinedPayloadConverter(), new BinaryPayloadConverter(), new JsonPayloadConverter());
  }
}

export const defaultPayloadConverter: DefaultPayloadConverter = new DefaultPayloadConverter();

/** True for a `Uint8Array` of any realm. */
export const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';

/** The JSON of a value; without `text` where JSON has none, with `error` where trying failed. */
export function toJson(value: unknown): { readonly text?: string | undefined; readonly error?: unknown } {
  try {
    return { text: JSON.stringify(value) as string | undefined };
  } catch (error) {
    return { error };
  }
}

/** @throws {ValueError} if it is no JSON */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ValueError(`Unable to read a payload: its encoding is ${ENCODING_JSON}, its data is not JSON`, error);
  }
}

/** What a user's converter made of a value, if it is a payload. @throws {ValueError} if it is none; nothing of it must reach the engine */
export function checkPayload(made: unknown): Payload {
  const { metadata, data } = (made ?? {}) as Payload;
  const isPayload =
    typeof made === 'object' && made !== null && Object.values(metadata ?? {}).every(isBytes) && (data === undefined || data === null || isBytes(data));
  if (isPayload) return made;
  throw new ValueError(
    'A payload converter returned something that is no payload: an object whose data, and whose values of metadata, are each a Uint8Array belongs there',
  );
}

/** Says of a value that no converter took what it is and why it cannot travel. */
export function refuseValue(value: unknown): never {
  const kind = typeof value;
  const what = kind === 'object' ? 'object' : kind === 'function' ? `function '${(value as { name: string }).name}'` : `${kind} ${String(value)}`;
  const { error } = toJson(value);
  const reason = error === undefined ? `a ${kind} has no JSON form` : (error as Error).message;
  throw new ValueError(`Unable to convert ${what} to payload: ${reason}; send data that JSON can say, or set a payload converter`, error);
}
