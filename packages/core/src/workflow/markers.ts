/**
 * Side effects: values that are taken once and stand in the history as markers. Go's SDK has them, Temporal's for TypeScript does not;
 * the markers are Go's, all of their details written by the run's own payload converter.
 */
import { decode as decodeUtf8, fromBase64, toBase64 } from '../common/encoding.ts';
import { ValueError } from '../common/errors.ts';
import type { WirePayload, WirePayloads } from '../common/payload.ts';
import { ENCODING_JSON, ENCODING_NULL } from '../common/payload-converter.ts';
import { payloadToWire, wireToPayload } from '../common/wire.ts';
import type { Activator } from './activator.ts';
import { HOST_FRAME, useContext } from './context.ts';
import { assertMayCommand } from './current.ts';
import { DeterminismViolationError } from './errors.ts';

type Details = Readonly<Record<string, WirePayloads>>;
type Equals = (newValue: unknown, oldValue: unknown) => boolean;

const SIDE_EFFECT = 'SideEffect';
const MUTABLE_SIDE_EFFECT = 'MutableSideEffect';
const ID = 'side-effect-id';
const DATA = 'data';
const CALL_COUNTER = 'mutable-side-effect-call-counter';
const ENCODING_PROTOBUF_JSON = 'json/protobuf';
const PAYLOADS_TYPE = 'temporal.api.common.v1.Payloads';

interface MutableEffect {
  calls: number;
  current: WirePayload | undefined;
  /** From the history, by the number of the call that recorded them. */
  readonly recorded: Map<number, { readonly value: WirePayload; readonly details: Details }>;
}

export class Markers {
  readonly #activator: Activator;
  #sideEffects = 0;
  readonly #recorded = new Map<number, Details>();
  readonly #mutable = new Map<string, MutableEffect>();

  constructor(activator: Activator) {
    this.#activator = activator;
  }

  resolve(markerName: string, details: Details): void {
    if (markerName === SIDE_EFFECT) this.#recorded.set(this.#detail(details, ID) as number, details);
    else if (markerName === MUTABLE_SIDE_EFFECT) {
      const [id, value] = details[DATA] ?? [];
      if (!id || !value) throw new ValueError(`A ${MUTABLE_SIDE_EFFECT} marker needs an id and a value in "${DATA}"; found ${JSON.stringify(details)}`);
      this.#effect(this.#activator.decode(id) as string).recorded.set(this.#detail(details, CALL_COUNTER) as number, { value: this.#unwrap(value), details });
    } else throw new ValueError(`Unknown marker "${markerName}" in the history; known: ${SIDE_EFFECT}, ${MUTABLE_SIDE_EFFECT}`);
  }

