/** The queries of a run, asked again after each step of its code while somebody looks at them, with what changed since the answer before. */
import type { Clock, WirePayloads } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend } from '../backend/backend.ts';
import { messageOf } from '../backend/errors.ts';
import type { RunPageState } from './run-page.ts';
import { throttle } from './throttle.ts';

export interface QueryCard {
  readonly queryType: string;
  /** As they were typed: JSON, one for each argument. */
  readonly args: readonly string[];
  readonly result?: WirePayloads;
  /** The answer before this one, if it was another. */
  readonly before?: WirePayloads;
  /** After which event it was last another one. */
  readonly changedAt?: number;
  readonly failure?: string;
}

export interface RunQueries {
  readonly store: StoreApi<{ readonly cards: readonly QueryCard[] }>;
  /** Somebody looks. @returns a function that ends it */
  watch(): () => void;
  setArguments(queryType: string, args: readonly string[]): void;
  /** Asks for one that the code has not registered by name. */
  add(queryType: string): void;
  close(): void;
}

const GAP_MS = 400;

export function createRunQueries({
  backend,
  clock,
  page,
}: {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly page: StoreApi<RunPageState>;
}): RunQueries {
  const store = createStore<{ readonly cards: readonly QueryCard[] }>(() => ({ cards: [] }));
  let watchers = 0;
  let isClosed = false;
  let asked: unknown[] = [];
  let unsubscribe: (() => void) | undefined;

  const askAll = throttle(clock, GAP_MS, async () => {
    takeRegistered();
    for (const { queryType } of store.getState().cards) {
      if (isClosed || watchers === 0) return;
      await ask(queryType);
    }
  });

  function takeRegistered(): void {
    const { cards } = store.getState();
    const fresh = (page.getState().code?.queries ?? []).filter(({ name }) => !cards.some(({ queryType }) => queryType === name));
    if (fresh.length > 0) store.setState({ cards: [...cards, ...fresh.map(({ name }) => ({ queryType: name, args: [] }))] });
  }

  async function ask(queryType: string): Promise<void> {
    const card = store.getState().cards.find((each) => each.queryType === queryType);
    if (!card) return;
    const { ref, events } = page.getState();
    const eventId = events.at(-1)?.eventId ?? 0;
    try {
      const args = card.args.filter((text) => text.trim() !== '').map((text) => ({ encoding: 'json/plain', data: JSON.stringify(JSON.parse(text)) }));
      const { result } = await backend.fetch('query', { ...ref, queryType, args });
      put(queryType, ({ failure: _, ...before }) => {
        const isSame = before.result !== undefined && JSON.stringify(before.result) === JSON.stringify(result);
        return isSame ? before : { ...before, result, ...(before.result && { before: before.result, changedAt: eventId }) };
      });
    } catch (error) {
      put(queryType, (before) => ({ ...before, failure: messageOf(error) }));
    }
  }

  const put = (queryType: string, change: (card: QueryCard) => QueryCard): void => {
    if (!isClosed) store.setState(({ cards }) => ({ cards: cards.map((card) => (card.queryType === queryType ? change(card) : card)) }));
  };

  /** Steps of the code are what can change an answer. */
  function look({ code, groups, isCaughtUp }: RunPageState): void {
    const now = [code?.queries, groups.activations, groups.runEnd];
    if (!isCaughtUp || !code || now.every((each, index) => each === asked[index])) return;
    asked = now;
    askAll();
  }

  return {
    store,
    watch() {
      watchers += 1;
      unsubscribe ??= page.subscribe(look);
      look(page.getState());
      return () => {
        watchers -= 1;
        if (watchers > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
        asked = [];
      };
    },
    setArguments(queryType, args) {
      put(queryType, (card) => ({ ...card, args }));
      void ask(queryType);
    },
    add(queryType) {
      const { cards } = store.getState();
      if (!cards.some((card) => card.queryType === queryType)) store.setState({ cards: [...cards, { queryType, args: [] }] });
      void ask(queryType);
    },
    close() {
      isClosed = true;
      unsubscribe?.();
      askAll.cancel();
    },
  };
}
