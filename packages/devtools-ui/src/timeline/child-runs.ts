/** Children that were opened in place: each read when it is opened, followed while it is open and grows, and let go when it is closed. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, RunRef } from '../backend/backend.ts';
import { RunGroups } from '../models/groups.ts';
import { type ChildState, RunLanes } from './lanes.ts';

export interface ChildRunsState {
  /** By the key of the row that was opened. */
  readonly children: ReadonlyMap<string, ChildState>;
  /** Grows with each change, also of what changes in place. */
  readonly version: number;
}

export interface ChildRuns extends Pick<StoreApi<ChildRunsState>, 'subscribe' | 'getState'> {
  toggle(key: string, ref: RunRef): void;
  close(): void;
}

/** Of a child no more events than these are read in place. */
export const MOST_EVENTS = 5000;
/** A description is read this soon after the events it belongs to; attempts and heartbeats are in no event. */
const DESCRIBE_MS = 250;

export function createChildRuns(backend: Backend): ChildRuns {
  const store = createStore<ChildRunsState>(() => ({ children: new Map(), version: 0 }));
  const stops = new Map<string, () => void>();
  const set = (key: string, state: ChildState | undefined): void => {
    const children = new Map(store.getState().children);
    if (state) children.set(key, state);
    else children.delete(key);
    store.setState({ children, version: store.getState().version + 1 });
  };

  function open(key: string, ref: RunRef): void {
    const groups = new RunGroups();
    const lanes = new RunLanes(groups, key, ref);
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let unsubscribe = (): void => undefined;
    const stop = (): void => {
      unsubscribe();
      abort.abort();
      clearTimeout(timer);
    };
    stops.set(key, stop);
    set(key, { state: 'loading' });
    const fail = (message: string): void => {
      stop();
      set(key, { state: 'failed', message: `this child cannot be read: ${message}` });
    };
    const describe = async (): Promise<void> => {
      try {
        groups.observe(await backend.fetch('run', ref, abort.signal));
        if (stops.get(key) === stop) set(key, { state: 'open', lanes, isTruncated: groups.eventCount >= MOST_EVENTS });
      } catch (error) {
        if (stops.get(key) === stop && groups.eventCount === 0) fail(error instanceof Error ? error.message : String(error));
        // Its events are shown; what is pending in it stays unknown until it is asked for again.
      }
    };
    try {
      unsubscribe = backend.subscribe('events', { ...ref, afterEventId: 0 }, (delta) => {
        if (stops.get(key) !== stop) return;
        if ('failure' in delta) {
          if (groups.eventCount === 0) fail(delta.failure.message);
          return;
        }
        groups.append(delta.events);
        const isTruncated = groups.eventCount >= MOST_EVENTS;
        if (isTruncated) queueMicrotask(() => unsubscribe());
        set(key, { state: 'open', lanes, isTruncated });
        clearTimeout(timer);
        if (groups.runEnd === undefined) timer = setTimeout(() => void describe(), DESCRIBE_MS);
      });
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    subscribe: store.subscribe,
    getState: store.getState,
    toggle(key, ref) {
      const stop = stops.get(key);
      if (!stop) {
        open(key, ref);
        return;
      }
      // What was opened within it goes with it.
      for (const [each, end] of [...stops])
        if (each === key || each.startsWith(`${key}/`)) {
          end();
          stops.delete(each);
          set(each, undefined);
        }
    },
    close() {
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
}
