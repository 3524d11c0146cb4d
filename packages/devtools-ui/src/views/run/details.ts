/** What stands beside the tabs of a run, loaded when it is first shown. */
import { createElement } from 'react';
import { type Later, later } from '../../ui/later.tsx';
import { Skeleton } from '../states.tsx';
import type { EventDetailsProps } from './event-details.tsx';
import type { InspectorProps } from './inspector.tsx';

const placeholder = createElement(Skeleton, { rows: 4 });

export const Inspector: Later<InspectorProps> = later({
  name: 'What is under way',
  load: async () => {
    const { Inspector: Component, runStyles: styles } = await import('./inspector.tsx');
    return { Component, styles };
  },
  placeholder,
});
export const EventDetails: Later<EventDetailsProps> = later({
  name: 'The event',
  load: async () => {
    const { EventDetails: Component, runStyles: styles } = await import('./event-details.tsx');
    return { Component, styles };
  },
  placeholder,
});
