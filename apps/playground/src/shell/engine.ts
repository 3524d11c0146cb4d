/** The engine as this page sees it, and what is to run while it can be asked. */
import type { Connection, EngineStatus } from '@perdure/core/client';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { engineOutlook } from './engine-words.ts';

export interface EngineState {
  readonly status?: EngineStatus;
}
export type EngineStore = StoreApi<EngineState>;

/** A pause after a failure of what follows the engine, so that an engine in trouble is not asked in a tight loop. */
const PAUSE_MS = 500;

export function createEngineStore(connection: Pick<Connection, 'onStatus' | 'status'>): EngineStore {
  const store = createStore<EngineState>(() => ({}));
  connection.onStatus((status) => store.setState({ status }));
  void connection.status().then((status) => store.setState((now) => (now.status ? now : { status })));
  return store;
}

/** Runs `follow` whenever the engine is ready; `signal` tells it that it is so no longer. What fails is begun again. */
export function followWhileReady(store: EngineStore, follow: (signal: AbortSignal) => Promise<void>): void {
  let running: AbortController | undefined;
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const attempt = new AbortController();
      const end = (): void => attempt.abort();
      signal.addEventListener('abort', end, { once: true });
      await follow(attempt.signal).catch((error: unknown) => console.warn('Following the engine has failed and begins again', error));
      signal.removeEventListener('abort', end);
      attempt.abort();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const look = ({ status }: EngineState): void => {
    const { isReady } = engineOutlook(status);
    if (isReady === (running !== undefined)) return;
    running?.abort();
    running = isReady ? new AbortController() : undefined;
    if (running) void run(running.signal);
  };
  store.subscribe(look);
  look(store.getState());
}
