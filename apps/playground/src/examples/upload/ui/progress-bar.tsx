/** How much of an upload is done. */
import type { Tone } from '@perdure/devtools-ui/parts';
import type { ReactElement } from 'react';

export interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly tone: Tone;
}

export function ProgressBar({ label, fraction, tone }: ProgressBarProps): ReactElement {
  const percent = Math.floor(fraction * 100);
  return (
    <div className="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} data-tone={tone}>
      <div className="progress-fill" style={{ inlineSize: `${fraction * 100}%` }} />
    </div>
  );
}
