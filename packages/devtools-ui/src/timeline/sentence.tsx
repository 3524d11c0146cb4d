/** The line below the plot: what is under the pointer, else what the keyboard is on, else the run as a whole. */
import type { ReactElement } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { formatDuration } from '../models/duration.ts';
import { useValue } from '../state/use-value.ts';
import { barText } from './bar-words.ts';
import type { Bar } from './bars.ts';
import type { TimelineModel } from './use-timeline.ts';

/** What is under the pointer. Apart from the plot, which need not be drawn anew for it. */
export type PeekStore = StoreApi<{ readonly bar: Bar | undefined }>;

export function Sentence({
  timeline,
  peek,
  active,
}: {
  readonly timeline: TimelineModel;
  readonly peek: PeekStore;
  readonly active: Bar | undefined;
}): ReactElement {
  const bar = useValue(peek, (state) => state.bar) ?? active;
  const words = bar ? barText(bar, timeline.now) : summaryOf(timeline);
  return (
    <p className="pd-tl-sentence" title={words}>
      {words}
    </p>
  );
}

function summaryOf({ rows, lanes, state: { domain } }: TimelineModel): string {
  const { eventCount, activations } = lanes.groups;
  if (eventCount === 0) return '';
  const of = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
  const took = `${formatDuration(domain.end - domain.start)}${domain.isOpen ? ' so far' : ''}`;
  return [of(rows.length, 'row'), of(eventCount, 'event'), `${of(activations, 'activation')} of the code`, took].join(' · ');
}
