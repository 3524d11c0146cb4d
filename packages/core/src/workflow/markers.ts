/**
 * Side effects: values that are taken once and stand in the history as markers. Go's SDK has them, Temporal's for TypeScript does not;
 * the markers are Go's.
 */
import { decode as decodeUtf8, fromBase64, toBase64 } from '../common/encoding.ts';
import { ValueError } from '../common/errors.ts';
import type { WirePayload, WirePayloads } from '../common/payload.ts';
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import { fromWire, payloadToWire, toWire, wireToPayload } from '../common/wire.ts';
import type { Activator } from './activator.ts';
import { HOST_FRAME, useContext } from './context.ts';
import { assertMayCommand } from './current.ts';
import { DeterminismViolationError } from './errors.ts';

type Details = Readonly<Record<string, WirePayloads>>;

const SIDE_EFFECT = 'SideEffect';
const MUTABLE_SIDE_EFFECT = 'MutableSideEffect';
const ID = 'side-effect-id';
const DATA = 'data';
const CALL_COUNTER = 'mutable-side-effect-call-counter';

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
    if (markerName === SIDE_EFFECT) this.#recorded.set(plain(details, ID) as number, details);
    else if (markerName === MUTABLE_SIDE_EFFECT) {
      const [id, value] = details[DATA] ?? [];
      if (!id || !value) throw new ValueError(`A ${MUTABLE_SIDE_EFFECT} marker needs an id and a value in "${DATA}"; found ${JSON.stringify(details)}`);
      this.#effect(fromWire(defaultPayloadConverter, id) as string).recorded.set(plain(details, CALL_COUNTER) as number, { value: unwrap(value), details });
    } else throw new ValueError(`Unknown marker "${markerName}" in the history; known: ${SIDE_EFFECT}, ${MUTABLE_SIDE_EFFECT}`);
  }

  once<T>(fn: () => T): T {
    const number = ++this.#sideEffects;
    const recorded = this.#recorded.get(number);
    this.#recorded.delete(number);
    const details = recorded ?? { [DATA]: [this.#call(`sideEffect() number ${number}`, fn)], [ID]: [json(number)] };
    this.#activator.pushCommand({ type: 'recordMarker', markerName: SIDE_EFFECT, details });
    return this.#activator.decode(details[DATA]?.[0]) as T;
  }

  whenChanged<T>(id: string, fn: () => T, equals: (a: T, b: T) => boolean): T {
    const effect = this.#effect(id);
    const call = ++effect.calls;
    const recorded = effect.recorded.get(call);
    if (recorded) return this.#record(effect, recorded.value, recorded.details);
    const { current } = effect;
    if (this.#activator.info.unsafe.isReplaying && current) return this.#activator.decode(current) as T;
    const value = this.#call(`mutableSideEffect("${id}")`, fn);
    if (current && equals(this.#activator.decode(current) as T, this.#activator.decode(value) as T)) return this.#activator.decode(current) as T;
    return this.#record(effect, value, { [DATA]: [json(id), wrap(value)], [CALL_COUNTER]: [json(call)], [ID]: [json(id)] });
  }

  #record<T>(effect: MutableEffect, value: WirePayload, details: Details): T {
    effect.current = value;
    this.#activator.pushCommand({ type: 'recordMarker', markerName: MUTABLE_SIDE_EFFECT, details });
    return this.#activator.decode(value) as T;
  }

  /** Runs with the host's own globals: to reach what a replay could not is what side effects are for. An error fails the task, also if it is caught. */
  #call(what: string, fn: () => unknown): WirePayload {
    if (this.#activator.info.unsafe.isReplaying)
      throw new DeterminismViolationError(`${what} was called in a replay, but the history has no marker of it. Guard new calls with patched().`);
    try {
      const value = useContext().run(HOST_FRAME, fn);
      if (value instanceof Promise)
        throw new TypeError(`The function of ${what} returned a Promise; it must be synchronous. Use an activity for work that waits.`);
      return this.#activator.encode(value);
    } catch (error) {
      this.#activator.outcome.recordTaskError(error);
      throw error;
    }
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

const json = (value: unknown): WirePayload => toWire(defaultPayloadConverter, value);
const plain = (details: Details, key: string): unknown => {
  const payload = details[key]?.[0];
  return payload && fromWire(defaultPayloadConverter, payload);
};

/** Go keeps the value as a list of payloads in JSON, with bytes as base64. */
function wrap(value: WirePayload): WirePayload {
  const { metadata, data } = wireToPayload(value);
  const encoded = Object.fromEntries(Object.entries(metadata ?? {}).map(([key, bytes]) => [key, toBase64(bytes)]));
  const payload = data ? { metadata: encoded, data: toBase64(data) } : { metadata: encoded };
  return { encoding: 'json/protobuf', data: JSON.stringify({ payloads: [payload] }), metadata: { messageType: 'temporal.api.common.v1.Payloads' } };
}

function unwrap(wrapped: WirePayload): WirePayload {
  const text = wrapped.base64 ? decodeUtf8(fromBase64(wrapped.data ?? '')) : (wrapped.data ?? '');
  const { payloads } = JSON.parse(text) as { payloads: { metadata?: Record<string, string>; data?: string }[] };
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
 * @param equals whether two values are the same @defaultValue by their JSON
 */
export function mutableSideEffect<T>(id: string, fn: () => T, equals: (a: T, b: T) => boolean = sameJson): T {
  return assertMayCommand('Workflow.mutableSideEffect(...)').markers.whenChanged(id, fn, equals);
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
