/** What was ordered from this panel, and what came of it. */

import type { ReactElement, ReactNode } from 'react';
import { commandWords, outcomeWords } from '../models/command-words.ts';
import { formatClock, formatDuration } from '../models/duration.ts';
import { visibleText } from '../models/visible-text.ts';
import type { LogEntry } from '../state/operator-log.ts';
import { useValue } from '../state/use-value.ts';
import { StatusIcon } from '../ui/status-badge.tsx';
import { VirtualGrid } from '../ui/virtual-grid.tsx';
import { useDevtools } from './context.ts';

const ROW_PX = 28;

export function LogView(): ReactElement {
  const { log } = useDevtools();
  const entries = useValue(log.store, (state) => state.entries);
  if (entries.length === 0) return <p className="pd-empty">Nothing has been ordered from here since the page was opened.</p>;
  return (
    <VirtualGrid
      label="Orders"
      className="pd-log"
      rows={entries}
      keyOf={({ id }) => String(id)}
      rowHeight={ROW_PX}
      attributesOf={() => ({ className: 'pd-log-row', style: { blockSize: `${ROW_PX}px` } })}
    >
      {(entry) => <Cells entry={entry} />}
    </VirtualGrid>
  );
}

function Cells({ entry: { at, command, outcome, took, source } }: { readonly entry: LogEntry }): ReactElement {
  const tone = outcome === undefined ? 'running' : outcome.isAccepted ? 'completed' : 'failed';
  const cell = (className: string, content: ReactNode, title?: string): ReactElement => (
    // biome-ignore lint/a11y/useSemanticElements: a cell of a virtual grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
    <span role="gridcell" className={`pd-cell ${className}`} title={title}>
      {content}
    </span>
  );
  return (
    <>
      {cell('pd-event-time', formatClock(at))}
      {cell('', visibleText(commandWords(command)), visibleText(commandWords(command)))}
      {cell(
        'pd-muted',
        <>
          <StatusIcon tone={tone} /> {visibleText(outcomeWords(outcome))}
        </>,
        visibleText(outcomeWords(outcome)),
      )}
      {cell('pd-cell-number pd-muted', took === undefined ? '' : formatDuration(took))}
      {cell('pd-muted', source)}
    </>
  );
}
