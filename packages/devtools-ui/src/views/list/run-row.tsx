/** A run in the list: as columns where there is room, else on two lines. */

import type { ReactElement, ReactNode } from 'react';
import type { DescribedRun, RunSummary } from '../../backend/shapes.ts';
import { formatDuration } from '../../models/duration.ts';
import { statusLook } from '../../models/status.ts';
import { visibleText } from '../../models/visible-text.ts';
import { type RunWait, waitsOf } from '../../models/waits.ts';
import { StatusBadge, StatusIcon } from '../../ui/status-badge.tsx';
import { useDevtools } from '../context.ts';
import { toneOfWait } from '../tone.ts';
import { formatAll, Since, WordsView } from '../words-view.tsx';

export interface RunRowProps {
  readonly run: RunSummary;
  readonly described: DescribedRun | undefined;
}

export function RunColumns({ run, described }: RunRowProps): ReactElement {
  const wait = useFirstWait(described);
  const { tone, label } = statusLook(run.status);
  return (
    <>
      <Cell>
        <StatusBadge tone={tone} label={label} />
      </Cell>
      <Cell className="pd-run-cell-id" title={visibleText(run.workflowId)}>
        <MiddleCut text={run.workflowId} />
      </Cell>
      <Cell className="pd-muted" title={visibleText(run.workflowType)}>
        {visibleText(run.workflowType)}
      </Cell>
      <Cell className="pd-run-cell-wait">
        <Wait run={run} wait={wait} />
      </Cell>
      <Cell className="pd-cell-number">{attemptsOf(described)}</Cell>
      <Cell className="pd-cell-number">{run.status === 'RUNNING' ? '' : run.historyLength.toLocaleString('en')}</Cell>
      <Cell className="pd-cell-number" title={formatAll(run.startTime)}>
        {new Date(run.startTime).toLocaleString('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false })}
      </Cell>
      <Cell className="pd-cell-number">
        <Lasted run={run} />
      </Cell>
    </>
  );
}

export function RunLines({ run, described }: RunRowProps): ReactElement {
  const wait = useFirstWait(described);
  const { tone, label } = statusLook(run.status);
  return (
    <Cell className="pd-run-lines">
      <StatusIcon tone={run.status === 'RUNNING' && wait ? toneOfWait(wait) : tone} label={label} />
      <span className="pd-run-cell-id" title={visibleText(run.workflowId)}>
        <MiddleCut text={run.workflowId} />
      </span>
      <span className="pd-run-age">
        <Lasted run={run} />
      </span>
      <span className="pd-run-second">
        {visibleText(run.workflowType)} · <Wait run={run} wait={wait} />
      </span>
    </Cell>
  );
}

function Cell({ className = '', ...rest }: { readonly className?: string; readonly title?: string; readonly children: ReactNode }): ReactElement {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of a virtual grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
    <span role="gridcell" className={`pd-cell ${className}`} {...rest} />
  );
}

function useFirstWait(described: DescribedRun | undefined): RunWait | undefined {
  const { ticker } = useDevtools();
  return described ? waitsOf(described, { now: ticker.now() })[0] : undefined;
}

function Wait({ run, wait }: { readonly run: RunSummary; readonly wait: RunWait | undefined }): ReactElement {
  if (run.damage !== undefined) return <span className="pd-failure-text">history damaged: {visibleText(run.damage)}</span>;
  if (run.status === 'RUNNING') return wait ? <WordsView words={wait.words} /> : <span className="pd-muted">…</span>;
  const took = formatDuration((run.closeTime ?? run.startTime) - run.startTime);
  return (
    <span className="pd-muted">
      {statusLook(run.status).label.toLowerCase()} after {took}
    </span>
  );
}

function Lasted({ run }: { readonly run: RunSummary }): ReactElement {
  return run.closeTime === undefined ? <Since at={run.startTime} /> : <>{formatDuration(run.closeTime - run.startTime)}</>;
}

const attemptsOf = (described: DescribedRun | undefined): string => {
  const most = Math.max(0, ...(described?.pendingActivities ?? []).map(({ attempt }) => attempt));
  return most > 1 ? String(most) : '';
};

/** Ids share their beginnings: what is cut is the middle. */
export function MiddleCut({ text: given }: { readonly text: string }): ReactElement {
  const text = visibleText(given);
  const tail = Math.min(8, Math.floor(text.length / 2));
  return (
    <span className="pd-middle-cut">
      <span>{text.slice(0, text.length - tail)}</span>
      <span>{text.slice(text.length - tail)}</span>
    </span>
  );
}
