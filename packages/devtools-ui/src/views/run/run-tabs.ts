/** The tabs of a run, in their order. One that needs something of the backend is there where the backend has it. */
import type { ReactElement } from 'react';
import type { Capability } from '../../backend/backend.ts';
import type { RunPage, RunPageState } from '../../state/run-page.ts';
import { CodeTab } from './code-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import { MessagesTab, messagesOf } from './messages-tab.tsx';
import { PendingTab, pendingCount } from './pending-tab.tsx';
import { RawTab } from './raw-tab.tsx';
import { RelationshipsTab } from './relationships-tab.tsx';
import { StateTab } from './state-tab.tsx';
import { TimelineTab } from './timeline-tab.tsx';

export interface RunTab {
  /** In the address. */
  readonly id: string;
  readonly label: string;
  readonly count?: (state: RunPageState) => number;
  readonly Component: (props: { readonly page: RunPage }) => ReactElement;
  readonly capability?: Capability;
  /** Whether what is under way stands beside it when nothing is selected. */
  readonly hasInspector?: boolean;
}

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
