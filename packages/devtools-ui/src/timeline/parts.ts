/** What the timeline does without until it is shown, or until it is asked for. */
import { type Later, later } from '../ui/later.tsx';
import type { ArrowsProps } from './arrows.tsx';
import type { LegendContentsProps } from './legend-contents.tsx';
import type { OverviewProps } from './overview.tsx';
import type { PlotProps } from './plot.tsx';

export const Overview: Later<OverviewProps> = later({
  name: 'The overview',
  load: async () => {
    const { Overview: Component, overviewStyles: styles } = await import('./overview.tsx');
    return { Component, styles };
  },
});
export const Arrows: Later<ArrowsProps> = later({
  name: 'The causes',
  load: async () => {
    const { Arrows: Component, arrowStyles: styles } = await import('./arrows.tsx');
    return { Component, styles };
  },
});
export const TimelineTable: Later<PlotProps> = later({
  name: 'The table',
  load: async () => {
    const { TimelineTable: Component, tableStyles: styles } = await import('./timeline-table.tsx');
    return { Component, styles };
  },
});
export const LegendContents: Later<LegendContentsProps> = later({
  name: 'The legend',
  load: async () => {
    const { LegendContents: Component, legendStyles: styles } = await import('./legend-contents.tsx');
    return { Component, styles };
  },
});