  once<T>(fn: () => T): T {
    const number = ++this.#sideEffects;
    const recorded = this.#recorded.get(number);
    this.#recorded.delete(number);
    const details = recorded ?? { [DATA]: [this.#call(`sideEffect() number ${number}`, fn)], [ID]: [this.#activator.encode(number)] };
    this.#activator.pushCommand({ type: 'recordMarker', markerName: SIDE_EFFECT, details });
    return this.#activator.decode(details[DATA]?.[0]) as T;
  }

  whenChanged<T>(id: string, fn: () => T, equals: (newValue: T, oldValue: T) => boolean): T {
    const effect = this.#effect(id);
    const call = ++effect.calls;
    const recorded = effect.recorded.get(call);
    if (recorded) return this.#record(effect, recorded.value, recorded.details);
    const { current } = effect;
    if (this.#activator.info.unsafe.isReplaying && current) return this.#activator.decode(current) as T;
    const value = this.#call(`mutableSideEffect("${id}")`, fn);
    if (current && this.#isSame(value, current, equals as Equals)) return this.#activator.decode(current) as T;
    const details = { [DATA]: [this.#activator.encode(id), this.#wrap(value)], [CALL_COUNTER]: [this.#activator.encode(call)] };
    return this.#record(effect, value, details, id);
  }

  /** @param newId the marker is new: the worker names it by this id and by its event */
  #record<T>(effect: MutableEffect, value: WirePayload, details: Details, newId?: string): T {
    effect.current = value;
    const named = newId === undefined ? {} : { mutableSideEffectId: newId };
    this.#activator.pushCommand({ type: 'recordMarker', markerName: MUTABLE_SIDE_EFFECT, details, ...named });
    return this.#activator.decode(value) as T;
  }

  /** Values that are undefined are told by their encoding: `equals` is a matter of values that are there. */
  #isSame(newValue: WirePayload, oldValue: WirePayload, equals: Equals): boolean {
    if (newValue.encoding === ENCODING_NULL || oldValue.encoding === ENCODING_NULL) return newValue.encoding === oldValue.encoding;
    const values = [this.#activator.decode(newValue), this.#activator.decode(oldValue)] as const;
    return this.#orFailTask(() => equals(...values));
  }

  /** Runs with the host's own globals: to reach what a replay could not is what side effects are for. An error fails the task, also if it is caught. */
  #call(what: string, fn: () => unknown): WirePayload {
    if (this.#activator.info.unsafe.isReplaying)
      throw new DeterminismViolationError(`${what} was called in a replay, but the history has no marker of it. Guard new calls with patched().`);
    return this.#orFailTask(() => {
      const value = useContext().run(HOST_FRAME, fn);
      if (value instanceof Promise)
        throw new TypeError(`The function of ${what} returned a Promise; it must be synchronous. Use an activity for work that waits.`);
      return this.#activator.encode(value);
    });
  }

  #orFailTask<T>(fn: () => T): T {
    try {
      return fn();
    } catch (error) {
      this.#activator.outcome.recordTaskError(error);
      throw error;
    }
  }

  #detail(details: Details, key: string): unknown {
    return this.#activator.decode(details[key]?.[0]);
  }

  /** Go's form: a message with a list of payloads. A converter without a case for it writes plain JSON; in a history that is protobuf's JSON. */
  #wrap(value: WirePayload): WirePayload {
    const written = this.#activator.encode(toPayloads(value));
    return written.encoding === ENCODING_JSON ? { ...written, encoding: ENCODING_PROTOBUF_JSON, metadata: { messageType: PAYLOADS_TYPE } } : written;
  }

  #unwrap(written: WirePayload): WirePayload {
    if (written.encoding !== ENCODING_PROTOBUF_JSON) return fromPayloads(this.#activator.decode(written) as Payloads);
    return fromPayloads(JSON.parse(written.base64 ? decodeUtf8(fromBase64(written.data ?? '')) : (written.data ?? '')) as Payloads);
  }

  #effect(id: string): MutableEffect {
    let effect = this.#mutable.get(id);
    if (!effect) {
      effect = { calls: 0, current: undefined, recorded: new Map() };
      this.#mutable.set(id, effect);
    }
    return effect;
  }
}

interface Payloads {
  readonly payloads: readonly { readonly metadata?: Record<string, string>; readonly data?: string }[];
}

/** As protobuf's JSON has it: bytes are base64. */
function toPayloads(value: WirePayload): Payloads {
  const { metadata, data } = wireToPayload(value);
  const encoded = Object.fromEntries(Object.entries(metadata ?? {}).map(([key, bytes]) => [key, toBase64(bytes)]));
  return { payloads: [data ? { metadata: encoded, data: toBase64(data) } : { metadata: encoded }] };
}

function fromPayloads({ payloads }: Payloads): WirePayload {
  const { metadata = {}, data } = payloads[0] ?? {};
  const bytes = Object.fromEntries(Object.entries(metadata).map(([key, base64]) => [key, fromBase64(base64)]));
  return payloadToWire(data === undefined ? { metadata: bytes } : { metadata: bytes, data: fromBase64(data) });
}

/**
 * Takes a value once: it is recorded in the history, and a replay returns what was recorded without calling `fn`.
 * `fn` is synchronous and sees the machine as it is; what it throws fails the workflow task. Change no variable in it: a replay would not.
 */
export function sideEffect<T>(fn: () => T): T {
  return assertMayCommand('Workflow.sideEffect(...)').markers.once(fn);
}

/**
 * As `sideEffect`, for a value that is asked for again and again, such as a setting: recorded under `id` when it is new or has changed.
 *
 * @param equals whether two values are the same; not asked where one of them is undefined @defaultValue by their JSON
 */
export function mutableSideEffect<T>(id: string, fn: () => T, equals: (newValue: T, oldValue: T) => boolean = sameJson): T {
  return assertMayCommand('Workflow.mutableSideEffect(...)').markers.whenChanged(id, fn, equals);
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
