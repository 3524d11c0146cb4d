/** The page of one run: its head, its tabs, and beside or below them what is selected. */
import { type ReactElement, useId, useMemo } from 'react';
import type { Capability } from '../../backend/backend.ts';
import { setPane } from '../../state/preferences.ts';
import type { RunPage } from '../../state/run-page.ts';
import type { Session } from '../../state/session.ts';
import { useValue } from '../../state/use-value.ts';
import { Split } from '../../ui/split.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { SessionContext, useDevtools, useRoute, useSession, useSize } from '../context.ts';
import { ErrorPane } from '../states.tsx';
import { EventDetails, Inspector } from './details.ts';
import { RunHeader } from './run-header.tsx';
import { RUN_TABS } from './run-tabs.ts';
import { TimeStrip, usePast } from './time-strip.tsx';

/** In the past there is nothing to order, and what is asked is asked of the past. */
const OF_THE_PAST: ReadonlySet<Capability> = new Set<Capability>(['timeTravel', 'filter', 'engine']);

export function RunView({ page }: { readonly page: RunPage }): ReactElement {
  const session = useSession();
  const past = usePast();
  const shown = useMemo(
    (): Session => (past === undefined ? session : { ...session, can: (capability) => OF_THE_PAST.has(capability) && session.can(capability) }),
    [past, session],
  );
  return (
    <SessionContext value={shown}>
      <RunViews page={page} />
    </SessionContext>
  );
}

function RunViews({ page }: { readonly page: RunPage }): ReactElement {
  const { navigation, preferences } = useDevtools();
  const session = useSession();
  const size = useSize();
  const idPrefix = useId();
  const state = useValue(page.store, (each) => each);
  const wanted = useRoute((route) => route.tab);
  const eventId = useRoute((route) => route.eventId);
  const panes = useValue(preferences, (each) => each.panes);
  const past = usePast();
  const tabs = RUN_TABS.filter(({ capability }) => capability === undefined || session.can(capability));
  const tab = tabs.find(({ id }) => id === wanted) ?? tabs[0];
  if (!tab) return <p className="pd-empty">Nothing can be shown of this run.</p>;
  const { Component } = tab;

  if (state.error && state.events.length === 0)
    return (
      <div className="pd-run-page">
        <RunHeader page={page} />
        <ErrorPane error={state.error} onRetry={page.refresh} />
      </div>
    );

  const content = (
    <TabPanel idPrefix={idPrefix} selected={tab.id}>
      <Component page={page} />
    </TabPanel>
  );
  const bar = (
    <Tabs
      label="Views of the run"
      idPrefix={idPrefix}
      selected={tab.id}
      tabs={tabs.map(({ id, label, count }) => ({ id, label, count: count?.(state) }))}
      onSelect={(id) => navigation.adjust({ tab: id })}
    />
  );
  if (size === 'narrow' && eventId !== undefined)
    return (
      <div className="pd-run-page pd-scroll">
        <EventDetails page={page} eventId={eventId} />
      </div>
    );
  const main = (
    <div className="pd-run-main" data-past={past === undefined ? undefined : ''}>
      <RunHeader page={page} />
      {session.can('timeTravel') && <TimeStrip page={page} />}
      {bar}
      {content}
    </div>
  );
  if (size === 'wide' && (tab.hasInspector || eventId !== undefined))
    return (
      <Split
        label="Run and details"
        direction="row"
        sized="second"
        size={panes['inspector']}
        initialSize={348}
        minSize={260}
        minOther={360}
        onSize={(next) => setPane(preferences, 'inspector', next)}
        first={main}
        second={<Inspector page={page} />}
      />
    );
  if (size === 'medium' && eventId !== undefined)
    return (
      <Split
        label="Run and details"
        direction="column"
        sized="second"
        size={panes['details']}
        initialSize={240}
        minSize={120}
        minOther={180}
        onSize={(next) => setPane(preferences, 'details', next)}
        first={main}
        second={
          <div className="pd-scroll pd-fill">
            <EventDetails page={page} eventId={eventId} />
          </div>
        }
      />
    );
  return main;
}
