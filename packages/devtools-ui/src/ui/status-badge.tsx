/** A status as icon, colour and word; an open one has a dashed border. */
import type { ReactElement } from 'react';
import { TONE_ICONS, type Tone } from '../models/status.ts';

export interface StatusBadgeProps {
  readonly tone: Tone;
  readonly label: string;
  readonly isOpen: boolean;
}

export function StatusBadge({ tone, label, isOpen }: StatusBadgeProps): ReactElement {
  return (
    <span className="pd-badge" data-tone={tone} data-open={isOpen ? '' : undefined}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={TONE_ICONS[tone]} />
      </svg>
      {label}
    </span>
  );
}
