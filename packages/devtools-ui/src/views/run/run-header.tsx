/** The head of a run, with the answer first: what it is, how it stands, what it waits for and until when, and what can be done about it. */

import type { ReactElement } from 'react';
import { formatDuration } from '../../models/duration.ts';
import { statusLook } from '../../models/status.ts';
import { visibleText } from '../../models/visible-text.ts';
import { type RunWait, waitsOf } from '../../models/waits.ts';
import type { RunPage, RunPageState } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { IconButton } from '../../ui/button.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useDevtools, useNow, useSize } from '../context.ts';
import { FailureView } from '../failure-view.tsx';
import { MiddleCut } from '../list/run-row.tsx';
import { toneOfWait } from '../tone.ts';
import { formatAll, Since, WordsView } from '../words-view.tsx';
import { PayloadsView } from './payloads-view.tsx';
import { RunActions } from './run-actions.tsx';

const SHOWN_WAITS = 3;

export function RunHeader({ page }: { readonly page: RunPage }): ReactElement {
  const { navigation } = useDevtools();
  const isWide = useSize() === 'wide';
  const state = useValue(page.store, (each) => each);
  const { ref, described } = state;
  const look = described && statusLook(described.summary.status);
  return (
    <header className="pd-run-header">
      <div className="pd-run-title-line">
        {!isWide && <IconButton icon="chevronLeft" name="Back to the list" onClick={() => navigation.go({ page: 'workflows' })} />}
        <div className="pd-run-what">
          <h2 className="pd-run-title" title={visibleText(ref.workflowId)}>
            <MiddleCut text={ref.workflowId} />
          </h2>
          {look && <StatusBadge tone={look.tone} label={look.label} />}
          {described?.cancelRequested && described.summary.status === 'RUNNING' && <StatusBadge tone="cancelled" label="Cancel requested" isOpen />}
          {described && <Facts state={state} />}
        </div>
        <RunActions page={page} />
      </div>
      {described && <Answer state={state} />}
    </header>
  );
}

function Facts({ state: { described, events } }: { readonly state: RunPageState }): ReactElement | null {
  if (!described) return null;
  const { workflowType, startTime, closeTime, historyLength, runId } = described.summary;
  const count = Math.max(historyLength, events.length);
  return (
    <p className="pd-run-facts">
      <span>{visibleText(workflowType)}</span> · <span title={visibleText(`Run ${runId}`)}>run {visibleText(runId.slice(0, 8))}</span> ·{' '}
      {count.toLocaleString('en')} events ·{' '}
      <span title={formatAll(startTime)}>{closeTime === undefined ? <Since at={startTime} /> : formatDuration(closeTime - startTime)}</span>
    </p>
  );
}

/** Why it does not move, or how it ended. */
function Answer({ state }: { readonly state: RunPageState }): ReactElement | null {
  const { described, groups, events, damage } = state;
  const now = useNow(undefined, described?.summary.status === 'RUNNING');
  if (!described) return null;
  const last = events.at(-1);
  if (damage !== undefined)
    return (
      <p className="pd-run-why">
        <b>History damaged</b> <span className="pd-failure-text">{visibleText(damage)}</span>
      </p>
    );
  const waits = waitsOf(described, { groups, now });
  if (waits.length > 0) return <Waits waits={waits} />;
  switch (last?.type) {
    case 'WorkflowExecutionCompleted':
      return (
        <div className="pd-run-why">
          <b>Result</b> <PayloadsView payloads={last.attributes.result} label="Result" isInline />
        </div>
      );
    case 'WorkflowExecutionFailed':
      return <FailureView failure={last.attributes.failure} next="The workflow has failed." isBrief />;
    case 'WorkflowExecutionTerminated':
      return (
        <p className="pd-run-why">
          <b>Terminated</b> {last.attributes.reason ? `because: ${visibleText(last.attributes.reason)}` : 'without a reason'}
        </p>
      );
    case 'WorkflowExecutionContinuedAsNew':
      return <Continued runId={last.attributes.newExecutionRunId} workflowId={described.summary.workflowId} />;
    default:
      return null;
  }
}

function Waits({ waits }: { readonly waits: readonly RunWait[] }): ReactElement {
  return (
    <p className="pd-run-why">
      <b>Waits for</b>
      {waits.slice(0, SHOWN_WAITS).map((wait, index) => (
        <span key={`${wait.on}-${wait.eventId ?? index}`} className="pd-wait">
          {index > 0 && <span className="pd-muted">and </span>}
          <StatusBadge tone={toneOfWait(wait)} label={<WordsView words={wait.words} />} isOpen />
        </span>
      ))}
      {waits.length > SHOWN_WAITS && <span className="pd-muted">and {waits.length - SHOWN_WAITS} more</span>}
    </p>
  );
}

function Continued({ workflowId, runId }: { readonly workflowId: string; readonly runId: string }): ReactElement {
  const { navigation } = useDevtools();
  return (
    <p className="pd-run-why">
      <b>Goes on</b> as{' '}
      <button type="button" className="pd-link" onClick={() => navigation.go({ page: 'run', workflowId, runId })}>
        run {visibleText(runId.slice(0, 8))}
      </button>
    </p>
  );
}
