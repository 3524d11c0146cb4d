/** The run over time. What is selected in it is selected everywhere; what is unfolded stands in the address. */
import { type ReactElement, useState } from 'react';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Timeline, type TimelineSelection } from '../../timeline/timeline.tsx';
import { useDevtools, useRoute, useSession, useSize, useViewState } from '../context.ts';

export { timelineStyles } from '../../timeline/timeline.styles.ts';

export function TimelineTab({ page }: { readonly page: RunPage }): ReactElement {
  const { navigation, preferences, ticker } = useDevtools();
  const { backend } = useSession();
  const isNarrow = useSize() === 'narrow';
  const { groups, version, ref, described, isCaughtUp } = useValue(page.store, (state) => state);
  const { density, hasLetterKeys } = useValue(preferences, (state) => state);
  const selectedId = useRoute((route) => route.eventId);
  const [unfolded, setUnfolded] = useViewState('unfolded');
  // Where the details take the place of the timeline, an event is only marked until it is opened.
  const [marked, setMarked] = useState<number>();

  const onSelect = (selection: TimelineSelection | undefined): void => {
    if (selection?.run) {
      const { workflowId, runId } = selection.run;
      if (selection.opens) navigation.go({ page: 'run', workflowId, ...(runId !== undefined && { runId }), eventId: selection.eventId });
      return;
    }
    setMarked(selection?.eventId);
    if (!isNarrow || selection === undefined || selection.opens) navigation.adjust({ eventId: selection?.eventId });
  };

  return (
    <Timeline
      label={`Timeline of ${ref.workflowId}`}
      groups={groups}
      version={version}
      run={ref}
      ticker={ticker}
      isLive={backend.describe().isLive && described?.summary.status === 'RUNNING'}
      isCaughtUp={isCaughtUp}
      backend={backend}
      selectedEventId={selectedId ?? (isNarrow ? marked : undefined)}
      onSelect={onSelect}
      density={density}
      hasLetterKeys={hasLetterKeys}
      openedFolds={unfolded === '' ? NONE : unfolded.split('.').map(Number)}
      onOpenedFolds={(opened) => setUnfolded(opened.join('.'))}
    />
  );
}

const NONE: readonly number[] = [];
