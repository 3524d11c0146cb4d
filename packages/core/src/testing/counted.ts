/** Puts calls of an object under the eye of a virtual clock: while one is under way, time does not skip. */

import { type DataConverter, type LoadedDataConverter, loadDataConverter, type PayloadCodec } from '../common/data-converter.ts';
import type { Sandbox } from '../protocol/activation.ts';
import type { Store } from '../storage/store.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Reads and commits: a disk takes real time. */
export const countStore = (store: Store, clock: VirtualClock): Store => counted(store, ['acquire', 'get', 'getMany', 'range', 'commit', 'close'], clock);

/** Activations: a sandbox may be another thread. */
export const countSandbox = (sandbox: Sandbox, clock: VirtualClock): Sandbox => counted(sandbox, ['activate', 'ready', 'close'], clock);

/** Encoding and decoding: encryption runs on threads of its own. */
export function countCodecs(given: DataConverter | LoadedDataConverter, clock: VirtualClock): LoadedDataConverter {
  const { payloadCodecs, ...others } = loadDataConverter(given);
  return { ...others, payloadCodecs: payloadCodecs.map((codec): PayloadCodec => counted(codec, ['encode', 'decode'], clock)) };
}

/** The object itself with `methods`, each of which returns a promise, tracked by `clock`. */
export function counted<T extends object>(target: T, methods: readonly (keyof T & string)[], clock: VirtualClock): T {
  const names: ReadonlySet<PropertyKey> = new Set(methods);
  return new Proxy(target, {
    get(from, name) {
      const value: unknown = Reflect.get(from, name);
      if (typeof value !== 'function') return value;
      if (!names.has(name)) return value.bind(from);
      return (...args: unknown[]) => clock.track(value.apply(from, args) as Promise<unknown>);
    },
  });
}
