/** What React shows of a store. */
import { useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';

/** @param select has to give the same thing for the same state: take what is in it, make nothing new */
export function useValue<S, V>(store: Pick<StoreApi<S>, 'subscribe' | 'getState'>, select: (state: S) => V): V {
  const read = (): V => select(store.getState());
  // The third makes views renderable without a page, as tests do.
  return useSyncExternalStore(store.subscribe, read, read);
}
