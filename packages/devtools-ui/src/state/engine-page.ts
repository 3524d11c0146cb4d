/** What is shown of the engine itself: read when its page is opened, and now and then while it is. */
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, BackendError } from '../backend/backend.ts';
import { toBackendError } from '../backend/errors.ts';
import type { EngineInfo, NamespaceInfo } from '../backend/shapes.ts';

export interface EnginePageState {
  readonly info?: EngineInfo;
  readonly namespaces?: readonly NamespaceInfo[];
  /** Why the last reading failed; what was known before stays. */
  readonly error?: BackendError;
}

export interface EnginePage {
  readonly store: StoreApi<EnginePageState>;
  /** Reads at once. */
  refresh(): void;
  close(): void;
}

/** The engine asks its tabs how they are when it is read, and tells what they said at the next reading. */
const AGAIN_MS = 2000;
/** The first answer knows nothing of other tabs yet. */
const SOON_MS = 200;

export function openEnginePage({ backend, clock }: { readonly backend: Backend; readonly clock: Clock }): EnginePage {
  const store = createStore<EnginePageState>(() => ({}));
  let isClosed = false;
  let reading = 0;
  let cancel = (): void => {};

  async function read(): Promise<void> {
    cancel();
    reading += 1;
    const mine = reading;
    const next = await readAll(backend).catch((error: unknown) => ({ error: toBackendError(error) }));
    if (isClosed || mine !== reading) return;
    const { error: _, ...known } = store.getState();
    store.setState({ ...known, ...next }, true);
    cancel = clock.setTimer(mine === 1 ? SOON_MS : AGAIN_MS, () => void read());
  }

  void read();
  return {
    store,
    refresh: () => void read(),
    close() {
      isClosed = true;
      cancel();
    },
  };
}

async function readAll(backend: Backend): Promise<EnginePageState> {
  const info = await backend.fetch('engine', {});
  // An engine that is down tells of its status, and of no namespaces.
  if (info.status.state !== 'running') return { info };
  return { info, namespaces: (await backend.fetch('namespaces', {})).namespaces };
}
