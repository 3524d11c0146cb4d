/** The devtools without their looks: what they are opened over, where they are, what a person has set. React only shows this. */
import { type Clock, systemClock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, CommandOutcome, DevtoolsCommand } from '../backend/backend.ts';
import type { Replays } from '../backend/engine-moments.ts';
import { messageOf } from '../backend/errors.ts';
import type { FileBackend } from '../backend/file-backend.ts';
import type { ScheduleFrame } from './frame.ts';
import { createHandOvers, type HandOvers } from './hand-overs.ts';
import { createNavigation, type Navigation } from './navigation.ts';
import { createOperatorLog, type OperatorLog } from './operator-log.ts';
import { createPreferences, type KeyValueStorage, type PreferencesStore } from './preferences.ts';
import { formatRoute, HOME } from './route.ts';
import { memoryRouter, type Router } from './router.ts';
import { createSavedViews, type SavedViews } from './saved-views.ts';
import { openSession, type Session } from './session.ts';
import { createTicker, type Ticker } from './ticker.ts';
import { createToasts, type Toasts } from './toasts.ts';

export interface DevtoolsOptions {
  readonly backend: Backend;
  /** The application's replays, so that imported histories can be travelled in, too. */
  readonly replays?: Replays;
  /** @default 'default' */
  readonly namespace?: string;
  /** Keeps the panel's address. @default in memory: the host's address is left alone */
  readonly router?: Router;
  /** Keeps what a person has set. @default nothing is kept */
  readonly storage?: KeyValueStorage;
  /** Whether rows are to be large enough for fingers. */
  readonly isTouch?: boolean;
  readonly clock?: Clock;
  /** @default with the screen's frames */
  readonly scheduleFrame?: ScheduleFrame;
}

export interface DevtoolsState {
  /** Absent while the panel is closed. */
  readonly session?: Session;
  /** Imported ones, by their labels. */
  readonly files: ReadonlyMap<string, FileBackend>;
}

export interface Devtools {
  readonly store: StoreApi<DevtoolsState>;
  readonly navigation: Navigation;
  readonly preferences: PreferencesStore;
  readonly views: SavedViews;
  readonly log: OperatorLog;
  readonly handOvers: HandOvers;
  readonly toasts: Toasts;
  readonly ticker: Ticker;
  /** Of this page. */
  readonly clock: Clock;
  /** Begins to listen. @returns a function that ends that: then nothing listens and no timer runs */
  open(): () => void;
  /** Sends an order to what is shown, writes it down, and says what came of it. */
  order(command: DevtoolsCommand, done?: string): Promise<CommandOutcome>;
  /** Opens a history file for reading. What is wrong with it is told in a toast. */
  importFile(name: string, text: string): Promise<void>;
  closeFile(label: string): void;
}

export function createDevtools(options: DevtoolsOptions): Devtools {
  const { backend, namespace = 'default', router = memoryRouter(), storage, clock = systemClock } = options;
  const store = createStore<DevtoolsState>(() => ({ files: new Map() }));
  const navigation = createNavigation(router);
  const ticker = createTicker(clock);
  const toasts = createToasts(clock);
  const log = createOperatorLog(clock);
  const handOvers = createHandOvers(clock);
  const views = createSavedViews(storage);
  let openCount = 0;

  /** The backend that the route names: a file that is no longer here is answered by nobody. */
  function backendOf(file: string | undefined): Backend | undefined {
    return file === undefined ? backend : store.getState().files.get(file);
  }

  function show(): void {
    const { file } = navigation.store.getState();
    const wanted = openCount > 0 ? backendOf(file) : undefined;
    const { session, files } = store.getState();
    if (session?.backend === wanted) return;
    session?.close();
    const next =
      wanted &&
      openSession({ backend: wanted, namespace, clock, ticker, navigation, handOvers, ...(options.scheduleFrame && { scheduleFrame: options.scheduleFrame }) });
    store.setState({ files, ...(next && { session: next }) }, true);
  }

  /** At no place in particular the panel begins with the view that was made the default; an address that says something is taken as it is. */
  function showDefaultView(): void {
    const { views: saved, defaultName } = views.store.getState();
    const chosen = saved.find(({ name }) => name === defaultName);
    if (chosen && formatRoute(navigation.store.getState()) === formatRoute(HOME)) navigation.adjust({ query: chosen.query, view: { sort: chosen.sort } });
  }

  return {
    store,
    navigation,
    preferences: createPreferences(storage, options.isTouch),
    views,
    log,
    handOvers,
    toasts,
    ticker,
    clock,
    open() {
      openCount += 1;
      let isOpen = true;
      const unfollow = navigation.follow();
      showDefaultView();
      const unsubscribe = navigation.store.subscribe(show);
      show();
      return () => {
        if (!isOpen) return;
        isOpen = false;
        openCount -= 1;
        unsubscribe();
        unfollow();
        show();
        if (openCount === 0) toasts.clear();
      };
    },
    async order(command, done) {
      const target = store.getState().session?.backend ?? backend;
      const outcome = await log.order(target, command);
      if (!outcome.isAccepted) toasts.show({ tone: 'bad', text: outcome.reason });
      else if (done) toasts.show({ tone: 'good', text: done });
      store.getState().session?.store.getState().page?.refresh();
      // Nobody tells that a run is gone: the list is read anew.
      if (command.type === 'delete') store.getState().session?.runs.refresh();
      return outcome;
    },
    async importFile(name, text) {
      try {
        const { createFileBackend, readHistoryFile } = await import('../backend/file-backend.ts');
        const file = createFileBackend({ label: name, file: readHistoryFile(text), ...(options.replays && { replays: options.replays }) });
        store.setState(({ files }) => ({ files: new Map(files).set(name, file) }));
        const [first] = file.file.runs;
        const isOne = file.file.runs.length === 1 && first;
        navigation.go({
          file: name,
          query: '',
          ...(isOne ? { page: 'run' as const, workflowId: first.workflowId || name, runId: first.runId || 'run-1' } : {}),
        });
        show();
        toasts.show({ tone: 'good', text: `${name} is open for reading` });
      } catch (error) {
        toasts.show({ tone: 'bad', text: `${name} was not opened. ${messageOf(error)}` });
      }
    },
    closeFile(label) {
      store.setState(({ files, ...rest }) => {
        const left = new Map(files);
        left.delete(label);
        return { ...rest, files: left };
      });
      navigation.go({ file: undefined });
    },
  };
}
