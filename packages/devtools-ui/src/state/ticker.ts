/**
 * The one clock behind all count-downs. It ticks once a second, ten times while something that is shown is due within ten seconds, and not at all
 * when nothing counts or nobody can see it.
 */
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface TickerState {
  /** By the engine's clock, in ms since the epoch. */
  readonly now: number;
}

export interface Ticker {
  readonly store: StoreApi<TickerState>;
  now(): number;
  /** Something counts, to a moment or without end. @returns a function that ends it */
  watch(until?: number): () => void;
  /** The engine's clock differs from this page's by so much. */
  setOffset(ms: number): void;
  /** In ms, as it is known. */
  readonly offset: number;
  setHidden(isHidden: boolean): void;
  /** How many count, for tests. */
  readonly size: number;
}

const SOON_MS = 10_000;
const SLOW_MS = 1000;
const FAST_MS = 100;
/** A page that was busy hears of the engine's time late: an engine that seems to be behind by less than this is not. */
const LATEST_MS = 10_000;

export const isSoon = (until: number | undefined, now: number): boolean => until !== undefined && until > now && until - now <= SOON_MS;

export function createTicker(clock: Clock): Ticker {
  const watchers = new Map<symbol, number | undefined>();
  let offset = 0;
  let isHidden = false;
  let cancel: (() => void) | undefined;
  const now = (): number => clock.now() + offset;
  const store = createStore<TickerState>(() => ({ now: now() }));

  function delay(): number {
    const at = now();
    for (const until of watchers.values()) if (isSoon(until, at)) return FAST_MS;
    return SLOW_MS - (at % SLOW_MS);
  }
  function schedule(): void {
    cancel?.();
    cancel = undefined;
    if (isHidden || watchers.size === 0) return;
    cancel = clock.setTimer(delay(), () => {
      store.setState({ now: now() });
      schedule();
    });
  }

  return {
    store,
    now,
    watch(until) {
      const watcher = Symbol();
      watchers.set(watcher, until);
      if (watchers.size === 1) store.setState({ now: now() });
      schedule();
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) schedule();
      };
    },
    setOffset(ms) {
      const next = ms < 0 && ms > -LATEST_MS ? 0 : ms;
      // Less than what a message takes is not worth a jump of every count-down.
      if (Math.abs(next - offset) > 250) offset = next;
    },
    setHidden(hidden) {
      isHidden = hidden;
      if (!hidden) store.setState({ now: now() });
      schedule();
    },
    get offset() {
      return offset;
    },
    get size() {
      return watchers.size;
    },
  };
}
