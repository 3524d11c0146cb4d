/** Everything that is shown of one backend. It is opened with the panel and closed with it: between, nothing listens and no timer runs. */
import type { EngineStatus } from '@perdure/core/client';
import type { Clock } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Backend, Capability, Reach } from '../backend/backend.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { createDescriptions, type Descriptions } from './descriptions.ts';
import { createFrame, type ScheduleFrame, shareFrames } from './frame.ts';
import type { HandOvers } from './hand-overs.ts';
import type { Navigation } from './navigation.ts';
import type { Route } from './route.ts';
import { openRunPage, type RunPage } from './run-page.ts';
import { openRunsList, type RunsList } from './runs-list.ts';
import { createSelection, type Selection } from './selection.ts';
import type { Ticker } from './ticker.ts';

export interface SessionState {
  readonly status?: EngineStatus;
  readonly reach?: Reach;
  /** The types that the code exports, where the backend knows them. */
  readonly workflowTypes?: readonly string[];
  /** Of the run that the route names. */
  readonly page?: RunPage;
}

export interface Session {
  readonly backend: Backend;
  readonly namespace: string;
  readonly store: StoreApi<SessionState>;
  readonly runs: RunsList;
  readonly descriptions: Descriptions;
  readonly decoder: Decoder;
  /** Of the list. */
  readonly selection: Selection;
  can(capability: Capability): boolean;
  close(): void;
}

export interface SessionOptions {
  readonly backend: Backend;
  readonly namespace: string;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly navigation: Navigation;
  readonly handOvers: HandOvers;
  readonly scheduleFrame?: ScheduleFrame;
}

export function openSession({ backend, namespace, clock, ticker, navigation, handOvers, scheduleFrame }: SessionOptions): Session {
  const schedule = shareFrames(scheduleFrame);
  const frame = createFrame(schedule);
  const store = createStore<SessionState>(() => ({}));
  const descriptions = createDescriptions({ backend, clock, frame });
  const decoder = createDecoder({ backend, namespace, frame });
  const selection = createSelection();
  const runs = openRunsList({ backend, namespace, clock, frame }, navigation.store.getState().query);
  const source = backend.describe();
  const ends: (() => void)[] = [];
  let isClosed = false;

  ends.push(backend.subscribe('reach', {}, (reach) => onReach(reach)));
  if (source.kind !== 'file') {
    ends.push(
      backend.subscribe('status', {}, (status) => {
        ticker.setOffset(status.now - clock.now());
        handOvers.saw(status);
        store.setState({ status });
      }),
      backend.subscribe('changes', { namespace }, ({ changes, mayBeMissing }) =>
        mayBeMissing ? descriptions.forgetAll() : descriptions.forget(changes.map(({ runId }) => runId)),
      ),
    );
  } else ticker.setOffset(0);

  function onReach(reach: Reach): void {
    const isBack = reach.state === 'reachable' && store.getState().reach?.state !== undefined && store.getState().reach?.state !== 'reachable';
    store.setState({ reach });
    if (isBack) runs.refresh();
  }

  backend.fetch('code', { namespace }).then(
    ({ workflowTypes }) => {
      if (!isClosed && workflowTypes) store.setState({ workflowTypes });
    },
    () => undefined, // the form that starts a workflow then offers the types of the list alone
  );

  let opened: string | undefined;
  function follow(route: Route): void {
    if (route.query !== runs.store.getState().query) selection.clear(); // what was picked may not be in sight any more
    runs.setQuery(route.query);
    const { page: kind, workflowId, runId } = route;
    const wanted = kind === 'run' && workflowId !== undefined ? JSON.stringify([workflowId, runId]) : undefined;
    if (wanted === opened) return;
    opened = wanted;
    const { page: before, ...rest } = store.getState();
    before?.close();
    const page =
      wanted === undefined || workflowId === undefined
        ? undefined
        : openRunPage({ backend, clock, frame: createFrame(schedule) }, { namespace, workflowId, ...(runId !== undefined && { runId }) });
    store.setState({ ...rest, ...(page && { page }) }, true);
  }
  ends.push(navigation.store.subscribe(follow));
  follow(navigation.store.getState());

  return {
    backend,
    namespace,
    store,
    runs,
    descriptions,
    decoder,
    selection,
    can: (capability) => source.capabilities.includes(capability),
    close() {
      isClosed = true;
      for (const end of ends) end();
      store.getState().page?.close();
      runs.close();
      descriptions.close();
      decoder.close();
      frame.clear();
    },
  };
}
