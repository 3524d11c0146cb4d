/** The tabs of a run, in their order, each loaded when it is first looked at. One that needs something of the backend is there where the backend has it. */
import { createElement } from 'react';
import type { Capability } from '../../backend/backend.ts';
import { messagesOf, pendingCount } from '../../models/run-counts.ts';
import type { RunPage, RunPageState } from '../../state/run-page.ts';
import { type Later, later, type Part } from '../../ui/later.tsx';
import { Skeleton } from '../states.tsx';

export interface RunTabProps {
  readonly page: RunPage;
}

export interface RunTab {
  /** In the address. */
  readonly id: string;
  readonly label: string;
  readonly count?: (state: RunPageState) => number;
  readonly Component: Later<RunTabProps>;
  readonly capability?: Capability;
  /** Whether what is under way stands beside it when nothing is selected. */
  readonly hasInspector?: boolean;
}

const tab = (name: string, load: () => Promise<Part<RunTabProps>>): Later<RunTabProps> =>
  later({ name, load, placeholder: createElement(Skeleton, { rows: 8 }) });

const TimelineTab = tab('The timeline', async () => {
  const { TimelineTab: Component, timelineStyles: styles } = await import('./timeline-tab.tsx');
  return { Component, styles };
});
const EventsTab = tab('The list of events', async () => {
  const { EventsTab: Component, runStyles: styles } = await import('./events-tab.tsx');
  return { Component, styles };
});
const StateTab = tab('Time travel', async () => {
  const { StateTab: Component, styles } = await import('./state-tab.tsx');
  return { Component, styles };
});
const PendingTab = tab('What is pending', async () => {
  const { PendingTab: Component, runStyles: styles } = await import('./pending-tab.tsx');
  return { Component, styles };
});
const MessagesTab = tab('The view of messages', async () => {
  const { MessagesTab: Component, runStyles: styles } = await import('./messages-tab.tsx');
  return { Component, styles };
});
const RelationshipsTab = tab('The view of related runs', async () => {
  const { RelationshipsTab: Component, runStyles: styles } = await import('./relationships-tab.tsx');
  return { Component, styles };
});
const CodeTab = tab('The view of the code', async () => {
  const { CodeTab: Component, stateStyles: styles } = await import('./code-tab.tsx');
  return { Component, styles };
});
const RawTab = tab('The raw history', async () => {
  const { RawTab: Component, runStyles: styles } = await import('./raw-tab.tsx');
  return { Component, styles };
});

export const RUN_TABS: readonly RunTab[] = [
  { id: 'timeline', label: 'Timeline', Component: TimelineTab, hasInspector: true },
  { id: 'events', label: 'Events', count: ({ events }) => events.length, Component: EventsTab, hasInspector: true },
  { id: 'state', label: 'State', Component: StateTab, capability: 'timeTravel' },
  { id: 'pending', label: 'Pending', count: ({ described }) => pendingCount(described), Component: PendingTab },
  { id: 'messages', label: 'Messages', count: (state) => messagesOf(state).length, Component: MessagesTab },
  { id: 'relationships', label: 'Related', Component: RelationshipsTab },
  { id: 'code', label: 'Code', Component: CodeTab, capability: 'timeTravel' },
  { id: 'raw', label: 'Raw', Component: RawTab },
];
