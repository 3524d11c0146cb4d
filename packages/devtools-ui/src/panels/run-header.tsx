/** The head of a run: what it is, how it stands, and what it waits for, in words. */
import type { ReactElement, ReactNode } from 'react';
import { formatClock, formatDuration } from '../models/duration.ts';
import type { Tone } from '../models/status.ts';
import { StatusBadge } from '../ui/status-badge.tsx';

export interface RunHeaderProps {
  readonly title: string;
  readonly workflowId: string;
  readonly tone: Tone;
  readonly label: string;
  /** The await point, or how the run ended: "waiting for signal approve". */
  readonly words: string;
  /** Moments in milliseconds since the epoch; `closeTime` is absent while the run is open. */
  readonly startTime: number;
  readonly closeTime?: number;
  readonly historyLength: number;
  /** Buttons that act on the run. */
  readonly actions?: ReactNode;
}

export function RunHeader({ title, workflowId, tone, label, words, startTime, closeTime, historyLength, actions }: RunHeaderProps): ReactElement {
  const duration = closeTime === undefined ? '' : `, took ${formatDuration(closeTime - startTime)}`;
  return (
    <header className="pd pd-run-header">
      <div className="pd-run-header-line">
        <h2 className="pd-run-title">{title}</h2>
        <StatusBadge tone={tone} label={label} isOpen={closeTime === undefined} />
        {actions}
      </div>
      <p className="pd-run-words">{words}</p>
      <p className="pd-run-facts">
        <span className="pd-run-id">{workflowId}</span> · started {formatClock(startTime)}
        {duration} · {historyLength} events
      </p>
    </header>
  );
}
