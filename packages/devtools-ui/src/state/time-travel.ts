/**
 * The past of one run: its moments, read by one replay while somebody looks, and the moment that is shown. Nothing of it is stored anywhere; what
 * happens meanwhile is counted, and replayed when it is asked for.
 */
import type { Moment, ReplayFailure } from '@perdure/core/client';
import type { WirePayloads } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend } from '../backend/backend.ts';
import { messageOf } from '../backend/errors.ts';
import { momentOf } from '../models/moments.ts';
import type { Frame } from './frame.ts';
import type { RunPageState } from './run-page.ts';

export interface AskedAt {
  readonly queryType: string;
  readonly eventId: number;
  readonly result?: WirePayloads;
  readonly failure?: string;
}

export interface TimeTravelState {
  readonly moments: readonly Moment[];
  readonly isReplaying: boolean;
  readonly failure?: ReplayFailure;
  /** The last event that the replay was given. */
  readonly until: number;
  /** Answers to queries with arguments, the last one first. */
  readonly asked: readonly AskedAt[];
}

export interface TimeTravel {
  readonly store: StoreApi<TimeTravelState>;
  /** Somebody looks: the history is replayed, and again when it was left behind. @returns a function that ends it */
  watch(): () => void;
  /** Replays what has happened since. */
  replay(): void;
  /** The moment that is shown at an event of the past, by its index: the last one that is not after it. The last of all for now. */
  indexAt(eventId: number | undefined): number;
  /** The moment that an event belongs to, by its index; the last one for an event that no step has seen. */
  indexOf(eventId: number): number;
  /** Asks a query of the run as it was at a moment: one replay up to there. */
  ask(eventId: number, queryType: string, args: WirePayloads): Promise<void>;
  close(): void;
}

const MOST_ASKED = 20;

export function createTimeTravel({
  backend,
  frame,
  page,
}: {
  readonly backend: Backend;
  readonly frame: Frame;
  readonly page: StoreApi<RunPageState>;
}): TimeTravel {
  const store = createStore<TimeTravelState>(() => ({ moments: [], isReplaying: false, until: 0, asked: [] }));
  let watchers = 0;
  let isClosed = false;
  let end: (() => void) | undefined;
  let unfollow: (() => void) | undefined;

  function replay(): void {
    if (isClosed || watchers === 0) return;
    const { ref, events } = page.getState();
    const until = events.at(-1)?.eventId ?? 0;
    if (until === 0) return;
    end?.();
    let fresh: Moment[] = [];
    let isFirst = true;
    store.setState(({ failure: _, ...rest }) => ({ ...rest, isReplaying: true, until }), true);
    try {
      end = backend.subscribe('moments', { ...ref, untilEventId: until }, ({ moments, isDone, failure }) => {
        fresh.push(...moments);
        frame.next('moments', () => {
          const arrived = fresh;
          fresh = [];
          // What was shown before stays until the first of the new ones is there.
          const before = isFirst ? [] : store.getState().moments;
          isFirst = false;
          store.setState({ moments: [...before, ...arrived], ...(isDone && { isReplaying: false }), ...(failure && { failure }) });
        });
      });
    } catch (error) {
      store.setState({ isReplaying: false, failure: { kind: 'error', message: messageOf(error) } });
    }
  }

  /** The first look; a run that goes on is followed as long as it is shown as it is now. */
  function look(state: RunPageState): void {
    const { isReplaying, until } = store.getState();
    if (state.isCaughtUp && !isReplaying && until === 0 && state.events.length > 0) replay();
  }

  return {
    store,
    watch() {
      watchers += 1;
      unfollow ??= page.subscribe(look);
      if (watchers === 1 && store.getState().until > 0 && store.getState().isReplaying) replay();
      else look(page.getState());
      return () => {
        watchers -= 1;
        if (watchers > 0) return;
        unfollow?.();
        unfollow = undefined;
        end?.();
        end = undefined;
      };
    },
    replay,
    indexAt(eventId) {
      const { moments } = store.getState();
      return eventId === undefined
        ? moments.length - 1
        : Math.max(
            0,
            moments.findLastIndex((moment) => moment.eventId <= eventId),
          );
    },
    indexOf(eventId) {
      const { moments } = store.getState();
      const event = page.getState().groups.event(eventId);
      const index = event ? momentOf(moments, event) : -1;
      return index < 0 ? moments.length - 1 : index;
    },
    async ask(eventId, queryType, args) {
      const put = (answer: AskedAt): void => {
        if (!isClosed)
          store.setState(({ asked }) => ({
            asked: [answer, ...asked.filter((each) => each.queryType !== queryType || each.eventId !== eventId)].slice(0, MOST_ASKED),
          }));
      };
      try {
        const { result } = await backend.fetch('queryAt', { ...page.getState().ref, eventId, queryType, args });
        put({ queryType, eventId, result });
      } catch (error) {
        put({ queryType, eventId, failure: messageOf(error) });
      }
    },
    close() {
      isClosed = true;
      unfollow?.();
      end?.();
    },
  };
}
