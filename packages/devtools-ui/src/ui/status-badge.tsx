/** A status as icon, colour and word; the border says whether it is over. */
import type { ReactElement, ReactNode } from 'react';
import { TONES, type Tone } from '../models/status.ts';
import { Icon } from './icon.tsx';

export interface StatusBadgeProps {
  readonly tone: Tone;
  /** @default the tone's own */
  readonly label?: ReactNode;
  /** @default as the tone has it */
  readonly isOpen?: boolean;
}

export function StatusBadge({ tone, label = TONES[tone].label, isOpen = TONES[tone].border === 'dashed' }: StatusBadgeProps): ReactElement {
  return (
    <span className="pd-badge" data-tone={tone} data-border={isOpen ? 'dashed' : TONES[tone].border}>
      <Icon name={TONES[tone].icon} />
      <span className="pd-badge-label">{label}</span>
    </span>
  );
}

/** The icon alone, in the tone's colour, for rows that say the status in words elsewhere. */
export function StatusIcon({ tone, label }: { readonly tone: Tone; readonly label?: string }): ReactElement {
  return (
    <span className="pd-status-icon" data-tone={tone} {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}>
      <Icon name={TONES[tone].icon} />
    </span>
  );
}
